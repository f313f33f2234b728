#ifndef RC_TEST_WITH_MOCK_H
#define RC_TEST_WITH_MOCK_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "rollcall/port/bus.h"

/* librdkafka's own mock cluster: real clients of ours over a broker that lives in this process,
 * whose failures are scripted. */

struct mock {
    rd_kafka_t *host; /* the client that the cluster lives in */
    rd_kafka_mock_cluster_t *cluster;
    struct rc_bus_config config;
};

void mock_start(struct mock *mock);
void mock_stop(struct mock *mock);
/* Makes a topic with partitions and commits the group's start in it, as `rollcall topics apply`
 * does. */
void mock_topic(struct mock *mock, const char *topic, int partitions);

/* Sends one message of that key and payload to the topic. */
rc_status mock_send(struct rc_producer *producer, const char *topic, const char *key,
                    const char *payload);
/* Polls until a message comes, for at most 15 s; the status of the last poll. */
rc_status mock_next(struct rc_consumer *consumer, struct rc_message **ret_message);
/* Polls for so long and says whether anything came. */
bool mock_silent(struct rc_consumer *consumer, int64_t ms);

#endif
