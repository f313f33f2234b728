/* What is away is waited for, and what waits is not blamed (S3). */
#include "rollcall/base/clock.h"

#include "with_stage.h"

static void test_an_outage_is_waited_for_while_other_partitions_go_on(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_flag(world, "outage", true);
    world_send(world, TOPIC_ONE, "k", "a retry-while=outage");
    trace_await(world, "begin a", 3);
    admin_await(world, "/readyz", 503);
    assert_int_equal(admin_ask(world, "/healthz", NULL, 0), 200);
    world_send(world, TOPIC_TWO, "x", "b");
    world_send(world, TOPIC_ONE, "y", "c");
    trace_await(world, "end b", 1);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    world_flag(world, "outage", false);
    trace_await(world, "end a", 1);
    committed_await(world, TOPIC_ONE, 2);
    admin_await(world, "/readyz", 200);
    assert_int_equal(trace_count(world, "end a"), 1);
    assert_int_equal(trace_count(world, "end c"), 1);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_message_that_waits_is_no_start_without_an_end(void **state)
{
    struct world *world = *state;

    world_flag(world, "outage", true);
    world_send(world, TOPIC_ONE, "k", "a retry-while=outage");
    for (size_t round = 1; round <= 4; round++) {
        const pid_t stage = STAGE_START(world, NULL);
        trace_await(world, "begin a", round * 3);
        rc_clock_sleep_ms(50); /* from the beginning to the end of the attempt */
        stage_kill(stage);
    }
    world_flag(world, "outage", false);
    const pid_t stage = STAGE_START(world, NULL);
    trace_await(world, "end a", 1);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(held(world, TOPIC_DEAD), 0);
    assert_int_equal(redis_tell(world, "DBSIZE"), 0);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_redis_away_is_an_outage_and_not_a_count(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    world_send(world, TOPIC_ONE, "k", "a");
    committed_await(world, TOPIC_ONE, 1);
    server_stop(&world->redis);
    world_send(world, TOPIC_ONE, "k", "b");
    admin_await(world, "/readyz", 503);
    assert_int_equal(trace_count(world, "begin b"), 0);
    server_start_again(&world->redis);
    committed_await(world, TOPIC_ONE, 2);
    assert_int_equal(trace_count(world, "end b"), 1);
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_an_outage_is_waited_for_while_other_partitions_go_on),
        CASE(test_a_message_that_waits_is_no_start_without_an_end),
        CASE(test_redis_away_is_an_outage_and_not_a_count),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
