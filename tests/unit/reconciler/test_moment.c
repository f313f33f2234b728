#include "moment.h"
#include "support/unit.h"

static void test_a_moment_is_the_same_in_every_notation(void **state)
{
    static const char *const same[] = {"2026-08-01T10:00:00Z", "2026-08-01t10:00:00.000z",
                                       "2026-08-01T12:00:00+02:00", "2026-08-01 06:30:00.0-03:30",
                                       "2026-08-01T10:00:00.0000009Z"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        int64_t micros = 0;
        assert_ok(moment_parse(rc_str_of(same[i]), &micros));
        assert_int_equal(micros, INT64_C(1785578400000000));
    }
}

static void test_fractions_count_to_the_microsecond(void **state)
{
    int64_t micros = 0;

    (void)state;
    assert_ok(moment_parse(RC_STR("1970-01-01T00:00:00.123456Z"), &micros));
    assert_int_equal(micros, 123456);
    assert_ok(moment_parse(RC_STR("1969-12-31T23:59:59.5Z"), &micros));
    assert_int_equal(micros, -500000);
}

static void test_what_is_no_time_is_rejected(void **state)
{
    static const char *const wrong[] = {
        "",
        "yesterday",
        "2026-08-01",
        "2026-08-01T10:00:00",
        "2026-13-01T10:00:00Z",
        "2026-08-01T24:00:00Z",
        "2026-08-01T10:00:00.Z",
        "2026-08-01T10:00:00Z ",
        "0000-01-01T00:00:00Z",
        "2026-08-01T10:00:00+2:00",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t micros = 7;
        assert_fails(moment_parse(rc_str_of(wrong[i]), &micros), RC_REJECT, "2026-08-01T10:00:00Z");
        assert_int_equal(micros, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_moment_is_the_same_in_every_notation),
        cmocka_unit_test(test_fractions_count_to_the_microsecond),
        cmocka_unit_test(test_what_is_no_time_is_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
