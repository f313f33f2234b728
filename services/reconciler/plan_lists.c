/* Class lists: which classes are kept as lists under the settings, what the lists are called, and
 * what keeps them from being what the owner meant. Who is on them is decided person by person. */
#include "plan_engine.h"

#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* Where lists are kept, and of which terms and grades:
 * [{"place": "<source>:<school>", "terms": [...], "grades": [...]}]. */
struct choice {
    struct rc_buf places;
    bool any;
};

static void choice_done(struct choice *choice)
{
    rc_buf_done(&choice->places);
}
#define AUTO_CHOICE __attribute__((cleanup(choice_done))) struct choice

static void add_place(const struct plan_engine *engine, struct rc_str key, struct rc_json_out *out)
{
    struct rc_place place = {.school = key};
    place.source = rc_str_cut(&place.school, ':');
    if (!rc_policy_keeps_lists(engine->policy, place)) return;
    rc_json_open(out, NULL, '{');
    rc_json_put_text(out, "place", key);
    rc_policy_words_at(engine->policy, "class-list-terms", place, out, "terms");
    rc_policy_words_at(engine->policy, "class-list-grades", place, out, "grades");
    rc_json_close(out, '}');
}

static void read_choice(const struct plan_engine *engine, struct choice *choice)
{
    const struct rc_map_entry *entries = rc_map_entries(engine->schools);
    struct rc_json_out out = {.buf = &choice->places};
    rc_json_open(&out, NULL, '[');
    for (size_t i = 0; i < rc_map_count(engine->schools); i++) {
        if (entries[i].value == (void *)engine->policy) add_place(engine, entries[i].key, &out);
    }
    rc_json_close(&out, ']');
    choice->any = choice->places.len > sizeof "[]" - 1;
}

/* Where no list is kept and none should be, nobody's enrollments are looked at. */
static rc_status are_needed(struct plan_engine *engine, const struct choice *choice,
                            bool *ret_needed)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_plan_lists_kept, 0, NULL, &rows));
    *ret_needed = rc_rows_bool(rows, 0, 0) || choice->any;
    return RC_OK;
}

rc_status plan_lists_load(struct plan_engine *engine)
{
    if (engine->lists != PLAN_LISTS_UNKNOWN) return RC_OK;
    AUTO_CHOICE choice = {0};
    bool needed = false;
    read_choice(engine, &choice);
    RC_TRY(are_needed(engine, &choice, &needed));
    engine->lists = needed ? PLAN_LISTS_KEPT : PLAN_LISTS_NONE;
    if (!needed) return RC_OK;
    const char *const values[] = {choice.places.data, engine->today.data};
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_classes, COUNT_OF(values), values, NULL));
    return rc_db_script(engine->tx, "ANALYZE plan_class");
}

/* In the order of plan_renames.sql. */
enum { RENAME_LIST, RENAME_FROM, RENAME_TO, RENAME_FIRST, RENAME_SOURCE, RENAME_SCHOOL };

static struct rc_plan_item rename_item(const struct plan_engine *engine, const struct rc_rows *rows,
                                       size_t row)
{
    struct rc_arena *arena = engine->env->arena;
    struct rc_plan_item item = {
        .kind = RC_ITEM_RENAME,
        .subject = rc_str_print(arena, "l:%s", rc_rows_cstr(rows, row, RENAME_LIST)),
        .field = RC_STR("name"),
        .from = rc_str_copy(arena, rc_rows_text(rows, row, RENAME_FROM)),
        .to = rc_str_copy(arena, rc_rows_text(rows, row, RENAME_TO)),
        .cause = RC_STR("named anew"),
        .school = rc_str_copy(arena, rc_rows_text(rows, row, RENAME_SCHOOL)),
        .role = RC_ROLE_COUNT_};
    const struct rc_place place = {rc_rows_text(rows, row, RENAME_SOURCE),
                                   rc_rows_text(rows, row, RENAME_SCHOOL)};
    item.waits = item.to;
    if (rc_policy_asks_always(engine->policy, &place, 1)) item.hold = RC_STR("always approve");
    if (rc_policy_only_adds(engine->policy, &place, 1)) item.hold = RC_STR("additions only");
    if (rc_rows_bool(rows, row, RENAME_FIRST)) item.hold = RC_STR("first sync");
    return item;
}

/* Names that are made of more than the class itself are kept with their lists, and made anew where
 * something moved that they may be made of. */
static rc_status make_names(struct plan_engine *engine, const char *name)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_list_names_stale, 1, &name, &rows));
    if (rc_rows_touched(rows) == 0) return RC_OK;
    RC_TRY(rc_db_script(engine->tx, "ANALYZE plan_name"));
    RC_TRY(rc_db_run(engine->tx, sql_list_names, 1, &name, NULL));
    return rc_db_run(engine->tx, sql_list_names_keep, 0, NULL, NULL);
}

rc_status plan_lists_rename(struct plan_engine *engine)
{
    const struct rc_str name = rc_policy_choice(engine->policy, "class-list-name");
    const char *const values[] = {rc_str_copy(engine->env->arena, name).data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(make_names(engine, values[0]));
    RC_TRY(rc_db_run(engine->tx, sql_plan_renames, COUNT_OF(values), values, &rows));
    const size_t count = rc_rows_count(rows);
    struct rc_plan_item *items = rc_arena_array(engine->env->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = rename_item(engine, rows, i);
    return plan_write_others(engine, items, count);
}

rc_status plan_lists_follow(struct plan_engine *engine, const char *run)
{
    const char *const values[] = {run, engine->today.data};
    RC_TRY(plan_lists_load(engine));
    if (engine->lists != PLAN_LISTS_KEPT) return RC_OK;
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_lists, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_lists_end, COUNT_OF(values), values, NULL));
    return rc_db_run(engine->tx, sql_plan_lists_begin, 0, NULL, NULL);
}

rc_status plan_lists_warn(struct plan_engine *engine, const char *run)
{
    AUTO_CHOICE choice = {0};
    RC_TRY(plan_lists_load(engine));
    read_choice(engine, &choice);
    if (!choice.any) return RC_OK;
    const char *const values[] = {run, choice.places.data, engine->today.data};
    return rc_db_run(engine->tx, sql_plan_lists_warn, COUNT_OF(values), values, NULL);
}
