/* What port/bus.h promises and the mock cluster cannot show, against a real Apache Kafka:
 * administration, sizes, members. */
#include "rollcall/port/bus.h"

#include "with_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "rollcall/base/clock.h"

#define PATIENCE_MS 30000

static struct server server;
static char brokers[40];
static struct rc_bus_config config = {
    .brokers = brokers, .client_id = "test", .session_timeout_ms = 6000};
static struct rc_producer *producer;

static int start_all(void **state)
{
    (void)state;
    server_start_kafka(&server);
    snprintf(brokers, sizeof brokers, "127.0.0.1:%u", (unsigned)server.port);
    return rc_producer_open(&config, &producer) == RC_OK ? 0 : -1;
}

static int stop_all(void **state)
{
    (void)state;
    rc_producer_free(producer);
    server_remove(&server);
    return 0;
}

/* Each test has its own topic and, of the same name, its own group: members that left a moment ago
 * are in nobody's way. */
static struct rc_bus_config with_group(const char *group, const char *instance)
{
    struct rc_bus_config mine = config;

    mine.group = group;
    mine.instance = instance;
    return mine;
}

/* A broker that has just opened its port is not ready for everything: RC_RETRY. */
static rc_status apply(const struct rc_topic_spec *spec, bool dry_run,
                       enum rc_topic_outcome *ret_outcome)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + PATIENCE_MS;
    rc_status status = RC_RETRY;

    while (status == RC_RETRY && rc_clock_mono_ms() < deadline_ms)
        status = rc_bus_topic_apply(&config, spec, dry_run, ret_outcome);
    if (status != RC_OK) print_error("%s\n", rc_error_text());
    return status;
}

static void expect_apply(struct rc_topic_spec spec, bool dry_run, enum rc_topic_outcome expected)
{
    enum rc_topic_outcome outcome = RC_TOPIC_SAME;

    spec.replication = 1;
    assert_int_equal(apply(&spec, dry_run, &outcome), RC_OK);
    assert_int_equal(outcome, expected);
}

/* A partition of a new topic has no leader at first: asking again is what RC_RETRY means. */
static void expect_start(const char *name)
{
    rc_status status = rc_bus_group_start(&config, name, name);

    for (int i = 0; i < 100 && status == RC_RETRY; i++) {
        rc_clock_sleep_ms(100);
        status = rc_bus_group_start(&config, name, name);
    }
    if (status != RC_OK) print_error("%s\n", rc_error_text());
    assert_int_equal(status, RC_OK);
}

static void make_topic(const char *name, int partitions)
{
    expect_apply((struct rc_topic_spec){.name = name, .partitions = partitions}, false,
                 RC_TOPIC_CREATED);
    expect_start(name);
}

static rc_status say(const char *topic, const char *key, struct rc_str payload)
{
    const struct rc_outgoing message = {
        .topic = rc_str_of(topic), .key = rc_str_of(key), .payload = payload};

    return rc_producer_send(producer, &message, 1, NULL);
}

static struct rc_consumer *open_consumer(const char *topic, const char *instance)
{
    const char *const topics[] = {topic, NULL};
    const struct rc_bus_config mine = with_group(topic, instance);
    struct rc_consumer *consumer = NULL;

    assert_int_equal(rc_consumer_open(&mine, topics, NULL, &consumer), RC_OK);
    return consumer;
}

static rc_status next(struct rc_consumer *consumer, struct rc_message **ret_message)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + PATIENCE_MS;
    rc_status status = RC_NOT_FOUND;

    while (status == RC_NOT_FOUND && rc_clock_mono_ms() < deadline_ms)
        status = rc_consumer_poll(consumer, 100, ret_message);
    return status;
}

static int holds(const struct rc_consumer *consumer, const char *topic)
{
    return rc_consumer_holds(consumer, topic, 0) + rc_consumer_holds(consumer, topic, 1);
}

/* ---- topics ---- */

static void test_a_topic_is_made_kept_changed_and_widened_as_told(void **state)
{
    (void)state;
    const struct rc_topic_spec two = {.name = "t.apply",
                                      .partitions = 2,
                                      .settings = "retention.ms=3600000;max.message.bytes=2000000"};
    struct rc_topic_spec spec = two;

    expect_apply(two, true, RC_TOPIC_CREATED);
    expect_apply(two, false, RC_TOPIC_CREATED);
    expect_apply(two, false, RC_TOPIC_SAME);
    spec.settings = "retention.ms=7200000";
    expect_apply(spec, true, RC_TOPIC_CHANGED);
    expect_apply(spec, false, RC_TOPIC_CHANGED);
    /* The old way of altering forgets what is not said again: the other setting must still be
     * there. */
    spec.settings = "retention.ms=7200000;max.message.bytes=2000000";
    expect_apply(spec, true, RC_TOPIC_SAME);
    spec.partitions = 3;
    expect_apply(spec, false, RC_TOPIC_CHANGED);
    expect_apply(spec, false, RC_TOPIC_SAME);
    spec.partitions = 1;
    expect_apply(spec, false, RC_TOPIC_TOO_FEW);
}

static void test_a_setting_that_kafka_does_not_know_is_fatal(void **state)
{
    (void)state;
    enum rc_topic_outcome outcome = RC_TOPIC_SAME;
    const struct rc_topic_spec spec = {
        .name = "t.wrong", .partitions = 1, .replication = 1, .settings = "no.such.setting=1"};

    assert_int_equal(rc_bus_topic_apply(&config, &spec, false, &outcome), RC_FATAL);
    assert_non_null(strstr(rc_error_text(), "t.wrong"));
}

static void test_a_missing_topic_says_how_to_make_it(void **state)
{
    (void)state;
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer("t.missing", NULL);
    struct rc_message *message = NULL;

    assert_int_equal(next(consumer, &message), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "rollcall topics apply"));
    assert_int_equal(say("t.missing", "k", RC_STR("x")), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "rollcall topics apply"));
    assert_int_equal(rc_bus_group_start(&config, "t.missing", "t.missing"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "rollcall topics apply"));
}

/* ---- sizes ---- */

static void test_a_page_of_sixteen_megabytes_goes_through_and_a_larger_one_is_rejected(void **state)
{
    (void)state;
    const size_t size = 16U * 1024 * 1024;
    char *page = malloc(size);

    for (size_t i = 0; i < size; i++)
        page[i] = (char)(i * 2654435761U >> 11);
    expect_apply((struct rc_topic_spec){.name = "t.large",
                                        .partitions = 1,
                                        .settings = "max.message.bytes=17825792"},
                 false, RC_TOPIC_CREATED);
    expect_start("t.large");
    make_topic("t.small", 1);
    const rc_status large = say("t.large", "k", (struct rc_str){page, size});
    const rc_status small = say("t.small", "k", (struct rc_str){page, size});
    assert_int_equal(large, RC_OK);
    assert_int_equal(small, RC_REJECT);
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = open_consumer("t.large", NULL);
    RC_AUTO(rc_message) struct rc_message *message = NULL;
    assert_int_equal(next(consumer, &message), RC_OK);
    assert_true(rc_str_eq(message->payload, (struct rc_str){page, size}));
    free(page);
}

/* ---- groups ---- */

static void test_two_members_share_the_partitions_and_one_takes_over_from_the_other(void **state)
{
    (void)state;
    struct rc_message *message = NULL;

    make_topic("t.shared", 2);
    RC_AUTO(rc_consumer) struct rc_consumer *one = open_consumer("t.shared", NULL);
    struct rc_consumer *two = open_consumer("t.shared", NULL);
    for (int i = 0; i < 600 && !(holds(one, "t.shared") == 1 && holds(two, "t.shared") == 1); i++) {
        assert_int_equal(rc_consumer_poll(one, 20, &message), RC_NOT_FOUND);
        assert_int_equal(rc_consumer_poll(two, 20, &message), RC_NOT_FOUND);
    }
    assert_int_equal(holds(one, "t.shared"), 1);
    assert_int_equal(holds(two, "t.shared"), 1);
    rc_consumer_free(two);
    for (int i = 0; i < 600 && holds(one, "t.shared") != 2; i++)
        assert_int_equal(rc_consumer_poll(one, 20, &message), RC_NOT_FOUND);
    assert_int_equal(holds(one, "t.shared"), 2);
}

static void test_a_second_process_of_the_same_instance_stops_the_first(void **state)
{
    (void)state;
    struct rc_message *message = NULL;
    rc_status status = RC_NOT_FOUND;

    make_topic("t.static", 1);
    RC_AUTO(rc_consumer) struct rc_consumer *first = open_consumer("t.static", "reconciler-0");
    for (int i = 0; i < 600 && holds(first, "t.static") == 0; i++)
        rc_ignore(rc_consumer_poll(first, 20, &message));
    RC_AUTO(rc_consumer) struct rc_consumer *second = open_consumer("t.static", "reconciler-0");
    for (int i = 0; i < 600 && status != RC_FATAL; i++) {
        rc_ignore(rc_consumer_poll(second, 20, &message));
        status = rc_consumer_poll(first, 20, &message);
    }
    assert_int_equal(status, RC_FATAL);
}

static void test_a_running_groups_new_partitions_are_not_given_a_start_behind_its_back(void **state)
{
    (void)state;
    struct rc_message *message = NULL;

    make_topic("t.wider", 1);
    struct rc_consumer *member = open_consumer("t.wider", NULL);
    for (int i = 0; i < 600 && holds(member, "t.wider") == 0; i++)
        rc_ignore(rc_consumer_poll(member, 20, &message));
    expect_apply((struct rc_topic_spec){.name = "t.wider", .partitions = 2}, false,
                 RC_TOPIC_CHANGED);
    assert_int_equal(rc_bus_group_start(&config, "t.wider", "t.wider"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "stop its programs"));
    rc_consumer_free(member);
    expect_start("t.wider");
}

/* ---- one message ---- */

static void test_a_message_is_found_by_its_place(void **state)
{
    (void)state;
    RC_AUTO(rc_message) struct rc_message *message = NULL;
    struct rc_marks marks[1];
    size_t count = 0;

    make_topic("t.place", 1);
    assert_int_equal(say("t.place", "k", RC_STR("zero")), RC_OK);
    assert_int_equal(say("t.place", "k", RC_STR("one")), RC_OK);
    assert_int_equal(rc_bus_read_at(&config, "t.place", 0, 1, &message), RC_OK);
    assert_true(rc_str_eq(message->payload, RC_STR("one")));
    assert_int_equal(rc_bus_marks(&config, "t.place", "t.place", marks, 1, &count), RC_OK);
    assert_int_equal(marks[0].committed, 0);
    assert_int_equal(marks[0].end, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_topic_is_made_kept_changed_and_widened_as_told),
        cmocka_unit_test(test_a_setting_that_kafka_does_not_know_is_fatal),
        cmocka_unit_test(test_a_missing_topic_says_how_to_make_it),
        cmocka_unit_test(
            test_a_page_of_sixteen_megabytes_goes_through_and_a_larger_one_is_rejected),
        cmocka_unit_test(test_two_members_share_the_partitions_and_one_takes_over_from_the_other),
        cmocka_unit_test(test_a_second_process_of_the_same_instance_stops_the_first),
        cmocka_unit_test(
            test_a_running_groups_new_partitions_are_not_given_a_start_behind_its_back),
        cmocka_unit_test(test_a_message_is_found_by_its_place),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
