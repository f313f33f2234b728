/* Removing a source, and putting another one in its place: what would become of its people is told
 * first, from the links that stand and those that wait in the open plan. */
#include "source_change.h"

#include "cli_sql.h"

#include <inttypes.h>

/* What is about to end. */
struct ending {
    const char *district;
    const char *source, *name;
    const char *heir, *heir_name; /* who takes its place; NULL: nobody */
    int64_t carried, shared, waiting, left;
};

/* ---- which sources ---- */

static rc_status find_named(struct cli *cli, struct rc_db *tx, const char *name,
                            const char **ret_source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_source_id, 1, &name, &rows));
    if (rc_rows_count(rows) == 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall source list` shows their names.",
                          "the district has no source \"%.70s\"", name);
    *ret_source = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

/* Under its row's lock; a run that is on its way is not cut off unseen. */
static rc_status lock_source(struct cli *cli, struct rc_db *tx, const char *source, bool idle,
                             const char **ret_name, bool *ret_synced)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_source_lock, 1, &source, &rows));
    *ret_name = cli_keep(cli, rows, 0, 0);
    *ret_synced = rc_rows_bool(rows, 0, 2);
    if (!idle || rc_rows_null(rows, 0, 1)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Let it end, or end it: rollcall run cancel.",
                      "run %.36s of source %.70s is under way", rc_rows_cstr(rows, 0, 1),
                      *ret_name);
}

static rc_status check_heir(struct cli *cli, struct ending *ending, struct rc_db *tx)
{
    bool synced = false;

    if (strcmp(ending->source, ending->heir) == 0)
        return cli_refuse(cli, CLI_USAGE, NULL, "a source cannot be replaced with itself");
    RC_TRY(lock_source(cli, tx, ending->heir, false, &ending->heir_name, &synced));
    if (synced) return RC_OK;
    return cli_refuse(cli, CLI_FAILED,
                      "Sync it beside the old one first: rollcall run start, then approve what it "
                      "recognised.",
                      "nothing was read from source %.70s yet", ending->heir_name);
}

/* ---- the preview ---- */

static const struct out_column people_columns[] = {
    {"role", OUT_TEXT, false},
    {"carried", OUT_NUMBER, false},
    {"also_elsewhere", OUT_NUMBER, false},
    {"to_link", OUT_NUMBER, false},
    {"left_behind", OUT_NUMBER, false},
};
static const struct out_column beside_columns[] = {
    {"class_lists", OUT_NUMBER, false},
    {"memberships", OUT_NUMBER, false},
    {"people_it_would_add", OUT_NUMBER, false},
    {"schools_it_lacks", OUT_TEXT, false},
};

static void add_up(struct ending *ending, const struct rc_rows *rows)
{
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        ending->carried += rc_rows_int(rows, i, 1);
        ending->shared += rc_rows_int(rows, i, 2);
        ending->waiting += rc_rows_int(rows, i, 3);
        ending->left += rc_rows_int(rows, i, 4);
    }
}

/* Into the answer where only that is wanted; its sums always. */
static rc_status preview(struct cli *cli, struct rc_db *tx, struct ending *ending, bool show)
{
    RC_AUTO(rc_rows) struct rc_rows *people = NULL;
    RC_AUTO(rc_rows) struct rc_rows *beside = NULL;
    const char *const values[] = {ending->source, ending->heir};

    RC_TRY(rc_db_run(tx, sql_source_leaves, COUNT_OF(values), values, &people));
    add_up(ending, people);
    if (!show) return RC_OK;
    RC_TRY(rc_db_run(tx, sql_source_brings, COUNT_OF(values), values, &beside));
    out_open(&cli->out);
    out_part(&cli->out, "people", people_columns, COUNT_OF(people_columns), people);
    out_part(&cli->out, "beside", beside_columns, COUNT_OF(beside_columns), beside);
    out_close(&cli->out);
    return RC_OK;
}

static const char *question(struct cli *cli, const struct ending *ending)
{
    const char *way = ending->heir
                          ? rc_str_print(cli->arena, "%.70s takes the place of %.70s",
                                         ending->heir_name, ending->name)
                                .data
                          : rc_str_print(cli->arena, "%.70s is removed", ending->name).data;

    return rc_str_print(cli->arena,
                        "%s, whose credentials are forgotten. Of %" PRId64 " people %" PRId64
                        " are carried by %s too, %" PRId64 " wait to be linked and %" PRId64
                        " are left behind: they stay, until somebody approves what the next plan "
                        "holds as \"no longer shared\".",
                        way, ending->carried, ending->shared,
                        ending->heir ? ending->heir_name : "another source", ending->waiting,
                        ending->left)
        .data;
}

/* ---- the deed ---- */

static rc_status audit(struct cli *cli, struct rc_db *tx, const struct ending *ending)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "source", rc_str_of(ending->source));
    if (ending->heir) rc_json_put_text(&json, "with", rc_str_of(ending->heir));
    rc_json_put_int(&json, "left_behind", ending->left);
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, ending->heir ? "source.replace" : "source.remove", rc_buf_str(&what));
}

/* The policy's version moves, so that everybody is looked at again (P1): of people whose records
 * nobody touched the plan would not know that they are shared no longer. */
static rc_status end_source(struct cli *cli, struct rc_db *tx, const struct ending *ending,
                            const char **ret_run)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const both[] = {ending->source, ending->heir};
    const char *const request[] = {ending->heir, cli->who, "false", "full"};

    if (ending->heir) {
        RC_TRY(rc_db_run(tx, sql_source_succeed, COUNT_OF(both), both, NULL));
        RC_TRY(rc_db_run(tx, sql_source_due, 1, &ending->heir, NULL));
    }
    RC_TRY(rc_db_run(tx, sql_source_remove, 1, &ending->source, NULL));
    RC_TRY(rc_db_run(tx, sql_source_forget, 1, &ending->source, NULL));
    RC_TRY(rc_db_run(tx, sql_setting_version, 0, NULL, NULL));
    RC_TRY(audit(cli, tx, ending));
    if (!ending->heir) return RC_OK;
    RC_TRY(rc_db_one(tx, sql_run_start, COUNT_OF(request), request, &rows));
    *ret_run = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

static rc_status look(struct cli *cli, struct rc_db *tx, struct ending *ending, bool show)
{
    bool synced = false;

    RC_TRY(lock_source(cli, tx, ending->source, !show, &ending->name, &synced));
    if (ending->heir) RC_TRY(check_heir(cli, ending, tx));
    ending->carried = ending->shared = ending->waiting = ending->left = 0;
    return preview(cli, tx, ending, show);
}

/* The question is asked outside of any transaction; what is true when it is answered counts. */
static rc_status ask(struct cli *cli, struct ending *ending)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const bool show = args_has(&cli->args, "dry-run");

    RC_TRY(rc_db_tx(cli->db, ending->district, &tx));
    RC_TRY(look(cli, tx, ending, show));
    RC_TRY(rc_db_commit(tx));
    return show ? RC_NOT_FOUND : cli_confirm(cli, ending->left, question(cli, ending));
}

static rc_status carry_out(struct cli *cli, struct ending *ending)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *run = NULL;

    const rc_status asked = ask(cli, ending);
    if (asked == RC_NOT_FOUND) return RC_OK;
    RC_TRY(asked);
    RC_TRY(rc_db_tx(cli->db, ending->district, &tx));
    RC_TRY(look(cli, tx, ending, false));
    RC_TRY(end_source(cli, tx, ending, &run));
    RC_TRY(rc_db_commit(tx));
    const char *left = rc_str_print(cli->arena, "%" PRId64, ending->left).data;
    const struct out_fact facts[] = {
        {"source_id", ending->source}, {"with", ending->heir}, {"left_behind", left}, {"run", run}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            run ? "Replaced; run %s plans what is left behind."
                : "Removed; no run of it begins any more.%s",
            run ? run : "");
    if (!run && ending->left > 0)
        out_note(&cli->out, "The next sync of another source plans what is left behind.");
    return RC_OK;
}

rc_status source_remove(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct ending ending = {0};

    RC_TRY(cli_district(cli, &ending.district));
    RC_TRY(rc_db_tx(cli->db, ending.district, &tx));
    RC_TRY(cli_source(cli, tx, &ending.source));
    RC_TRY(rc_db_commit(tx));
    return carry_out(cli, &ending);
}

rc_status source_replace(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct ending ending = {0};

    RC_TRY(cli_district(cli, &ending.district));
    RC_TRY(rc_db_tx(cli->db, ending.district, &tx));
    RC_TRY(find_named(cli, tx, args_value(&cli->args, "source"), &ending.source));
    RC_TRY(find_named(cli, tx, args_value(&cli->args, "with"), &ending.heir));
    RC_TRY(rc_db_commit(tx));
    return carry_out(cli, &ending);
}
