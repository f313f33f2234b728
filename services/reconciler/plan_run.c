/* The second half of a run: plan, apply what nothing holds, plan again until there is nothing left
 * to apply, and say how it ended. The same after a person's decision. Applying settles nobody (P1),
 * so the round after it settles them, and what one round makes possible (a new account's
 * memberships, a restored person's fields) comes in the next. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/log.h"

#define ROUNDS 6 /* people are settled in two or three; the rest waits for the next run */

/* Counts of what the run has applied, held and met, from the tables: saying it again says the same.
 */
static rc_status finish_counts(struct rc_stage_env *env, struct rc_db *tx,
                               const char *const values[2], struct rc_str *ret_counts,
                               int64_t *ret_held)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(tx, sql_plan_result, 2, values, &rows));
    *ret_counts = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0));
    *ret_held = rc_rows_int(rows, 0, 1);
    return RC_OK;
}

/* P5: what is held keeps the run on hold; everything else ends it. fresh: its plan has just been
 * made, and nobody can have decided about it. */
static rc_status finish(struct rc_stage_env *env, const struct run_ref *run, bool fresh)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(tx, sql_plan_run_lock, 1, (const char *const[]){run->run}, &rows));
    const bool waits = rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("On hold"));
    struct rc_str counts;
    int64_t held = 0;
    const char *const values[] = {run->run, fresh ? "true" : "false"};
    RC_TRY(finish_counts(env, tx, values, &counts, &held));
    if (waits && held > 0) return RC_OK; /* it was told before */
    const struct run_end end = {.state = held > 0 && !run->test ? "On hold" : NULL,
                                .counts = counts.data};
    RC_TRY(reconciler_finish(env, tx, run, &end));
    RC_TRY(rc_db_commit(tx));
    rc_log_info("run.ended", "%lld items wait for a person", (long long)held);
    return RC_OK;
}

/* Applies and plans again, until a round finds nothing to apply. */
static rc_status rounds(struct rc_stage_env *env, const struct run_ref *run)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct apply_result result;
        const rc_status applied = plan_apply(env, run->district, &result);
        if (applied == RC_NOT_FOUND) return RC_OK;
        RC_TRY(applied);
        if (result.applied + result.overtaken == 0) return RC_OK;
        rc_metric_add("rollcall_items_total", "outcome=\"applied\"", (double)result.applied);
        rc_metric_add("rollcall_items_total", "outcome=\"overtaken\"", (double)result.overtaken);
        rc_log_info("plan.applied", "%lld items applied, %lld overtaken, %lld left",
                    (long long)result.applied, (long long)result.overtaken, (long long)result.left);
        struct plan_ref plan;
        RC_TRY(plan_make(env, run, &plan));
        if (plan.going == 0) return RC_OK;
    }
    return RC_OK;
}

rc_status reconciler_plan_run(struct reconciler *self, struct rc_stage_env *env,
                              const struct run_ref *run)
{
    (void)self;
    struct plan_ref plan;
    RC_TRY(plan_make(env, run, &plan));
    rc_log_info("plan.made", "%lld items", (long long)plan.items);
    const bool goes = !run->test && plan.going > 0;
    if (goes) RC_TRY(rounds(env, run));
    return finish(env, run, !goes);
}

/* ---- a person decided ---- */

static rc_status read_run(struct rc_stage_env *env, const char *district, const char *sql,
                          struct run_ref *ret_run)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(tx, sql, 0, NULL, &rows));
    *ret_run = (struct run_ref){.district = district,
                                .run = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0)).data,
                                .source = rc_str_copy(env->arena, rc_rows_text(rows, 0, 1)).data,
                                .traceparent = rc_str_copy(env->arena, env->envelope.traceparent)};
    return rc_db_commit(tx);
}

/* Runs that waited and have nothing left to wait for: approved, declined, or their plan discarded.
 */
static rc_status finish_waiting(struct rc_stage_env *env, const char *district)
{
    for (;;) {
        struct run_ref run;
        const rc_status found = read_run(env, district, sql_plan_waited, &run);
        if (found == RC_NOT_FOUND) return RC_OK;
        RC_TRY(found);
        RC_TRY(finish(env, &run, false));
    }
}

/* A question about settings is answered and moves nothing; every other message says "look". */
static bool only_asks(struct rc_stage_env *env, const struct rc_message *in)
{
    const struct rc_json *data = NULL;
    if (in->payload.len == 0 || rc_json_parse(in->payload, NULL, env->arena, &data) != RC_OK)
        return false;
    return rc_json_get(data, "preview") != NULL;
}

rc_status reconciler_plan_decided(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    (void)self;
    const char *district = rc_str_copy(env->arena, env->envelope.district).data;
    if (env->envelope.district.len == 0)
        return rc_fail(RC_REJECT, "plan.decided names no district");
    if (only_asks(env, in)) return plan_preview(env, district);
    RC_TRY(plan_take_decisions(env, district));
    struct run_ref run;
    const rc_status found = read_run(env, district, sql_plan_open_run, &run);
    if (found != RC_OK && found != RC_NOT_FOUND) return found;
    if (found == RC_OK) RC_TRY(rounds(env, &run));
    RC_TRY(act_apply(env, district));
    RC_TRY(plan_undo(env, district));
    return finish_waiting(env, district);
}
