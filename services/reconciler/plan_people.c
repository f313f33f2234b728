/* Groups the candidates into people: nodes that share a matching key, a link or a family belong
 * together and are decided as one (P1). SQL finds the neighbours round by round; a union-find over
 * their texts names the groups. */
#include <stdio.h>

#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* ---- candidates, closed ---- */

static rc_status grow(struct plan_engine *engine, int round, int64_t *ret_found)
{
    const struct rc_str text = rc_str_print(engine->env->arena, "%d", round);
    const char *const values[] = {text.data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(engine->tx, sql_plan_grow, COUNT_OF(values), values, &rows));
    *ret_found = rc_rows_touched(rows);
    return RC_OK;
}

static rc_status count_candidates(struct plan_engine *engine, int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_one(engine->tx, "SELECT count(*) FROM plan_cand", 0, NULL, &rows));
    *ret_count = rc_rows_int(rows, 0, 0);
    return RC_OK;
}

/* By the keys of before, then by those of now: who leaves a person and who joins one are both
 * decided with it. */
static rc_status close_candidates(struct plan_engine *engine)
{
    int64_t found = 0;
    RC_TRY(rc_db_script(engine->tx, "ANALYZE plan_cand"));
    RC_TRY(count_candidates(engine, &found));
    RC_TRY(plan_engine_join_for(engine, found));
    RC_TRY(grow(engine, 0, &found));
    RC_TRY(rc_db_run(engine->tx, sql_plan_keys_drop, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_keys_records, 0, NULL, NULL));
    RC_TRY(rc_db_run(engine->tx, sql_plan_keys_accounts, 0, NULL, NULL));
    RC_TRY(grow(engine, 0, &found));
    for (int round = 1; round < 1000; round++) {
        RC_TRY(plan_engine_join_for(engine, found));
        RC_TRY(grow(engine, round, &found));
        if (found == 0) return RC_OK;
    }
    return rc_fail(RC_FATAL, "people of district are chained over more than 1,000 keys");
}

/* ---- groups ---- */

struct groups {
    struct rc_arena *arena;
    struct rc_map *nodes; /* node → struct member */
    struct rc_map *keys;  /* text → struct member, the first that gave it */
};

struct member {
    struct member *parent;
    struct rc_str node;
    int64_t person; /* of a root, once named */
};

static struct member *root_of(struct member *member)
{
    while (member->parent != member) {
        member->parent = member->parent->parent;
        member = member->parent;
    }
    return member;
}

static struct member *member_of(struct groups *groups, struct rc_str node)
{
    struct member *member = rc_map_get(groups->nodes, node);
    if (member) return member;
    member = rc_arena_alloc(groups->arena, sizeof *member);
    *member = (struct member){
        .parent = member, .node = rc_str_copy(groups->arena, node), .person = -1};
    rc_map_put(groups->nodes, member->node, member);
    return member;
}

static rc_status add_edge(void *self, const struct rc_rows *rows, size_t row)
{
    struct groups *groups = self;
    struct member *member = member_of(groups, rc_rows_text(rows, row, 0));
    const struct rc_str key = rc_rows_text(rows, row, 1);
    struct member *other = rc_map_get(groups->keys, key);
    if (!other) {
        rc_map_put(groups->keys, rc_str_copy(groups->arena, key), member);
        return RC_OK;
    }
    root_of(member)->parent = root_of(other);
    return RC_OK;
}

static rc_status write_groups(struct plan_engine *engine, struct groups *groups)
{
    int64_t people = 0;
    const struct rc_map_entry *entries = rc_map_entries(groups->nodes);
    RC_TRY(rc_db_copy_begin(engine->tx, "COPY plan_comp (node, comp) FROM STDIN"));
    for (size_t i = 0; i < rc_map_count(groups->nodes); i++) {
        const struct member *member = entries[i].value;
        struct member *root = root_of(entries[i].value);
        if (root->person < 0) root->person = people++;
        char number[24];
        const int len = snprintf(number, sizeof number, "%lld", (long long)root->person);
        const struct rc_str fields[] = {member->node, {number, (size_t)len}};
        RC_TRY(rc_db_copy_row(engine->tx, fields, COUNT_OF(fields)));
    }
    RC_TRY(rc_db_copy_end(engine->tx));
    return rc_db_script(engine->tx, "ANALYZE plan_comp");
}

rc_status plan_people_group(struct plan_engine *engine)
{
    RC_TRY(close_candidates(engine));
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(1 << 20);
    struct groups groups = {.arena = arena, .nodes = rc_map_new(arena), .keys = rc_map_new(arena)};
    RC_TRY(rc_db_each(engine->tx, sql_plan_edges, 0, NULL, 5000, add_edge, &groups));
    return write_groups(engine, &groups);
}
