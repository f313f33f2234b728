/* The open plan, and asking the planner again about whoever moved since it was made (P4): what
 * applying a plan and taking decisions about it both begin with. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

rc_status plan_open(struct plan_engine *engine, struct plan_ref *plan)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_plan_open, 0, NULL, &rows));
    struct rc_arena *arena = engine->env->arena;
    *plan = (struct plan_ref){.plan = rc_str_copy(arena, rc_rows_text(rows, 0, 0)),
                              .run = rc_str_copy(arena, rc_rows_text(rows, 0, 1)),
                              .source = rc_str_copy(arena, rc_rows_text(rows, 0, 2)),
                              .policy_version = rc_rows_int(rows, 0, 3)};
    return RC_OK;
}

rc_status plan_ask_again(struct plan_engine *engine, const struct plan_ref *plan,
                         int64_t *ret_movers)
{
    const bool moved = plan->policy_version != rc_policy_version(engine->policy);
    const char *const seeds[] = {plan->plan.data, engine->today.data, moved ? "true" : "false"};
    RC_AUTO(rc_rows) struct rc_rows *records = NULL, *accounts = NULL;
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_apply_seed, COUNT_OF(seeds), seeds, &records));
    RC_TRY(rc_db_run(engine->tx, sql_apply_seed_accounts, COUNT_OF(seeds), seeds, &accounts));
    *ret_movers = rc_rows_touched(records) + rc_rows_touched(accounts);
    if (*ret_movers == 0) return RC_OK;
    RC_TRY(plan_engine_decide(engine, *ret_movers));
    /* Of a plan that few moved in, all items are read. */
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    const char *const values[] = {plan->plan.data};
    return rc_db_run(engine->tx, sql_apply_overtaken, COUNT_OF(values), values, NULL);
}
