/* How a stage ends: drains, fatal failures, and what the supervisor sees of it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"

#include "with_stage.h"

static void test_a_drain_finishes_what_is_in_hand_and_begins_nothing(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_STAGE_PARALLEL=1");

    world_send(world, TOPIC_ONE, "k", "a sleep=3000 send");
    world_send(world, TOPIC_ONE, "k", "b");
    trace_await(world, "begin a", 1);
    kill(stage, SIGTERM);
    admin_await(world, "/readyz", 503);
    assert_int_equal(stage_wait(stage, 20000), 0);
    assert_int_equal(trace_count(world, "end a"), 1);
    assert_int_equal(trace_count(world, "begin b"), 0);
    assert_int_equal(committed(world, TOPIC_ONE), 1);
    assert_int_equal(redis_tell(world, "DBSIZE"), 0);
}

static void test_a_drain_ends_in_its_time_and_blames_nobody(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_DRAIN_TIMEOUT=2s");

    world_send(world, TOPIC_ONE, "k", "a sleep=20000");
    trace_await(world, "begin a", 1);
    const int64_t began_ms = rc_clock_mono_ms();
    assert_int_equal(stage_drain(stage), 0);
    assert_true(rc_clock_mono_ms() - began_ms < 10000); /* half of the message's own time */
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    assert_int_equal(redis_tell(world, "DBSIZE"), 0);
}

static void test_a_drain_ends_in_its_time_while_an_outage_is_waited_for(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_flag(world, "outage", true);
    world_send(world, TOPIC_ONE, "k", "a retry-while=outage");
    trace_await(world, "begin a", 2);
    assert_int_equal(stage_drain(stage), 0);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    assert_int_equal(redis_tell(world, "DBSIZE"), 0);
}

static void test_a_second_signal_ends_at_once(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_send(world, TOPIC_ONE, "k", "a sleep=20000");
    trace_await(world, "begin a", 1);
    kill(stage, SIGTERM);
    admin_await(world, "/readyz", 503);
    kill(stage, SIGINT);
    assert_int_equal(stage_wait(stage, 10000), 1);
}

static void test_a_fatal_failure_commits_nothing_and_asks_for_a_restart(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_send(world, TOPIC_ONE, "k", "a fatal");
    assert_int_equal(stage_wait(stage, 30000), 1);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
}

static void test_not_found_that_escapes_is_a_bug(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_send(world, TOPIC_ONE, "k", "a bug");
    assert_int_equal(stage_wait(stage, 30000), 70);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
}

static void test_servers_that_are_late_are_waited_for(void **state)
{
    struct world *world = *state;

    server_stop(&world->redis);
    const pid_t stage = STAGE_START(world, NULL);
    admin_await(world, "/readyz", 503);
    assert_int_equal(admin_ask(world, "/healthz", NULL, 0), 200);
    server_start_again(&world->redis);
    admin_await(world, "/readyz", 200);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_signal_before_everything_is_there_ends_well(void **state)
{
    struct world *world = *state;

    server_stop(&world->redis);
    const pid_t stage = STAGE_START(world, NULL);
    admin_await(world, "/readyz", 503);
    assert_int_equal(stage_drain(stage), 0);
    server_start_again(&world->redis);
}

static void test_a_wrong_configuration_is_told_at_once(void **state)
{
    struct world *world = *state;

    assert_int_equal(stage_wait(STAGE_START(world, "ROLLCALL_LOG_FORMAT=xml"), 10000), 78);
    assert_int_equal(stage_wait(STAGE_START(world, "ROLLCALL_STAGE_PARALLEL=none"), 10000), 78);
    assert_int_equal(stage_wait(STAGE_START(world, "ROLLCALL_NO_SUCH=1"), 10000), 78);
    /* It does not survive our rebalance tests with librdkafka 2.0.2. */
    assert_int_equal(
        stage_wait(STAGE_START(world, "ROLLCALL_STAGE_ASSIGNOR=cooperative-sticky"), 20000), 78);
}

static void test_metrics_count_what_was_done(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);
    char body[8192];

    world_send(world, TOPIC_ONE, "k", "a");
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(admin_ask(world, "/metrics", body, sizeof body), 200);
    assert_non_null(strstr(body, "rollcall_build_info{version="));
    assert_non_null(strstr(body,
                           "rollcall_messages_consumed_total{topic=\"rollcall.test.one.v1\","
                           "outcome=\"done\"} 1"));
    assert_non_null(strstr(body, "rollcall_batch_duration_seconds_count{stage=\"test\"} 1"));
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_a_drain_finishes_what_is_in_hand_and_begins_nothing),
        CASE(test_a_drain_ends_in_its_time_and_blames_nobody),
        CASE(test_a_drain_ends_in_its_time_while_an_outage_is_waited_for),
        CASE(test_a_second_signal_ends_at_once),
        CASE(test_a_fatal_failure_commits_nothing_and_asks_for_a_restart),
        CASE(test_not_found_that_escapes_is_a_bug),
        CASE(test_servers_that_are_late_are_waited_for),
        CASE(test_a_signal_before_everything_is_there_ends_well),
        CASE(test_a_wrong_configuration_is_told_at_once),
        CASE(test_metrics_count_what_was_done),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
