/* Sending over librdkafka's mock cluster (S1). */
#include "with_mock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/clock.h"

#define PRODUCE 0 /* Kafka's number of the Produce request */
#define TOPIC   "rollcall.page.fetched.v1"

static struct mock mock;

static int start(void **state)
{
    (void)state;
    mock_start(&mock);
    mock_topic(&mock, TOPIC, 2);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mock_stop(&mock);
    return 0;
}

static struct rc_producer *open_producer(void)
{
    struct rc_producer *producer = NULL;

    assert_int_equal(rc_producer_open(&mock.config, &producer), RC_OK);
    return producer;
}

/* Messages that the partitions of the topic hold. */
static int64_t count_messages(void)
{
    struct rc_marks marks[8];
    size_t count = 0;
    int64_t messages = 0;

    assert_int_equal(rc_bus_marks(&mock.config, mock.config.group, TOPIC, marks, 8, &count), RC_OK);
    for (size_t i = 0; i < count; i++)
        messages += marks[i].end - marks[i].begin;
    return messages;
}

static void test_what_send_returned_for_is_in_the_topic(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    struct rc_outgoing messages[20];

    for (size_t i = 0; i < COUNT_OF(messages); i++)
        messages[i] = (struct rc_outgoing){.topic = RC_STR(TOPIC), .payload = RC_STR("x")};
    assert_int_equal(rc_producer_send(producer, messages, COUNT_OF(messages), NULL), RC_OK);
    assert_int_equal(count_messages(), COUNT_OF(messages));
    assert_int_equal(rc_producer_send(producer, messages, 0, NULL), RC_OK);
}

static void test_key_payload_and_headers_arrive_byte_by_byte(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    RC_AUTO(rc_message) struct rc_message *message = NULL;
    struct rc_outgoing sent = {
        .topic = RC_STR(TOPIC), .key = RC_STR("k\0ey"), .payload = RC_STR("\0page\n")};
    struct rc_marks marks[2];
    size_t count = 0;

    rc_headers_add(&sent.headers, "ce_id", RC_STR("one"));
    rc_headers_add(&sent.headers, "empty", (struct rc_str){NULL, 0});
    assert_int_equal(rc_producer_send(producer, &sent, 1, NULL), RC_OK);
    assert_int_equal(rc_bus_marks(&mock.config, mock.config.group, TOPIC, marks, 2, &count), RC_OK);
    const int32_t partition = marks[0].end > 0 ? 0 : 1;
    assert_int_equal(rc_bus_read_at(&mock.config, TOPIC, partition, 0, &message), RC_OK);
    assert_true(rc_str_eq(message->topic, RC_STR(TOPIC)));
    assert_true(rc_str_eq(message->key, sent.key));
    assert_true(rc_str_eq(message->payload, sent.payload));
    assert_int_equal(message->headers.count, 2);
    assert_true(rc_str_eq(rc_headers_get(&message->headers, "ce_id"), RC_STR("one")));
    assert_int_equal(rc_headers_get(&message->headers, "empty").len, 0);
}

static void test_a_topic_that_is_not_there_is_said_at_once(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();

    /* The mock makes topics that are asked for; this error is what a broker says that does not. */
    rd_kafka_mock_topic_set_error(mock.cluster, "missing", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_int_equal(mock_send(producer, "missing", "k", "x"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "rollcall topics apply"));
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_OK);
}

static void test_a_refused_request_is_repeated_and_the_message_arrives_once(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();

    rd_kafka_mock_push_request_errors(mock.cluster, PRODUCE, 2,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_OK);
    assert_int_equal(count_messages(), 1);
}

static void test_a_message_larger_than_the_topic_takes_is_rejected(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();

    rd_kafka_mock_push_request_errors(mock.cluster, PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_REJECT);
    assert_non_null(strstr(rc_error_text(), TOPIC));
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_OK);
}

static void test_a_message_beyond_the_clients_limit_is_rejected_without_being_sent(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    const size_t size = 19U * 1024 * 1024;
    char *page = calloc(1, size);
    const struct rc_outgoing message = {.topic = RC_STR(TOPIC), .payload = {page, size}};

    const rc_status status = rc_producer_send(producer, &message, 1, NULL);
    free(page);
    assert_int_equal(status, RC_REJECT);
    assert_int_equal(count_messages(), 0);
}

static void test_a_page_of_sixteen_megabytes_passes(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    const size_t size = 16U * 1024 * 1024;
    char *page = calloc(1, size);
    const struct rc_outgoing message = {.topic = RC_STR(TOPIC), .payload = {page, size}};

    const rc_status status = rc_producer_send(producer, &message, 1, NULL);
    free(page);
    assert_int_equal(status, RC_OK);
}

static void test_an_out_of_sequence_producer_is_fatal(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();

    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_OK);
    rd_kafka_mock_push_request_errors(mock.cluster, PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_FATAL);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_FATAL);
}

/* ---- an outage ---- */

static volatile int stop_flag;

static void *raise_flag(void *context)
{
    (void)context;
    rc_clock_sleep_ms(300);
    __atomic_store_n(&stop_flag, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void test_an_outage_is_waited_for_until_told_to_stop(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    const struct rc_outgoing message = {.topic = RC_STR(TOPIC), .payload = RC_STR("x")};
    pthread_t thread;

    assert_int_equal(mock_send(producer, TOPIC, "k", "before"), RC_OK);
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    __atomic_store_n(&stop_flag, 0, __ATOMIC_RELEASE);
    pthread_create(&thread, NULL, raise_flag, NULL);
    const rc_status status = rc_producer_send(producer, &message, 1, &stop_flag);
    pthread_join(thread, NULL);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    assert_int_equal(status, RC_RETRY);
    /* What was left behind arrives by itself; the count of it is freed with its report. */
    assert_int_equal(mock_send(producer, TOPIC, "k", "after"), RC_OK);
}

static void *mend(void *context)
{
    (void)context;
    rc_clock_sleep_ms(300);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    return NULL;
}

static void test_an_outage_that_ends_costs_nothing_but_time(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    pthread_t thread;

    assert_int_equal(mock_send(producer, TOPIC, "k", "before"), RC_OK);
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    pthread_create(&thread, NULL, mend, NULL);
    assert_int_equal(mock_send(producer, TOPIC, "k", "during"), RC_OK);
    pthread_join(thread, NULL);
    assert_int_equal(count_messages(), 2);
}

static void test_a_time_limit_ends_the_waiting_where_one_is_set(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;
    struct rc_producer *producer = NULL;

    config.send_timeout_ms = 1000;
    assert_int_equal(rc_producer_open(&config, &producer), RC_OK);
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_RETRY);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    rc_producer_free(producer);
}

/* ---- threads ---- */

#define THREADS 4
#define EACH    50

static void *send_many(void *context)
{
    struct rc_producer *producer = context;

    for (int i = 0; i < EACH; i++) {
        if (mock_send(producer, TOPIC, "k", "x") != RC_OK) return NULL;
    }
    return producer;
}

static void test_threads_share_a_producer_and_each_waits_for_its_own(void **state)
{
    (void)state;
    RC_AUTO(rc_producer) struct rc_producer *producer = open_producer();
    pthread_t threads[THREADS];
    void *done = NULL;

    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, send_many, producer);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &done);
        assert_ptr_equal(done, producer);
    }
    assert_int_equal(count_messages(), THREADS * EACH);
}

/* ---- settings ---- */

static void test_a_wrong_setting_is_named_without_its_value(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;
    struct rc_producer *producer = NULL;

    config.extra = "no.such.setting=sesame";
    assert_int_equal(rc_producer_open(&config, &producer), RC_FATAL);
    assert_non_null(strstr(rc_error_text(), "no.such.setting"));
    assert_null(strstr(rc_error_text(), "sesame"));
    config.extra = "linger.ms";
    assert_int_equal(rc_producer_open(&config, &producer), RC_FATAL);
}

static void test_a_rule_is_not_changed_by_further_settings(void **state)
{
    (void)state;
    struct rc_bus_config config = mock.config;
    struct rc_producer *producer = NULL;

    /* Idempotence with acks=1 would not even start: ours comes last. */
    config.extra = "acks=1; enable.idempotence=false ;linger.ms=0;";
    assert_int_equal(rc_producer_open(&config, &producer), RC_OK);
    assert_int_equal(mock_send(producer, TOPIC, "k", "x"), RC_OK);
    rc_producer_free(producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_send_returned_for_is_in_the_topic, start, stop),
        cmocka_unit_test_setup_teardown(test_key_payload_and_headers_arrive_byte_by_byte, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_a_topic_that_is_not_there_is_said_at_once, start,
                                        stop),
        cmocka_unit_test_setup_teardown(
            test_a_refused_request_is_repeated_and_the_message_arrives_once, start, stop),
        cmocka_unit_test_setup_teardown(test_a_message_larger_than_the_topic_takes_is_rejected,
                                        start, stop),
        cmocka_unit_test_setup_teardown(
            test_a_message_beyond_the_clients_limit_is_rejected_without_being_sent, start, stop),
        cmocka_unit_test_setup_teardown(test_a_page_of_sixteen_megabytes_passes, start, stop),
        cmocka_unit_test_setup_teardown(test_an_out_of_sequence_producer_is_fatal, start, stop),
        cmocka_unit_test_setup_teardown(test_an_outage_is_waited_for_until_told_to_stop, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_an_outage_that_ends_costs_nothing_but_time, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_a_time_limit_ends_the_waiting_where_one_is_set, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_threads_share_a_producer_and_each_waits_for_its_own,
                                        start, stop),
        cmocka_unit_test_setup_teardown(test_a_wrong_setting_is_named_without_its_value, start,
                                        stop),
        cmocka_unit_test_setup_teardown(test_a_rule_is_not_changed_by_further_settings, start,
                                        stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
