/* rollcall plan: what a sync would change, what waits and why, and what was changed. Old and new
 * values are people's data: they are shown on demand only. */
#include "cli.h"
#include "nouns.h"
#include "plan_canary.h"
#include "plan_decide.h"
#include "plan_find.h"
#include "run_find.h"
#include "undo_show.h"
#include "wait.h"

#include "cli_sql.h"

#include <string.h>

#include "rollcall/roster/plan.h"

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"plan", OUT_TEXT, false},       {"district", OUT_TEXT, false},
    {"run", OUT_TEXT, false},        {"source", OUT_TEXT, false},
    {"state", OUT_TEXT, false},      {"hash", OUT_TEXT, false},
    {"planned_on", OUT_TEXT, false}, {"made_at", OUT_TIME, false},
    {"closed_at", OUT_TIME, false},  {"policy_version", OUT_NUMBER, false},
    {"items", OUT_NUMBER, false},    {"held", OUT_NUMBER, false},
    {"applied", OUT_NUMBER, false},  {"overtaken", OUT_NUMBER, false},
    {"situations", OUT_RAW, true},
};
enum { SHOW_HELD = 11 };

static const struct out_column group_columns[] = {
    {"kind", OUT_TEXT, false},       {"role", OUT_TEXT, false},
    {"school", OUT_TEXT, true},      {"school_name", OUT_TEXT, false},
    {"items", OUT_NUMBER, false},    {"held", OUT_NUMBER, false},
    {"approved", OUT_NUMBER, false}, {"declined", OUT_NUMBER, false},
    {"applied", OUT_NUMBER, false},
};
static const struct out_column hold_columns[] = {
    {"hold", OUT_TEXT, false}, {"items", OUT_NUMBER, false}, {"why", OUT_TEXT, false}};
static const struct out_column item_columns[] = {
    {"item", OUT_NUMBER, false},  {"kind", OUT_TEXT, true},      {"role", OUT_TEXT, false},
    {"school", OUT_TEXT, false},  {"what", OUT_TEXT, false},     {"cause", OUT_TEXT, false},
    {"hold", OUT_TEXT, false},    {"decision", OUT_TEXT, false}, {"decided_by", OUT_TEXT, true},
    {"outcome", OUT_TEXT, false}, {"subject", OUT_TEXT, true},   {"field", OUT_TEXT, true},
    {"old", OUT_TEXT, false},     {"new", OUT_TEXT, false},
};
enum { ITEM_VALUES = 2 }; /* the last columns, which only --values shows */

static const struct cli_rows parts[] = {
    {"changes", sql_plan_groups, 1, group_columns, COUNT_OF(group_columns)},
    {"holds", sql_plan_holds, 1, hold_columns, COUNT_OF(hold_columns)},
};

static rc_status show_items(struct cli *cli, struct rc_db *tx, const char *plan)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct plan_selection s;
    const char *limit = args_value(&cli->args, "limit");
    const size_t hidden = args_has(&cli->args, "values") ? 0 : ITEM_VALUES;

    plan_selection(cli, &s);
    const char *const values[] = {plan,
                                  s.kinds,
                                  s.roles,
                                  s.schools,
                                  s.items,
                                  args_has(&cli->args, "held") ? "true" : "false",
                                  limit ? limit : "50"};
    RC_TRY(rc_db_run(tx, sql_plan_items, COUNT_OF(values), values, &rows));
    out_part(&cli->out, "list", item_columns, COUNT_OF(item_columns) - hidden, rows);
    return RC_OK;
}

static bool wants_items(const struct args *args)
{
    static const char *const signs[] = {"items", "kind", "role",  "school",
                                        "item",  "held", "values"};

    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (args_has(args, signs[i])) return true;
    return false;
}

static rc_status show_parts(struct cli *cli, struct rc_db *tx, const char *plan)
{
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &plan));
    RC_TRY(plan_canary_show(cli, tx, plan));
    return wants_items(&cli->args) ? show_items(cli, tx, plan) : RC_OK;
}

static rc_status plan_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct plan_ref plan;
    struct plan_canary canary;

    RC_TRY(plan_find(cli, args_word(&cli->args, 0), &plan));
    RC_TRY(rc_db_begin_snapshot(cli->db, plan.district));
    tx = cli->db;
    RC_TRY(rc_db_one(tx, sql_plan_show, 1, &plan.plan, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    RC_TRY(show_parts(cli, tx, plan.plan));
    RC_TRY(plan_canary_find(cli, tx, plan.plan, &canary));
    out_close(&cli->out);
    RC_TRY(rc_db_commit(tx));
    RC_TRY(out_flush(&cli->out));
    if (rc_rows_int(rows, 0, SHOW_HELD) > 0 && strcmp(plan.state, "open") == 0)
        out_note(&cli->out,
                 "\nNext: rollcall plan show --district %s --items, then\n"
                 "      rollcall plan approve --district %s %s --hash %.12s",
                 plan.slug, plan.slug, plan_canary_option(&canary), plan.hash);
    return RC_OK;
}

/* ---- history ---- */

static const struct out_column history_columns[] = {
    {"history", OUT_NUMBER, false}, {"at", OUT_TIME, false},        {"kind", OUT_TEXT, false},
    {"account", OUT_TEXT, false},   {"field", OUT_TEXT, false},     {"cause", OUT_TEXT, false},
    {"role", OUT_TEXT, true},       {"school", OUT_TEXT, true},     {"node", OUT_TEXT, true},
    {"approved", OUT_BOOL, false},  {"undone_at", OUT_TIME, false}, {"undone_by", OUT_TEXT, true},
    {"old", OUT_TEXT, false},       {"new", OUT_TEXT, false},
};

static rc_status plan_history(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct run_ref run;
    const char *limit = args_value(&cli->args, "limit");
    const size_t hidden = args_has(&cli->args, "values") ? 0 : ITEM_VALUES;

    RC_TRY(run_find(cli, args_value(&cli->args, "run"), &run));
    const char *const values[] = {run.run, limit ? limit : "50"};
    RC_TRY(rc_db_tx(cli->db, run.district, &tx));
    RC_TRY(rc_db_run(tx, sql_history_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, history_columns, COUNT_OF(history_columns) - hidden, rows);
    return rc_db_commit(tx);
}

/* ---- the table ---- */

#define OPTION_RUN                                                \
    {                                                             \
        "run", 0, "RUN", NULL, 0, 0, 0, "Of this run, by its id." \
    }
#define OPTION_ALL                                                     \
    {                                                                  \
        "all", 0, NULL, NULL, 0, 0, 0, "Everything that is undecided." \
    }
#define OPTION_HASH                                                                     \
    {                                                                                   \
        "hash", 0, "HASH", NULL, 0, 0, 0,                                               \
            "Only if the plan is the one with this hash, or its beginning (plan show)." \
    }
#define OPTION_REASON                                                   \
    {                                                                   \
        "reason", 0, "TEXT", NULL, 0, 0, 0, "Why, for the audit trail." \
    }
#define OPTION_VALUES                                                               \
    {                                                                               \
        "values", 0, NULL, NULL, 0, 0, 0, "Old and new values too: data of people." \
    }

static const struct cli_option show_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    {"items", 0, NULL, NULL, 0, 0, 0, "List the items too; so do the options below."},
    OPTION_ITEMS,
    {"held", 0, NULL, NULL, 0, 0, 0, "Only what waits for a decision."},
    OPTION_VALUES,
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option decide_options[] = {
    OPTION_ANY_DISTRICT, OPTION_RUN, OPTION_ALL,  OPTION_ITEMS,   OPTION_HASH,
    OPTION_REASON,       OPTION_YES, OPTION_WAIT, OPTION_TIMEOUT, OPTION_END,
};
static const struct cli_option approve_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    OPTION_ALL,
    {"rest", 0, NULL, NULL, 0, 0, 0,
     "Everything that is undecided, once the canary school is done and compared."},
    OPTION_ITEMS,
    OPTION_HASH,
    OPTION_REASON,
    OPTION_YES,
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};
static const struct cli_option discard_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    {"reason", 0, "TEXT", NULL, OPTION_REQUIRED, 0, 0, "Why, for the audit trail."},
    OPTION_HASH,
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option undo_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    {"item", 0, "NUMBER", NULL, OPTION_NUMBER, 1, INT64_MAX,
     "This change alone, by its number in the history."},
    OPTION_DRY_RUN,
    OPTION_UNDO_HASH,
    OPTION_VALUES,
    OPTION_LIMIT,
    OPTION_YES,
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};
static const struct cli_option history_options[] = {OPTION_ANY_DISTRICT, OPTION_RUN, OPTION_VALUES,
                                                    OPTION_LIMIT, OPTION_END};

/* ---- situations ---- */

static rc_status plan_situations(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"situation", OUT_TEXT, false}, {"when", OUT_TEXT, false}, {"then", OUT_TEXT, false}};
    struct rc_str cells[RC_SITUATION_COUNT_ * COUNT_OF(columns)];

    for (int i = 0; i < RC_SITUATION_COUNT_; i++) {
        struct rc_str *row = &cells[(size_t)i * COUNT_OF(columns)];
        row[0] = rc_str_of(rc_situation_name((enum rc_situation)i));
        row[1] = rc_str_of(rc_situation_when((enum rc_situation)i));
        row[2] = rc_str_of(rc_situation_then((enum rc_situation)i));
    }
    out_cells(&cli->out, columns, COUNT_OF(columns), cells, RC_SITUATION_COUNT_);
    return RC_OK;
}

static const struct cli_option no_options[] = {OPTION_END};

const struct command plan_commands[] = {
    {"show",
     "[PLAN]",
     "What would change, what waits and why.",
     "Without PLAN: the open plan of --district, else its newest.",
     show_options,
     {"plan show --district maple-county",
      "plan show --district maple-county --held --kind archive --role student",
      "plan show --district maple-county --item 17 --values"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_show},
    {"approve",
     "[PLAN]",
     "Approves items; exactly those are applied.",
     "Exit code 5 with --wait: some were overtaken by later changes; the next plan has them "
     "again.\n"
     "With a canary school (setting canary-school) --all is about that school, and --rest about "
     "what "
     "follows.",
     approve_options,
     {"plan approve --district maple-county --all --hash 1f2e3d4c5b6a",
      "plan approve --district maple-county --all --yes --wait",
      "plan approve --district maple-county --kind create --role student --school \"North High\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_approve},
    {"decline",
     "[PLAN]",
     "Declines items; they are not proposed again until they change.",
     "With an archive it declines what follows from it too: the person keeps class lists and "
     "guardians.",
     decide_options,
     {"plan decline --district maple-county --kind archive --reason \"they are on exchange\"",
      "plan decline --district maple-county --item 17 --item 18 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_decline},
    {"discard",
     "[PLAN]",
     "Puts the whole plan away; declines nothing.",
     NULL,
     discard_options,
     {"plan discard --district maple-county --reason \"the SIS was being restored\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_discard},
    {"undo",
     NULL,
     "Takes back what a run changed, where nobody touched it since.",
     "--dry-run shows what would be taken back, and what stays since others moved it later; "
     "--hash\n"
     "takes back exactly that. Exit code 5 with --wait: some changes were left alone. Without "
     "--run:\n"
     "--district's newest run.",
     undo_options,
     {"plan undo --district maple-county --dry-run",
      "plan undo --district maple-county --hash 1f2e3d4c5b6a --wait",
      "plan undo --run 01980000-0000-7000-8000-000000000001 --item 17 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_undo},
    {"history",
     NULL,
     "What a run changed.",
     NULL,
     history_options,
     {"plan history --district maple-county",
      "plan history --run 01980000-0000-7000-8000-000000000001 --limit 1000"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     plan_history},
    {"situations",
     NULL,
     "How a record may meet the directory, and what a plan intends then.",
     "`rollcall plan show -o json` counts them for a plan, `rollcall person explain` says it of "
     "one "
     "person.",
     no_options,
     {"plan situations"},
     NEEDS_NOTHING,
     plan_situations},
    {0},
};
