/* rollcall run: asks for syncs, and shows what became of them. */
#include "cli.h"
#include "nouns.h"
#include "run_find.h"
#include "run_wait.h"
#include "wait.h"

#include "cli_sql.h"

#include <string.h>

/* ---- start ---- */

static rc_status refuse_paused(struct cli *cli, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_run_paused, 0, NULL, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "`rollcall district resume` ends the pause.",
                      "the district is paused: %s", cli_keep(cli, rows, 0, 1));
}

/* A request joins the run that is scheduled already (R2); a test must not join one that is none. */
static rc_status check_joined(struct cli *cli, struct rc_db *tx, const char *run, const char *test)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {run, test};

    RC_TRY(rc_db_one(tx, sql_run_is, COUNT_OF(values), values, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Wait for it, or cancel it: rollcall run cancel.",
                      "run %s is scheduled already, and is %s", run,
                      rc_rows_bool(rows, 0, 1) ? "a test" : "no test");
}

/* A delta that cannot be one is told here, not silently made a full run. */
static rc_status check_mode(struct cli *cli, struct rc_db *tx, const char *source, const char *mode)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    if (strcmp(mode, "full") == 0) return RC_OK;
    if (strcmp(mode, "delta") != 0)
        return cli_refuse(cli, CLI_USAGE, NULL, "--mode: full or delta is due");
    RC_TRY(rc_db_one(tx, sql_run_delta, 1, &source, &rows));
    if (rc_rows_null(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "`rollcall source show` shows its settings.",
                      "no delta is possible: %s", cli_keep(cli, rows, 0, 0));
}

static rc_status request(struct cli *cli, const char *district, bool is_test, const char **ret_run)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;
    const char *test = is_test ? "true" : "false";
    const char *mode = args_has(&cli->args, "mode") ? args_value(&cli->args, "mode") : "full";

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(refuse_paused(cli, tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(check_mode(cli, tx, source, mode));
    const char *const values[] = {source, cli->who, test, mode};
    RC_TRY(rc_db_one(tx, sql_run_start, COUNT_OF(values), values, &rows));
    *ret_run = cli_keep(cli, rows, 0, 0);
    RC_TRY(check_joined(cli, tx, *ret_run, test));
    RC_TRY(cli_audit(cli, tx, "run.start",
                     rc_str_print(cli->arena, "{\"run\":\"%s\",\"test\":%s}", *ret_run, test)));
    return rc_db_commit(tx);
}

static rc_status start(struct cli *cli, bool test)
{
    struct run_ref run = {.slug = args_value(&cli->args, "district")};

    RC_TRY(cli_district(cli, &run.district));
    RC_TRY(request(cli, run.district, test, &run.run));
    if (test)
        out_note(&cli->out, "What it would do, once it has ended: rollcall plan show --run %s",
                 run.run);
    if (args_has(&cli->args, "wait")) return run_wait(cli, &run);
    const struct out_fact facts[] = {{"run", run.run}, {"district", run.slug}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Run %s was requested.", run.run);
    out_note(&cli->out, "See it: rollcall run wait %s", run.run);
    return RC_OK;
}

static rc_status run_start(struct cli *cli)
{
    return start(cli, args_has(&cli->args, "test"));
}

static rc_status run_test(struct cli *cli)
{
    return start(cli, true);
}

static rc_status run_wait_command(struct cli *cli)
{
    struct run_ref run;

    RC_TRY(run_find(cli, args_word(&cli->args, 0), &run));
    return run_wait(cli, &run);
}

/* ---- list ---- */

static const struct out_column list_columns[] = {
    {"run", OUT_TEXT, false},         {"district", OUT_TEXT, false},
    {"source", OUT_TEXT, false},      {"kind", OUT_TEXT, true},
    {"test", OUT_BOOL, false},        {"state", OUT_TEXT, false},
    {"phase", OUT_TEXT, true},        {"requested_by", OUT_TEXT, false},
    {"requested_at", OUT_TIME, true}, {"started_at", OUT_TIME, false},
    {"finished_at", OUT_TIME, true},  {"seconds", OUT_NUMBER, false},
    {"failure", OUT_TEXT, false},     {"counts", OUT_RAW, true},
};

static rc_status run_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *limit = args_value(&cli->args, "limit");
    const char *district = NULL;

    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    const char *const values[] = {district, NULL, args_value(&cli->args, "state"),
                                  limit ? limit : "50"};
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_run_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    return rc_db_commit(tx);
}

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"run", OUT_TEXT, false},
    {"district", OUT_TEXT, false},
    {"source", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},
    {"test", OUT_BOOL, false},
    {"state", OUT_TEXT, false},
    {"phase", OUT_TEXT, false},
    {"parked", OUT_BOOL, false},
    {"suspect", OUT_BOOL, false},
    {"requested_by", OUT_TEXT, false},
    {"requested_at", OUT_TIME, false},
    {"started_at", OUT_TIME, false},
    {"ready_at", OUT_TIME, false},
    {"mirrored_at", OUT_TIME, false},
    {"finished_at", OUT_TIME, false},
    {"deadline_at", OUT_TIME, false},
    {"snapshot_on", OUT_TEXT, false},
    {"base_mirror_version", OUT_NUMBER, false},
    {"seconds", OUT_NUMBER, false},
    {"failure", OUT_TEXT, false},
    {"counts", OUT_RAW, true},
    {"plan", OUT_TEXT, false},
    {"open_dead_letters", OUT_NUMBER, false},
    {"mail", OUT_TEXT, false},
    {"upload", OUT_TEXT, false},
};
enum { SHOW_STATE = 5, SHOW_PLAN = 21, SHOW_DEAD = 22 };

static const struct out_column collection_columns[] = {
    {"collection", OUT_TEXT, false}, {"pass", OUT_NUMBER, false},
    {"pages", OUT_NUMBER, false},    {"records", OUT_NUMBER, false},
    {"total", OUT_NUMBER, false},    {"stored_pages", OUT_NUMBER, false},
    {"state", OUT_TEXT, false},      {"reason", OUT_TEXT, false},
};
static const struct out_column seal_columns[] = {
    {"collection", OUT_TEXT, false},    {"pass", OUT_NUMBER, false},
    {"mode", OUT_TEXT, false},          {"lanes", OUT_NUMBER, false},
    {"pages", OUT_NUMBER, false},       {"records", OUT_NUMBER, false},
    {"ids", OUT_NUMBER, false},         {"total_first", OUT_NUMBER, false},
    {"total_last", OUT_NUMBER, false},  {"revision_first", OUT_TEXT, false},
    {"revision_last", OUT_TEXT, false}, {"state", OUT_TEXT, false},
    {"reason", OUT_TEXT, false},
};
static const struct out_column change_columns[] = {
    {"kind", OUT_TEXT, false},       {"applied", OUT_NUMBER, false},
    {"held", OUT_NUMBER, false},     {"would_apply", OUT_NUMBER, true},
    {"declined", OUT_NUMBER, false}, {"overtaken", OUT_NUMBER, false},
};
static const struct out_column finding_columns[] = {
    {"severity", OUT_TEXT, false}, {"rule", OUT_TEXT, false},    {"collection", OUT_TEXT, false},
    {"field", OUT_TEXT, false},    {"count", OUT_NUMBER, false}, {"for_example", OUT_TEXT, false},
    {"message", OUT_TEXT, false},
};

/* What a person would do next, by the run's state. */
static void say_next(struct cli *cli, const struct run_ref *run, const struct rc_rows *rows)
{
    const struct rc_str state = rc_rows_text(rows, 0, SHOW_STATE);

    if (rc_rows_int(rows, 0, SHOW_DEAD) > 0)
        out_note(&cli->out, "\nNext: rollcall dead-letter list --run %s", run->run);
    else if (rc_str_eq(state, RC_STR("On hold")))
        out_note(&cli->out, "\nNext: rollcall plan show --district %s", run->slug);
    else if (rc_str_eq(state, RC_STR("Running")) || rc_str_eq(state, RC_STR("Scheduled")))
        out_note(&cli->out, "\nNext: rollcall run wait %s", run->run);
    else if (rc_str_starts(state, RC_STR("Completed")))
        out_note(&cli->out, "\nNext: rollcall plan history --run %s", run->run);
    else
        out_note(&cli->out, "\nNext: rollcall run start --district %s", run->slug);
}

/* Values: the run, how many findings at most. */
static const struct cli_rows parts[] = {
    {"collections", sql_run_collections, 1, collection_columns, COUNT_OF(collection_columns)},
    {"changes", sql_run_counts, 1, change_columns, COUNT_OF(change_columns)},
    {"findings", sql_finding_groups, 2, finding_columns, COUNT_OF(finding_columns)},
};

/* What --seals shows beside the run. */
static const struct cli_rows seal_parts[] = {
    {"seals", sql_run_seals, 1, seal_columns, COUNT_OF(seal_columns)},
};

static rc_status show_parts(struct cli *cli, struct rc_db *tx, const struct run_ref *run)
{
    const char *const values[] = {run->run, "20"};

    if (args_has(&cli->args, "seals"))
        return cli_parts(cli, tx, seal_parts, COUNT_OF(seal_parts), values);
    return cli_parts(cli, tx, parts, COUNT_OF(parts), values);
}

static rc_status run_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct run_ref run;

    RC_TRY(run_find(cli, args_word(&cli->args, 0), &run));
    RC_TRY(rc_db_begin_snapshot(cli->db, run.district));
    tx = cli->db;
    RC_TRY(rc_db_one(tx, sql_run_show, 1, &run.run, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    RC_TRY(show_parts(cli, tx, &run));
    out_close(&cli->out);
    RC_TRY(rc_db_commit(tx));
    RC_TRY(out_flush(&cli->out));
    say_next(cli, &run, rows);
    return RC_OK;
}

/* ---- trace ---- */

static const struct out_column trace_columns[] = {
    {"at", OUT_TIME, false},    {"after", OUT_NUMBER, false}, {"took", OUT_NUMBER, false},
    {"stage", OUT_TEXT, false}, {"what", OUT_TEXT, false},    {"trace_id", OUT_TEXT, true},
};
enum { TRACE_ID = 5 };

static rc_status run_trace(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct run_ref run;

    RC_TRY(run_find(cli, args_word(&cli->args, 0), &run));
    RC_TRY(rc_db_tx(cli->db, run.district, &tx));
    RC_TRY(rc_db_run(tx, sql_run_trace, 1, &run.run, &rows));
    out_rows(&cli->out, trace_columns, COUNT_OF(trace_columns), rows);
    RC_TRY(rc_db_commit(tx));
    RC_TRY(out_flush(&cli->out));
    if (rc_rows_count(rows) > 0)
        out_note(&cli->out, "\nIn the logs of every program: trace_id %s",
                 rc_rows_cstr(rows, 0, TRACE_ID));
    return RC_OK;
}

/* ---- cancel ---- */

static rc_status run_cancel(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct run_ref run;
    const char *reason = args_value(&cli->args, "reason");

    RC_TRY(run_find(cli, args_word(&cli->args, 0), &run));
    const char *const values[] = {run.run, rc_str_print(cli->arena, "cancelled by %s%s%s", cli->who,
                                                        reason ? ": " : "", reason ? reason : "")
                                               .data};
    RC_TRY(rc_db_tx(cli->db, run.district, &tx));
    RC_TRY(rc_db_run(tx, sql_run_lock, 1, values, NULL));
    RC_TRY(rc_db_run(tx, sql_run_cancel, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0 || !rc_rows_bool(rows, 0, 0))
        return cli_refuse(cli, CLI_FAILED, "`rollcall run show` shows where it stands.",
                          "the run is over, or its records are stored already: it cannot be "
                          "cancelled; its plan can be discarded");
    RC_TRY(cli_audit(cli, tx, "run.cancel", rc_str_print(cli->arena, "{\"run\":\"%s\"}", run.run)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"run", run.run}, {"state", "Cancelled"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Run %s was cancelled; nothing of it stands.",
            run.run);
    return RC_OK;
}

/* ---- the table ---- */

#define OPTION_MODE                                                                             \
    {                                                                                           \
        "mode", 0, "MODE", NULL, 0, 0, 0, "full (default), or delta: only what changed lately." \
    }
static const struct cli_option start_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"test", 0, NULL, NULL, 0, 0, 0, "Read, check and plan; change nothing."},
    OPTION_MODE,
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};
static const struct cli_option test_options[] = {OPTION_DISTRICT, OPTION_SOURCE,  OPTION_MODE,
                                                 OPTION_WAIT,     OPTION_TIMEOUT, OPTION_END};
static const struct cli_option list_options[] = {
    OPTION_ANY_DISTRICT,
    {"state", 0, "STATE", NULL, 0, 0, 0, "Only runs in this state, as \"On hold\"."},
    OPTION_LIMIT,
    OPTION_END,
};
#define OPTION_LATEST                                                                           \
    {                                                                                           \
        "latest", 0, NULL, NULL, 0, 0, 0, "The newest run of --district; so it is without RUN." \
    }
static const struct cli_option one_options[] = {OPTION_ANY_DISTRICT, OPTION_LATEST, OPTION_END};
static const struct cli_option show_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_LATEST,
    {"seals", 0, NULL, NULL, 0, 0, 0,
     "What each pass of each collection proved: pages, records, ids, totals, revisions."},
    OPTION_END,
};
static const struct cli_option wait_options[] = {OPTION_ANY_DISTRICT, OPTION_LATEST, OPTION_TIMEOUT,
                                                 OPTION_END};
static const struct cli_option cancel_options[] = {
    OPTION_ANY_DISTRICT,
    {"reason", 0, "TEXT", NULL, 0, 0, 0, "Why."},
    OPTION_END,
};

const struct command run_commands[] = {
    {"start",
     NULL,
     "Asks for a sync; joins one that is scheduled already.",
     NULL,
     start_options,
     {"run start --district maple-county", "run start --district maple-county --wait",
      "run start --district maple-county --test --wait --timeout 30m",
      "run start --district maple-county --mode delta"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_start},
    {"list",
     NULL,
     "Runs, the newest first.",
     NULL,
     list_options,
     {"run list", "run list --district maple-county", "run list --state \"On hold\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_list},
    {"show",
     "[RUN]",
     "One run: times, collections, changes, findings, what to do next.",
     NULL,
     show_options,
     {"run show --district maple-county", "run show 01980000-0000-7000-8000-000000000001",
      "run show --district maple-county --seals"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_show},
    {"trace",
     "[RUN]",
     "A run's way through all programs: when, how long after its request, how long each part took.",
     "Seconds; made from the rows that the run left, so details that retention removed are "
     "missing.",
     one_options,
     {"run trace --district maple-county", "run trace 01980000-0000-7000-8000-000000000001"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_trace},
    {"wait",
     "[RUN]",
     "Waits until a run has ended or waits for a person.",
     "Exit code 0: Completed or On hold. 1: Failed, Paused, Cancelled or Superseded. 6: the time "
     "is over.\nInterrupting it leaves the run going on.",
     wait_options,
     {"run wait --district maple-county", "run wait --district maple-county --timeout 1h"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_wait_command},
    {"cancel",
     "[RUN]",
     "Ends a run before its records are stored.",
     NULL,
     cancel_options,
     {"run cancel --district maple-county --reason \"wrong settings\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_cancel},
    {"test",
     NULL,
     "Asks for a test sync: reads, checks and plans, and applies nothing, at any time.",
     "It makes a plan of its own beside the one that may be open, which stays as it is; what it "
     "proposes is\nproposed again by the next sync. The same as run start --test.",
     test_options,
     {"run test --district maple-county --wait", "run test --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     run_test},
    {0},
};
