/* What /healthz and /readyz say. */
#include "../../../common/worker/health.h"

#include "rollcall/base/clock.h"
#include "support/unit.h"

static struct health health;
static volatile int stopping;
static struct rc_buf text;
static int64_t mono_ms;

static int64_t test_clock(void)
{
    return mono_ms;
}

static int setup(void **state)
{
    (void)state;
    stopping = 0;
    mono_ms = 1000;
    rc_clock_replace(NULL, test_clock);
    health_init(&health, &stopping);
    health_beat(&health, 60000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    health_done(&health);
    rc_buf_done(&text);
    rc_clock_replace(NULL, NULL);
    return 0;
}

static bool ready(void)
{
    rc_buf_clear(&text);
    return health_print_ready(&health, &text);
}

static bool alive(void)
{
    rc_buf_clear(&text);
    return health_print_alive(&health, &text);
}

static void test_it_is_ready_while_no_part_waits(void **state)
{
    (void)state;
    assert_true(ready());
    assert_true(health_set(&health, "redis", "no answer"));
    assert_true(health_set(&health, "kafka", "joining"));
    assert_false(ready());
    health_set(&health, "kafka", NULL);
    assert_false(ready());
    health_set(&health, "redis", NULL);
    assert_true(ready());
}

static void test_the_answer_names_who_waits_and_why(void **state)
{
    (void)state;
    health_set(&health, "redis", "no \"answer\"");
    assert_false(ready());
    assert_string_equal(text.data,
                        "{\"parts\":{\"redis\":\"no \\\"answer\\\"\"},\"started\":true,"
                        "\"draining\":false,\"ready\":false}\n");
}

static void test_only_a_change_is_news(void **state)
{
    (void)state;
    assert_true(health_set(&health, "redis", "one"));
    assert_false(health_set(&health, "redis", "two"));
    assert_true(health_set(&health, "redis", NULL));
    assert_false(health_set(&health, "redis", NULL));
}

static void test_a_drain_ends_readiness(void **state)
{
    (void)state;
    stopping = 1;
    assert_false(ready());
    assert_true(alive());
}

static void test_it_is_alive_until_the_loop_falls_silent(void **state)
{
    (void)state;
    health_beat(&health, 500);
    mono_ms += 500;
    assert_true(alive());
    mono_ms += 1;
    assert_false(alive());
    health_beat(&health, 500);
    assert_true(alive());
}

static void test_it_has_started_once_the_loop_has_begun(void **state)
{
    (void)state;
    health_done(&health);
    health_init(&health, &stopping);
    rc_buf_clear(&text);
    assert_false(health_print_started(&health, &text));
    assert_false(ready());
    assert_true(alive()); /* a slow start is no reason for a restart */
    health_beat(&health, 500);
    mono_ms += 1000; /* silent since, which is a matter of /healthz */
    assert_true(health_print_started(&health, &text));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_it_is_ready_while_no_part_waits),
        CASE(test_the_answer_names_who_waits_and_why),
        CASE(test_only_a_change_is_news),
        CASE(test_a_drain_ends_readiness),
        CASE(test_it_has_started_once_the_loop_has_begun),
        CASE(test_it_is_alive_until_the_loop_falls_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
