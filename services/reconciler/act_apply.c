/* Carries out what people approved to be changed by hand (P8): with a plan's own statements, under
 * the district's lock, each act in a transaction of its own. What moved since it was shown is left
 * and named overtaken; an act that the directory cannot take is over, with the reason. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/log.h"

struct act {
    const char *id, *kind, *by;
    const char *why; /* why it can never be carried out; NULL: it can */
};

/* Which parameters a statement takes, in order: a act, b who approved it, t today, n no run, x
 * traceparent. */
struct step {
    const char *sql;
    const char *takes;
};

static const struct step steps[] = {
    {sql_act_pick, "a"},
    {"ANALYZE plan_go (item_no, kind, account_id, subject)", ""},
    {sql_act_pick_new, "a"},
    {sql_apply_create, "n"},
    {sql_apply_create_roles, "t"},
    {sql_act_new, "a"},
    {sql_apply_status, "n"},
    {sql_apply_update, ""},
    {sql_apply_single, ""},
    {sql_act_declines, "ab"},
    {sql_apply_end_guardian, "t"},
    {sql_act_history, "at"},
    {sql_apply_touch_accounts, ""},
    {sql_act_events, "ax"},
    {sql_act_outcome, "a"},
};

/* Of two accounts one: what the other had moves. Each statement writes its own history. */
static const struct step merge_steps[] = {
    {sql_merge_pick, "at"},     {"ANALYZE act_pair", ""},  {sql_merge_links, "at"},
    {sql_merge_roles, "at"},    {sql_merge_members, "at"}, {sql_merge_guardians, "at"},
    {sql_merge_marks, "a"},     {sql_merge_pins, "a"},     {sql_merge_questions, ""},
    {sql_merge_accounts, "at"}, {sql_act_events, "ax"},    {sql_act_outcome, "a"},
};

static rc_status run_step(const struct plan_engine *engine, const struct act *act,
                          const struct step *step)
{
    const struct rc_str trace = engine->env->envelope.traceparent;
    const char *values[4];
    size_t count = 0;
    for (const char *take = step->takes; *take; take++) {
        const struct {
            char letter;
            const char *value;
        } known[] = {{'a', act->id},
                     {'b', act->by},
                     {'t', engine->today.data},
                     {'n', NULL},
                     {'x', trace.data ? trace.data : ""}};
        for (size_t i = 0; i < COUNT_OF(known); i++) {
            if (known[i].letter == *take) values[count++] = known[i].value;
        }
    }
    return rc_db_run(engine->tx, step->sql, count, values, NULL);
}

/* RC_NOT_FOUND: nothing approved waits. */
static rc_status next_act(struct plan_engine *engine, struct act *ret_act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_act_open, 0, NULL, &rows));
    *ret_act = (struct act){rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 0)).data,
                            rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 1)).data,
                            rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 2)).data, NULL};
    return RC_OK;
}

static rc_status finish(struct plan_engine *engine, const struct act *act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_act_done, 1, &act->id, &rows));
    rc_log_info("act.applied", "%s by hand: %lld changes applied, %lld overtaken", act->kind,
                (long long)rc_rows_int(rows, 0, 0), (long long)rc_rows_int(rows, 0, 1));
    return RC_OK;
}

static rc_status run_steps(const struct plan_engine *engine, const struct act *act)
{
    const bool merges = strcmp(act->kind, "merge") == 0;
    const struct step *run = merges ? merge_steps : steps;
    const size_t count = merges ? COUNT_OF(merge_steps) : COUNT_OF(steps);
    if (merges) RC_TRY(rc_db_script(engine->tx, sql_merge_tables));
    for (size_t i = 0; i < count; i++)
        RC_TRY(run_step(engine, act, &run[i]));
    return RC_OK;
}

static rc_status carry_out(struct plan_engine *engine, const struct act *act)
{
    RC_TRY(run_steps(engine, act));
    RC_TRY(finish(engine, act));
    return rc_db_commit(engine->tx);
}

/* Nothing of the act is done where it fails. RC_NOT_FOUND: there is none left. */
static rc_status apply_one(struct rc_stage_env *env, const char *district, struct act *ret_act)
{
    struct plan_engine engine;
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(plan_engine_open(&engine, env, tx));
    RC_TRY(next_act(&engine, ret_act));
    const rc_status status = carry_out(&engine, ret_act);
    if (status == RC_REJECT || (status == RC_FATAL && rc_db_broke_rule(tx)))
        ret_act->why = rc_str_copy(env->arena, rc_str_of(rc_error_text())).data;
    return status;
}

/* Tried again it would fail again, and hold up all that waits behind it. */
static rc_status give_up(struct rc_stage_env *env, const char *district, const struct act *act)
{
    const char *const values[] = {act->id, act->why};
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_run(tx, sql_act_failed, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_commit(tx));
    rc_log_error("act.failed", "%s by hand cannot be carried out: %s", act->kind, act->why);
    return RC_OK;
}

rc_status act_apply(struct rc_stage_env *env, const char *district)
{
    for (;;) {
        struct act act = {0};
        rc_status status = apply_one(env, district, &act);
        if (status == RC_NOT_FOUND) return RC_OK;
        if (act.why) status = give_up(env, district, &act);
        RC_TRY(status);
    }
}
