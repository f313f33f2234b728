/* Partitions that come and go over librdkafka's mock cluster (S4). */
#include "with_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rollcall/base/clock.h"

/* ---- rebalance ---- */

static void test_leaving_finishes_first_and_then_gives_back(void **state)
{
    (void)state;
    struct rc_consumer *consumer = open_consumer(&mock.config);

    await_holding(consumer, 0);
    rc_consumer_free(consumer);
    assert_string_equal(trace.data, "+0 revoking -0 ");
}

static struct rc_consumer *committing;

static void commit_on_leaving(void *self)
{
    (void)self;
    assert_int_equal(rc_consumer_commit(committing, TOPIC, 0, 1), RC_OK);
}

static void test_the_last_commit_is_made_while_partitions_are_given_back(void **state)
{
    (void)state;
    static const char *const topics[] = {TOPIC, NULL};
    const struct rc_rebalance hooks = {.revoking = commit_on_leaving};
    struct rc_marks marks[1];
    size_t count = 0;

    assert_int_equal(rc_consumer_open(&mock.config, topics, &hooks, &committing), RC_OK);
    say("one");
    expect(committing, "one");
    rc_consumer_free(committing);
    assert_int_equal(rc_bus_marks(&mock.config, mock.config.group, TOPIC, marks, 1, &count), RC_OK);
    assert_int_equal(marks[0].committed, 1);
}

static void test_a_partition_taken_again_after_a_rebalance_is_not_paused_any_more(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;
    RC_AUTO(rc_consumer) struct rc_consumer *staying = open_consumer(&config);
    struct rc_message *message = NULL;

    say("one");
    expect(staying, "one");
    assert_int_equal(rc_consumer_pause(staying, TOPIC, 0), RC_OK);
    say("two");
    rc_buf_clear(&trace);
    struct rc_consumer *passing = open_consumer(&config);
    for (int i = 0; i < 1000 && !(trace.data && strstr(trace.data, "-0")); i++) {
        rc_ignore(rc_consumer_poll(staying, 20, &message));
        rc_ignore(rc_consumer_poll(passing, 20, &message));
    }
    assert_non_null(strstr(trace.data, "revoking -0"));
    rc_consumer_free(passing);
    assert_int_equal(mock_next(staying, &message), RC_OK);
    rc_message_free(message);
}

static void test_a_cooperative_group_takes_and_gives_partitions_too(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;

    config.assignor = "cooperative-sticky";
    struct rc_consumer *consumer = open_consumer(&config);
    say("one");
    expect(consumer, "one");
    assert_int_equal(rc_consumer_commit(consumer, TOPIC, 0, 1), RC_OK);
    rc_consumer_free(consumer);
    assert_string_equal(trace.data, "+0 revoking -0 ");
}

static void test_a_consumer_that_never_polled_still_closes(void **state)
{
    (void)state;
    const int64_t from_ms = rc_clock_mono_ms();

    rc_consumer_free(open_consumer(&mock.config));
    assert_true(rc_clock_mono_ms() - from_ms < 14000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, consumer_start, consumer_stop)
        CASE(test_leaving_finishes_first_and_then_gives_back),
        CASE(test_the_last_commit_is_made_while_partitions_are_given_back),
        CASE(test_a_partition_taken_again_after_a_rebalance_is_not_paused_any_more),
        CASE(test_a_cooperative_group_takes_and_gives_partitions_too),
        CASE(test_a_consumer_that_never_polled_still_closes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
