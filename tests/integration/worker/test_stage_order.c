/* Order per key, and a hand that is full. */
#include <stdio.h>

#include "with_stage.h"

static void test_messages_of_one_key_keep_their_order(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_STAGE_PARALLEL=4");

    world_send(world, TOPIC_ONE, "k", "a sleep=1500"); /* time for the others to come */
    world_send(world, TOPIC_ONE, "k", "b sleep=100");
    world_send(world, TOPIC_ONE, "k", "c");
    world_send(world, TOPIC_TWO, "k", "d sleep=400");
    trace_await(world, "end c", 1);
    trace_await(world, "end d", 1);
    assert_true(trace_at(world, "end a") < trace_at(world, "begin b"));
    assert_true(trace_at(world, "end b") < trace_at(world, "begin c"));
    assert_true(trace_at(world, "begin d") < trace_at(world, "end c"));
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_full_hand_pauses_and_loses_and_repeats_nothing(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_STAGE_PARALLEL=1");
    char text[40];
    char line[40];

    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "m%d sleep=100", i);
        snprintf(line, sizeof line, "key%d", i);
        world_send(world, i % 2 ? TOPIC_ONE : TOPIC_TWO, line, text);
    }
    committed_await(world, TOPIC_ONE, 30);
    committed_await(world, TOPIC_TWO, 30);
    for (int i = 0; i < 60; i++) {
        snprintf(line, sizeof line, "begin m%d", i);
        assert_int_equal(trace_count(world, line), 1);
    }
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_messages_of_one_key_keep_their_order),
        CASE(test_a_full_hand_pauses_and_loses_and_repeats_nothing),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
