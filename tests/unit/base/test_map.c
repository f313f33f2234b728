/* The table from text to pointer. */

#include "rollcall/base/map.h"
#include "support/unit.h"

static void test_an_absent_key_gives_nothing(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *map = rc_map_new(arena);
    int one = 1;

    (void)state;
    assert_null(rc_map_get(map, RC_STR("a")));
    assert_null(rc_map_put(map, RC_STR("a"), &one));
    assert_null(rc_map_get(map, RC_STR("A")));
    assert_null(rc_map_get(map, RC_STR("")));
}

static void test_a_second_put_replaces_and_returns_the_first(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *map = rc_map_new(arena);
    int one = 1;
    int two = 2;

    (void)state;
    assert_null(rc_map_put(map, RC_STR("k"), &one));
    assert_ptr_equal(rc_map_put(map, RC_STR("k"), &two), &one);
    assert_ptr_equal(rc_map_get(map, RC_STR("k")), &two);
    assert_int_equal(rc_map_count(map), 1);
}

static void test_many_keys_are_found_again_in_order_of_insertion(void **state)
{
    enum { MANY = 20000 };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *map = rc_map_new(arena);
    int *values = rc_arena_array(arena, MANY, sizeof *values);

    (void)state;
    for (int i = 0; i < MANY; i++) {
        values[i] = i;
        assert_null(rc_map_put(map, rc_str_print(arena, "key-%d", i), &values[i]));
    }
    assert_int_equal(rc_map_count(map), MANY);
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(rc_map_get(map, rc_str_print(arena, "key-%d", i)), &values[i]);
        assert_ptr_equal(rc_map_entries(map)[i].value, &values[i]);
    }
    assert_null(rc_map_get(map, RC_STR("key-20000")));
}

static void test_keys_of_every_length_and_with_nul_bytes_are_apart(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *map = rc_map_new(arena);
    const char *zeros = rc_arena_alloc(arena, 64);

    (void)state;
    for (size_t len = 0; len < 64; len++)
        assert_null(rc_map_put(map, (struct rc_str){zeros, len}, map));
    assert_int_equal(rc_map_count(map), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_absent_key_gives_nothing),
        cmocka_unit_test(test_a_second_put_replaces_and_returns_the_first),
        cmocka_unit_test(test_many_keys_are_found_again_in_order_of_insertion),
        cmocka_unit_test(test_keys_of_every_length_and_with_nul_bytes_are_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
