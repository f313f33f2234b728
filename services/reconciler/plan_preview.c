/* What would the next sync do differently? A change of settings that somebody thinks about is
 * planned with and without, exactly as the next run would plan it (open plan, decisions and holds
 * taken over, thresholds asked), and both plans are rolled back: nobody is settled (P1), the open
 * plan stands as it was (P3). What stays are two numbers for each kind, role and cause. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/log.h"

struct question {
    const char *preview, *changes;
};

static rc_status find_question(struct rc_stage_env *env, const char *district,
                               struct question *ret_question)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_preview_open, 0, NULL, &rows));
    ret_question->preview = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0)).data;
    ret_question->changes = rc_str_copy(env->arena, rc_rows_text(rows, 0, 1)).data;
    return rc_db_commit(tx);
}

/* Whose plan it would be. RC_NOT_FOUND: nothing was ever synced. */
static rc_status find_run(struct plan_engine *engine, const char *district, struct run_ref *ret_run)
{
    struct rc_arena *arena = engine->env->arena;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_preview_run, 0, NULL, &rows));
    *ret_run = (struct run_ref){.district = district,
                                .run = rc_str_copy(arena, rc_rows_text(rows, 0, 0)).data,
                                .source = rc_str_copy(arena, rc_rows_text(rows, 0, 1)).data};
    return RC_OK;
}

/* Counts what a plan under these changes holds; its transaction ends without a commit. */
static rc_status count_under(struct rc_stage_env *env, const char *district, const char *changes,
                             const char **ret_counts)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct plan_engine engine;
    struct run_ref run;
    struct plan_ref plan;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(plan_engine_open_with(&engine, env, tx, changes));
    RC_TRY(find_run(&engine, district, &run));
    RC_TRY(plan_draft(&engine, &run, &plan));
    const char *const values[] = {plan.plan.data, plan_blackout(&engine) ? "true" : "false"};
    RC_TRY(rc_db_one(tx, sql_preview_counts, COUNT_OF(values), values, &rows));
    *ret_counts = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0)).data;
    return RC_OK;
}

/* Why a question has no answer, in words; everything else is for the caller to give on. */
static rc_status as_failure(struct rc_stage_env *env, rc_status status, const char **ret_failure)
{
    if (status == RC_NOT_FOUND) {
        *ret_failure = "nothing was synced yet, so there is nothing to compare with";
        return RC_OK;
    }
    if (status == RC_REJECT) {
        *ret_failure = rc_str_copy(env->arena, rc_str_of(rc_error_text())).data;
        return RC_OK;
    }
    return status;
}

static rc_status answer(struct rc_stage_env *env, const char *district,
                        const struct question *question)
{
    const char *today = NULL, *then = NULL, *failure = NULL;
    rc_status status = count_under(env, district, "[]", &today);
    if (status == RC_OK) status = count_under(env, district, question->changes, &then);
    RC_TRY(as_failure(env, status, &failure));
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {question->preview, today, then, failure};
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_run(tx, sql_preview_done, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_commit(tx));
    rc_log_info("plan.previewed", "a change of settings was %s",
                failure ? "not planned with" : "planned with and forgotten");
    return RC_OK;
}

rc_status plan_preview(struct rc_stage_env *env, const char *district)
{
    for (;;) {
        struct question question;
        const rc_status found = find_question(env, district, &question);
        if (found == RC_NOT_FOUND) return RC_OK;
        RC_TRY(found);
        RC_TRY(answer(env, district, &question));
    }
}
