/* Class lists: which classes are kept as lists under the settings, what the lists are called, and
 * what keeps them from being what the owner meant. Who is on them is decided person by person. */
#include "plan_engine.h"

#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* The settings about lists, as array literals. */
struct choice {
    struct rc_buf terms, grades;
    struct rc_buf schools; /* chosen ones where lists are kept, as 'source:id' */
    size_t school_count;
};

static void choice_done(struct choice *choice)
{
    rc_buf_done(&choice->terms);
    rc_buf_done(&choice->grades);
    rc_buf_done(&choice->schools);
}
#define AUTO_CHOICE __attribute__((cleanup(choice_done))) struct choice

static void read_list(const struct plan_engine *engine, const char *name, struct rc_buf *out)
{
    rc_db_array_open(out);
    const struct rc_json *list = rc_policy_list(engine->policy, name);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        rc_db_array_add(out, rc_json_text(one));
    rc_db_array_close(out);
}

static bool keeps_lists(const struct plan_engine *engine, const struct rc_map_entry *school)
{
    struct rc_str id = school->key;
    rc_str_cut(&id, ':');
    return school->value == (void *)engine->policy &&
           rc_policy_switch_at(engine->policy, "class-lists", id);
}

static void read_choice(const struct plan_engine *engine, struct choice *choice)
{
    const struct rc_map_entry *entries = rc_map_entries(engine->schools);
    read_list(engine, "class-list-terms", &choice->terms);
    read_list(engine, "class-list-grades", &choice->grades);
    rc_db_array_open(&choice->schools);
    for (size_t i = 0; i < rc_map_count(engine->schools); i++) {
        if (!keeps_lists(engine, &entries[i])) continue;
        rc_db_array_add(&choice->schools, entries[i].key);
        choice->school_count++;
    }
    rc_db_array_close(&choice->schools);
}

/* Where no list is kept and none should be, nobody's enrollments are looked at. */
static rc_status are_needed(struct plan_engine *engine, const struct choice *choice,
                            bool *ret_needed)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, sql_plan_lists_kept, 0, NULL, &rows));
    *ret_needed = rc_rows_bool(rows, 0, 0) || choice->school_count > 0;
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
    const char *const values[] = {choice.terms.data, choice.grades.data, engine->today.data,
                                  choice.schools.data};
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_classes, COUNT_OF(values), values, NULL));
    return rc_db_script(engine->tx, "ANALYZE plan_class");
}

rc_status plan_lists_rekey(struct plan_engine *engine, const char *run)
{
    return rc_db_run(engine->tx, sql_plan_lists_rekey, 1, &run, NULL);
}

/* In the order of plan_renames.sql. */
enum { RENAME_LIST, RENAME_FROM, RENAME_TO, RENAME_FIRST, RENAME_SCHOOL };

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
    item.waits = item.to;
    if (rc_str_eq(rc_policy_choice(engine->policy, "approval"), RC_STR("always")))
        item.hold = RC_STR("always approve");
    if (rc_policy_switch(engine->policy, "additions-only")) item.hold = RC_STR("additions only");
    if (rc_rows_bool(rows, row, RENAME_FIRST)) item.hold = RC_STR("first sync");
    return item;
}

rc_status plan_lists_rename(struct plan_engine *engine)
{
    const struct rc_str name = rc_policy_choice(engine->policy, "class-list-name");
    const char *const values[] = {rc_str_copy(engine->env->arena, name).data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
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
    RC_TRY(rc_db_run(engine->tx, sql_plan_lists, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_lists_end, COUNT_OF(values), values, NULL));
    return rc_db_run(engine->tx, sql_plan_lists_begin, 0, NULL, NULL);
}

rc_status plan_lists_warn(struct plan_engine *engine, const char *run)
{
    AUTO_CHOICE choice = {0};
    RC_TRY(plan_lists_load(engine));
    read_choice(engine, &choice);
    if (choice.school_count == 0) return RC_OK;
    const char *const values[] = {run, choice.terms.data, choice.grades.data, engine->today.data};
    return rc_db_run(engine->tx, sql_plan_lists_warn, COUNT_OF(values), values, NULL);
}
