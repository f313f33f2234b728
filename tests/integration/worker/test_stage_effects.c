/* A message is done when its effects and outputs are durable, and not before (S1), over
 * librdkafka's mock cluster and a real Redis. */
#include <signal.h>

#include "with_stage.h"

static void test_a_message_is_committed_after_it_was_handled_and_not_read_again(void **state)
{
    struct world *world = *state;
    pid_t stage = STAGE_START(world, NULL);

    world_send(world, TOPIC_ONE, "k", "a sleep=300");
    trace_await(world, "begin a", 1);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    trace_await(world, "end a", 1);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(stage_drain(stage), 0);
    stage = STAGE_START(world, NULL);
    world_send(world, TOPIC_ONE, "k", "b");
    trace_await(world, "end b", 1);
    assert_int_equal(stage_drain(stage), 0);
    assert_int_equal(trace_count(world, "begin a"), 1);
}

static void test_killed_after_handling_it_is_handled_again(void **state)
{
    struct world *world = *state;
    pid_t stage = STAGE_START(world, "ROLLCALL_FAULT=stage.handled:kill");

    world_send(world, TOPIC_ONE, "k", "a");
    assert_int_equal(stage_wait(stage, 30000), 1000 + SIGKILL);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    stage = STAGE_START(world, NULL);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(trace_count(world, "end a"), 2);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_killed_after_the_commit_it_is_not_handled_again(void **state)
{
    struct world *world = *state;
    pid_t stage = STAGE_START(world, "ROLLCALL_FAULT=stage.committed:kill");

    world_send(world, TOPIC_ONE, "k", "a");
    assert_int_equal(stage_wait(stage, 30000), 1000 + SIGKILL);
    stage = STAGE_START(world, NULL);
    world_send(world, TOPIC_ONE, "k", "b");
    trace_await(world, "end b", 1);
    assert_int_equal(trace_count(world, "begin a"), 1);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_an_output_is_acknowledged_before_the_offset_moves(void **state)
{
    struct world *world = *state;
    pid_t stage = STAGE_START(world, "ROLLCALL_FAULT=stage.sent:kill");

    world_send(world, TOPIC_ONE, "k", "a send");
    assert_int_equal(stage_wait(stage, 30000), 1000 + SIGKILL);
    assert_int_equal(held(world, TOPIC_OUT), 1);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    stage = STAGE_START(world, NULL);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(held(world, TOPIC_OUT), 2);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_what_follows_bears_the_run_and_the_trace_of_the_message_in_hand(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);
    struct rc_envelope envelope;

    world_send(world, TOPIC_ONE, "k", "a send");
    committed_await(world, TOPIC_ONE, 1);
    RC_AUTO(rc_message) struct rc_message *out = first_of(world, TOPIC_OUT);
    assert_ok(rc_envelope_parse(&out->headers, &envelope));
    assert_str(envelope.type, TOPIC_OUT);
    assert_str(envelope.source, "/rollcall/test");
    assert_str(envelope.id, "a");
    assert_str(envelope.run, "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a78");
    assert_int_equal(rc_trace_id(envelope.traceparent).len, 32);
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_a_message_is_committed_after_it_was_handled_and_not_read_again),
        CASE(test_killed_after_handling_it_is_handled_again),
        CASE(test_killed_after_the_commit_it_is_not_handled_again),
        CASE(test_an_output_is_acknowledged_before_the_offset_moves),
        CASE(test_what_follows_bears_the_run_and_the_trace_of_the_message_in_hand),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
