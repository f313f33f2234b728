/* Ids by time and chance. */

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/map.h"
#include "support/unit.h"

static void test_an_id_is_a_uuid_of_version_7_and_of_now(void **state)
{
    char id[RC_ID_TEXT];
    char hex[13];
    const int64_t before = rc_clock_now_ms();

    (void)state;
    rc_id_new(id);
    assert_true(rc_id_valid(rc_str_of(id)));
    assert_int_equal(id[14], '7');
    assert_non_null(strchr("89ab", id[19]));
    memcpy(hex, id, 8);
    memcpy(hex + 8, id + 9, 4);
    hex[12] = '\0';
    const int64_t stamp = strtoll(hex, NULL, 16);
    assert_true(stamp >= before && stamp <= rc_clock_now_ms());
}

static void test_ids_are_unique_and_rise_from_one_fraction_to_the_next(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *seen = rc_map_new(arena);
    char id[RC_ID_TEXT];
    char before[RC_ID_TEXT] = "";

    (void)state;
    for (int i = 0; i < 10000; i++) {
        rc_id_new(id);
        assert_null(rc_map_put(seen, rc_str_copy(arena, rc_str_of(id)), arena));
        assert_true(strncmp(before, id, 18) <= 0); /* time and its fraction */
        memcpy(before, id, sizeof id);
    }
}

static void test_what_is_no_uuid_is_seen(void **state)
{
    static const char *const bad[] = {
        "",
        "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a7",
        "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a777",
        "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a7g",
        "0190f3c207b1e-7cc0-8a5b-2f1d9c0e4a77",
        "0190f3c2-7b1e-7cc0-8a5-b2f1d9c0e4a77",
        "{190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a7}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(rc_id_valid(rc_str_of(bad[i])));
    assert_true(rc_id_valid(RC_STR("0190F3C2-7B1E-7CC0-8A5B-2F1D9C0E4A77")));
}

static void test_an_id_is_read_as_the_bytes_that_print_it(void **state)
{
    static const char text[] = "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77";
    unsigned char bytes[RC_ID_BYTES];
    unsigned char same[RC_ID_BYTES];
    char out[RC_ID_TEXT];

    (void)state;
    assert_true(rc_id_parse(rc_str_of(text), bytes));
    rc_id_print(bytes, out);
    assert_string_equal(out, text);
    assert_true(rc_id_parse(RC_STR("0190F3C27B1E7CC08A5B2F1D9C0E4A77"), same));
    assert_memory_equal(bytes, same, sizeof bytes);
    assert_false(rc_id_parse(RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a7"), same));
    assert_false(rc_id_parse(RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a777"), same));
    assert_false(rc_id_parse(RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a7x"), same));
    assert_int_equal(same[0], 0);
}

static void test_bytes_print_as_lower_case_hex(void **state)
{
    char out[7];

    (void)state;
    rc_hex((const unsigned char *)"\x00\xAF\x9c", 3, out);
    assert_string_equal(out, "00af9c");
}

static void test_a_digit_of_hex_has_a_value_in_either_case(void **state)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    (void)state;
    for (size_t i = 0; i < sizeof digits - 1; i++)
        assert_int_equal(rc_hex_digit(digits[i]), i < 16 ? i : i - 6);
    for (const char *none = "/:@G`g\xC1"; *none; none++)
        assert_int_equal(rc_hex_digit(*none), -1);
    assert_int_equal(rc_hex_digit('\0'), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_id_is_a_uuid_of_version_7_and_of_now),
        cmocka_unit_test(test_ids_are_unique_and_rise_from_one_fraction_to_the_next),
        cmocka_unit_test(test_what_is_no_uuid_is_seen),
        cmocka_unit_test(test_an_id_is_read_as_the_bytes_that_print_it),
        cmocka_unit_test(test_bytes_print_as_lower_case_hex),
        cmocka_unit_test(test_a_digit_of_hex_has_a_value_in_either_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
