/* A canary school first: whoever approves approves that school's items alone, until all of them are
 * carried out; then it is compared, and the rest is approved by a word of its own. */
#include "plan_canary.h"

#include "cli_sql.h"

rc_status plan_canary_find(struct cli *cli, struct rc_db *tx, const char *plan,
                           struct plan_canary *ret_canary)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_plan_canary, 1, &plan, &rows));
    *ret_canary = (struct plan_canary){.schools = cli_keep(cli, rows, 0, 0),
                                       .waiting = rc_rows_int(rows, 0, 1),
                                       .applied = rc_rows_int(rows, 0, 2)};
    return RC_OK;
}

/* Everything else: only after the canary school, if there was anything of it. */
static rc_status check_rest(struct cli *cli, const struct plan_canary *canary)
{
    const bool rest = args_has(&cli->args, "rest");

    if (rest && !canary->schools)
        return cli_refuse(cli, CLI_USAGE, "Say --all, or set it: rollcall settings set.",
                          "--rest: no canary-school is set");
    if (rest && canary->waiting > 0)
        return cli_refuse(cli, CLI_FAILED,
                          "`rollcall plan approve --all` is about that school alone; decline what "
                          "is not to be.",
                          "%lld items of the canary school are not carried out yet",
                          (long long)canary->waiting);
    if (args_has(&cli->args, "all") && canary->schools && canary->applied > 0 &&
        canary->waiting == 0)
        return cli_refuse(cli, CLI_FAILED,
                          "Compare it: `rollcall plan show`; then `rollcall plan approve --rest`.",
                          "the canary school is done; the rest is approved with --rest");
    return RC_OK;
}

rc_status plan_canary_turn(struct cli *cli, const struct plan_canary *canary,
                           struct plan_selection *selection, bool *ret_first)
{
    *ret_first = false;
    RC_TRY(check_rest(cli, canary));
    if (!canary->schools || canary->waiting == 0) return RC_OK;
    if (selection->schools)
        return cli_refuse(cli, CLI_FAILED, "Leave --school away.",
                          "the canary school goes first, and %lld items of it wait",
                          (long long)canary->waiting);
    selection->schools = canary->schools;
    *ret_first = true;
    return RC_OK;
}

static const struct out_column columns[] = {
    {"kind", OUT_TEXT, false},    {"intended", OUT_NUMBER, false},  {"applied", OUT_NUMBER, false},
    {"stand", OUT_NUMBER, false}, {"overtaken", OUT_NUMBER, false}, {"left", OUT_NUMBER, false},
};

rc_status plan_canary_show(struct cli *cli, struct rc_db *tx, const char *plan)
{
    const struct cli_rows part = {"canary", sql_plan_canary_counts, 1, columns, COUNT_OF(columns)};
    struct plan_canary canary;

    RC_TRY(plan_canary_find(cli, tx, plan, &canary));
    return canary.schools ? cli_parts(cli, tx, &part, 1, &plan) : RC_OK;
}

const char *plan_canary_option(const struct plan_canary *canary)
{
    return canary->schools && canary->applied > 0 && canary->waiting == 0 ? "--rest" : "--all";
}
