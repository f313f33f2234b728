/* Starts the mock cluster and shortens what every test of the bus does. */
#include "with_mock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rollcall/base/clock.h"

#define PATIENCE_MS 15000

void mock_start(struct mock *mock)
{
    char why[200] = "";

    *mock = (struct mock){.host = NULL};
    mock->host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    assert_non_null(mock->host);
    mock->cluster = rd_kafka_mock_cluster_new(mock->host, 1);
    assert_non_null(mock->cluster);
    mock->config = (struct rc_bus_config){
        .brokers = rd_kafka_mock_cluster_bootstraps(mock->cluster),
        .client_id = "test",
        .group = "rollcall-test",
        .session_timeout_ms = 6000,
    };
}

void mock_stop(struct mock *mock)
{
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->host);
}

void mock_topic(struct mock *mock, const char *topic, int partitions)
{
    assert_int_equal(rd_kafka_mock_topic_create(mock->cluster, topic, partitions, 1), 0);
    assert_int_equal(rc_bus_group_start(&mock->config, mock->config.group, topic), RC_OK);
}

rc_status mock_send(struct rc_producer *producer, const char *topic, const char *key,
                    const char *payload)
{
    const struct rc_outgoing message = {
        .topic = rc_str_of(topic), .key = rc_str_of(key), .payload = rc_str_of(payload)};

    return rc_producer_send(producer, &message, 1, NULL);
}

rc_status mock_next(struct rc_consumer *consumer, struct rc_message **ret_message)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + PATIENCE_MS;
    rc_status status = RC_NOT_FOUND;

    while (status == RC_NOT_FOUND && rc_clock_mono_ms() < deadline_ms)
        status = rc_consumer_poll(consumer, 100, ret_message);
    return status;
}

bool mock_silent(struct rc_consumer *consumer, int64_t ms)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + ms;
    struct rc_message *message = NULL;

    while (rc_clock_mono_ms() < deadline_ms) {
        if (rc_consumer_poll(consumer, 50, &message) != RC_OK) continue;
        rc_message_free(message);
        return false;
    }
    return true;
}
