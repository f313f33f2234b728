/* One person's sync on demand: a run that asks the source for that one record by its id, and goes
 * on as any other, under the same settings. It proves nobody's absence. */
#include "person_sync.h"

#include "person_find.h"
#include "run_wait.h"

#include "cli_sql.h"

#include <string.h>

/* Where the person is asked for. */
struct asked {
    struct run_ref run;
    const char *source, *name, *record;
};

enum { SOURCE, NAME, RECORD, ANSWERS, READ, BUSY, PARKED };

/* Several sources, or several records in one: somebody must say which. */
static rc_status refuse_many(struct cli *cli, const struct rc_rows *rows)
{
    RC_AUTO_BUF struct rc_buf list = {0};

    for (size_t i = 0; i < rc_rows_count(rows); i++)
        rc_buf_print(&list, "%s%s of %s", i > 0 ? ", " : "", rc_rows_cstr(rows, i, RECORD),
                     rc_rows_cstr(rows, i, NAME));
    return cli_refuse(cli, CLI_USAGE, "Say --source NAME, and the record's SIS id.",
                      "that person has %zu records: %.300s", rc_rows_count(rows), list.data);
}

static rc_status refuse_source(struct cli *cli, const struct asked *asked,
                               const struct rc_rows *rows)
{
    if (!rc_rows_bool(rows, 0, ANSWERS))
        return cli_refuse(cli, CLI_FAILED, "Sync the source as a whole, or bring a new upload.",
                          "source %s cannot be asked for one person: only OneRoster REST can",
                          asked->name);
    if (!rc_rows_bool(rows, 0, READ))
        return cli_refuse(cli, CLI_FAILED, "Start its first sync: rollcall run start.",
                          "source %s was never read as a whole", asked->name);
    if (rc_rows_bool(rows, 0, BUSY))
        return cli_refuse(cli, CLI_FAILED, "Wait for it: rollcall run wait --latest.",
                          "a sync of source %s is running; it brings this person too", asked->name);
    if (rc_rows_bool(rows, 0, PARKED))
        return cli_refuse(cli, CLI_FAILED, "Let it go on or cancel it first: rollcall run list.",
                          "a sync of source %s is paused, and would be superseded by this one",
                          asked->name);
    return RC_OK;
}

/* The person's node; NULL: nobody here, so the word is an id of the source. */
static rc_status name_person(struct cli *cli, struct rc_db *tx, const char **ret_node,
                             const char **ret_source)
{
    struct person_ref person = {0};
    const bool named = args_has(&cli->args, "source");

    if (named) RC_TRY(cli_source(cli, tx, ret_source));
    const rc_status found = person_find(cli, tx, args_word(&cli->args, 0), &person);
    if (found != RC_NOT_FOUND) {
        *ret_node = person.node;
        return found;
    }
    return named ? RC_OK : cli_source(cli, tx, ret_source);
}

static rc_status find_where(struct cli *cli, struct rc_db *tx, struct asked *asked)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *word = args_word(&cli->args, 0), *node = NULL, *source = NULL;

    RC_TRY(name_person(cli, tx, &node, &source));
    const char *const values[] = {node, word, source};
    RC_TRY(rc_db_run(tx, sql_person_sync_where, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0)
        return cli_refuse(cli, CLI_NOTHING, "A new person is asked for by the SIS id.",
                          "\"%.60s\" follows no source that could be asked", word);
    if (rc_rows_count(rows) > 1) return refuse_many(cli, rows);
    asked->source = cli_keep(cli, rows, 0, SOURCE);
    asked->name = cli_keep(cli, rows, 0, NAME);
    asked->record = cli_keep(cli, rows, 0, RECORD);
    return refuse_source(cli, asked, rows);
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const struct asked *asked)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "run", rc_str_of(asked->run.run));
    rc_json_put_text(&json, "record", rc_str_of(asked->record));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, "person.sync", rc_buf_str(&what));
}

static rc_status start(struct cli *cli, struct asked *asked)
{
    RC_AUTO_BUF struct rc_buf people = {0};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_where(cli, tx, asked));
    rc_db_array_open(&people);
    rc_db_array_add(&people, rc_str_of(asked->record));
    rc_db_array_close(&people);
    const char *const values[] = {asked->source, people.data, cli->who};
    RC_TRY(rc_db_one(tx, sql_person_sync_start, COUNT_OF(values), values, &rows));
    if (rc_rows_null(rows, 0, 0))
        return cli_refuse(cli, CLI_FAILED,
                          "`rollcall district show` and `rollcall run list` say which.",
                          "source %s cannot be asked now: its district is paused, or another sync "
                          "of it began or was paused meanwhile",
                          asked->name);
    asked->run.run = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit(cli, tx, asked));
    return rc_db_commit(tx);
}

/* Above all when nothing came of it: what did the source say? */
static rc_status say_answer(struct cli *cli, const struct asked *asked)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, asked->run.district, &tx));
    RC_TRY(rc_db_run(tx, sql_person_sync_said, 1, &asked->run.run, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        out_note(&cli->out, "The source said of %s: %s.", rc_rows_cstr(rows, i, 0),
                 rc_rows_cstr(rows, i, 1));
    return rc_db_commit(tx);
}

rc_status person_sync(struct cli *cli)
{
    struct asked asked = {.run = {.slug = args_value(&cli->args, "district")}};

    RC_TRY(cli_district(cli, &asked.run.district));
    RC_TRY(start(cli, &asked));
    if (args_has(&cli->args, "wait")) {
        const rc_status waited = run_wait(cli, &asked.run);
        return waited == RC_OK ? say_answer(cli, &asked) : waited;
    }
    const struct out_fact facts[] = {
        {"run", asked.run.run}, {"source", asked.name}, {"record", asked.record}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Run %s asks source %s for %s alone.", asked.run.run,
            asked.name, asked.record);
    return RC_OK;
}
