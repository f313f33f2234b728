/* Groups a district into people: nodes that share a matching key, a link or a family belong
 * together and are decided as one (P1). One pass over all accounts and all users records, in memory
 * only as numbers; who has nobody that moved is left out. */
#include "plan_engine.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan_groups.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/id.h"
#include "rollcall/port/db_bulk.h"

#define BLOCK 2000

/* Nodes are numbered accounts first, records behind them. */
struct crowd {
    struct plan_engine *engine;
    struct plan_groups *groups;
    struct rc_arena *arena; /* of the row in hand */
    unsigned char (*accounts)[16];
    size_t account_count, account_room;
    int64_t *rows; /* of the records: their numbers in the mirror */
    size_t row_count, row_room;
    struct node *nodes;
    size_t node_room;
    uint32_t *people; /* of the nodes; made once the keys are gone, for it needs their room */
    uint64_t *lost;   /* keys that movers gave when they were settled and give no more */
    size_t lost_count, lost_room;
};

struct node {
    uint32_t version : 31; /* as it was read here, before anything else of the node is */
    uint32_t moved : 1;
};

/* The persons of roots; others have none. */
#define STAYED PLAN_NOBODY       /* nobody in the group moved: it is not to be decided */
#define MOVED  (PLAN_NOBODY - 1) /* somebody did; its person has no number yet */

static void *more(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) return items;
    *room += *room / 16 + 1024; /* large blocks grow in place: little by little costs no copies */
    return rc_realloc(items, *room * size);
}

/* ---- nodes and their keys ---- */

static uint32_t add_node(struct crowd *crowd, int64_t version, bool moved)
{
    const uint32_t node = plan_groups_add(crowd->groups);
    crowd->nodes = more(crowd->nodes, node, &crowd->node_room, sizeof *crowd->nodes);
    crowd->nodes[node] = (struct node){(uint32_t)version & INT32_MAX, moved};
    return node;
}

static void lose(struct crowd *crowd, uint64_t key)
{
    crowd->lost = more(crowd->lost, crowd->lost_count, &crowd->lost_room, sizeof *crowd->lost);
    crowd->lost[crowd->lost_count++] = key;
}

static bool gives(const struct rc_plan_keys *keys, uint64_t key)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->items[i] == key) return true;
    }
    return false;
}

/* The next of '{1,2}', as keys stand with a settled mark. False: there are no more. */
static bool next_key(struct rc_str *list, uint64_t *ret_key)
{
    int64_t key = 0;
    if (!list->data || list->len == 0) return false;
    rc_ignore(rc_str_int(rc_str_cut(list, ','), INT64_MIN, INT64_MAX, &key));
    *ret_key = (uint64_t)key;
    return true;
}

static struct rc_str inside_braces(struct rc_str list)
{
    return (struct rc_str){list.data + 1, list.len > 2 ? list.len - 2 : 0};
}

/* before: the keys that a mover was settled with. */
static void give_keys(struct crowd *crowd, uint32_t node, const struct rc_plan_keys *keys,
                      struct rc_str before)
{
    for (size_t i = 0; i < keys->count; i++)
        plan_groups_key(crowd->groups, node, keys->items[i]);
    if (before.len == 0) return;
    struct rc_str list = inside_braces(before);
    for (uint64_t key; next_key(&list, &key);) {
        if (!gives(keys, key)) lose(crowd, key);
    }
}

/* Who stayed as it was settled gives what it gave then. */
static void keep_keys(struct crowd *crowd, uint32_t node, struct rc_str before)
{
    struct rc_str list = inside_braces(before);
    for (uint64_t key; next_key(&list, &key);)
        plan_groups_key(crowd->groups, node, key);
}

/* ---- accounts ---- */

void plan_account_keys(struct rc_plan_keys *keys, struct rc_arena *arena,
                       const struct rc_str *values)
{
    rc_plan_keys_of_values(keys, arena, values);
    rc_plan_keys_of_person(keys, arena, values);
}

/* In the order of plan_all_accounts.sql's columns. */
enum {
    A_ID,
    A_VERSION,
    A_MOVED,
    A_KEYS,
    A_EMAIL,
    A_USERNAME,
    A_IDENTIFIER,
    A_MASTER,
    A_GIVEN,
    A_FAMILY,
    A_PHONE
};

static rc_status add_account(void *self, const struct rc_rows *rows, size_t row)
{
    struct crowd *crowd = self;
    const uint32_t node = add_node(crowd, rc_rows_int(rows, row, A_VERSION),
                                   rc_rows_bool(rows, row, A_MOVED));
    crowd->accounts = more(crowd->accounts, node, &crowd->account_room, sizeof *crowd->accounts);
    (void)rc_id_parse(rc_rows_text(rows, row, A_ID), crowd->accounts[crowd->account_count++]);
    const struct rc_str values[RC_FIELD_COUNT_] = {
        [RC_FIELD_EMAIL] = rc_rows_text(rows, row, A_EMAIL),
        [RC_FIELD_USERNAME] = rc_rows_text(rows, row, A_USERNAME),
        [RC_FIELD_IDENTIFIER] = rc_rows_text(rows, row, A_IDENTIFIER),
        [RC_FIELD_MASTER_ID] = rc_rows_text(rows, row, A_MASTER),
        [RC_FIELD_GIVEN_NAME] = rc_rows_text(rows, row, A_GIVEN),
        [RC_FIELD_FAMILY_NAME] = rc_rows_text(rows, row, A_FAMILY),
        [RC_FIELD_PHONE] = rc_rows_text(rows, row, A_PHONE)};
    struct rc_plan_keys keys = {0};
    plan_account_keys(&keys, crowd->arena, values);
    give_keys(crowd, node, &keys, rc_rows_text(rows, row, A_KEYS));
    rc_arena_reset(crowd->arena);
    return RC_OK;
}

static int account_order(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

/* Accounts come in the order of their ids. */
static uint32_t find_account(const struct crowd *crowd, struct rc_str id)
{
    unsigned char bytes[16];
    (void)rc_id_parse(id, bytes);
    const unsigned char(*found)[16] = crowd->account_count == 0
                                          ? NULL
                                          : bsearch(bytes, crowd->accounts, crowd->account_count,
                                                    sizeof *crowd->accounts, account_order);
    return found ? (uint32_t)(found - (const unsigned char(*)[16])crowd->accounts) : PLAN_NOBODY;
}

/* ---- records ---- */

/* In the order of plan_all_records.sql's columns. */
enum {
    R_ROW,
    R_VERSION,
    R_MOVED,
    R_STAYED,
    R_KEYS,
    R_SOURCE,
    R_ID,
    R_ACCOUNT,
    R_EMAIL,
    R_USERNAME,
    R_IDENTIFIER,
    R_MASTER,
    R_GIVEN,
    R_FAMILY,
    R_PHONE,
    R_AGENTS,
    R_SAID, /* the account that somebody said is the record's */
    R_SEARCHED,
    R_HOME,
    R_GRADE,
    R_BORN
};

void plan_record_keys(struct rc_plan_keys *keys, struct rc_arena *arena,
                      const struct plan_origin *origin, const struct rc_str *values)
{
    rc_plan_keys_add(keys, arena, rc_plan_kin_key(origin->source, origin->id));
    rc_plan_keys_of_values(keys, arena, values);
    rc_plan_keys_of_person(keys, arena, values);
    const struct rc_json *one = rc_json_first(origin->agents);
    for (; one; one = rc_json_next(one))
        rc_plan_keys_add(keys, arena, rc_plan_kin_key(origin->source, rc_json_text(one)));
    const struct rc_plan_likeness likeness = {origin->source, origin->home, origin->grade,
                                              origin->born};
    if (origin->searched) rc_plan_keys_of_likeness(keys, arena, &likeness, values);
}

static rc_status read_keys(struct crowd *crowd, const struct rc_rows *rows, size_t row,
                           struct rc_plan_keys *keys)
{
    struct plan_origin origin = {.source = rc_rows_text(rows, row, R_SOURCE),
                                 .id = rc_rows_text(rows, row, R_ID),
                                 .home = rc_rows_text(rows, row, R_HOME),
                                 .grade = rc_rows_text(rows, row, R_GRADE),
                                 .born = rc_rows_text(rows, row, R_BORN),
                                 .searched = rc_rows_bool(rows, row, R_SEARCHED)};
    const struct rc_str values[RC_FIELD_COUNT_] = {
        [RC_FIELD_EMAIL] = rc_rows_text(rows, row, R_EMAIL),
        [RC_FIELD_USERNAME] = rc_rows_text(rows, row, R_USERNAME),
        [RC_FIELD_IDENTIFIER] = rc_rows_text(rows, row, R_IDENTIFIER),
        [RC_FIELD_MASTER_ID] = rc_rows_text(rows, row, R_MASTER),
        [RC_FIELD_GIVEN_NAME] = rc_rows_text(rows, row, R_GIVEN),
        [RC_FIELD_FAMILY_NAME] = rc_rows_text(rows, row, R_FAMILY),
        [RC_FIELD_PHONE] = rc_rows_text(rows, row, R_PHONE)};
    if (!rc_rows_null(rows, row, R_AGENTS)) {
        const struct rc_json_limits limits = {.max_string = 16 << 20};
        RC_TRY(rc_json_parse(rc_rows_text(rows, row, R_AGENTS), &limits, crowd->arena,
                             &origin.agents));
    }
    plan_record_keys(keys, crowd->arena, &origin, values);
    return RC_OK;
}

static rc_status take_keys(struct crowd *crowd, uint32_t node, const struct rc_rows *rows,
                           size_t row)
{
    const struct rc_str before = rc_rows_text(rows, row, R_KEYS);
    if (rc_rows_bool(rows, row, R_STAYED)) {
        keep_keys(crowd, node, before);
        return RC_OK;
    }
    struct rc_plan_keys keys = {0};
    RC_TRY(read_keys(crowd, rows, row, &keys));
    give_keys(crowd, node, &keys, before);
    rc_arena_reset(crowd->arena);
    return RC_OK;
}

static void join_account(struct crowd *crowd, uint32_t node, const struct rc_rows *rows, size_t row,
                         int column)
{
    if (rc_rows_null(rows, row, column)) return;
    const uint32_t account = find_account(crowd, rc_rows_text(rows, row, column));
    if (account != PLAN_NOBODY) plan_groups_join(crowd->groups, account, node);
}

static rc_status add_record(void *self, const struct rc_rows *rows, size_t row)
{
    struct crowd *crowd = self;
    const uint32_t node = add_node(crowd, rc_rows_int(rows, row, R_VERSION),
                                   rc_rows_bool(rows, row, R_MOVED));
    crowd->rows = more(crowd->rows, crowd->row_count, &crowd->row_room, sizeof *crowd->rows);
    crowd->rows[crowd->row_count++] = rc_rows_int(rows, row, R_ROW);
    RC_TRY(take_keys(crowd, node, rows, row));
    join_account(crowd, node, rows, row, R_ACCOUNT);
    join_account(crowd, node, rows, row, R_SAID);
    return RC_OK;
}

/* ---- people ---- */

/* Whoever left a person is decided, and so are those who stay behind. */
static void mark_left(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->lost_count; i++) {
        const uint32_t node = plan_groups_find(crowd->groups, crowd->lost[i]);
        if (node != PLAN_NOBODY) crowd->nodes[node].moved = true;
    }
}

static void mark_movers(struct crowd *crowd)
{
    const size_t count = plan_groups_count(crowd->groups);
    mark_left(crowd);
    plan_groups_forget_keys(crowd->groups);
    crowd->people = rc_malloc((count + 1) * sizeof *crowd->people);
    for (uint32_t i = 0; i < count; i++)
        crowd->people[i] = STAYED;
    for (uint32_t i = 0; i < count; i++) {
        if (crowd->nodes[i].moved) crowd->people[plan_groups_root(crowd->groups, i)] = MOVED;
    }
}

/* The number of the node's person; STAYED: it is not to be decided. */
static uint32_t person_of(struct crowd *crowd, uint32_t node, uint32_t *people)
{
    uint32_t *person = &crowd->people[plan_groups_root(crowd->groups, node)];
    if (*person == MOVED) *person = (*people)++;
    return *person;
}

static rc_status write_node(struct crowd *crowd, uint32_t node, uint32_t person, struct rc_str id)
{
    char who[16], version[16];
    snprintf(who, sizeof who, "%u", person);
    snprintf(version, sizeof version, "%u", (unsigned)crowd->nodes[node].version);
    const struct rc_str fields[] = {rc_str_of(who), id, rc_str_of(version)};
    crowd->engine->nodes++;
    return rc_db_copy_row(crowd->engine->tx, fields, COUNT_OF(fields));
}

static rc_status write_accounts(struct crowd *crowd, uint32_t *people)
{
    char id[RC_ID_TEXT];
    for (uint32_t i = 0; i < crowd->account_count; i++) {
        const uint32_t person = person_of(crowd, i, people);
        if (person == STAYED) continue;
        rc_id_print(crowd->accounts[i], id);
        RC_TRY(write_node(crowd, i, person, rc_str_of(id)));
    }
    return RC_OK;
}

static rc_status write_records(struct crowd *crowd, uint32_t *people)
{
    char id[24];
    for (uint32_t i = 0; i < crowd->row_count; i++) {
        const uint32_t node = (uint32_t)crowd->account_count + i;
        const uint32_t person = person_of(crowd, node, people);
        if (person == STAYED) continue;
        snprintf(id, sizeof id, "%lld", (long long)crowd->rows[i]);
        RC_TRY(write_node(crowd, node, person, rc_str_of(id)));
    }
    return RC_OK;
}

static rc_status write_people(struct crowd *crowd)
{
    struct rc_db *tx = crowd->engine->tx;
    uint32_t people = 0;
    mark_movers(crowd);
    RC_TRY(rc_db_copy_begin(tx, "COPY plan_account (person, account_id, version) FROM STDIN"));
    RC_TRY(write_accounts(crowd, &people));
    RC_TRY(rc_db_copy_end(tx));
    RC_TRY(rc_db_copy_begin(tx, "COPY plan_record (person, row_no, version) FROM STDIN"));
    RC_TRY(write_records(crowd, &people));
    RC_TRY(rc_db_copy_end(tx));
    return rc_db_script(tx, "ANALYZE plan_account; ANALYZE plan_record");
}

/* ---- the whole ---- */

static rc_status gather(struct crowd *crowd)
{
    struct rc_db *tx = crowd->engine->tx;
    RC_TRY(rc_db_each(tx, sql_plan_all_accounts, 0, NULL, BLOCK, add_account, crowd));
    RC_TRY(rc_db_each(tx, sql_plan_all_records, 0, NULL, BLOCK, add_record, crowd));
    return write_people(crowd);
}

rc_status plan_people_group(struct plan_engine *engine)
{
    /* What staging held goes back first: this is where a large district needs most. */
    (void)malloc_trim(0);
    RC_AUTO(plan_groups) struct plan_groups *groups = plan_groups_new();
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct crowd crowd = {.engine = engine, .groups = groups, .arena = arena};
    const rc_status status = gather(&crowd);
    free(crowd.accounts);
    free(crowd.rows);
    free(crowd.nodes);
    free(crowd.people);
    free(crowd.lost);
    return status;
}
