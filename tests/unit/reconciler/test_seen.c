#include "seen.h"
#include "support/unit.h"

#define HASH_A "00000000000000000000000000000001"
#define HASH_B "00000000000000000000000000000002"
#define NOON   "2026-08-01T12:00:00Z"
/* The same as microseconds since 2000. */
#define NOON_SENT "0002faf9d02f9000"

static struct batch_record record(const char *id, const char *hash)
{
    return (struct batch_record){.id = rc_str_of(id),
                                 .hash = rc_str_of(hash),
                                 .modified = RC_STR(NOON),
                                 .body = RC_STR("{}")};
}

static void tell(struct seen *seen, int64_t row_no, const char *id, const char *hash)
{
    const struct seen_row row = {row_no, rc_str_of(id), rc_str_of(hash), RC_STR(NOON_SENT)};
    seen_tell(seen, &row);
}

static void assert_ranges(const struct seen *seen, struct rc_arena *arena, const char *due)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    seen_ranges(seen, arena, &out);
    assert_string_equal(out.data, due);
}

static void test_rows_in_any_order_become_ranges(void **state)
{
    struct batch_record records[] = {record("d", HASH_A), record("a", HASH_A), record("b", HASH_A),
                                     record("e", HASH_A), record("c", HASH_A)};
    const struct batch batch = {.records = records, .readable = 5, .count = 5};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct seen seen;

    (void)state;
    seen_init(&seen, &batch, true, arena);
    assert_str(seen_first(&seen), "a");
    assert_str(seen_last(&seen), "e");
    tell(&seen, 12, "c", HASH_A);
    tell(&seen, 10, "a", HASH_A);
    tell(&seen, 11, "b", HASH_B);
    tell(&seen, 13, "d", HASH_A);
    tell(&seen, 99, "between", HASH_A);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.rows[0], 13);
    assert_int_equal(seen.rows[2], 0);
    assert_true(seen.met[2]);
    assert_false(seen.met[3]);
    assert_ranges(&seen, arena, "{[10,11),[12,14)}");
}

static void test_a_row_stands_for_one_copy_however_often_it_is_told(void **state)
{
    struct batch_record records[] = {record("a", HASH_B), record("a", HASH_A), record("a", HASH_A)};
    const struct batch batch = {.records = records, .readable = 3, .count = 3};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct seen seen;

    (void)state;
    seen_init(&seen, &batch, true, arena);
    tell(&seen, 7, "a", HASH_A);
    tell(&seen, 7, "a", HASH_A);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.rows[1], 7);
    assert_ranges(&seen, arena, "{[7,8)}");
}

static void test_what_is_told_of_a_record_without_values_is_no_sight(void **state)
{
    struct batch_record records[] = {record("a", ""), record("b", HASH_A)};
    const struct batch batch = {.records = records, .readable = 1, .count = 2};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct seen seen;

    (void)state;
    records[0].body = (struct rc_str){0};
    records[1].deleted = true;
    seen_init(&seen, &batch, true, arena);
    tell(&seen, 1, "a", "");
    tell(&seen, 2, "b", HASH_A);
    assert_int_equal(seen.count, 0);
    assert_ranges(&seen, arena, "{}");
}

static void test_dates_count_where_they_are_honest(void **state)
{
    const struct {
        const char *modified, *sent;
        bool honest;
        size_t count;
    } cases[] = {{NOON, NOON_SENT, true, 1},
                 {"2026-08-01T14:00:00.000+02:00", NOON_SENT, true, 1},
                 {"2026-08-01T12:00:01Z", NOON_SENT, true, 0},
                 {"2026-08-01T12:00:01Z", NOON_SENT, false, 1},
                 {"1999-12-31T23:59:59.999999Z", "ffffffffffffffff", true, 1},
                 {"", "", true, 1},
                 {"", NOON_SENT, true, 0},
                 {NOON, "", true, 0},
                 {NOON, "", false, 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct batch_record one = record("a", HASH_A);
        one.modified = rc_str_of(cases[i].modified);
        const struct batch batch = {.records = &one, .readable = 1, .count = 1};
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        const struct seen_row row = {5, RC_STR("a"), RC_STR(HASH_A), rc_str_of(cases[i].sent)};
        struct seen seen;
        seen_init(&seen, &batch, cases[i].honest, arena);
        seen_tell(&seen, &row);
        assert_int_equal(seen.count, cases[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_in_any_order_become_ranges),
        cmocka_unit_test(test_a_row_stands_for_one_copy_however_often_it_is_told),
        cmocka_unit_test(test_what_is_told_of_a_record_without_values_is_no_sight),
        cmocka_unit_test(test_dates_count_where_they_are_honest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
