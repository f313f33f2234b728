/* Classes under other ids: SQL finds which could be the same, roster/rekey.h says which are. Their
 * lists go on with them, before anybody is decided; many at a school, and the unsure, wait for a
 * person as items, and with them whoever would join or leave (P5). */
#include "plan_engine.h"

#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/roster/rekey.h"

/* In the order of plan_relist_find.sql. */
enum { F_SOURCE, F_LIST, F_WAS, F_NOW, F_SCHOOL, F_SIGNS };
static const unsigned signs_found[] = {RC_CLASS_CODE,   RC_CLASS_OTHER_CODE, RC_CLASS_TITLE,
                                       RC_CLASS_COURSE, RC_CLASS_TEACHER,    RC_CLASS_MEMBERS};

static unsigned signs_of(const struct rc_rows *rows, size_t row)
{
    unsigned signs = RC_CLASS_TERM;
    for (size_t i = 0; i < COUNT_OF(signs_found); i++) {
        if (rc_rows_bool(rows, row, F_SIGNS + (int)i)) signs |= signs_found[i];
    }
    return signs;
}

static struct rc_rekey_candidate *judge(const struct plan_engine *engine,
                                        const struct rc_rows *rows)
{
    struct rc_arena *arena = engine->env->arena;
    const size_t count = rc_rows_count(rows);
    struct rc_rekey_candidate *all = rc_arena_array(arena, count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i].was = rc_rows_text(rows, i, F_LIST);
        all[i].now = rc_str_print(arena, "%s:%s", rc_rows_cstr(rows, i, F_SOURCE),
                                  rc_rows_cstr(rows, i, F_NOW));
        all[i].confidence = rc_rekey_class_confidence(signs_of(rows, i));
    }
    rc_rekey_choose(all, count, rc_policy_match_ask(engine->policy));
    return all;
}

/* ---- into temporary tables ---- */

static struct rc_str digits(struct rc_arena *arena, int number)
{
    return rc_str_print(arena, "%d", number);
}

/* What the pair waits for by itself; empty: for nothing. */
static struct rc_str hold_of(const struct plan_engine *engine, const struct rc_place *place,
                             int confidence)
{
    if (rc_policy_asks_always(engine->policy, place, 1)) return RC_STR("always approve");
    if (confidence < rc_policy_match_link(engine->policy)) return RC_STR("re-keyed");
    if (rc_policy_only_adds(engine->policy, place, 1)) return RC_STR("additions only");
    return plan_blackout(engine) ? RC_STR("blackout date") : RC_STR("");
}

static void write_pair(struct plan_engine *engine, const struct rc_rows *rows, size_t row,
                       int confidence, struct rc_buf *out)
{
    struct rc_arena *arena = engine->env->arena;
    const struct rc_place place = {rc_rows_text(rows, row, F_SOURCE),
                                   rc_rows_text(rows, row, F_SCHOOL)};
    const struct rc_str fields[] = {
        rc_rows_text(rows, row, F_SOURCE), rc_rows_text(rows, row, F_LIST),
        rc_rows_text(rows, row, F_WAS),    rc_rows_text(rows, row, F_NOW),
        rc_rows_text(rows, row, F_SCHOOL), rc_rekey_class_rule(arena, signs_of(rows, row)),
        digits(arena, confidence),         hold_of(engine, &place, confidence)};
    rc_copy_add(out, fields, COUNT_OF(fields));
}

static void write_unsure(struct plan_engine *engine, const struct rc_rows *rows, size_t row,
                         int confidence, struct rc_buf *out)
{
    struct rc_arena *arena = engine->env->arena;
    const struct rc_str fields[] = {rc_rows_text(rows, row, F_SOURCE),
                                    rc_rows_text(rows, row, F_WAS),
                                    rc_rows_text(rows, row, F_NOW),
                                    rc_rows_text(rows, row, F_SCHOOL),
                                    rc_rekey_class_rule(arena, signs_of(rows, row)),
                                    digits(arena, confidence)};
    rc_copy_add(out, fields, COUNT_OF(fields));
}

static rc_status find(struct plan_engine *engine)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf pairs = {0}, unsure = {0};
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_relist_find, 0, NULL, &rows));
    const struct rc_rekey_candidate *all = judge(engine, rows);
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        if (all[i].verdict == RC_REKEY_PAIR) write_pair(engine, rows, i, all[i].confidence, &pairs);
        if (all[i].verdict == RC_REKEY_UNSURE)
            write_unsure(engine, rows, i, all[i].confidence, &unsure);
    }
    engine->relisted = pairs.len > 0;
    RC_TRY(rc_db_copy_rows(engine->tx, "COPY plan_relist FROM STDIN", &pairs));
    return rc_db_copy_rows(engine->tx, "COPY plan_unsure FROM STDIN", &unsure);
}

/* ---- which of them wait ---- */

static const char *limit(const struct plan_engine *engine, const char *setting)
{
    const long long number = (long long)rc_policy_number(engine->policy, setting);
    return rc_str_print(engine->env->arena, "%lld", number).data;
}

static rc_status move(struct plan_engine *engine, const char *run)
{
    const char *const limits[] = {limit(engine, "threshold-rekeyed-percent"),
                                  limit(engine, "threshold-rekeyed-number"),
                                  plan_canary_schools(engine)};
    if (!engine->relisted) return RC_OK;
    RC_TRY(rc_db_run(engine->tx, sql_plan_relist_wait, COUNT_OF(limits), limits, NULL));
    RC_TRY(rc_db_script(engine->tx, sql_plan_relist_keep));
    return rc_db_run(engine->tx, sql_plan_relist_move, 1, &run, NULL);
}

rc_status plan_lists_rekey(struct plan_engine *engine, const char *run)
{
    RC_TRY(find(engine));
    return move(engine, run);
}

rc_status plan_lists_rekey_back(struct plan_engine *engine)
{
    return engine->relisted ? rc_db_script(engine->tx, sql_plan_relist_back) : RC_OK;
}

rc_status plan_lists_unsure(struct plan_engine *engine)
{
    RC_TRY(rc_db_run(engine->tx, sql_plan_relist_forget, 0, NULL, NULL));
    return rc_db_run(engine->tx, sql_plan_relist_unsure, 0, NULL, NULL);
}

/* ---- items ---- */

/* In the order of plan_relist_waiting.sql. */
enum { W_LIST, W_WAS, W_NOW, W_SCHOOL, W_RULE, W_CONFIDENCE, W_HOLD };

static struct rc_plan_item item_of(const struct plan_engine *engine, const struct rc_rows *rows,
                                   size_t row)
{
    struct rc_arena *arena = engine->env->arena;
    struct rc_plan_item item = {
        .kind = RC_ITEM_RENAME,
        .subject = rc_str_print(arena, "l:%s", rc_rows_cstr(rows, row, W_LIST)),
        .field = RC_STR("class"),
        .from = rc_str_copy(arena, rc_rows_text(rows, row, W_WAS)),
        .to = rc_str_copy(arena, rc_rows_text(rows, row, W_NOW)),
        .cause = RC_STR("re-keyed"),
        .evidence = rc_str_print(arena, "%s=%s", rc_rows_cstr(rows, row, W_RULE),
                                 rc_rows_cstr(rows, row, W_CONFIDENCE)),
        .school = rc_str_copy(arena, rc_rows_text(rows, row, W_SCHOOL)),
        .hold = rc_str_copy(arena, rc_rows_text(rows, row, W_HOLD)),
        .role = RC_ROLE_COUNT_};
    item.waits = item.to;
    return item;
}

rc_status plan_lists_rekey_items(struct plan_engine *engine)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    if (!engine->relisted) return RC_OK;
    RC_TRY(rc_db_run(engine->tx, sql_plan_relist_waiting, 0, NULL, &rows));
    const size_t count = rc_rows_count(rows);
    struct rc_plan_item *items = rc_arena_array(engine->env->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = item_of(engine, rows, i);
    return plan_write_others(engine, items, count);
}
