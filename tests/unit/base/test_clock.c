/* Time: printing, replacing, waiting between tries. */

#include "rollcall/base/clock.h"
#include "support/unit.h"

static int64_t noon(void)
{
    return INT64_C(1769860800123);
}

static void test_a_time_prints_as_rfc_3339_with_milliseconds(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {INT64_C(1769860800123), "2026-01-31T12:00:00.123Z"},
        {INT64_C(951782399999), "2000-02-28T23:59:59.999Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-1000, "1969-12-31T23:59:59.000Z"},
    };
    char text[25];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        rc_clock_print(cases[i].ms, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_a_month_has_the_days_of_the_calendar(void **state)
{
    static const struct {
        int year, month, days;
    } cases[] = {{2027, 1, 31}, {2027, 2, 28},  {2028, 2, 29}, {1900, 2, 28}, {2000, 2, 29},
                 {2027, 4, 30}, {2027, 12, 31}, {2027, 0, 0},  {2027, 13, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(rc_month_days(cases[i].year, cases[i].month), cases[i].days);
}

static void test_a_test_may_put_its_own_clock_in(void **state)
{
    (void)state;
    rc_clock_replace(noon, noon);
    assert_true(rc_clock_now_ms() == noon());
    assert_true(rc_clock_mono_ms() == noon());
    rc_clock_replace(NULL, NULL);
    assert_true(rc_clock_now_ms() != noon());
}

static void test_sleeping_takes_its_time_and_nothing_takes_none(void **state)
{
    const int64_t from = rc_clock_mono_ms();

    (void)state;
    rc_clock_sleep_ms(0);
    rc_clock_sleep_ms(-5);
    rc_clock_sleep_ms(20);
    assert_true(rc_clock_mono_ms() - from >= 19);
}

static void test_waiting_doubles_up_to_the_cap_with_full_jitter(void **state)
{
    static const int64_t limits[] = {100, 100, 200, 400, 800, 1000, 1000};

    (void)state;
    for (unsigned attempt = 0; attempt < COUNT_OF(limits); attempt++) {
        int64_t most = 0;
        for (int i = 0; i < 2000; i++) {
            const int64_t wait = rc_backoff_ms(attempt, 100, 1000);
            assert_true(wait >= 1 && wait <= limits[attempt]);
            if (wait > most) most = wait;
        }
        assert_true(most > limits[attempt] * 9 / 10);
    }
}

static void test_waiting_never_overflows(void **state)
{
    (void)state;
    assert_true(rc_backoff_ms(4000000000U, 1000, INT64_MAX) >= 1);
    assert_true(rc_backoff_ms(3, 5000, 1000) <= 1000);
    assert_int_equal(rc_backoff_ms(1, 0, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_time_prints_as_rfc_3339_with_milliseconds),
        cmocka_unit_test(test_a_month_has_the_days_of_the_calendar),
        cmocka_unit_test(test_a_test_may_put_its_own_clock_in),
        cmocka_unit_test(test_sleeping_takes_its_time_and_nothing_takes_none),
        cmocka_unit_test(test_waiting_doubles_up_to_the_cap_with_full_jitter),
        cmocka_unit_test(test_waiting_never_overflows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
