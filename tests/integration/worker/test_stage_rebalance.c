/* Partitions come and go (S4). */
#include <signal.h>
#include <stdio.h>

#include "rollcall/base/clock.h"

#include "with_stage.h"

enum { MESSAGES = 40 };

/* The mock gives members a session's time to come to a rebalance; a real broker gives them
 * max.poll.interval. */
#define FIRST "ROLLCALL_STAGE_SESSION_TIMEOUT=9s"
/* The second stage has no admin port: there is one only. */
#define SECOND FIRST, "ROLLCALL_ADMIN_PORT=0"

static void send_many(struct world *world, const char *words)
{
    char key[16];
    char text[60];

    for (int i = 0; i < MESSAGES; i++) {
        snprintf(key, sizeof key, "key%d", i);
        snprintf(text, sizeof text, "m%d %s", i, words);
        world_send(world, TOPIC_ONE, key, text);
    }
}

/* The mock refuses commits while the group rebalances (a broker takes them), so what was finished
 * then is done once more; never beside itself. */
static void assert_each_in_turn(const struct world *world)
{
    char name[20];

    for (int i = 0; i < MESSAGES; i++) {
        snprintf(name, sizeof name, "m%d", i);
        if (!trace_alternates(world, name)) fail_msg("%s ran beside itself, or not at all", name);
    }
}

static void grow(struct world *world, const char *assignor)
{
    const pid_t first = STAGE_START(world, FIRST, assignor);
    send_many(world, "sleep=200");
    trace_await(world, "begin m0", 1);
    const pid_t second = STAGE_START(world, assignor, SECOND);

    committed_await(world, TOPIC_ONE, MESSAGES);
    assert_each_in_turn(world);
    assert_int_equal(stage_drain(first), 0);
    assert_int_equal(stage_drain(second), 0);
}

static void test_a_second_member_takes_over_and_nothing_runs_beside_itself(void **state)
{
    grow(*state, "ROLLCALL_STAGE_ASSIGNOR=range");
}

static void test_a_partition_that_leaves_is_finished_before(void **state)
{
    struct world *world = *state;
    const pid_t first = STAGE_START(world, FIRST);
    world_send(world, TOPIC_ONE, "k", "a sleep=5000");
    trace_await(world, "begin a", 1);
    const pid_t second = STAGE_START(world, SECOND);

    trace_await(world, "end a", 1);
    committed_await(world, TOPIC_ONE, 1);
    assert_true(trace_alternates(world, "a"));
    assert_int_equal(stage_drain(second), 0);
    assert_int_equal(stage_drain(first), 0);
}

static void test_a_paused_partition_that_comes_back_is_read_from_where_it_stood(void **state)
{
    struct world *world = *state;
    const pid_t first = STAGE_START(world, FIRST);

    world_flag(world, "outage", true);
    send_many(world, "retry-while=outage");
    trace_await(world, "begin m0", 2);
    pid_t second = STAGE_START(world, SECOND);
    trace_await(world, "begin m1", 2);
    rc_clock_sleep_ms(2500);
    assert_int_equal(stage_drain(second), 0);
    world_flag(world, "outage", false);
    committed_await(world, TOPIC_ONE, MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
        char line[40];
        snprintf(line, sizeof line, "end m%d", i);
        assert_true(trace_count(world, line) >= 1); /* twice where the mock refused the commit */
    }
    assert_int_equal(stage_drain(first), 0);
}

static void test_a_poison_is_one_dead_letter_through_rebalances_and_an_outage(void **state)
{
    struct world *world = *state;
    pid_t first = STAGE_START(world, NULL);

    world_flag(world, "poison", true);
    world_flag(world, "outage", true);
    world_send(world, TOPIC_ONE, "p", "bad retry-while=outage kill-while=poison");
    world_send(world, TOPIC_ONE, "q", "other retry-while=outage");
    trace_await(world, "begin bad", 2);
    pid_t second = STAGE_START(world, "ROLLCALL_ADMIN_PORT=0");
    rc_clock_sleep_ms(2000);
    world_flag(world, "outage", false);
    for (int looks = 0; committed(world, TOPIC_ONE) < 2; looks++) {
        assert_true(looks < 300);
        if (stage_peek(first, 100) != -1) first = STAGE_START(world, NULL);
        if (stage_peek(second, 100) != -1) second = STAGE_START(world, "ROLLCALL_ADMIN_PORT=0");
    }
    assert_in_range(held(world, TOPIC_DEAD), 1, 2); /* twice where the mock refused the commit */
    assert_true(trace_count(world, "end other") >= 1);
    assert_int_equal(stage_drain(second), 0);
    assert_int_equal(stage_drain(first), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_a_second_member_takes_over_and_nothing_runs_beside_itself),
        CASE(test_a_partition_that_leaves_is_finished_before),
        CASE(test_a_paused_partition_that_comes_back_is_read_from_where_it_stood),
        CASE(test_a_poison_is_one_dead_letter_through_rebalances_and_an_outage),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
