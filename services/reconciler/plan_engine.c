/* Drives one planning: people from SQL, one after the other, through the planner, into temporary
 * tables. Memory is flat: one person at a time. */
#include "plan_engine.h"

#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* ---- what a plan stands on ---- */

/* Chosen schools as 'source:id' and the two lists of the class settings, as array literals. */
static void list_setting(const struct plan_engine *engine, const char *name, struct rc_buf *out)
{
    rc_db_array_open(out);
    const struct rc_json *list = rc_policy_list(engine->policy, name);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        rc_db_array_add(out, rc_json_text(one));
    rc_db_array_close(out);
}

static void chosen_schools(const struct plan_engine *engine, struct rc_buf *out)
{
    const struct rc_map_entry *entries = rc_map_entries(engine->schools);
    rc_db_array_open(out);
    for (size_t i = 0; i < rc_map_count(engine->schools); i++) {
        if (entries[i].value == (void *)engine->policy) rc_db_array_add(out, entries[i].key);
    }
    rc_db_array_close(out);
}

static rc_status load_classes(struct plan_engine *engine)
{
    RC_AUTO_BUF struct rc_buf terms = {0}, grades = {0}, schools = {0};
    list_setting(engine, "class-list-terms", &terms);
    list_setting(engine, "class-list-grades", &grades);
    chosen_schools(engine, &schools);
    const char *on = rc_policy_switch(engine->policy, "class-lists") ? "true" : "false";
    const char *const values[] = {on, terms.data, grades.data, engine->today.data, schools.data};
    RC_TRY(rc_db_run(engine->tx, sql_plan_classes, COUNT_OF(values), values, NULL));
    return rc_db_script(engine->tx, "ANALYZE plan_class");
}

rc_status plan_engine_open(struct plan_engine *engine, struct rc_stage_env *env, struct rc_db *tx)
{
    *engine = (struct plan_engine){.env = env, .tx = tx};
    RC_TRY(rc_db_script(tx, sql_plan_tables));
    RC_TRY(rc_db_script(tx, sql_apply_tables));
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(plan_policy_load(engine));
    return load_classes(engine);
}

/* ---- person by person ---- */

struct deciding {
    struct plan_engine *engine;
    struct plan_writer writer;
    struct rc_arena *arena; /* of the person in the making */
    struct plan_reader reader;
    int64_t person; /* -1: none yet */
};

static void begin_person(struct deciding *deciding, int64_t person)
{
    rc_arena_reset(deciding->arena);
    deciding->reader = (struct plan_reader){.arena = deciding->arena, .engine = deciding->engine};
    deciding->person = person;
}

static rc_status end_person(struct deciding *deciding)
{
    if (deciding->person < 0) return RC_OK;
    plan_read_family(&deciding->reader);
    struct rc_plan_person who = {.records = deciding->reader.records,
                                 .record_count = deciding->reader.record_count,
                                 .accounts = deciding->reader.accounts,
                                 .account_count = deciding->reader.account_count};
    struct rc_plan plan;
    rc_plan_person(deciding->engine->policy, &who, deciding->arena, &plan);
    for (size_t i = 0; i < RC_SITUATION_COUNT_; i++)
        deciding->engine->situations[i] += plan.situations[i];
    return plan_write_person(&deciding->writer, deciding->person, &who, &plan, deciding->arena);
}

static rc_status add_node(void *self, const struct rc_rows *rows, size_t row)
{
    struct deciding *deciding = self;
    const int64_t person = rc_rows_int(rows, row, 0);
    if (person != deciding->person) {
        RC_TRY(end_person(deciding));
        begin_person(deciding, person);
    }
    return plan_read_node(&deciding->reader, rc_rows_text(rows, row, 1),
                          rc_rows_text(rows, row, 2));
}

static rc_status decide_all(struct deciding *deciding)
{
    const char *const values[] = {deciding->engine->today.data};
    RC_TRY(rc_db_each(deciding->engine->tx, sql_plan_nodes, COUNT_OF(values), values, 1000,
                      add_node, deciding));
    RC_TRY(end_person(deciding));
    return plan_writer_flush(&deciding->writer);
}

rc_status plan_engine_decide(struct plan_engine *engine)
{
    RC_TRY(plan_people_group(engine));
    RC_TRY(plan_engine_join_single(engine));
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(256u << 10);
    struct deciding deciding = {.engine = engine, .arena = arena, .person = -1};
    plan_writer_init(&deciding.writer, engine->tx);
    const rc_status status = decide_all(&deciding);
    plan_writer_done(&deciding.writer);
    return status;
}
