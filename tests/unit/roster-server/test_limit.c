/* How fast applications may ask (services/roster-server/limit.h). */
#include "limit.h"

#include "rollcall/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static void test_a_burst_goes_then_the_rate_holds(void **state)
{
    (void)state;
    struct limit *limit = rc_malloc(sizeof *limit);

    limit_init(limit);
    for (int i = 0; i < 3; i++)
        assert_int_equal(limit_take(limit, "a", 60, 3, 1000), 0);
    const int64_t wait_ms = limit_take(limit, "a", 60, 3, 1000);
    assert_in_range(wait_ms, 990, 1001);
    assert_int_equal(limit_take(limit, "b", 60, 3, 1000), 0);
    assert_int_not_equal(limit_take(limit, "a", 60, 3, 1500), 0);
    assert_int_equal(limit_take(limit, "a", 60, 3, 1000 + wait_ms), 0);
    assert_int_equal(limit_take(limit, "a", 0, 1, 0), 0);
    limit_done(limit);
    free(limit);
}

static void test_more_applications_than_places_are_still_answered(void **state)
{
    (void)state;
    struct limit *limit = rc_malloc(sizeof *limit);
    char name[16];

    limit_init(limit);
    for (int i = 0; i < 2 * LIMIT_APPLICATIONS_MAX; i++) {
        snprintf(name, sizeof name, "app-%d", i);
        assert_int_equal(limit_take(limit, name, 1, 1, 1000 + i), 0);
        assert_int_not_equal(limit_take(limit, name, 1, 1, 1000 + i), 0);
    }
    limit_done(limit);
    free(limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_burst_goes_then_the_rate_holds),
        cmocka_unit_test(test_more_applications_than_places_are_still_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
