#include "known.h"
#include "support/unit.h"

#define HASH "00112233445566778899aabbccddeeff"

static const struct known_row row = {
    .row_no = "42", .hash = {HASH, 32}, .dated = true, .modified = 1000, .plain = true};

/* A record that the row holds exactly. body only has to be there. */
static struct batch_record same_record(struct rc_arena *arena)
{
    const struct rc_json *body = NULL;

    assert_ok(rc_json_parse(RC_STR("{}"), NULL, arena, &body));
    return (struct batch_record){
        .id = RC_STR("ann"), .hash = {HASH, 32}, .dated = true, .modified = 1000, .body = body};
}

static void test_only_a_record_like_the_mirrors_is_seen(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct batch_record record = same_record(arena);
    struct batch_record other = record;

    (void)state;
    assert_true(known_same(&row, &record, true));
    assert_false(known_same(NULL, &record, true));
    other.hash = RC_STR("ff112233445566778899aabbccddeeff");
    assert_false(known_same(&row, &other, true));
}

static void test_the_date_counts_only_where_it_is_honest(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct batch_record later = same_record(arena);
    struct batch_record undated = same_record(arena);

    (void)state;
    later.modified = 1001;
    undated.dated = false;
    assert_false(known_same(&row, &later, true));
    assert_false(known_same(&row, &undated, true));
    assert_true(known_same(&row, &later, false));
    assert_true(known_same(&row, &undated, false));
}

static void test_what_is_away_unreadable_deleted_or_dropped_is_never_merely_seen(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct batch_record record = same_record(arena);
    struct known_row away = row;
    struct batch_record deleted = record;
    struct batch_record dropped = record;

    (void)state;
    away.plain = false;
    deleted.deleted = true;
    dropped.body = NULL;
    assert_false(known_same(&away, &record, false));
    assert_false(known_same(&row, &deleted, false));
    assert_false(known_same(&row, &dropped, false));
}

static void test_a_batch_is_sorted_into_seen_and_staged(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf seen = {0};
    struct known_row mine = row;
    struct rc_map *known = rc_map_new(arena);
    struct batch_record records[4];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(records); i++)
        records[i] = same_record(arena);
    records[1].id = RC_STR("new");
    records[3] = (struct batch_record){.id = RC_STR("dropped")};
    rc_map_put(known, RC_STR("ann"), &mine);
    struct batch batch = {.records = records, .count = COUNT_OF(records)};
    const struct known_split split = known_sort_out(known, true, &batch, &seen);
    assert_str(rc_buf_str(&seen), "{42,42}");
    assert_int_equal(split.staged, 2);
    assert_int_equal(split.readable, 1);
    assert_str(batch.records[0].id, "new");
    assert_str(batch.records[1].id, "dropped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_a_record_like_the_mirrors_is_seen),
        cmocka_unit_test(test_the_date_counts_only_where_it_is_honest),
        cmocka_unit_test(test_what_is_away_unreadable_deleted_or_dropped_is_never_merely_seen),
        cmocka_unit_test(test_a_batch_is_sorted_into_seen_and_staged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
