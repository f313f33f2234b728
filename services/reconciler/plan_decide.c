/* What people said about items: a first approval ends the first sync of the sources it rests on
 * (P5); a decline becomes a mark that carries the version it waits for, and names without a mark
 * what the world has moved past (P7). */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

static rc_status declined(struct plan_engine *engine, const char *plan, bool *ret_any)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_decide_any, 1, &plan, &rows));
    *ret_any = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

static rc_status take(struct plan_engine *engine, const struct plan_ref *plan)
{
    const char *const values[] = {plan->plan.data};
    bool any = false;
    int64_t movers = 0;
    RC_TRY(rc_db_run(engine->tx, sql_decide_first_sync, COUNT_OF(values), values, NULL));
    RC_TRY(declined(engine, plan->plan.data, &any));
    if (!any) return RC_OK; /* what was approved is asked again where it is applied */
    RC_TRY(rc_db_run(engine->tx, sql_decide_with_archive, COUNT_OF(values), values, NULL));
    RC_TRY(plan_ask_again(engine, plan, &movers));
    RC_TRY(rc_db_run(engine->tx, sql_decide_declined, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_decide_touch, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_decide_outcome, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_decide_followers, COUNT_OF(values), values, NULL));
    return rc_db_run(engine->tx, sql_plan_decided, COUNT_OF(values), values, NULL);
}

rc_status plan_take_decisions(struct rc_stage_env *env, const char *district)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    struct plan_engine engine;
    RC_TRY(plan_engine_open(&engine, env, tx));
    struct plan_ref plan;
    const rc_status found = plan_open(&engine, &plan);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    RC_TRY(take(&engine, &plan));
    return rc_db_commit(tx);
}
