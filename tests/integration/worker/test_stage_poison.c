/* A message that kills the process is found out and set aside, and no other with it (S3). */
#include <signal.h>
#include <stdio.h>

#include "with_stage.h"

enum { STARTS_MAX = 12 };

static bool all_done(const struct world *world)
{
    return committed(world, TOPIC_ONE) == held(world, TOPIC_ONE) &&
           committed(world, TOPIC_TWO) == held(world, TOPIC_TWO);
}

/* As a supervisor does: starts the stage again while it is killed, until everything is done.
 * Returns how often it was killed. */
static int supervise(struct world *world, const char *variable)
{
    for (int kills = 0; kills < STARTS_MAX; kills++) {
        const pid_t stage = STAGE_START(world, variable);
        int exit_code = -1;
        while (exit_code == -1 && !all_done(world))
            exit_code = stage_peek(stage, 100);
        if (exit_code != -1) continue;
        assert_int_equal(stage_drain(stage), 0);
        return kills;
    }
    fail_msg("it was killed again and again");
    return -1;
}

static void test_one_crashing_message_among_good_ones_is_exactly_one_dead_letter(void **state)
{
    struct world *world = *state;
    char text[40];

    world_flag(world, "poison", true);
    for (int i = 0; i < 8; i++) {
        snprintf(text, sizeof text, i == 3 ? "bad kill-while=poison" : "good%d sleep=50", i);
        world_send(world, TOPIC_ONE, text, text);
    }
    world_send(world, TOPIC_TWO, "k", "last");
    supervise(world, "ROLLCALL_STAGE_PARALLEL=4");
    committed_await(world, TOPIC_ONE, 8);
    assert_int_equal(trace_count(world, "begin bad"), 3);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    for (int i = 0; i < 8; i++) {
        snprintf(text, sizeof text, "end good%d", i);
        assert_true(i == 3 || trace_count(world, text) >= 1);
    }
    RC_AUTO(rc_message) struct rc_message *letter = first_of(world, TOPIC_DEAD);
    assert_str(rc_headers_get(&letter->headers, "rc_error_class"), "crash");
    assert_str(letter->payload, "bad kill-while=poison");
}

static void test_killed_by_others_again_and_again_a_healthy_message_is_handled(void **state)
{
    struct world *world = *state;

    world_send(world, TOPIC_ONE, "k", "a sleep=200");
    for (size_t round = 1; round <= 2; round++) {
        const pid_t stage = STAGE_START(world, NULL);
        trace_await(world, "begin a", round);
        stage_kill(stage);
    }
    supervise(world, NULL);
    assert_int_equal(held(world, TOPIC_DEAD), 0);
}

static void test_what_makes_the_process_give_up_is_poison_too(void **state)
{
    struct world *world = *state;

    world_send(world, TOPIC_ONE, "k", "bad fatal");
    world_send(world, TOPIC_ONE, "k", "good");
    assert_int_equal(supervise(world, NULL), 3);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
}

static void test_a_suspect_runs_alone(void **state)
{
    struct world *world = *state;

    world_send(world, TOPIC_ONE, "s", "suspect sleep=400");
    pid_t stage = STAGE_START(world, NULL);
    trace_await(world, "begin suspect", 1);
    stage_kill(stage);
    world_send(world, TOPIC_TWO, "x", "x sleep=600");
    world_send(world, TOPIC_TWO, "y", "y sleep=600");
    stage = STAGE_START(world, "ROLLCALL_STAGE_PARALLEL=4");
    trace_await(world, "end suspect", 1);
    trace_await(world, "end x", 1);
    trace_await(world, "end y", 1);
    const long began = trace_last(world, "begin suspect");
    const long ended = trace_at(world, "end suspect");
    /* Each of the others lies wholly before or wholly after it. */
    assert_true(trace_at(world, "end x") < began || trace_at(world, "begin x") > ended);
    assert_true(trace_at(world, "end y") < began || trace_at(world, "begin y") > ended);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_flush_of_redis_costs_restarts_and_nothing_else(void **state)
{
    struct world *world = *state;

    world_flag(world, "poison", true);
    world_send(world, TOPIC_ONE, "k", "bad kill-while=poison");
    world_send(world, TOPIC_ONE, "x", "good");
    pid_t stage = STAGE_START(world, NULL);
    assert_int_equal(stage_wait(stage, 30000), 1000 + SIGKILL);
    redis_tell(world, "FLUSHALL");
    supervise(world, NULL);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    assert_true(trace_count(world, "begin bad") <= 4);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_one_crashing_message_among_good_ones_is_exactly_one_dead_letter),
        CASE(test_killed_by_others_again_and_again_a_healthy_message_is_handled),
        CASE(test_what_makes_the_process_give_up_is_poison_too),
        CASE(test_a_suspect_runs_alone),
        CASE(test_a_flush_of_redis_costs_restarts_and_nothing_else),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
