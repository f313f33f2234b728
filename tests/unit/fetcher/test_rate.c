/* The pace that a limit allows: never more than its number in any window, and most of it used. */

#include "rate.h"

#include "support/unit.h"

/* Requests let through in the worst window: all at once after a pause, then one each interval. */
static int64_t most_in(int64_t window_us, int64_t interval_us, int64_t burst)
{
    return burst + (window_us - 1) / interval_us;
}

static void test_no_window_ever_holds_more_than_the_limit(void **state)
{
    static const int64_t windows_ms[] = {100, 1000, 60000, 3600000};

    (void)state;
    for (size_t w = 0; w < COUNT_OF(windows_ms); w++) {
        for (int64_t n = 1; n <= 2000; n++) {
            const struct rate_limits limits = {.requests = n, .window_ms = windows_ms[w]};
            int64_t interval_us = 0;
            int64_t burst = 0;
            rate_pace(&limits, &interval_us, &burst);
            assert_true(burst >= 1 && interval_us >= 1);
            if (most_in(windows_ms[w] * 1000, interval_us, burst) > n)
                fail_msg("%lld in %lld ms", (long long)n, (long long)windows_ms[w]);
        }
    }
}

static void test_four_fifths_of_a_limit_can_be_used_in_the_long_run(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 2000; n++) {
        const struct rate_limits limits = {.requests = n, .window_ms = 60000};
        int64_t interval_us = 0;
        int64_t burst = 0;
        rate_pace(&limits, &interval_us, &burst);
        assert_true(60000000.0 / (double)interval_us >= 0.8 * (double)n);
    }
}

static void test_no_limit_is_no_pace(void **state)
{
    const struct rate_limits limits = {.requests = 0, .window_ms = 60000};
    int64_t interval_us = 7;
    int64_t burst = 7;

    (void)state;
    rate_pace(&limits, &interval_us, &burst);
    assert_int_equal(interval_us, 0);
    assert_int_equal(burst, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_window_ever_holds_more_than_the_limit),
        cmocka_unit_test(test_four_fifths_of_a_limit_can_be_used_in_the_long_run),
        cmocka_unit_test(test_no_limit_is_no_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
