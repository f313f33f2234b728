/* rollcall source test. The asking is a fetcher's, which alone opens credentials; here it is asked
 * for, waited for and shown. */
#include "source_test.h"

#include "source_fields.h"
#include "wait.h"

#include "cli_sql.h"

#include <string.h>

/* ---- asking for it ---- */

static rc_status check_kind(struct cli *cli, struct rc_db *tx, const char *source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_source_kind, 1, &source, &rows));
    if (rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("oneroster-rest"))) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "`rollcall run test` reads, checks and plans what is there.",
                      "a source of the kind %s is not asked over OneRoster REST: there is no "
                      "connection to test",
                      rc_rows_cstr(rows, 0, 0));
}

static rc_status request(struct cli *cli, const char *district, const char **ret_probe)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(check_kind(cli, tx, source));
    const char *const values[] = {source, cli->who};
    RC_TRY(rc_db_one(tx, sql_probe_add, COUNT_OF(values), values, &rows));
    *ret_probe = cli_keep(cli, rows, 0, 0);
    RC_TRY(
        cli_audit(cli, tx, "source.test", rc_str_print(cli->arena, "{\"source\":\"%s\"}", source)));
    return rc_db_commit(tx);
}

/* ---- waiting ---- */

struct watch {
    const char *district, *probe;
};

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    const struct watch *watch = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, watch->district, &tx));
    RC_TRY(rc_db_one(tx, sql_probe_progress, 1, &watch->probe, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_done = rc_rows_bool(rows, 0, 0);
    if (!*ret_done)
        rc_buf_add_str(line, rc_rows_bool(rows, 0, 1) ? RC_STR("asking the SIS")
                                                      : RC_STR("waiting for a fetcher"));
    return RC_OK;
}

static rc_status wait_for(struct cli *cli, struct watch *watch)
{
    const struct wait wait = {
        .what = "the test",
        .stop =
            "Its end is shown by rollcall source test --last; without a running "
            "rollcall-fetcher there is none.",
        .look = look,
        .self = watch,
    };

    return wait_until_done(cli, &wait);
}

/* ---- showing it ---- */

static const struct out_column card_columns[] = {
    {"source", OUT_TEXT, false},       {"tested_at", OUT_TIME, false},
    {"requested_by", OUT_TEXT, false}, {"verdict", OUT_TEXT, false},
    {"people_read", OUT_TEXT, false},  {"requests", OUT_NUMBER, false},
    {"seconds", OUT_NUMBER, false},    {"strategy", OUT_RAW, false},
    {"test", OUT_TEXT, true},
};
enum { CARD_SOURCE = 0, CARD_VERDICT = 3 };

static const struct out_column check_columns[] = {
    {"state", OUT_TEXT, false},
    {"check", OUT_TEXT, false},
    {"says", OUT_TEXT, false},
    {"ask", OUT_TEXT, false},
};
static const struct out_column collection_columns[] = {
    {"collection", OUT_TEXT, false}, {"readable", OUT_BOOL, false},
    {"total", OUT_NUMBER, false},    {"asked_for", OUT_NUMBER, false},
    {"received", OUT_NUMBER, false}, {"milliseconds", OUT_NUMBER, false},
    {"bytes", OUT_NUMBER, true},
};
static const struct out_column role_columns[] = {
    {"role", OUT_TEXT, false},
    {"people", OUT_NUMBER, false},
    {"exact", OUT_BOOL, false},
};
static const struct out_column school_columns[] = {
    {"school", OUT_TEXT, false},
    {"name", OUT_TEXT, false},
    {"people", OUT_TEXT, false},
    {"roles", OUT_RAW, true},
};
static const struct out_column suggestion_columns[] = {
    {"setting", OUT_TEXT, false},
    {"now", OUT_TEXT, false},
    {"better", OUT_TEXT, false},
    {"why", OUT_TEXT, false},
};
static const struct out_column change_columns[] = {{"change", OUT_TEXT, false}};

static const struct cli_rows parts[] = {
    {"checks", sql_probe_checks, 1, check_columns, COUNT_OF(check_columns)},
    {"collections", sql_probe_collections, 1, collection_columns, COUNT_OF(collection_columns)},
    {"roles", sql_probe_roles, 1, role_columns, COUNT_OF(role_columns)},
    {"schools", sql_probe_schools, 1, school_columns, COUNT_OF(school_columns)},
    {"suggestions", sql_probe_suggestions, 1, suggestion_columns, COUNT_OF(suggestion_columns)},
    {"changes", sql_probe_changes, 1, change_columns, COUNT_OF(change_columns)},
};

static rc_status suggest(struct cli *cli, struct rc_db *tx, const char *probe, const char *name,
                         const char **ret_words)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_probe_set, 1, &probe, &rows));
    if (rc_rows_null(rows, 0, 0)) return RC_OK;
    *ret_words = rc_str_print(cli->arena, "rollcall source set --district %s --source '%s' %s",
                              args_value(&cli->args, "district"), name, rc_rows_cstr(rows, 0, 0))
                     .data;
    return RC_OK;
}

static rc_status show(struct cli *cli, const char *district, const char *probe)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *words = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_probe_show, 1, &probe, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, card_columns, COUNT_OF(card_columns), rows);
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &probe));
    out_close(&cli->out);
    RC_TRY(suggest(cli, tx, probe, rc_rows_cstr(rows, 0, CARD_SOURCE), &words));
    RC_TRY(rc_db_commit(tx));
    RC_TRY(out_flush(&cli->out));
    if (words && !args_has(&cli->args, "apply"))
        out_note(&cli->out, "\nTo set what is suggested: %s", words);
    if (strcmp(rc_rows_cstr(rows, 0, CARD_VERDICT), "bad") == 0) cli->exit = CLI_FAILED;
    return RC_OK;
}

/* ---- setting what is suggested ---- */

static rc_status apply_each(struct cli *cli, struct rc_db *tx, const char *source,
                            const struct rc_rows *suggested, struct rc_buf *changed)
{
    for (size_t i = 0; i < rc_rows_count(suggested); i++) {
        const struct rc_str one = rc_str_print(cli->arena, "%s=%s", rc_rows_cstr(suggested, i, 0),
                                               rc_rows_cstr(suggested, i, 2));
        RC_TRY(source_set_field(cli, tx, source, one.data, changed));
    }
    return RC_OK;
}

static rc_status apply(struct cli *cli, const struct watch *watch)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf changed = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(rc_db_tx(cli->db, watch->district, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(rc_db_run(tx, sql_probe_suggestions, 1, &watch->probe, &rows));
    RC_TRY(apply_each(cli, tx, source, rows, &changed));
    if (changed.len == 0) return RC_OK;
    RC_TRY(cli_audit(cli, tx, "source.set",
                     rc_str_print(cli->arena, "{\"source\":\"%s\",\"fields\":\"%s\"}", source,
                                  changed.data + 1)));
    RC_TRY(rc_db_commit(tx));
    out_note(&cli->out, "Set:%s.", changed.data);
    return RC_OK;
}

/* ---- what was found before ---- */

static const struct out_column history_columns[] = {
    {"tested_at", OUT_TIME, false},    {"verdict", OUT_TEXT, false},
    {"requested_by", OUT_TEXT, false}, {"errors", OUT_NUMBER, false},
    {"warnings", OUT_NUMBER, false},   {"changes", OUT_RAW, false},
    {"test", OUT_TEXT, true},
};

static rc_status history(struct cli *cli, const char *district)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(rc_db_run(tx, sql_probe_history, 1, &source, &rows));
    out_rows(&cli->out, history_columns, COUNT_OF(history_columns), rows);
    return rc_db_commit(tx);
}

static rc_status last(struct cli *cli, const char *district)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    const rc_status found = rc_db_one(tx, sql_probe_last, 1, &source, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "Without --last it is tested now.",
                          "the source was not tested yet");
    RC_TRY(found);
    const char *probe = cli_keep(cli, rows, 0, 0);
    RC_TRY(rc_db_commit(tx));
    return show(cli, district, probe);
}

/* ---- the command ---- */

rc_status source_test(struct cli *cli)
{
    struct watch watch = {0};

    RC_TRY(cli_district(cli, &watch.district));
    if (args_has(&cli->args, "history")) return history(cli, watch.district);
    if (args_has(&cli->args, "last")) return last(cli, watch.district);
    RC_TRY(request(cli, watch.district, &watch.probe));
    RC_TRY(wait_for(cli, &watch));
    RC_TRY(show(cli, watch.district, watch.probe));
    return args_has(&cli->args, "apply") ? apply(cli, &watch) : RC_OK;
}

const struct cli_option source_test_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"apply", 0, NULL, NULL, 0, 0, 0, "Set what the test suggests."},
    {"last", 0, NULL, NULL, 0, 0, 0, "Show the last test instead of testing now."},
    {"history", 0, NULL, NULL, 0, 0, 0, "List the tests that are kept, the newest first."},
    OPTION_TIMEOUT,
    OPTION_END,
};
