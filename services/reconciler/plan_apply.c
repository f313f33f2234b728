/* Applies a plan (P4, P6): whoever moved since the plan was made is decided again, what stands
 * goes, all in one transaction under the district's lock, with history, events and a count of what
 * is really there before the commit. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/fault.h"

/* What goes of a plan. */
struct going {
    int64_t items, joins, relists;
    int64_t waiting;   /* classes under other ids that wait */
    int64_t undecided; /* of the plan, what goes among it */
    int64_t movers;    /* who had to be asked again */
};

/* ---- the effects, in the order in which they need each other ---- */

/* Which parameters a statement takes, in order: r run, p plan, t today, x traceparent, n what lists
 * are called. */
struct effect {
    const char *sql;
    const char *takes; /* NULL: a script */
};

static rc_status run_effect(const struct plan_engine *engine, const struct plan_ref *plan,
                            const struct effect *effect)
{
    if (!effect->takes) return rc_db_script(engine->tx, effect->sql);
    const char *values[4];
    const struct rc_str name = rc_str_copy(engine->env->arena,
                                           rc_policy_choice(engine->policy, "class-list-name"));
    size_t count = 0;
    for (const char *take = effect->takes; *take; take++) {
        const struct {
            char letter;
            const char *value;
        } known[] = {{'n', name.data},
                     {'r', plan->run.data},
                     {'p', plan->plan.data},
                     {'t', engine->today.data},
                     {'x', engine->env->envelope.traceparent.data}};
        for (size_t i = 0; i < COUNT_OF(known); i++) {
            if (known[i].letter == *take) values[count++] = known[i].value ? known[i].value : "";
        }
    }
    return rc_db_run(engine->tx, effect->sql, count, values, NULL);
}

static const struct effect pick_effects[] = {
    {sql_apply_pick, "p"}, {"ANALYZE plan_go (person, kind, account_id, subject)", NULL}};

/* Lists that go on with their classes under other ids. */
static const struct effect relist_effects[] = {
    {sql_apply_relist_pick, "p"}, {sql_plan_relist_move, "r"}, {sql_apply_relist, "p"}};

static const struct effect waiting_effects[] = {{sql_apply_relist_wait, "p"}};

/* What is about one account. */
static const struct effect single_effects[] = {
    {sql_apply_basis, ""},        {"ANALYZE plan_basis (source_id, sourced_id)", NULL},
    {sql_apply_create, "r"},      {sql_apply_create_roles, "t"},
    {sql_apply_link, "r"},        {sql_apply_status, "r"},
    {sql_apply_update, ""},       {sql_apply_roles_end, "t"},
    {sql_apply_roles_begin, "t"}, {sql_apply_single, ""},
    {sql_apply_end, "t"},         {sql_apply_end_guardian, "t"},
    {sql_apply_rename, "p"}};

/* What is about two, or about an account and a list. */
static const struct effect join_effects[] = {
    {sql_apply_named, ""},         {"ANALYZE plan_named (source_id, sourced_id)", NULL},
    {sql_apply_holders, ""},       {"ANALYZE plan_holder (account_id, node)", NULL},
    {sql_apply_list_names, ""},    {"ANALYZE plan_list", NULL},
    {sql_apply_list_ids, ""},      {sql_apply_list_new, ""},
    {"ANALYZE plan_name", NULL},   {sql_list_names, "n"},
    {sql_apply_lists, "r"},        {sql_apply_list_ids, ""},
    {"ANALYZE plan_list", NULL},   {sql_apply_members, ""},
    {"ANALYZE plan_member", NULL}, {sql_apply_rejoin, ""},
    {sql_apply_join, "t"},         {sql_apply_joined, ""},
    {sql_apply_guards, ""},        {"ANALYZE plan_guard (guardian_id, student_id)", NULL},
    {sql_apply_join_guardian, "t"}};

/* What tells of both. */
static const struct effect last_effects[] = {{"ANALYZE plan_done", NULL},
                                             {sql_apply_touch_accounts, ""},
                                             /* In the order of items, which both tables have. */
                                             {"SET LOCAL enable_hashjoin = off", NULL},
                                             {sql_apply_history, "rpt"},
                                             {"SET LOCAL enable_hashjoin = on", NULL},
                                             {sql_apply_events, "rpx"}};

/* Nobody moved: what the plan foresaw is what there is. */
static const struct effect settle_effect = {sql_apply_settle, "pt"};
static const struct effect overtaken_effect = {sql_apply_overtaken_rest, "p"};

static const struct effect outcome_effect = {sql_apply_outcome, "p"};

static rc_status run_effects(const struct plan_engine *engine, const struct plan_ref *plan,
                             const struct going *going)
{
    const struct {
        const struct effect *effects;
        size_t count;
        bool wanted;
    } parts[] = {{pick_effects, COUNT_OF(pick_effects), true},
                 {waiting_effects, COUNT_OF(waiting_effects), going->waiting > 0},
                 {relist_effects, COUNT_OF(relist_effects), going->relists > 0},
                 {single_effects, COUNT_OF(single_effects), going->items > going->joins},
                 {join_effects, COUNT_OF(join_effects), going->joins > 0},
                 {last_effects, COUNT_OF(last_effects), true},
                 {&settle_effect, 1, going->movers == 0},
                 {&outcome_effect, 1, going->items < going->undecided}};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        for (size_t j = 0; parts[i].wanted && j < parts[i].count; j++)
            RC_TRY(run_effect(engine, plan, &parts[i].effects[j]));
    }
    return RC_OK;
}

/* P6: only what is there counts as done. */
static rc_status check_effects(const struct plan_engine *engine)
{
    static const char *const checks[] = {sql_apply_check, sql_apply_check_joined};
    int64_t missing = 0;
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        RC_TRY(rc_db_one(engine->tx, checks[i], 0, NULL, &rows));
        missing += rc_rows_int(rows, 0, 0);
    }
    if (missing == 0) return RC_OK;
    return rc_fail(RC_FATAL,
                   "after applying, %lld items are not there as planned; nothing was committed",
                   (long long)missing);
}

static rc_status count_going(const struct plan_engine *engine, const struct plan_ref *plan,
                             struct going *ret_going)
{
    const char *const values[] = {plan->plan.data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_apply_going, COUNT_OF(values), values, &rows));
    *ret_going = (struct going){.undecided = rc_rows_int(rows, 0, 0),
                                .items = rc_rows_int(rows, 0, 1),
                                .joins = rc_rows_int(rows, 0, 2),
                                .relists = rc_rows_int(rows, 0, 3),
                                .waiting = rc_rows_int(rows, 0, 4)};
    return RC_OK;
}

static rc_status count_effects(const struct plan_engine *engine, const struct going *going,
                               struct apply_result *result)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_apply_counts, 0, NULL, &rows));
    result->counts = rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 0));
    result->applied = rc_rows_int(rows, 0, 1);
    result->overtaken = going->items - result->applied;
    return RC_OK;
}

/* ---- blackout dates: fetched, planned and shown, not applied ---- */

bool plan_blackout(const struct plan_engine *engine)
{
    return rc_dates_hold(rc_policy_list(engine->policy, "blackout-dates"), engine->today);
}

/* ---- the whole ---- */

static rc_status apply_going(struct plan_engine *engine, const struct plan_ref *plan,
                             const struct going *going, struct apply_result *result)
{
    if (going->items == 0) return RC_OK;
    RC_TRY(plan_engine_join_for(engine, going->items));
    RC_TRY(run_effects(engine, plan, going));
    RC_TRY(check_effects(engine));
    RC_TRY(count_effects(engine, going, result));
    return result->overtaken > 0 ? run_effect(engine, plan, &overtaken_effect) : RC_OK;
}

static rc_status apply_open(struct plan_engine *engine, struct apply_result *result)
{
    struct plan_ref plan;
    RC_TRY(plan_open(engine, &plan));
    const char *const values[] = {plan.plan.data};
    struct going going;
    if (plan_blackout(engine)) return RC_OK;
    RC_TRY(count_going(engine, &plan, &going));
    int64_t movers = 0;
    if (going.items > 0) RC_TRY(plan_ask_again(engine, &plan, &movers));
    if (movers > 0) RC_TRY(count_going(engine, &plan, &going));
    going.movers = movers;
    RC_TRY(apply_going(engine, &plan, &going, result));
    result->left = going.undecided - going.items;
    return rc_db_run(engine->tx, result->left == 0 ? sql_plan_close : sql_plan_decided,
                     COUNT_OF(values), values, NULL);
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
