/* rollcall status: is everything well, on one screen. What needs a person comes first and decides
 * the exit code, so that a script or a cron job may ask as well as a person. */
#include "cli.h"
#include "nouns.h"
#include "topics_ask.h"

#include "cli_sql.h"

#include <inttypes.h>

/* ---- what PostgreSQL says ---- */

static const struct out_column attention_columns[] = {
    {"rank", OUT_NUMBER, true},   {"needs a person", OUT_TEXT, false},
    {"count", OUT_NUMBER, false}, {"seconds", OUT_NUMBER, false},
    {"next", OUT_TEXT, false},
};
static const struct out_column number_columns[] = {
    {"districts", OUT_NUMBER, false},
    {"paused", OUT_NUMBER, false},
    {"sources", OUT_NUMBER, false},
    {"automatic_sources", OUT_NUMBER, false},
    {"runs_scheduled", OUT_NUMBER, false},
    {"runs_running", OUT_NUMBER, false},
    {"runs_on_hold", OUT_NUMBER, false},
    {"runs_parked", OUT_NUMBER, false},
    {"runs_ended_today", OUT_NUMBER, false},
    {"lanes_open", OUT_NUMBER, false},
    {"lanes_due", OUT_NUMBER, false},
    {"lanes_late_seconds", OUT_NUMBER, false},
    {"dead_letters", OUT_NUMBER, false},
    {"mails_due", OUT_NUMBER, false},
    {"mails_sent_today", OUT_NUMBER, false},
    {"events_unsent", OUT_NUMBER, false},
    {"oldest_snapshot_seconds", OUT_NUMBER, false},
    {"newest_snapshot", OUT_TIME, false},
};
static const struct out_column program_columns[] = {
    {"program", OUT_TEXT, false},
    {"instances", OUT_NUMBER, false},
    {"connections", OUT_NUMBER, false},
};
static const struct out_column district_columns[] = {
    {"state", OUT_TEXT, false},
    {"districts", OUT_NUMBER, false},
    {"paused", OUT_NUMBER, false},
};
static const struct out_column run_columns[] = {
    {"run", OUT_TEXT, false},     {"district", OUT_TEXT, false},
    {"source", OUT_TEXT, false},  {"state", OUT_TEXT, false},
    {"phase", OUT_TEXT, false},   {"seconds", OUT_NUMBER, false},
    {"lanes", OUT_NUMBER, false}, {"dead_letters", OUT_NUMBER, false},
};

static rc_status part(struct cli *cli, const char *title, const char *sql,
                      const struct out_column *columns, size_t count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(cli->db, sql, 0, NULL, &rows));
    out_part(&cli->out, title, columns, count, rows);
    return RC_OK;
}

static rc_status numbers(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(cli->db, sql_status_numbers, 0, NULL, &rows));
    out_fields(&cli->out, number_columns, COUNT_OF(number_columns), rows);
    return RC_OK;
}

static rc_status attention(struct cli *cli, size_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(cli->db, sql_status_attention, 0, NULL, &rows));
    out_part(&cli->out, "attention", attention_columns, COUNT_OF(attention_columns), rows);
    *ret_count = rc_rows_count(rows);
    return RC_OK;
}

static rc_status runs(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "20"};

    RC_TRY(rc_db_run(cli->db, sql_status_runs, COUNT_OF(values), values, &rows));
    out_part(&cli->out, "runs", run_columns, COUNT_OF(run_columns), rows);
    return RC_OK;
}

/* ---- what Kafka says ---- */

enum { LAG_ROWS = 100, LAG_COLUMNS = 3 };

static const struct out_column lag_columns[LAG_COLUMNS] = {
    {"group", OUT_TEXT, false},
    {"topic", OUT_TEXT, false},
    {"behind", OUT_NUMBER, false},
};

struct lags {
    struct rc_str cells[LAG_ROWS * LAG_COLUMNS];
    size_t rows;
};

static rc_status add_lag(struct cli *cli, struct lags *lags, const char *group,
                         const struct topic *topic)
{
    struct rc_str *row = &lags->cells[lags->rows * LAG_COLUMNS];
    struct topic_lag lag = {0};

    if (lags->rows == LAG_ROWS) return RC_OK;
    RC_TRY(topics_behind(cli, group, topic, &lag));
    row[0] = rc_str_of(group);
    row[1] = rc_str_of(topic->name);
    row[2] = rc_str_print(cli->arena, "%" PRId64, lag.behind);
    lags->rows++;
    return RC_OK;
}

static rc_status lag_of(struct cli *cli, const struct topic *topic, struct lags *lags)
{
    struct rc_str rest = topic->consumers;

    while (rest.len > 0) {
        const struct rc_str consumer = rc_str_cut(&rest, ' ');
        if (consumer.len > 0) RC_TRY(add_lag(cli, lags, topics_group(cli, consumer), topic));
    }
    return RC_OK;
}

/* Kafka's absence is part of the answer, not its end. */
static rc_status lag(struct cli *cli)
{
    struct topics *topics = rc_arena_array(cli->arena, 1, sizeof *topics);
    struct lags *lags = rc_arena_array(cli->arena, 1, sizeof *lags);
    rc_status status = topics_load(cli, NULL, topics);

    for (size_t i = 0; status == RC_OK && i < topics->count; i++)
        status = lag_of(cli, &topics->items[i], lags);
    if (status != RC_OK) {
        cli->exit = CLI_DONE; /* a refusal, too */
        out_note(&cli->out, "Kafka was not asked to its end: %s", rc_error_text());
    }
    out_part_cells(&cli->out, "lag", lag_columns, COUNT_OF(lag_columns), lags->cells, lags->rows);
    return RC_OK;
}

/* ---- the command ---- */

static rc_status status_show(struct cli *cli)
{
    size_t waiting = 0;

    out_open(&cli->out);
    RC_TRY(attention(cli, &waiting));
    RC_TRY(numbers(cli));
    RC_TRY(part(cli, "programs", sql_status_programs, program_columns, COUNT_OF(program_columns)));
    RC_TRY(part(cli, "districts_by_state", sql_status_districts, district_columns,
                COUNT_OF(district_columns)));
    RC_TRY(runs(cli));
    if (!args_has(&cli->args, "no-kafka")) RC_TRY(lag(cli));
    out_close(&cli->out);
    if (waiting == 0) return RC_OK;
    RC_TRY(out_flush(&cli->out));
    return cli_end(cli, CLI_PARTLY, "Something needs a person: see \"attention\" above.");
}

static const struct cli_option status_options[] = {
    {"limit", 0, "COUNT", NULL, OPTION_NUMBER, 1, 1000, "At most so many runs (20)."},
    {"no-kafka", 0, NULL, NULL, 0, 0, 0, "Do not ask Kafka how far the groups are behind."},
    OPTION_END,
};

const struct command status_commands[] = {
    {"show",
     NULL,
     "How the whole system does, on one screen.",
     "Exit code 5: something needs a person; \"attention\" says what, and what to do next. "
     "\"show\" "
     "may be left out.",
     status_options,
     {"status", "status --no-kafka", "status -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     status_show},
    {0},
};
