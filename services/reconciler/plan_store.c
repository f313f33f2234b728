/* Makes the district's plan and stores it: settles who has nothing to do, takes over the open plan
 * with its decisions and holds, and holds what exceeds a threshold (P1, P3, P5). One transaction
 * under the district's lock. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/id.h"

/* A test plan settles nothing: its items stay what they were. */
static rc_status settle(struct plan_engine *engine, bool test)
{
    if (test) return RC_OK;
    const struct rc_str version = rc_str_print(engine->env->arena, "%lld",
                                               (long long)rc_policy_version(engine->policy));
    const char *const values[] = {version.data, engine->today.data};
    RC_TRY(rc_db_run(engine->tx, sql_plan_unsettle, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_unsettle_accounts, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_settle, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_settle_accounts, COUNT_OF(values), values, NULL));
    return rc_db_run(engine->tx, sql_plan_lists, 0, NULL, NULL);
}

static rc_status hold(struct plan_engine *engine, const char *plan)
{
    struct rc_arena *arena = engine->env->arena;
    const char *archive = rc_str_print(arena, "%lld",
                                       (long long)rc_policy_number(engine->policy,
                                                                   "threshold-archive-percent"))
                              .data;
    const char *change = rc_str_print(arena, "%lld",
                                      (long long)rc_policy_number(engine->policy,
                                                                  "threshold-change-percent"))
                             .data;
    const bool all = rc_str_eq(rc_policy_choice(engine->policy, "above-threshold"),
                               RC_STR("hold all"));
    const char *const values[] = {plan, archive, change, engine->today.data,
                                  all ? "true" : "false"};
    return rc_db_run(engine->tx, sql_plan_thresholds, COUNT_OF(values), values, NULL);
}

/* The run whose plan was taken over no longer waits for anybody: its items live on in this one
 * (P3). */
static rc_status supersede_run(struct plan_engine *engine, const struct run_ref *run,
                               const char *other)
{
    if (strcmp(other, run->run) == 0) return RC_OK;
    struct run_ref before = *run;
    before.run = other;
    const char *const values[] = {other};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status status = rc_db_one(engine->tx, sql_plan_waiting_run, COUNT_OF(values), values,
                                       &rows);
    if (status == RC_NOT_FOUND) return RC_OK;
    RC_TRY(status);
    before.source = rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 0)).data;
    const struct run_end end = {.state = "Superseded",
                                .failure = "a later run's plan took over what was waiting here"};
    const rc_status ended = reconciler_finish(engine->env, engine->tx, &before, &end);
    return ended == RC_NOT_FOUND ? RC_OK : ended;
}

static rc_status take_over(struct plan_engine *engine, const struct run_ref *run, const char *plan)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_plan_take_over, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const char *const both[] = {plan, rc_rows_cstr(rows, i, 0)};
        RC_TRY(rc_db_run(engine->tx, sql_plan_inherit, COUNT_OF(both), both, NULL));
        RC_TRY(rc_db_run(engine->tx, sql_plan_taken_over, 1, &both[1], NULL));
        RC_TRY(supersede_run(engine, run, rc_rows_cstr(rows, i, 1)));
    }
    return rc_db_run(engine->tx, sql_plan_inherit_discarded, 1, &plan, NULL);
}

static void situations_json(const struct plan_engine *engine, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '{');
    for (size_t i = 0; i < RC_SITUATION_COUNT_; i++)
        rc_json_put_int(&json, rc_situation_name((enum rc_situation)i),
                        (int64_t)engine->situations[i]);
    rc_json_close(&json, '}');
}

static rc_status insert(struct plan_engine *engine, const struct run_ref *run, struct plan_ref *ref)
{
    struct rc_arena *arena = engine->env->arena;
    char id[RC_ID_TEXT];
    rc_id_new(id);
    ref->plan = rc_str_copy(arena, rc_str_of(id));
    ref->policy_version = rc_policy_version(engine->policy);
    const char *version = rc_str_print(arena, "%lld", (long long)ref->policy_version).data;
    /* First out of the way, since a district has one open plan; then its decisions are copied. */
    const char *state = run->test ? "test" : "superseded";
    const char *hash = rc_str_print(arena, "%016llx%016llx",
                                    (unsigned long long)engine->items_sum[0],
                                    (unsigned long long)engine->items_sum[1])
                           .data;
    const char *const values[] = {id,      run->run,           run->source, state,
                                  version, engine->today.data, hash};
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert, COUNT_OF(values), values, NULL));
    const char *const plan[] = {id};
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert_people, COUNT_OF(plan), plan, NULL));
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert_items, COUNT_OF(plan), plan, &rows));
    ref->items = rc_rows_touched(rows);
    RC_TRY(rc_db_run(engine->tx, sql_plan_run_planned, 1, &values[1], NULL));
    if (!run->test) {
        RC_TRY(take_over(engine, run, id));
        RC_TRY(rc_db_run(engine->tx, sql_plan_reopen, COUNT_OF(plan), plan, NULL));
    }
    RC_TRY(hold(engine, id));
    RC_AUTO_BUF struct rc_buf situations = {0};
    situations_json(engine, &situations);
    const char *const counts[] = {id, situations.data};
    return rc_db_run(engine->tx, sql_plan_counts, COUNT_OF(counts), counts, NULL);
}

rc_status plan_make(struct rc_stage_env *env, const struct run_ref *run, struct plan_ref *ret_plan)
{
    *ret_plan = (struct plan_ref){.run = rc_str_of(run->run), .source = rc_str_of(run->source)};
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    struct plan_engine engine;
    RC_TRY(plan_engine_open(&engine, env, tx));
    int64_t movers = 0;
    RC_TRY(plan_engine_join_for(&engine, INT64_MAX));
    RC_TRY(plan_engine_seed(&engine, false, &movers));
    RC_TRY(plan_engine_decide(&engine, movers));
    RC_TRY(settle(&engine, run->test));
    RC_TRY(insert(&engine, run, ret_plan));
    RC_TRY(rc_fault_at("reconciler.plan.before-commit", run->run));
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("reconciler.planned");
    return RC_OK;
}
