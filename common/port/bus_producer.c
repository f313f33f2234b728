/* Sending: a message counts as sent when every in-sync replica has it (S1). One idempotent producer
 * per process; any thread hands messages over and sleeps until its own are acknowledged, while a
 * thread of ours serves librdkafka's delivery reports.
 *
 * Who gives up waiting (stop, a fatal error) leaves messages behind that may still arrive; what
 * counts them therefore lives on the heap until the last report, not in the sender's frame. */
#include "bus_private.h"
#include "stop.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/map.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define POLL_MS     100
#define WAIT_MS     100
#define FLUSH_MS    5000
#define TOPIC_MAX   249
#define FATAL_TEXT  200
#define PACKED_MAX  8 /* topics whose messages are not compressed here */
#define MIN_SEND_MS 1000

struct rc_producer {
    rd_kafka_t *client;
    char *brokers;
    pthread_t poller;
    atomic_bool ending;
    pthread_mutex_t lock;   /* of every delivery, and of known */
    pthread_cond_t arrived; /* some delivery's count fell */
    struct rc_arena *arena;
    struct rc_map *known; /* topics that were sent to */
    rd_kafka_topic_t *packed[PACKED_MAX];
    size_t packed_count;
};

/* One call of rc_producer_send. Under the producer's lock. */
struct delivery {
    size_t waiting;            /* messages without a report */
    rd_kafka_resp_err_t err;   /* of the worst report */
    rc_status status;          /* what it means */
    char topic[TOPIC_MAX + 1]; /* where */
    bool left;                 /* the sender has gone: the last report frees it */
};

/* ---- what a report means ---- */

/* The rest is the outside world's: it may work later. */
static const struct {
    rd_kafka_resp_err_t err;
    rc_status status;
    const char *hint;
} report_meanings[] = {
    {RD_KAFKA_RESP_ERR_NO_ERROR, RC_OK, ""},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RC_REJECT, "; larger than max.message.bytes allows"},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RC_REJECT, "; larger than the topic allows"},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, RC_REJECT, ""},
    {RD_KAFKA_RESP_ERR__FATAL, RC_FATAL, ""},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, RC_FATAL, ""},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RC_RETRY, "; run `rollcall topics apply`"},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RC_RETRY, "; run `rollcall topics apply`"},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RC_RETRY, "; allow this client to write to it"},
};

static rc_status meaning(rd_kafka_resp_err_t err, const char **ret_hint)
{
    *ret_hint = "";
    for (size_t i = 0; i < COUNT_OF(report_meanings); i++) {
        if (report_meanings[i].err != err) continue;
        *ret_hint = report_meanings[i].hint;
        return report_meanings[i].status;
    }
    return RC_RETRY;
}

/* Statuses rise with their severity, so that of several reports the gravest is told. Under the
 * lock. */
static void note(struct delivery *delivery, rd_kafka_resp_err_t err, const char *topic)
{
    const char *hint = NULL;
    const rc_status status = meaning(err, &hint);

    if (status <= delivery->status) return;
    delivery->status = status;
    delivery->err = err;
    snprintf(delivery->topic, sizeof delivery->topic, "%s", topic);
}

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct rc_producer *producer = opaque;
    struct delivery *delivery = message->_private;

    (void)client;
    pthread_mutex_lock(&producer->lock);
    note(delivery, message->err, message->rkt ? rd_kafka_topic_name(message->rkt) : "");
    delivery->waiting--;
    const bool last = delivery->waiting == 0;
    if (last) pthread_cond_broadcast(&producer->arrived);
    const bool orphan = last && delivery->left;
    pthread_mutex_unlock(&producer->lock);
    if (orphan) free(delivery);
}

static void *serve_reports(void *context)
{
    struct rc_producer *producer = context;

    while (!atomic_load(&producer->ending))
        rd_kafka_poll(producer->client, POLL_MS);
    return NULL;
}

/* ---- life ---- */

/* Queue and message sizes: 64 MiB under way at most (S3: bounded everything), one page of 16 MiB
 * with its headers passes. */
static const struct rc_bus_setting defaults[] = {
    {"linger.ms", "1"},
    {"queue.buffering.max.kbytes", "65536"},
    {"message.max.bytes", "18874368"},
    {NULL, NULL},
};
static const struct rc_bus_setting rules[] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {NULL, NULL},
};

static rc_status fill(rd_kafka_conf_t *conf, const struct rc_bus_config *config)
{
    char limit[24];
    const int64_t wanted = config->send_timeout_ms;

    /* 0: a message waits for its broker as long as it takes (S3). */
    snprintf(limit, sizeof limit, "%lld",
             (long long)(wanted > 0 && wanted < MIN_SEND_MS ? MIN_SEND_MS : wanted));
    RC_TRY(rc_bus_set(conf, "message.timeout.ms", limit));
    /* Some builds lack zstd; every one has lz4. */
    if (rc_bus_set(conf, "compression.codec", "zstd") == RC_OK) return RC_OK;
    return rc_bus_set(conf, "compression.codec", "lz4");
}

static rc_status make_conf(const struct rc_bus_config *config, rd_kafka_conf_t **ret_conf)
{
    rd_kafka_conf_t *conf = NULL;

    RC_TRY(rc_bus_conf(config, defaults, rules, &conf));
    const rc_status status = fill(conf, config);
    if (status != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    *ret_conf = conf;
    return RC_OK;
}

static struct rc_producer *producer_new(const struct rc_bus_config *config)
{
    struct rc_producer *producer = rc_malloc(sizeof *producer);
    const size_t size = strlen(config->brokers) + 1;
    pthread_condattr_t monotonic;

    *producer = (struct rc_producer){.client = NULL};
    producer->brokers = memcpy(rc_malloc(size), config->brokers, size);
    producer->arena = rc_arena_new(0);
    producer->known = rc_map_new(producer->arena);
    pthread_mutex_init(&producer->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&producer->arrived, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return producer;
}

rc_status rc_producer_open(const struct rc_bus_config *config, struct rc_producer **ret_producer)
{
    rd_kafka_conf_t *conf = NULL;

    RC_TRY(make_conf(config, &conf));
    RC_AUTO(rc_producer) struct rc_producer *producer = producer_new(config);
    rd_kafka_conf_set_opaque(conf, producer);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    RC_TRY(rc_bus_client(RD_KAFKA_PRODUCER, conf, &producer->client));
    if (pthread_create(&producer->poller, NULL, serve_reports, producer) != 0) {
        rd_kafka_destroy(producer->client);
        producer->client = NULL;
        return rc_fail(RC_FATAL, "no thread for Kafka's delivery reports");
    }
    *ret_producer = rc_producer_take(&producer);
    return RC_OK;
}

static void close_client(struct rc_producer *producer)
{
    rd_kafka_flush(producer->client, FLUSH_MS);
    /* What is left is given up, and its reports free what counted it. */
    rd_kafka_purge(producer->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    atomic_store(&producer->ending, true);
    pthread_join(producer->poller, NULL);
    while (rd_kafka_outq_len(producer->client) > 0 && rd_kafka_poll(producer->client, POLL_MS) > 0)
        continue;
    for (size_t i = 0; i < producer->packed_count; i++)
        if (producer->packed[i]) rd_kafka_topic_destroy(producer->packed[i]);
    rd_kafka_destroy(producer->client);
}

void rc_producer_free(struct rc_producer *producer)
{
    if (!producer) return;
    if (producer->client) close_client(producer);
    pthread_cond_destroy(&producer->arrived);
    pthread_mutex_destroy(&producer->lock);
    rc_arena_free(producer->arena);
    free(producer->brokers);
    free(producer);
}

/* ---- sending ---- */

static struct timespec in_ms(long ms)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += ms * 1000000L;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

/* Sleeps until some report came, a short while at most. Under the lock. */
static void sleep_for_report(struct rc_producer *producer)
{
    const struct timespec until = in_ms(WAIT_MS);

    pthread_cond_timedwait(&producer->arrived, &producer->lock, &until);
}

static rc_status check_fatal(struct rc_producer *producer)
{
    char why[FATAL_TEXT] = "";

    if (rd_kafka_fatal_error(producer->client, why, sizeof why) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    return rc_fail(RC_FATAL, "Kafka's producer is broken for good: %s", why);
}

static rc_status gave_up(const struct rc_producer *producer)
{
    return rc_fail(RC_RETRY, "stopped before Kafka at %s acknowledged", producer->brokers);
}

static rd_kafka_headers_t *make_headers(const struct rc_headers *headers)
{
    rd_kafka_headers_t *native = rd_kafka_headers_new(headers->count);

    for (size_t i = 0; i < headers->count; i++) {
        const struct rc_header *header = &headers->items[i];
        /* An empty value is told from none, here as on the wire. */
        rd_kafka_header_add(native, header->name.data, (ssize_t)header->name.len,
                            header->value.data ? header->value.data : "",
                            (ssize_t)header->value.len);
    }
    return native;
}

/* librdkafka copies what it is shown, but its interface does not say const. */
static rd_kafka_vu_t bytes(rd_kafka_vtype_t type, struct rc_str text)
{
    const union {
        const char *shown;
        void *taken;
    } data = {.shown = text.data};

    return (rd_kafka_vu_t){.vtype = type, .u.mem = {.ptr = data.taken, .size = text.len}};
}

/* One attempt. librdkafka copies key and payload, and takes the headers only when it succeeds. */
static rd_kafka_resp_err_t produce(struct rc_producer *producer, const struct rc_outgoing *message,
                                   const char *topic, struct delivery *delivery)
{
    rd_kafka_headers_t *headers = make_headers(&message->headers);
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = delivery},
        bytes(RD_KAFKA_VTYPE_KEY, message->key),
        bytes(RD_KAFKA_VTYPE_VALUE, message->payload),
    };
    rd_kafka_error_t *error = rd_kafka_produceva(producer->client, parts, COUNT_OF(parts));
    const rd_kafka_resp_err_t err = rd_kafka_error_code(error);

    if (error) rd_kafka_headers_destroy(headers);
    rd_kafka_error_destroy(error);
    return err;
}

/* Changes the number of messages without a report. */
static void tally(struct rc_producer *producer, struct delivery *delivery, bool more)
{
    pthread_mutex_lock(&producer->lock);
    delivery->waiting += more ? 1 : (size_t)-1;
    pthread_mutex_unlock(&producer->lock);
}

static void wait_for_room(struct rc_producer *producer)
{
    pthread_mutex_lock(&producer->lock);
    sleep_for_report(producer);
    pthread_mutex_unlock(&producer->lock);
}

static bool is_known(struct rc_producer *producer, const char *topic)
{
    pthread_mutex_lock(&producer->lock);
    const bool known = rc_map_get(producer->known, rc_str_of(topic)) != NULL;
    pthread_mutex_unlock(&producer->lock);
    return known;
}

static void make_known(struct rc_producer *producer, const char *topic)
{
    pthread_mutex_lock(&producer->lock);
    char *name = rc_arena_copy(producer->arena, topic, strlen(topic));
    rc_map_put(producer->known, rc_str_of(name), name);
    pthread_mutex_unlock(&producer->lock);
}

/* Sealed payloads only cost time when they are compressed. The first handle of a topic decides for
 * the life of the client, so it is kept. */
static void leave_packed(struct rc_producer *producer, const char *topic)
{
    rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(producer->client);
    char why[FATAL_TEXT];

    if (rd_kafka_topic_conf_set(conf, "compression.codec", "none", why, sizeof why) !=
        RD_KAFKA_CONF_OK) {
        rd_kafka_topic_conf_destroy(conf);
        return;
    }
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer->client, topic, conf);
    pthread_mutex_lock(&producer->lock);
    if (producer->packed_count < PACKED_MAX)
        producer->packed[producer->packed_count++] = handle;
    else if (handle)
        rd_kafka_topic_destroy(handle);
    pthread_mutex_unlock(&producer->lock);
}

/* Asks for a topic before the first message to it: librdkafka would find out by itself only at its
 * next scan, up to a second later, and would wait half a minute for a topic that is not there.
 * Brokers that do not answer are the sending's matter. */
static rc_status need_topic(struct rc_producer *producer, const char *topic, bool packed)
{
    int partitions = 0;

    if (is_known(producer, topic)) return RC_OK;
    if (packed) leave_packed(producer, topic);
    const rc_status status = rc_bus_partitions(producer->client, topic, &partitions);
    if (status == RC_NOT_FOUND)
        return rc_fail(RC_RETRY, "Kafka has no topic %s; run `rollcall topics apply`", topic);
    if (status == RC_OK) make_known(producer, topic);
    return RC_OK;
}

/* Hands one message over, waiting while the queue is full. */
static rc_status hand_over(struct rc_producer *producer, const struct rc_outgoing *message,
                           struct delivery *delivery, const volatile int *stop)
{
    char topic[TOPIC_MAX + 1];
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    const char *hint = NULL;

    if (message->topic.len > TOPIC_MAX) return rc_fail(RC_FATAL, "a topic's name is too long");
    snprintf(topic, sizeof topic, "%.*s", RC_STR_ARG(message->topic));
    RC_TRY(need_topic(producer, topic, message->packed));
    while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        tally(producer, delivery, true);
        err = produce(producer, message, topic, delivery);
        if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
        tally(producer, delivery, false);
        RC_TRY(check_fatal(producer));
        if (rc_stop_wished(stop)) return gave_up(producer);
        if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL) wait_for_room(producer);
    }
    const rc_status status = meaning(err, &hint);
    return rc_fail(status, "Kafka's topic %s: %s%s", topic, rd_kafka_err2str(err), hint);
}

/* Waits for the reports of what was handed over. */
static rc_status await_reports(struct rc_producer *producer, struct delivery *delivery,
                               const volatile int *stop)
{
    rc_status status = RC_OK;

    pthread_mutex_lock(&producer->lock);
    while (status == RC_OK && delivery->waiting > 0) {
        sleep_for_report(producer);
        if (delivery->waiting > 0) status = check_fatal(producer);
        if (status == RC_OK && delivery->waiting > 0 && rc_stop_wished(stop))
            status = gave_up(producer);
    }
    pthread_mutex_unlock(&producer->lock);
    return status;
}

static rc_status judge(struct rc_producer *producer, const struct delivery *delivery)
{
    const char *hint = NULL;

    if (delivery->status == RC_OK) return RC_OK;
    RC_TRY(check_fatal(producer));
    rc_ignore(meaning(delivery->err, &hint));
    return rc_fail(delivery->status, "Kafka's topic %s: %s%s", delivery->topic,
                   rd_kafka_err2str(delivery->err), hint);
}

/* Frees the count now, or leaves it to its last report. */
static void part_with(struct rc_producer *producer, struct delivery *delivery)
{
    pthread_mutex_lock(&producer->lock);
    delivery->left = true;
    const bool done = delivery->waiting == 0;
    pthread_mutex_unlock(&producer->lock);
    if (done) free(delivery);
}

static rc_status send_all(struct rc_producer *producer, const struct rc_outgoing *messages,
                          size_t count, struct delivery *delivery, const volatile int *stop)
{
    rc_status handed = RC_OK;

    for (size_t i = 0; i < count && handed == RC_OK; i++)
        handed = hand_over(producer, &messages[i], delivery, stop);
    /* A message that cannot be handed over ends the call at once; what went before it may arrive.
     */
    if (handed != RC_OK) return handed;
    RC_TRY(await_reports(producer, delivery, stop));
    return judge(producer, delivery);
}

rc_status rc_producer_send(struct rc_producer *producer, const struct rc_outgoing *messages,
                           size_t count, const volatile int *stop)
{
    struct delivery *delivery = rc_malloc(sizeof *delivery);

    *delivery = (struct delivery){.status = RC_OK};
    const rc_status status = send_all(producer, messages, count, delivery, stop);
    part_with(producer, delivery);
    return status;
}
