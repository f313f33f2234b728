/* The effective settings of a district, as the planner asks them: stored rows over defaults, chosen
 * schools by name or id. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* Names of the settings that say who is in scope, as a text array: the newest change of any of them
 * is the scope's version (P7). */
static void scope_names(struct rc_buf *out)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);
    rc_db_array_open(out);
    for (size_t i = 0; i < count; i++) {
        if (settings[i].scope) rc_db_array_add(out, rc_str_of(settings[i].name));
    }
    rc_db_array_close(out);
}

static rc_status load_versions(struct plan_engine *engine)
{
    RC_AUTO_BUF struct rc_buf names = {0};
    scope_names(&names);
    const char *const values[] = {names.data, engine->changes};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_plan_district, COUNT_OF(values), values, &rows));
    engine->today = rc_str_copy(engine->env->arena, rc_rows_text(rows, 0, 0));
    engine->policy = rc_policy_new(engine->env->arena, rc_rows_int(rows, 0, 1),
                                   rc_rows_int(rows, 0, 2), engine->today);
    return RC_OK;
}

static rc_status load_settings(struct plan_engine *engine)
{
    struct rc_arena *arena = engine->env->arena;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_plan_settings, 1, &engine->changes, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_json *value = NULL;
        RC_TRY(rc_json_parse(rc_str_copy(arena, rc_rows_text(rows, i, 2)), NULL, arena, &value));
        RC_TRY(rc_policy_set(engine->policy, rc_rows_text(rows, i, 0), rc_rows_text(rows, i, 1),
                             value));
    }
    return RC_OK;
}

static rc_status load_schools(struct plan_engine *engine)
{
    struct rc_arena *arena = engine->env->arena;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_plan_schools, 0, NULL, &rows));
    engine->schools = rc_map_new(arena);
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_str source = rc_rows_text(rows, i, 0), id = rc_rows_text(rows, i, 1);
        const bool yes = rc_policy_names_school(engine->policy, id, rc_rows_text(rows, i, 2));
        const struct rc_str key = rc_str_print(arena, "%.*s:%.*s", RC_STR_ARG(source),
                                               RC_STR_ARG(id));
        rc_map_put(engine->schools, key, yes ? (void *)engine->policy : (void *)engine);
        if (yes) rc_policy_choose(engine->policy, id);
    }
    return RC_OK;
}

rc_status plan_policy_load(struct plan_engine *engine)
{
    RC_TRY(load_versions(engine));
    RC_TRY(load_settings(engine));
    return load_schools(engine);
}
