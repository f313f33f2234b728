#ifndef RC_PORT_BUS_H
#define RC_PORT_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/format/envelope.h"

/* Kafka, through librdkafka 2.0.2 and newer: the only code that sees rd_kafka_t. Fixed settings
 * (S1): idempotent producer, acks=all, message.timeout.ms=0; consumers without auto commit,
 * auto.offset.store or auto.offset.reset (a lost offset stops the program), queues capped.
 *
 * Faults of librdkafka 2.0.2 that are closed here, each with a test: the 1 s sleep of a full fetch
 * queue (queues large enough for the credit window; L7), resuming a partition that was not paused
 * (we keep our own set; S4), batch consume with pause (never used), commit during a cooperative
 * rebalance (commits only outside of one). */

struct rc_bus_config {
    const char *brokers;        /* "host:port,host:port" */
    const char *client_id;      /* program and instance */
    const char *group;          /* consumers: the group, "rollcall-fetcher" */
    const char *instance;       /* group.instance.id for static members; NULL: dynamic */
    const char *assignor;       /* "range" or "cooperative-sticky"; NULL: "range" */
    int64_t session_timeout_ms; /* 0: 10 s */
    int64_t max_poll_ms;        /* 0: 5 min */
    int64_t send_timeout_ms; /* producers: RC_RETRY after so long without a broker; 0: wait for ever
                                (S3) */
    const char *extra; /* "name=value;name=value" of librdkafka settings (TLS, SASL); NULL: none */
};

/* ---- producer: one per process, safe for all threads ---- */

struct rc_producer;

/* Connects by itself, later. RC_FATAL: a setting that librdkafka does not take, or no thread. */
RC_MUST_CHECK rc_status rc_producer_open(const struct rc_bus_config *config,
                                         struct rc_producer **ret_producer);
/* Waits at most 5 s for what is in flight. */
void rc_producer_free(struct rc_producer *producer);
RC_AUTO_DEFINE(rc_producer)

/* A message to be sent. Everything is copied by the send. */
struct rc_outgoing {
    struct rc_str topic;
    struct rc_str key;
    struct rc_str payload;
    struct rc_headers headers;
    bool packed; /* not to be compressed once more; all messages of a topic alike */
};

/* Hands count messages over and waits until every one is acknowledged by all in-sync replicas (S1);
 * while the brokers are away it waits for them (S3), unless send_timeout_ms is set. RC_RETRY: *stop
 * (may be NULL; read and to be written atomically) became non-zero, or the time is over, or the
 * topic is missing: some may have arrived or still arrive, so sending again may double them, which
 * receivers bear. RC_REJECT: a message is larger than the topic allows. RC_FATAL: the producer is
 * broken for good (fenced, out of sequence): exit and be restarted. */
RC_MUST_CHECK rc_status rc_producer_send(struct rc_producer *producer,
                                         const struct rc_outgoing *messages, size_t count,
                                         const volatile int *stop);

/* ---- consumer: one per process, used by one thread only ---- */

struct rc_consumer;

struct rc_message {
    struct rc_str topic; /* all views borrowed until rc_message_free */
    int32_t partition;
    int64_t offset;
    int64_t timestamp_ms;
    struct rc_str key;
    struct rc_str payload;
    struct rc_headers headers;
    void *native;
};

/* NULL is nothing. */
void rc_message_free(struct rc_message *message);
RC_AUTO_DEFINE(rc_message)

/* What happens to partitions. Called from within rc_consumer_poll and rc_consumer_free, on that
 * thread; any may be NULL. A revocation calls revoking once, then revoked for each partition, then
 * gives them back: work in hand must be finished or dropped by then (S4). lost: they already belong
 * to somebody else; commits do nothing. */
struct rc_rebalance {
    void (*assigned)(void *self, const char *topic, int32_t partition);
    void (*revoked)(void *self, const char *topic, int32_t partition, bool lost);
    /* Once per revocation, before revoked: the place for finishing work and a last commit. */
    void (*revoking)(void *self);
    void *self;
};

/* Subscribes to topics (NULL-terminated names). RC_FATAL: bad settings. */
RC_MUST_CHECK rc_status rc_consumer_open(const struct rc_bus_config *config,
                                         const char *const *topics,
                                         const struct rc_rebalance *rebalance,
                                         struct rc_consumer **ret_consumer);
/* Leaves the group (revoking and revoked are called for what is held), within 15 s. Every message
 * must have been freed before, also those that the hooks free. */
void rc_consumer_free(struct rc_consumer *consumer);
RC_AUTO_DEFINE(rc_consumer)

/* The next message, or RC_NOT_FOUND after timeout_ms. Must be called at least every max_poll_ms,
 * also while everything is paused. RC_RETRY: brokers away (librdkafka reconnects by itself).
 * RC_FATAL: fenced by another member of the same instance id, or an offset that is no longer there
 * ("auto.offset.reset=error"): text says which partition and that `rollcall topics apply` or a
 * restore's rewind is due. */
RC_MUST_CHECK rc_status rc_consumer_poll(struct rc_consumer *consumer, int timeout_ms,
                                         struct rc_message **ret_message);

/* Commits offset (the next one to read) of a partition, waiting for the answer. A partition that is
 * no longer ours: RC_OK, nothing done (somebody else reads again what we did; effects are
 * idempotent). */
RC_MUST_CHECK rc_status rc_consumer_commit(struct rc_consumer *consumer, const char *topic,
                                           int32_t partition, int64_t offset);
/* Paused partitions give no messages. Resuming one that is not paused does nothing (our own set;
 * S4). */
RC_MUST_CHECK rc_status rc_consumer_pause(struct rc_consumer *consumer, const char *topic,
                                          int32_t partition);
/* From where it was paused. */
RC_MUST_CHECK rc_status rc_consumer_resume(struct rc_consumer *consumer, const char *topic,
                                           int32_t partition);
/* Reads again from offset: what was dropped from the hand comes once more. */
RC_MUST_CHECK rc_status rc_consumer_seek(struct rc_consumer *consumer, const char *topic,
                                         int32_t partition, int64_t offset);
/* Is the partition held now? */
bool rc_consumer_holds(const struct rc_consumer *consumer, const char *topic, int32_t partition);

/* ---- administration: the CLI's and the sweep's ---- */

struct rc_topic_spec {
    const char *name; /* whole: "rollcall.page.fetched.v1" */
    int partitions;
    int replication;
    const char *settings; /* "retention.ms=…;max.message.bytes=…" */
};

enum rc_topic_outcome { RC_TOPIC_SAME, RC_TOPIC_CREATED, RC_TOPIC_CHANGED, RC_TOPIC_TOO_FEW };

/* Creates the topic, or sets settings that differ; partitions are added, never taken away
 * (RC_TOPIC_TOO_FEW: fewer are asked for than the topic has; nothing done). dry_run only says. A
 * topic that was created is known to the brokers when this returns. */
RC_MUST_CHECK rc_status rc_bus_topic_apply(const struct rc_bus_config *config,
                                           const struct rc_topic_spec *spec, bool dry_run,
                                           enum rc_topic_outcome *ret_outcome);
/* Commits the beginning of every partition for which the group has nothing committed, so that
 * auto.offset.reset=error never fires on a first start. Repeatable. RC_RETRY: no such topic, or the
 * group has members and lacks a start (the text says to stop its programs first). */
RC_MUST_CHECK rc_status rc_bus_group_start(const struct rc_bus_config *config, const char *group,
                                           const char *topic);

/* One partition's low-water mark: first offset, committed offset of the group (-1: none), end. */
struct rc_marks {
    int32_t partition;
    int64_t begin, committed, end;
};
RC_MUST_CHECK rc_status rc_bus_marks(const struct rc_bus_config *config, const char *group,
                                     const char *topic, struct rc_marks *marks, size_t room,
                                     size_t *ret_count);
/* Reads the one message at (topic, partition, offset), without a group. RC_NOT_FOUND: retention
 * took it. */
RC_MUST_CHECK rc_status rc_bus_read_at(const struct rc_bus_config *config, const char *topic,
                                       int32_t partition, int64_t offset,
                                       struct rc_message **ret_message);

/* What "name=value;name=value" sets name to, in arena. RC_NOT_FOUND: nothing. */
RC_MUST_CHECK rc_status rc_bus_setting(const char *settings, const char *name,
                                       struct rc_arena *arena, struct rc_str *ret_value);
/* librdkafka that runs: "2.0.2". */
const char *rc_bus_version(void);

#endif
