/* Applies a plan (P4, P6): whoever moved since the plan was made is decided again, what stands
 * goes, all in one transaction under the district's lock, with history, events and a count of what
 * is really there before the commit. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/fault.h"

/* ---- the effects, in the order in which they need each other ---- */

/* Which parameters a statement takes, in order: r run, p plan, t today, x traceparent. */
struct effect {
    const char *sql;
    const char *takes;
};

static rc_status run_effect(const struct plan_engine *engine, const struct plan_ref *plan,
                            const struct effect *effect)
{
    const char *values[4];
    size_t count = 0;
    for (const char *take = effect->takes; *take; take++) {
        const struct {
            char letter;
            const char *value;
        } known[] = {{'r', plan->run.data},
                     {'p', plan->plan.data},
                     {'t', engine->today.data},
                     {'x', engine->env->envelope.traceparent.data}};
        for (size_t i = 0; i < COUNT_OF(known); i++) {
            if (known[i].letter == *take) values[count++] = known[i].value ? known[i].value : "";
        }
    }
    return rc_db_run(engine->tx, effect->sql, count, values, NULL);
}

static rc_status run_effects(const struct plan_engine *engine, const struct plan_ref *plan)
{
    const struct effect effects[] = {
        {sql_apply_basis, ""},
        {sql_apply_create, "r"},
        {sql_apply_create_roles, "t"},
        {sql_apply_link, "r"},
        {sql_apply_touch_records, ""},
        {sql_apply_status, "r"},
        {sql_apply_update, ""},
        {sql_apply_roles_end, "t"},
        {sql_apply_roles_begin, "t"},
        {sql_apply_resolve, ""},
        {sql_apply_resolve_guardian, ""},
        {sql_apply_lists, ""},
        {sql_apply_join, "t"},
        {sql_apply_join_guardian, "t"},
        {sql_apply_end, "t"},
        {sql_apply_end_guardian, "t"},
        {sql_apply_touch_accounts, ""},
        {sql_apply_versions, ""},
        {sql_apply_history, "rpt"},
        {sql_apply_events, "rpx"},
        {sql_apply_outcome, "p"},
    };
    for (size_t i = 0; i < COUNT_OF(effects); i++)
        RC_TRY(run_effect(engine, plan, &effects[i]));
    return RC_OK;
}

/* P6: only what is there counts as done. */
static rc_status check_effects(const struct plan_engine *engine)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_apply_check, 0, NULL, &rows));
    const int64_t missing = rc_rows_int(rows, 0, 0);
    if (missing == 0) return RC_OK;
    return rc_fail(RC_FATAL,
                   "after applying, %lld items are not there as planned; nothing was committed",
                   (long long)missing);
}

static rc_status count_effects(const struct plan_engine *engine, const struct plan_ref *plan,
                               struct apply_result *result)
{
    const char *const values[] = {plan->plan.data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_apply_counts, COUNT_OF(values), values, &rows));
    result->counts = rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 0));
    result->applied = rc_rows_int(rows, 0, 1);
    result->left = rc_rows_int(rows, 0, 2);
    result->overtaken = rc_rows_int(rows, 0, 3);
    return result->left == 0 ? rc_db_run(engine->tx, sql_plan_close, COUNT_OF(values), values, NULL)
                             : RC_OK;
}

/* ---- blackout dates: fetched, planned and shown, not applied ---- */

static bool blackout(const struct plan_engine *engine)
{
    const struct rc_json *list = rc_policy_list(engine->policy, "blackout-dates");
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        struct rc_str last = rc_json_text(one);
        const struct rc_str first = rc_str_cut(&last, '/');
        if (!last.data) last = first;
        if (rc_str_cmp(engine->today, first) >= 0 && rc_str_cmp(engine->today, last) <= 0)
            return true;
    }
    return false;
}

/* ---- the whole ---- */

static rc_status apply_open(struct plan_engine *engine, struct apply_result *result)
{
    struct plan_ref plan;
    RC_TRY(plan_open(engine, &plan));
    const char *const values[] = {plan.plan.data};
    if (!blackout(engine)) {
        RC_TRY(plan_ask_again(engine, &plan));
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        RC_TRY(rc_db_run(engine->tx, sql_apply_pick, COUNT_OF(values), values, &rows));
        RC_TRY(rc_db_script(engine->tx, "ANALYZE plan_go"));
        RC_TRY(plan_engine_join_for(engine, rc_rows_touched(rows)));
        RC_TRY(run_effects(engine, &plan));
        RC_TRY(check_effects(engine));
    }
    return count_effects(engine, &plan, result);
}

rc_status plan_apply(struct rc_stage_env *env, const char *district,
                     struct apply_result *ret_result)
{
    *ret_result = (struct apply_result){.counts = RC_STR("{}")};
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    struct plan_engine engine;
    RC_TRY(plan_engine_open(&engine, env, tx));
    RC_TRY(apply_open(&engine, ret_result));
    RC_TRY(rc_fault_at("reconciler.apply.before-commit", district));
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("reconciler.applied");
    return RC_OK;
}
