#ifndef RC_TEST_WITH_CONSUMER_H
#define RC_TEST_WITH_CONSUMER_H

#include "rollcall/base/buf.h"
#include "with_mock.h"

/* What the tests of the consumer share: a mock cluster with one topic, a producer, and hooks that
 * note what they were told. */

#define TOPIC "rollcall.batch.normalized.v1"

extern struct mock mock;
extern struct rc_producer *producer;
extern struct rc_buf trace; /* "+0 revoking -0 lost0 " */

int consumer_start(void **state);
int consumer_stop(void **state);
/* A consumer of TOPIC whose rebalances are noted. */
struct rc_consumer *open_consumer(const struct rc_bus_config *config);
/* Sends one message with that payload. */
void say(const char *payload);
/* The next message's payload must be this; its offset. */
int64_t expect(struct rc_consumer *consumer, const char *payload);
/* Polls until the partition is held. */
void await_holding(struct rc_consumer *consumer, int32_t partition);

#endif
