/* What a stage sets aside (S3). */
#include <signal.h>
#include <string.h>

#include "rollcall/worker/dead_letter.h"

#include "with_stage.h"

static void test_what_is_refused_becomes_a_dead_letter_and_is_done(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);
    struct rc_outgoing original;

    world_send(world, TOPIC_ONE, "k", "a reject");
    world_send(world, TOPIC_ONE, "k", "b");
    committed_await(world, TOPIC_ONE, 2);
    assert_int_equal(trace_count(world, "end b"), 1);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    RC_AUTO(rc_message) struct rc_message *letter = first_of(world, TOPIC_DEAD);
    assert_str(rc_headers_get(&letter->headers, "rc_error"), "it says so itself");
    assert_str(rc_headers_get(&letter->headers, "rc_error_class"), "reject");
    assert_str(rc_headers_get(&letter->headers, "rc_stage"), "rollcall-test");
    assert_str(letter->key, "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77");
    assert_ok(rc_dead_letter_origin(letter, &original));
    assert_str(original.topic, TOPIC_ONE);
    assert_str(original.payload, "a reject");
    assert_str(original.key, "k");
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_dead_letter_is_acknowledged_before_the_offset_moves(void **state)
{
    struct world *world = *state;
    pid_t stage = STAGE_START(world, "ROLLCALL_FAULT=stage.rejected:kill");

    world_send(world, TOPIC_ONE, "k", "a reject");
    assert_int_equal(stage_wait(stage, 30000), 1000 + SIGKILL);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    assert_int_equal(committed(world, TOPIC_ONE), 0);
    stage = STAGE_START(world, NULL);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_message_without_an_envelope_is_set_aside_unread(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, NULL);

    assert_ok(mock_send(world->producer, TOPIC_ONE, "k", "a"));
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(trace_count(world, "begin a"), 0);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_dead_letter_that_is_refused_is_not_sent_again(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_TEST_DEAD_INTAKE=1");
    char body[4096];

    world_send(world, TOPIC_DEAD, "k", "a reject");
    committed_await(world, TOPIC_DEAD, 1);
    assert_int_equal(held(world, TOPIC_DEAD), 1);
    assert_int_equal(admin_ask(world, "/metrics", body, sizeof body), 200);
    assert_non_null(strstr(body, "rollcall_dead_letters_unrecorded_total 1"));
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_refused_becomes_a_dead_letter_and_is_done),
        CASE(test_a_dead_letter_is_acknowledged_before_the_offset_moves),
        CASE(test_a_message_without_an_envelope_is_set_aside_unread),
        CASE(test_a_dead_letter_that_is_refused_is_not_sent_again),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
