/* Views: comparing, cutting, numbers, UTF-8. */

#include "rollcall/base/str.h"
#include "support/unit.h"

static void test_views_are_equal_by_their_bytes(void **state)
{
    (void)state;
    assert_true(rc_str_eq(RC_STR("abc"), rc_str_of("abc")));
    assert_true(rc_str_eq((struct rc_str){NULL, 0}, RC_STR("")));
    assert_false(rc_str_eq(RC_STR("abc"), RC_STR("ab")));
    assert_false(rc_str_eq(RC_STR("a\0c"), RC_STR("a\0d")));
    assert_true(rc_str_eq_fold(RC_STR("Teacher"), RC_STR("tEACHER")));
    assert_false(rc_str_eq_fold(RC_STR("[x"), RC_STR("{x")));
}

static void test_order_is_that_of_bytes_and_shorter_first(void **state)
{
    (void)state;
    assert_true(rc_str_cmp(RC_STR("a"), RC_STR("b")) < 0);
    assert_true(rc_str_cmp(RC_STR("\xC3"), RC_STR("z")) > 0);
    assert_true(rc_str_cmp(RC_STR("ab"), RC_STR("abc")) < 0);
    assert_int_equal(rc_str_cmp(RC_STR("ab"), RC_STR("ab")), 0);
    assert_true(rc_str_cmp(RC_STR("a"), (struct rc_str){NULL, 0}) > 0);
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    assert_true(rc_str_starts(RC_STR("rollcall.page"), RC_STR("rollcall.")));
    assert_false(rc_str_starts(RC_STR("roll"), RC_STR("rollcall")));
    assert_true(rc_str_starts((struct rc_str){NULL, 0}, RC_STR("")));
    assert_true(rc_str_ends(RC_STR("30ms"), RC_STR("ms")));
    assert_false(rc_str_ends(RC_STR("s"), RC_STR("ms")));
    assert_true(rc_str_ends((struct rc_str){NULL, 0}, RC_STR("")));
}

static void test_all_bytes_are_of_those_allowed(void **state)
{
    (void)state;
    assert_true(rc_str_all_of(RC_STR("0af"), RC_STR("0123456789abcdef")));
    assert_false(rc_str_all_of(RC_STR("0aF"), RC_STR("0123456789abcdef")));
    assert_false(rc_str_all_of(RC_STR("a\0"), RC_STR("abc")));
    assert_true(rc_str_all_of((struct rc_str){NULL, 0}, RC_STR("a")));
    assert_false(rc_str_all_of(RC_STR("a"), (struct rc_str){NULL, 0}));
}

static void test_blanks_are_trimmed_at_both_ends(void **state)
{
    (void)state;
    assert_str(rc_str_trim(RC_STR(" \t a b\r\n")), "a b");
    assert_str(rc_str_trim(RC_STR(" \n")), "");
    assert_str(rc_str_trim((struct rc_str){NULL, 0}), "");
}

static void test_cutting_walks_over_all_parts(void **state)
{
    struct rc_str text = RC_STR("a,,b");

    (void)state;
    assert_str(rc_str_cut(&text, ','), "a");
    assert_str(rc_str_cut(&text, ','), "");
    assert_str(rc_str_cut(&text, ','), "b");
    assert_null(text.data);
    text = RC_STR("a,");
    assert_str(rc_str_cut(&text, ','), "a");
    assert_non_null(text.data);
    assert_str(rc_str_cut(&text, ','), "");
    assert_null(text.data);
}

static void test_copies_have_a_nul_behind(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_string_equal(rc_str_copy(arena, (struct rc_str){"abcdef", 3}).data, "abc");
    assert_string_equal(rc_str_print(arena, "%d of %s", 3, "seven").data, "3 of seven");
    assert_string_equal(rc_str_lower(arena, RC_STR("\xC3\x89 ABC z")).data, "\xC3\x89 abc z");
}

static void test_a_whole_number_is_read_to_the_ends_of_its_range(void **state)
{
    int64_t value = 0;

    (void)state;
    assert_ok(rc_str_int(RC_STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    assert_ok(rc_str_int(RC_STR("9223372036854775807"), INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_ok(rc_str_int(RC_STR("007"), 0, 9, &value));
    assert_int_equal(value, 7);
}

static void test_what_is_no_whole_number_in_range_is_refused_and_changes_nothing(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "x",
                                      "1x",
                                      "--1",
                                      "0x10",
                                      "101",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999"};
    int64_t value = 42;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_fails(rc_str_int(rc_str_of(bad[i]), -100, 100, &value), RC_REJECT,
                     "a whole number from -100 to 100 is due");
    assert_int_equal(value, 42);
}

static void test_well_formed_utf8_is_told_from_the_rest(void **state)
{
    static const struct {
        struct rc_str text;
        int good;
        size_t bad_at;
    } cases[] = {
        {RC_STR_INIT(""), 1, 0},
        {RC_STR_INIT("plain ASCII, longer than a word"), 1, 0},
        {RC_STR_INIT("a\0b"), 1, 0},
        {RC_STR_INIT("12345678\xC3\xA9"), 1, 0},
        {RC_STR_INIT(
             "\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF"
             "\xBF"),
         1, 0},
        {RC_STR_INIT("123456789\x80"), 0, 9},
        {RC_STR_INIT("\xC0\x80"), 0, 0}, /* overlong */
        {RC_STR_INIT("\xC1\xBF"), 0, 0},
        {RC_STR_INIT("\xE0\x9F\xBF"), 0, 0},
        {RC_STR_INIT("\xF0\x8F\xBF\xBF"), 0, 0},
        {RC_STR_INIT("a\xED\xA0\x80"), 0, 1},    /* a surrogate */
        {RC_STR_INIT("\xF4\x90\x80\x80"), 0, 0}, /* beyond U+10FFFF */
        {RC_STR_INIT("\xF5\x80\x80\x80"), 0, 0},
        {RC_STR_INIT("ab\xC3"), 0, 2}, /* cut off */
        {RC_STR_INIT("ab\xE2\x82"), 0, 2},
        {RC_STR_INIT("\xE2\x28\xA1"), 0, 0},
        {RC_STR_INIT("\xFF"), 0, 0},
        {RC_STR_INIT("M\xFCller"), 0, 1}, /* Latin-1 */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t bad = 0;
        assert_int_equal(rc_str_utf8(cases[i].text, &bad), cases[i].good);
        assert_int_equal(bad, cases[i].bad_at);
        assert_int_equal(rc_str_utf8(cases[i].text, NULL), cases[i].good);
    }
}

static void test_text_has_no_nul_and_is_utf8(void **state)
{
    (void)state;
    assert_true(rc_str_is_text(RC_STR("Zo\xC3\xAB\n")));
    assert_true(rc_str_is_text((struct rc_str){NULL, 0}));
    assert_false(rc_str_is_text(RC_STR("a\0b")));
    assert_false(rc_str_is_text(RC_STR("Zo\xEB")));
}

static void test_control_characters_are_found_wherever_they_stand(void **state)
{
    static const struct {
        struct rc_str text;
        bool due;
    } cases[] = {
        {RC_STR_INIT(""), false},          {RC_STR_INIT("Zo\xC3\xAB"), false},
        {RC_STR_INIT("a\xC2\xA0"), false}, {RC_STR_INIT("a\xC2"), false},
        {RC_STR_INIT("a\n"), true},        {RC_STR_INIT("\x1B[1m"), true},
        {RC_STR_INIT("\x7F"), true},       {RC_STR_INIT("a\xC2\x85"), true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(rc_str_has_control(cases[i].text), cases[i].due);
}

static void test_a_letter_is_written_as_it_is_read(void **state)
{
    static const struct {
        unsigned letter;
        struct rc_str utf8;
    } cases[] = {
        {0, RC_STR_INIT("\0")},
        {0x7F, RC_STR_INIT("\x7F")},
        {0x80, RC_STR_INIT("\xC2\x80")},
        {0x7FF, RC_STR_INIT("\xDF\xBF")},
        {0x800, RC_STR_INIT("\xE0\xA0\x80")},
        {0x20AC, RC_STR_INIT("\xE2\x82\xAC")},
        {0xFFFF, RC_STR_INIT("\xEF\xBF\xBF")},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[3];
        const size_t len = rc_str_utf8_put(cases[i].letter, out);
        assert_true(rc_str_eq((struct rc_str){out, len}, cases[i].utf8));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views_are_equal_by_their_bytes),
        cmocka_unit_test(test_order_is_that_of_bytes_and_shorter_first),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_all_bytes_are_of_those_allowed),
        cmocka_unit_test(test_blanks_are_trimmed_at_both_ends),
        cmocka_unit_test(test_cutting_walks_over_all_parts),
        cmocka_unit_test(test_copies_have_a_nul_behind),
        cmocka_unit_test(test_a_whole_number_is_read_to_the_ends_of_its_range),
        cmocka_unit_test(test_what_is_no_whole_number_in_range_is_refused_and_changes_nothing),
        cmocka_unit_test(test_well_formed_utf8_is_told_from_the_rest),
        cmocka_unit_test(test_text_has_no_nul_and_is_utf8),
        cmocka_unit_test(test_control_characters_are_found_wherever_they_stand),
        cmocka_unit_test(test_a_letter_is_written_as_it_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
