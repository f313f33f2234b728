/* Receiving over librdkafka's mock cluster (S1, S3), and the faults of librdkafka 2.0.2 that are
 * closed in port/bus. */
#include "with_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rollcall/base/clock.h"

/* ---- messages and offsets ---- */

static void test_messages_come_in_order_with_all_that_they_carry(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);
    RC_AUTO(rc_message) struct rc_message *message = NULL;
    struct rc_outgoing sent = {
        .topic = RC_STR(TOPIC), .key = RC_STR("key"), .payload = RC_STR("one")};

    rc_headers_add(&sent.headers, "ce_id", RC_STR("e-1"));
    assert_int_equal(rc_producer_send(producer, &sent, 1, NULL), RC_OK);
    say("two");
    assert_int_equal(mock_next(consumer, &message), RC_OK);
    assert_true(rc_str_eq(message->topic, RC_STR(TOPIC)));
    assert_int_equal(message->partition, 0);
    assert_int_equal(message->offset, 0);
    assert_true(rc_str_eq(message->key, RC_STR("key")));
    assert_true(rc_str_eq(rc_headers_get(&message->headers, "ce_id"), RC_STR("e-1")));
    assert_true(message->timestamp_ms > 0);
    expect(consumer, "two");
}

static void test_what_is_not_committed_comes_again_and_what_is_does_not(void **state)
{
    (void)state;
    struct rc_consumer *first = open_consumer(&mock.config);

    say("one");
    say("two");
    expect(first, "one");
    expect(first, "two");
    assert_int_equal(rc_consumer_commit(first, TOPIC, 0, 1), RC_OK);
    rc_consumer_free(first);
    RC_AUTO(rc_consumer) struct rc_consumer *second = open_consumer(&mock.config);
    assert_int_equal(expect(second, "two"), 1);
}

static void test_a_topic_without_a_committed_start_stops_the_program(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;
    struct rc_message *message = NULL;

    config.group = "rollcall-newcomer";
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&config);
    assert_int_equal(mock_next(consumer, &message), RC_FATAL);
    assert_non_null(strstr(rc_error_text(), TOPIC));
    assert_non_null(strstr(rc_error_text(), "rollcall topics apply"));
}

static void test_an_offset_that_is_no_longer_there_stops_the_program(void **state)
{
    (void)state;
    struct rc_consumer *first = open_consumer(&mock.config);
    struct rc_message *message = NULL;

    say("one");
    expect(first, "one");
    assert_int_equal(rc_consumer_commit(first, TOPIC, 0, 1000), RC_OK);
    rc_consumer_free(first);
    RC_AUTO(rc_consumer) struct rc_consumer *second = open_consumer(&mock.config);
    assert_int_equal(mock_next(second, &message), RC_FATAL);
    assert_non_null(strstr(rc_error_text(), "partition 0"));
}

static void test_a_partition_that_is_not_ours_is_neither_committed_nor_touched(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);
    struct rc_marks marks[1];
    size_t count = 0;

    assert_false(rc_consumer_holds(consumer, TOPIC, 0));
    assert_int_equal(rc_consumer_commit(consumer, TOPIC, 0, 7), RC_OK);
    assert_int_equal(rc_consumer_pause(consumer, TOPIC, 0), RC_OK);
    assert_int_equal(rc_consumer_resume(consumer, TOPIC, 0), RC_OK);
    assert_int_equal(rc_consumer_seek(consumer, TOPIC, 0, 0), RC_OK);
    assert_int_equal(rc_bus_marks(&mock.config, mock.config.group, TOPIC, marks, 1, &count), RC_OK);
    assert_int_equal(marks[0].committed, 0);
}

/* ---- pause, resume, seek ---- */

static void test_a_paused_partition_is_silent_and_goes_on_where_it_was(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);

    say("one");
    say("two");
    expect(consumer, "one");
    assert_int_equal(rc_consumer_pause(consumer, TOPIC, 0), RC_OK);
    assert_int_equal(rc_consumer_pause(consumer, TOPIC, 0), RC_OK);
    say("three");
    assert_true(mock_silent(consumer, 400));
    assert_int_equal(rc_consumer_resume(consumer, TOPIC, 0), RC_OK);
    expect(consumer, "two");
    expect(consumer, "three");
}

/* librdkafka 2.0.2 goes back to an old position when told to resume what was not paused. */
static void test_resuming_what_was_not_paused_reads_nothing_again(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);

    say("one");
    say("two");
    expect(consumer, "one");
    expect(consumer, "two");
    assert_int_equal(rc_consumer_resume(consumer, TOPIC, 0), RC_OK);
    assert_true(mock_silent(consumer, 400));
    say("three");
    assert_int_equal(expect(consumer, "three"), 2);
}

static void test_what_was_dropped_from_the_hand_comes_again_after_a_seek(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);

    say("one");
    say("two");
    expect(consumer, "one");
    expect(consumer, "two");
    assert_int_equal(rc_consumer_seek(consumer, TOPIC, 0, 0), RC_OK);
    expect(consumer, "one");
    expect(consumer, "two");
}

static void test_a_seek_in_a_paused_partition_counts_when_it_is_resumed(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);

    say("one");
    say("two");
    say("three");
    expect(consumer, "one");
    expect(consumer, "two");
    assert_int_equal(rc_consumer_pause(consumer, TOPIC, 0), RC_OK);
    assert_int_equal(rc_consumer_seek(consumer, TOPIC, 0, 1), RC_OK);
    assert_true(mock_silent(consumer, 300));
    assert_int_equal(rc_consumer_resume(consumer, TOPIC, 0), RC_OK);
    expect(consumer, "two");
    expect(consumer, "three");
}

/* ---- outages ---- */

static void test_an_outage_is_told_and_ends_by_itself(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);
    struct rc_message *message = NULL;

    say("one");
    expect(consumer, "one");
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    assert_int_equal(mock_next(consumer, &message), RC_RETRY);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    say("two");
    rc_status status = RC_RETRY;
    for (int i = 0; i < 50 && status == RC_RETRY; i++)
        status = mock_next(consumer, &message);
    assert_int_equal(status, RC_OK);
    assert_true(rc_str_eq(message->payload, RC_STR("two")));
    rc_message_free(message);
}

/* ---- a full window ---- */

/* librdkafka 2.0.2 sleeps for a second whenever its fetch queue is full; ours holds the whole
 * credit window (L7). */
static void test_a_credit_window_of_pages_is_read_without_a_pause(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);
    const size_t size = 1024U * 1024;
    RC_AUTO_BUF struct rc_buf page = {0};
    int64_t slowest_ms = 0;

    rc_buf_reserve(&page, size);
    for (size_t i = 0; i < size; i++)
        page.data[page.len++] = (char)(i * 2654435761U >> 13);
    const struct rc_outgoing message = {.topic = RC_STR(TOPIC), .payload = rc_buf_str(&page)};
    await_holding(consumer, 0);
    for (int i = 0; i < 32; i++)
        assert_int_equal(rc_producer_send(producer, &message, 1, NULL), RC_OK);
    rc_clock_sleep_ms(300);
    for (int i = 0; i < 32; i++) {
        RC_AUTO(rc_message) struct rc_message *got = NULL;
        const int64_t from_ms = rc_clock_mono_ms();
        assert_int_equal(mock_next(consumer, &got), RC_OK);
        const int64_t took_ms = rc_clock_mono_ms() - from_ms;
        if (took_ms > slowest_ms) slowest_ms = took_ms;
    }
    assert_true(slowest_ms < 900);
}

/* ---- a group's start and single messages ---- */

static void test_a_groups_start_is_set_once_and_never_moved(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer(&mock.config);
    struct rc_marks marks[1];
    size_t count = 0;

    say("one");
    expect(consumer, "one");
    assert_int_equal(rc_consumer_commit(consumer, TOPIC, 0, 1), RC_OK);
    assert_int_equal(rc_bus_group_start(&mock.config, mock.config.group, TOPIC), RC_OK);
    assert_int_equal(rc_bus_marks(&mock.config, mock.config.group, TOPIC, marks, 1, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(marks[0].begin, 0);
    assert_int_equal(marks[0].committed, 1);
    assert_int_equal(marks[0].end, 1);
    assert_int_equal(rc_bus_marks(&mock.config, "rollcall-other", TOPIC, marks, 1, &count), RC_OK);
    assert_int_equal(marks[0].committed, -1);
}

static void test_one_message_is_read_by_its_place_and_outlives_its_client(void **state)
{
    (void)state;
    RC_AUTO(rc_message) struct rc_message *found = NULL;
    struct rc_message *none = NULL;

    say("one");
    say("two");
    assert_int_equal(rc_bus_read_at(&mock.config, TOPIC, 0, 1, &found), RC_OK);
    assert_true(rc_str_eq(found->payload, RC_STR("two")));
    assert_int_equal(found->offset, 1);
    assert_int_equal(rc_bus_read_at(&mock.config, TOPIC, 0, 2, &none), RC_NOT_FOUND);
    assert_int_equal(rc_bus_read_at(&mock.config, TOPIC, 0, -1, &none), RC_NOT_FOUND);
    rc_message_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, consumer_start, consumer_stop)
        CASE(test_messages_come_in_order_with_all_that_they_carry),
        CASE(test_what_is_not_committed_comes_again_and_what_is_does_not),
        CASE(test_a_topic_without_a_committed_start_stops_the_program),
        CASE(test_an_offset_that_is_no_longer_there_stops_the_program),
        CASE(test_a_partition_that_is_not_ours_is_neither_committed_nor_touched),
        CASE(test_a_paused_partition_is_silent_and_goes_on_where_it_was),
        CASE(test_resuming_what_was_not_paused_reads_nothing_again),
        CASE(test_what_was_dropped_from_the_hand_comes_again_after_a_seek),
        CASE(test_a_seek_in_a_paused_partition_counts_when_it_is_resumed),
        CASE(test_an_outage_is_told_and_ends_by_itself),
        CASE(test_a_credit_window_of_pages_is_read_without_a_pause),
        CASE(test_a_groups_start_is_set_once_and_never_moved),
        CASE(test_one_message_is_read_by_its_place_and_outlives_its_client),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
