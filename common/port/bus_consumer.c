/* Receiving: one consumer per process, used by one thread. It keeps its own list of the partitions
 * it holds and of those it paused, because librdkafka 2.0.2 reads from an old position when a
 * partition is resumed that was not paused (S4), and it neither stores nor commits an offset by
 * itself (S1). */
#include "bus_private.h"

#include "rollcall/base/clock.h"

#include <stdio.h>

#define SESSION_MS    10000
#define HEARTBEAT_MS  3000
#define MAX_POLL_MS   300000
#define SEEK_MS       5000
#define CLOSE_MS      15000
#define CLOSE_STEP_MS 100
#define TOPIC_MAX     249
#define TROUBLE_MAX   300

struct held {
    char topic[TOPIC_MAX + 1];
    int32_t partition;
    bool paused;
};

struct rc_consumer {
    rd_kafka_t *client;
    struct rc_rebalance rebalance;
    struct held *held;
    size_t held_count;
    size_t held_room;
    bool giving;       /* within a revocation */
    bool lost;         /* within a revocation of what is no longer ours */
    atomic_size_t out; /* messages that were given and not yet freed */
    rc_status trouble; /* what a callback met, told by the next poll */
    char trouble_text[TROUBLE_MAX];
};

/* ---- what is held ---- */

static struct held *find(const struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < consumer->held_count; i++) {
        struct held *held = &consumer->held[i];
        if (held->partition == partition && strcmp(held->topic, topic) == 0) return held;
    }
    return NULL;
}

bool rc_consumer_holds(const struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    return find(consumer, topic, partition) != NULL;
}

static void hold(struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    if (find(consumer, topic, partition)) return;
    if (consumer->held_count == consumer->held_room) {
        consumer->held_room = consumer->held_room > 0 ? consumer->held_room * 2 : 16;
        consumer->held = rc_realloc(consumer->held, consumer->held_room * sizeof *consumer->held);
    }
    struct held *held = &consumer->held[consumer->held_count++];
    *held = (struct held){.partition = partition};
    snprintf(held->topic, sizeof held->topic, "%s", topic);
}

static void let_go(struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    struct held *held = find(consumer, topic, partition);

    if (held) *held = consumer->held[--consumer->held_count];
}

static rd_kafka_topic_partition_list_t *one_partition(const char *topic, int32_t partition)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);

    rd_kafka_topic_partition_list_add(list, topic, partition);
    return list;
}

/* ---- rebalance ---- */

static void set_trouble(struct rc_consumer *consumer, rc_status status, const char *what,
                        const char *why)
{
    /* The gravest is told; a fatal one is not covered by what follows from it. */
    if (status <= consumer->trouble) return;
    consumer->trouble = status;
    snprintf(consumer->trouble_text, sizeof consumer->trouble_text, "%.40s: %.250s", what, why);
}

static bool cooperative(rd_kafka_t *client)
{
    const char *protocol = rd_kafka_rebalance_protocol(client);

    return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

static void note_error(struct rc_consumer *consumer, const char *what, rd_kafka_error_t *error)
{
    if (!error) return;
    set_trouble(consumer, RC_FATAL, what, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
}

static void note_code(struct rc_consumer *consumer, const char *what, rd_kafka_resp_err_t err)
{
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
        set_trouble(consumer, RC_FATAL, what, rd_kafka_err2str(err));
}

static void take_partitions(struct rc_consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    const struct rc_rebalance *rebalance = &consumer->rebalance;

    if (cooperative(consumer->client))
        note_error(consumer, "taking partitions",
                   rd_kafka_incremental_assign(consumer->client, list));
    else
        note_code(consumer, "taking partitions", rd_kafka_assign(consumer->client, list));
    for (int i = 0; i < list->cnt; i++)
        hold(consumer, list->elems[i].topic, list->elems[i].partition);
    for (int i = 0; rebalance->assigned && i < list->cnt; i++)
        rebalance->assigned(rebalance->self, list->elems[i].topic, list->elems[i].partition);
}

/* A pause outlives its assignment inside librdkafka: it is taken back while the partition is still
 * ours, so that who gets it again starts with none paused. */
static void unpause(struct rc_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        rc_ignore(rc_consumer_resume(consumer, list->elems[i].topic, list->elems[i].partition));
}

static void tell_revoked(struct rc_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    const struct rc_rebalance *rebalance = &consumer->rebalance;

    if (rebalance->revoking) rebalance->revoking(rebalance->self);
    for (int i = 0; rebalance->revoked && i < list->cnt; i++)
        rebalance->revoked(rebalance->self, list->elems[i].topic, list->elems[i].partition,
                           consumer->lost);
}

static void give_partitions(struct rc_consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    consumer->giving = true;
    consumer->lost = rd_kafka_assignment_lost(consumer->client) != 0;
    tell_revoked(consumer, list);
    unpause(consumer, list);
    for (int i = 0; i < list->cnt; i++)
        let_go(consumer, list->elems[i].topic, list->elems[i].partition);
    if (cooperative(consumer->client))
        note_error(consumer, "giving partitions back",
                   rd_kafka_incremental_unassign(consumer->client, list));
    else
        note_code(consumer, "giving partitions back", rd_kafka_assign(consumer->client, NULL));
    consumer->giving = false;
    consumer->lost = false;
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t err,
                         rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct rc_consumer *consumer = opaque;

    if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        take_partitions(consumer, list);
    } else if (err == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        give_partitions(consumer, list);
    } else {
        rd_kafka_assign(client, NULL);
        set_trouble(consumer, RC_RETRY, "rebalance", rd_kafka_err2str(err));
    }
}

/* ---- errors ---- */

#define APPLY_TOPICS "; run `rollcall topics apply`"

/* What is not here is the outside world's: RC_RETRY. */
static const struct {
    rd_kafka_resp_err_t err;
    rc_status status;
    const char *hint;
} error_meanings[] = {
    {RD_KAFKA_RESP_ERR__FATAL, RC_FATAL, ""},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RC_FATAL,
     "; another process runs with the same instance id"},
    {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RC_FATAL,
     "; new partitions: stop the group and run `rollcall topics apply`; after a loss of messages "
     "or a "
     "restore: a rewind is due"},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, RC_FATAL, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RC_RETRY, APPLY_TOPICS},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RC_RETRY, APPLY_TOPICS},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RC_RETRY, APPLY_TOPICS},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RC_RETRY, "; allow this client to read it"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RC_RETRY, "; allow this client its group"},
    {RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RC_RETRY,
     "; a handler held up the polling thread for longer than kafka's max.poll.interval.ms"},
};

static rc_status meaning(rd_kafka_resp_err_t err, const char **ret_hint)
{
    *ret_hint = "";
    for (size_t i = 0; i < COUNT_OF(error_meanings); i++) {
        if (error_meanings[i].err != err) continue;
        *ret_hint = error_meanings[i].hint;
        return error_meanings[i].status;
    }
    return RC_RETRY;
}

/* librdkafka's word that something is wrong with the client as a whole; told by the next poll. */
static void on_error(rd_kafka_t *client, int err, const char *reason, void *opaque)
{
    struct rc_consumer *consumer = opaque;
    char why[TROUBLE_MAX] = "";
    const char *hint = NULL;
    const rc_status status = meaning((rd_kafka_resp_err_t)err, &hint);

    if (err == RD_KAFKA_RESP_ERR__FATAL) {
        rc_ignore(meaning(rd_kafka_fatal_error(client, why, sizeof why), &hint));
        reason = why;
    }
    char text[TROUBLE_MAX];
    snprintf(text, sizeof text, "%.150s%s", reason, hint);
    set_trouble(consumer, status, "Kafka", text);
}

static rc_status take_trouble(struct rc_consumer *consumer)
{
    const rc_status status = consumer->trouble;

    if (status == RC_OK) return RC_OK;
    consumer->trouble = RC_OK;
    return rc_fail(status, "%s", consumer->trouble_text);
}

/* ---- life ---- */

/* The fetch queue never fills under the credit window (L7): a full one makes librdkafka 2.0.2 sleep
 * for a second. */
static const struct rc_bus_setting defaults[] = {
    {"fetch.wait.max.ms", "100"},
    {"fetch.error.backoff.ms", "100"},
    {"fetch.message.max.bytes", "17825792"},
    {"message.max.bytes", "18874368"},
    {"queued.max.messages.kbytes", "65536"},
    {"check.crcs", "true"},
    {NULL, NULL},
};
static const struct rc_bus_setting rules[] = {
    {"enable.auto.commit", "false"},       {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "error"},        {"enable.partition.eof", "false"},
    {"allow.auto.create.topics", "false"}, {NULL, NULL},
};

static rc_status set_ms(rd_kafka_conf_t *conf, const char *name, int64_t value, int64_t fallback)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)(value > 0 ? value : fallback));
    return rc_bus_set(conf, name, text);
}

static rc_status set_group(rd_kafka_conf_t *conf, const struct rc_bus_config *config)
{
    const int64_t session_ms = config->session_timeout_ms > 0 ? config->session_timeout_ms
                                                              : SESSION_MS;
    const int64_t heartbeat_ms = session_ms / 3 < HEARTBEAT_MS ? session_ms / 3 : HEARTBEAT_MS;

    RC_TRY(rc_bus_set(conf, "group.id", config->group));
    if (config->instance) RC_TRY(rc_bus_set(conf, "group.instance.id", config->instance));
    RC_TRY(rc_bus_set(conf, "partition.assignment.strategy",
                      config->assignor ? config->assignor : "range"));
    RC_TRY(set_ms(conf, "session.timeout.ms", session_ms, SESSION_MS));
    RC_TRY(set_ms(conf, "heartbeat.interval.ms", heartbeat_ms, HEARTBEAT_MS));
    return set_ms(conf, "max.poll.interval.ms", config->max_poll_ms, MAX_POLL_MS);
}

static rc_status make_conf(const struct rc_bus_config *config, rd_kafka_conf_t **ret_conf)
{
    rd_kafka_conf_t *conf = NULL;

    if (!config->group) return rc_fail(RC_FATAL, "a consumer needs a group: a bug");
    RC_TRY(rc_bus_conf(config, defaults, rules, &conf));
    const rc_status status = set_group(conf, config);
    if (status != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    *ret_conf = conf;
    return RC_OK;
}

static rc_status subscribe(struct rc_consumer *consumer, const char *const *topics)
{
    AUTO_LIST rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);

    for (; *topics; topics++)
        rd_kafka_topic_partition_list_add(list, *topics, RD_KAFKA_PARTITION_UA);
    const rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer->client, list);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return rc_fail(RC_FATAL, "subscribing to Kafka's topics: %s", rd_kafka_err2str(err));
}

rc_status rc_consumer_open(const struct rc_bus_config *config, const char *const *topics,
                           const struct rc_rebalance *rebalance, struct rc_consumer **ret_consumer)
{
    rd_kafka_conf_t *conf = NULL;

    RC_TRY(make_conf(config, &conf));
    RC_AUTO(rc_consumer) struct rc_consumer *consumer = rc_malloc(sizeof *consumer);
    *consumer = (struct rc_consumer){.client = NULL};
    if (rebalance) consumer->rebalance = *rebalance;
    rd_kafka_conf_set_opaque(conf, consumer);
    RC_TRY(rc_bus_client(RD_KAFKA_CONSUMER, conf, &consumer->client));
    rd_kafka_poll_set_consumer(consumer->client);
    RC_TRY(subscribe(consumer, topics));
    *ret_consumer = rc_consumer_take(&consumer);
    return RC_OK;
}

/* Serves what closing brings: partitions are given back, messages still queued are dropped (they
 * were not committed). */
static void serve_closing(struct rc_consumer *consumer, rd_kafka_queue_t *queue)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CLOSE_STEP_MS);

    if (!event) return;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
        on_rebalance(consumer->client, rd_kafka_event_error(event),
                     rd_kafka_event_topic_partition_list(event), consumer);
    rd_kafka_event_destroy(event);
}

/* Leaves the group, within a time: closing can hang in librdkafka 2.0.2 when an assignment arrives
 * at that moment. */
static bool leave(struct rc_consumer *consumer)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + CLOSE_MS;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer->client);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(consumer->client, queue);
    const bool closing = error == NULL;

    rd_kafka_error_destroy(error);
    while (closing && !rd_kafka_consumer_closed(consumer->client) &&
           rc_clock_mono_ms() < deadline_ms)
        serve_closing(consumer, queue);
    rd_kafka_queue_destroy(queue);
    return rd_kafka_consumer_closed(consumer->client) != 0;
}

/* librdkafka would wait for ever for a message that is still held: better an end with a reason. */
static void need_no_message(const struct rc_consumer *consumer)
{
    if (atomic_load(&consumer->out) == 0) return;
    fprintf(stderr, "rollcall: a message of Kafka was kept longer than its consumer: a bug\n");
    abort();
}

void rc_consumer_free(struct rc_consumer *consumer)
{
    if (!consumer) return;
    if (consumer->client) {
        const bool closed = leave(consumer);
        need_no_message(consumer);
        rd_kafka_destroy_flags(consumer->client, closed ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    free(consumer->held);
    free(consumer);
}

/* ---- messages ---- */

static rc_status judge_message(const rd_kafka_message_t *raw)
{
    const char *hint = NULL;

    if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    const rc_status status = meaning(raw->err, &hint);
    return rc_fail(status, "Kafka's topic %s, partition %d: %s%s",
                   raw->rkt ? rd_kafka_topic_name(raw->rkt) : "(any)", (int)raw->partition,
                   rd_kafka_message_errstr(raw), hint);
}

rc_status rc_consumer_poll(struct rc_consumer *consumer, int timeout_ms,
                           struct rc_message **ret_message)
{
    RC_TRY(take_trouble(consumer));
    rd_kafka_message_t *raw = rd_kafka_consumer_poll(consumer->client, timeout_ms);
    if (!raw) {
        RC_TRY(take_trouble(consumer));
        return RC_NOT_FOUND;
    }
    const rc_status status = judge_message(raw);
    if (status != RC_OK) {
        rd_kafka_message_destroy(raw);
        return status;
    }
    *ret_message = rc_message_wrap(raw, &consumer->out);
    return RC_OK;
}

/* What a refused commit means; the rest is the outside world's. */
static const struct {
    rd_kafka_resp_err_t err;
    rc_status status;
} commit_meanings[] = {
    {RD_KAFKA_RESP_ERR_NO_ERROR, RC_OK},
    {RD_KAFKA_RESP_ERR__NO_OFFSET, RC_OK},
    /* No longer ours: its next owner reads again what we did (S1). */
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RC_OK},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RC_OK},
    {RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, RC_OK},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RC_FATAL},
    {RD_KAFKA_RESP_ERR__FATAL, RC_FATAL},
};

static rc_status judge_commit(rd_kafka_resp_err_t err, const char *topic, int32_t partition)
{
    rc_status status = RC_RETRY;

    for (size_t i = 0; i < COUNT_OF(commit_meanings); i++) {
        if (commit_meanings[i].err == err) status = commit_meanings[i].status;
    }
    if (status == RC_OK) return RC_OK;
    return rc_fail(status, "committing topic %s, partition %d: %s", topic, (int)partition,
                   rd_kafka_err2str(err));
}

rc_status rc_consumer_commit(struct rc_consumer *consumer, const char *topic, int32_t partition,
                             int64_t offset)
{
    if (!rc_consumer_holds(consumer, topic, partition) || consumer->lost) return RC_OK;
    /* Within a cooperative revocation a commit loses the assignment in librdkafka 2.0.2. */
    if (consumer->giving && cooperative(consumer->client)) return RC_OK;

    AUTO_LIST rd_kafka_topic_partition_list_t *list = one_partition(topic, partition);
    list->elems[0].offset = offset;
    return judge_commit(rd_kafka_commit(consumer->client, list, 0), topic, partition);
}

static rc_status judge_control(const char *what, rd_kafka_resp_err_t err,
                               const rd_kafka_topic_partition_list_t *list)
{
    const rd_kafka_topic_partition_t *only = &list->elems[0];
    const rd_kafka_resp_err_t gravest = err != RD_KAFKA_RESP_ERR_NO_ERROR ? err : only->err;

    if (gravest == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return rc_fail(RC_RETRY, "%s topic %s, partition %d: %s", what, only->topic,
                   (int)only->partition, rd_kafka_err2str(gravest));
}

rc_status rc_consumer_pause(struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    struct held *held = find(consumer, topic, partition);

    if (!held || held->paused) return RC_OK;
    AUTO_LIST rd_kafka_topic_partition_list_t *list = one_partition(topic, partition);
    RC_TRY(judge_control("pausing", rd_kafka_pause_partitions(consumer->client, list), list));
    held->paused = true;
    return RC_OK;
}

rc_status rc_consumer_resume(struct rc_consumer *consumer, const char *topic, int32_t partition)
{
    struct held *held = find(consumer, topic, partition);

    if (!held || !held->paused) return RC_OK;
    AUTO_LIST rd_kafka_topic_partition_list_t *list = one_partition(topic, partition);
    RC_TRY(judge_control("resuming", rd_kafka_resume_partitions(consumer->client, list), list));
    held->paused = false;
    return RC_OK;
}

rc_status rc_consumer_seek(struct rc_consumer *consumer, const char *topic, int32_t partition,
                           int64_t offset)
{
    if (!rc_consumer_holds(consumer, topic, partition)) return RC_OK;
    AUTO_LIST rd_kafka_topic_partition_list_t *list = one_partition(topic, partition);
    list->elems[0].offset = offset;
    rd_kafka_error_t *error = rd_kafka_seek_partitions(consumer->client, list, SEEK_MS);
    const rd_kafka_resp_err_t err = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return judge_control("seeking in", err, list);
}
