/* What people said about items: a first approval ends the first sync of the sources it rests on
 * (P5); a decline becomes a mark that carries the version it waits for, and names without a mark
 * what the world has moved past (P7). */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

static rc_status take(struct plan_engine *engine, const char *plan, int64_t policy_version)
{
    const char *const values[] = {plan};
    const bool moved = policy_version != rc_policy_version(engine->policy);
    const char *const seeds[] = {plan, engine->today.data, moved ? "true" : "false"};
    RC_TRY(rc_db_run(engine->tx, sql_decide_first_sync, COUNT_OF(values), values, NULL));
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_apply_seed, COUNT_OF(seeds), seeds, &rows));
    if (rc_rows_touched(rows) > 0) {
        RC_TRY(plan_engine_decide(engine));
        RC_TRY(rc_db_run(engine->tx, sql_apply_overtaken, COUNT_OF(values), values, NULL));
    }
    RC_TRY(rc_db_run(engine->tx, sql_decide_declined, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_decide_touch, COUNT_OF(values), values, NULL));
    return rc_db_run(engine->tx, sql_decide_outcome, COUNT_OF(values), values, NULL);
}

rc_status plan_take_decisions(struct rc_stage_env *env, const char *district)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    struct plan_engine engine;
    RC_TRY(plan_engine_open(&engine, env, tx));
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status found = rc_db_one(tx, sql_plan_open, 0, NULL, &rows);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    RC_TRY(take(&engine, rc_rows_cstr(rows, 0, 0), rc_rows_int(rows, 0, 3)));
    RC_TRY(rc_db_commit(tx));
    return RC_OK;
}
