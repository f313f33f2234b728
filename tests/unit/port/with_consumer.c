/* See with_consumer.h. */
#include "with_consumer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct mock mock;
struct rc_producer *producer;
struct rc_buf trace;

int consumer_start(void **state)
{
    (void)state;
    mock_start(&mock);
    mock_topic(&mock, TOPIC, 1);
    return rc_producer_open(&mock.config, &producer) == RC_OK ? 0 : -1;
}

int consumer_stop(void **state)
{
    (void)state;
    rc_producer_free(producer);
    mock_stop(&mock);
    rc_buf_done(&trace);
    return 0;
}

/* ---- hooks that note what they were told ---- */

static void note_assigned(void *self, const char *topic, int32_t partition)
{
    (void)self, (void)topic;
    rc_buf_print(&trace, "+%d ", (int)partition);
}

static void note_revoked(void *self, const char *topic, int32_t partition, bool lost)
{
    (void)self, (void)topic;
    rc_buf_print(&trace, "%s%d ", lost ? "lost" : "-", (int)partition);
}

static void note_revoking(void *self)
{
    (void)self;
    rc_buf_print(&trace, "revoking ");
}

static const struct rc_rebalance noted = {
    .assigned = note_assigned, .revoked = note_revoked, .revoking = note_revoking};

struct rc_consumer *open_consumer(const struct rc_bus_config *config)
{
    static const char *const topics[] = {TOPIC, NULL};
    struct rc_consumer *consumer = NULL;

    assert_int_equal(rc_consumer_open(config, topics, &noted, &consumer), RC_OK);
    return consumer;
}

int64_t expect(struct rc_consumer *consumer, const char *payload)
{
    RC_AUTO(rc_message) struct rc_message *message = NULL;

    assert_int_equal(mock_next(consumer, &message), RC_OK);
    assert_true(rc_str_eq(message->payload, rc_str_of(payload)));
    return message->offset;
}

void say(const char *payload)
{
    assert_int_equal(mock_send(producer, TOPIC, "k", payload), RC_OK);
}

void await_holding(struct rc_consumer *consumer, int32_t partition)
{
    struct rc_message *message = NULL;

    for (int i = 0; i < 200 && !rc_consumer_holds(consumer, TOPIC, partition); i++)
        assert_int_equal(rc_consumer_poll(consumer, 50, &message), RC_NOT_FOUND);
    assert_true(rc_consumer_holds(consumer, TOPIC, partition));
}
