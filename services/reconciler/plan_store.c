/* Makes the district's plan and stores it: settles who has nothing to do, takes over the open plan
 * with its decisions and holds, and holds what exceeds a threshold (P1, P3, P5). One transaction
 * under the district's lock. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/id.h"

static rc_status settle(struct plan_engine *engine)
{
    const struct rc_str version = rc_str_print(engine->env->arena, "%lld",
                                               (long long)rc_policy_version(engine->policy));
    const char *const values[] = {version.data, engine->today.data};
    RC_TRY(rc_db_run(engine->tx, sql_plan_unsettle, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_unsettle_accounts, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_settle, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_settle_accounts, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_asked, 0, NULL, NULL));
    return rc_db_run(engine->tx, sql_plan_asks, 0, NULL, NULL);
}

/* Runs a statement that changes items of the new plan, and counts them. */
static rc_status changing(struct rc_db *tx, const char *sql, size_t count,
                          const char *const *values, int64_t *changed)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(tx, sql, count, values, &rows));
    *changed += rc_rows_touched(rows);
    return RC_OK;
}

/* The district's limits, as plan_limits.sql takes them. */
static void limits_json(const struct plan_engine *engine, struct rc_buf *out)
{
    static const struct {
        const char *name, *setting;
    } limits[] = {{"archive_percent", "threshold-archive-percent"},
                  {"archive_number", "threshold-archive-number"},
                  {"change_percent", "threshold-change-percent"},
                  {"change_number", "threshold-change-number"},
                  {"rekeyed_percent", "threshold-rekeyed-percent"},
                  {"rekeyed_number", "threshold-rekeyed-number"}};
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '{');
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        rc_json_put_int(&json, limits[i].name, rc_policy_number(engine->policy, limits[i].setting));
    rc_json_close(&json, '}');
}

static rc_status find_limits(struct plan_engine *engine, const char *plan)
{
    RC_AUTO_BUF struct rc_buf limits = {0};
    limits_json(engine, &limits);
    const char *const values[] = {plan, limits.data};
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    return rc_db_run(engine->tx, sql_plan_limits, COUNT_OF(values), values, NULL);
}

/* Below the threshold, whom the rules recognise is linked without asking, as ever. */
static rc_status hold_rekeyed(struct plan_engine *engine, const char *plan, int64_t *changed)
{
    if (engine->tally.kinds[RC_ITEM_LINK] == 0) return RC_OK;
    return changing(engine->tx, sql_plan_rekeyed, 1, &plan, changed);
}

static rc_status hold_many(struct plan_engine *engine, const char *plan, int64_t *changed)
{
    const int64_t *kinds = engine->tally.kinds;
    if (kinds[RC_ITEM_ARCHIVE] + kinds[RC_ITEM_UPDATE] + kinds[RC_ITEM_END] == 0) return RC_OK;
    const bool all = rc_str_eq(rc_policy_choice(engine->policy, "above-threshold"),
                               RC_STR("hold all"));
    const char *const values[] = {plan, engine->today.data, all ? "true" : "false"};
    RC_TRY(changing(engine->tx, sql_plan_thresholds, COUNT_OF(values), values, changed));
    return changing(engine->tx, sql_plan_followers, 1, values, changed);
}

static rc_status hold(struct plan_engine *engine, const char *plan, int64_t *changed)
{
    static const enum rc_item_kind counted[] = {RC_ITEM_LINK, RC_ITEM_ARCHIVE, RC_ITEM_UPDATE,
                                                RC_ITEM_END};
    int64_t items = 0;
    for (size_t i = 0; i < COUNT_OF(counted); i++)
        items += engine->tally.kinds[counted[i]];
    if (items == 0) return RC_OK;
    RC_TRY(find_limits(engine, plan));
    RC_TRY(hold_rekeyed(engine, plan, changed));
    return hold_many(engine, plan, changed);
}

const char *plan_canary_schools(const struct plan_engine *engine)
{
    const struct rc_json *list = rc_policy_list(engine->policy, "canary-school");
    RC_AUTO_BUF struct rc_buf schools = {0};
    if (!rc_json_first(list)) return NULL;
    rc_db_array_open(&schools);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        rc_db_array_add(&schools, rc_json_text(one));
    rc_db_array_close(&schools);
    return rc_str_copy(engine->env->arena, rc_buf_str(&schools)).data;
}

/* Last of all holds: it depends on what the others found. */
static rc_status hold_canary(struct plan_engine *engine, const char *plan, int64_t *changed)
{
    const char *const values[] = {plan, plan_canary_schools(engine)};
    if (!values[1]) return RC_OK;
    return changing(engine->tx, sql_plan_canary, COUNT_OF(values), values, changed);
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

static rc_status inherit_discarded(struct plan_engine *engine, const char *plan, int64_t *changed)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status found = rc_db_one(engine->tx, sql_plan_discarded, 1, &plan, &rows);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    const char *const both[] = {plan, rc_rows_cstr(rows, 0, 0)};
    return changing(engine->tx, sql_plan_inherit_discarded, COUNT_OF(both), both, changed);
}

static rc_status take_over(struct plan_engine *engine, const struct run_ref *run, const char *plan,
                           int64_t *changed)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    /* Whoever moved may be few, what two plans hold is not. */
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_take_over, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const char *const both[] = {plan, rc_rows_cstr(rows, i, 0)};
        RC_TRY(changing(engine->tx, sql_plan_inherit, COUNT_OF(both), both, changed));
        RC_TRY(rc_db_run(engine->tx, sql_plan_taken_over, 1, &both[1], NULL));
        RC_TRY(supersede_run(engine, run, rc_rows_cstr(rows, i, 1)));
    }
    if (*changed > 0) RC_TRY(rc_db_run(engine->tx, sql_plan_decided, 1, &plan, NULL));
    RC_TRY(inherit_discarded(engine, plan, changed));
    if (*changed == 0 || plan_canary_schools(engine)) return RC_OK;
    return changing(engine->tx, sql_plan_canary_over, 1, &plan, changed);
}

/* Counted while it was written, unless something was held or decided since; then from the items. */
static rc_status count(struct plan_engine *engine, struct plan_ref *ref, int64_t changed)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const char *values[] = {ref->plan.data, NULL};
    ref->items = engine->tally.items;
    ref->going = engine->tally.items - engine->tally.held;
    if (changed == 0 && !engine->tally.incomplete) {
        plan_tally_json(engine, &text);
        values[1] = text.data;
        return rc_db_run(engine->tx, sql_plan_counted, COUNT_OF(values), values, NULL);
    }
    plan_situations_json(engine, &text);
    values[1] = text.data;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_plan_counts, COUNT_OF(values), values, &rows));
    ref->going = rc_rows_int(rows, 0, 0);
    return RC_OK;
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
                                    (unsigned long long)engine->tally.keys[0],
                                    (unsigned long long)engine->tally.keys[1])
                           .data;
    const char *const values[] = {id,      run->run,           run->source, state,
                                  version, engine->today.data, hash};
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert, COUNT_OF(values), values, NULL));
    const char *const plan[] = {id};
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert_people, COUNT_OF(plan), plan, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_insert_items, COUNT_OF(plan), plan, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_run_planned, 1, &values[1], NULL));
    int64_t changed = 0;
    if (!run->test) {
        RC_TRY(take_over(engine, run, id, &changed));
        const char *const reopen[] = {id, engine->tally.items > 0 ? "true" : "false"};
        RC_TRY(rc_db_run(engine->tx, sql_plan_reopen, COUNT_OF(reopen), reopen, NULL));
    }
    if (engine->relisted) RC_TRY(changing(engine->tx, sql_plan_relist_hold, 1, plan, &changed));
    RC_TRY(hold(engine, id, &changed));
    RC_TRY(hold_canary(engine, id, &changed));
    return count(engine, ref, changed);
}

/* What a draft does to lists and marks is rolled back with it; a test plan, which is kept, does
 * nothing to them but read them as they would be. */
static rc_status make(struct plan_engine *engine, const struct run_ref *run, bool settles,
                      struct plan_ref *ret_plan)
{
    int64_t movers = 0;
    *ret_plan = (struct plan_ref){.run = rc_str_of(run->run), .source = rc_str_of(run->source)};
    RC_TRY(plan_lists_rekey(engine, run->run));
    RC_TRY(plan_engine_seed(engine, false, &movers));
    RC_TRY(plan_engine_decide(engine, movers));
    RC_TRY(plan_lists_rekey_items(engine));
    RC_TRY(plan_lists_rename(engine));
    if (settles) {
        RC_TRY(plan_lists_unsure(engine));
        RC_TRY(plan_engine_join_for(engine, engine->nodes));
        RC_TRY(settle(engine));
        RC_TRY(plan_lists_follow(engine, run->run));
    }
    return insert(engine, run, ret_plan);
}

rc_status plan_draft(struct plan_engine *engine, const struct run_ref *run,
                     struct plan_ref *ret_plan)
{
    return make(engine, run, false, ret_plan);
}

rc_status plan_make(struct rc_stage_env *env, const struct run_ref *run, struct plan_ref *ret_plan)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    struct plan_engine engine;
    RC_TRY(plan_engine_open(&engine, env, tx));
    /* A test plan settles nothing: its items stay what they were; and what it does to lists and
     * takes back is told to nobody. */
    if (run->test) RC_TRY(rc_db_run(tx, sql_lists_later, 0, NULL, NULL));
    RC_TRY(make(&engine, run, !run->test, ret_plan));
    if (run->test) RC_TRY(plan_lists_rekey_back(&engine));
    RC_TRY(plan_lists_warn(&engine, run->run));
    RC_TRY(rc_fault_at("reconciler.plan.before-commit", run->run));
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("reconciler.planned");
    return RC_OK;
}
