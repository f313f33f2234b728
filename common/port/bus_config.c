/* From our few settings to a client of librdkafka: what every client has in common, and the
 * settings nobody may change. */
#include "bus_private.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

#include <stdio.h>
#include <string.h>

#define ASK_MS 5000

/* Reconnecting is quick: an outage ends when the broker is back, not half a minute later. */
static const struct rc_bus_setting common_defaults[] = {
    {"socket.keepalive.enable", "true"},  {"reconnect.backoff.ms", "100"},
    {"reconnect.backoff.max.ms", "2000"}, {"topic.metadata.refresh.interval.ms", "30000"},
    {"log.connection.close", "false"},    {NULL, NULL},
};

/* librdkafka would write to stderr, past our log. What matters comes back as errors. */
static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    (void)level;
    rc_log_debug("kafka.client", "%s: %s", facility, text);
}

rc_status rc_bus_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    /* librdkafka's own words are left out: they repeat the value, which may be a password. */
    if (rd_kafka_conf_set(conf, name, value, NULL, 0) == RD_KAFKA_CONF_OK) return RC_OK;
    return rc_fail(RC_FATAL, "Kafka's setting %s is unknown here or its value is out of range",
                   name);
}

static rc_status set_all(rd_kafka_conf_t *conf, const struct rc_bus_setting *settings)
{
    for (; settings->name; settings++)
        RC_TRY(rc_bus_set(conf, settings->name, settings->value));
    return RC_OK;
}

static rc_status set_one(void *conf, const char *name, const char *value)
{
    return rc_bus_set(conf, name, value);
}

rc_status rc_bus_each_setting(const char *text,
                              rc_status (*each)(void *self, const char *name, const char *value),
                              void *self)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_str rest = rc_str_of(text);

    while (rest.data) {
        struct rc_str value = rc_str_trim(rc_str_cut(&rest, ';'));
        if (value.len == 0) continue;
        const struct rc_str name = rc_str_trim(rc_str_cut(&value, '='));
        if (!value.data)
            return rc_fail(RC_FATAL, "Kafka's setting %.*s has no value: write name=value",
                           RC_STR_ARG(name));
        RC_TRY(
            each(self, rc_str_copy(arena, name).data, rc_str_copy(arena, rc_str_trim(value)).data));
    }
    return RC_OK;
}

struct search {
    const char *name;
    struct rc_arena *arena;
    struct rc_str found;
};

/* As librdkafka has it, what is set later holds. */
static rc_status look_at(void *self, const char *name, const char *value)
{
    struct search *search = self;

    if (strcmp(name, search->name) == 0)
        search->found = rc_str_copy(search->arena, rc_str_of(value));
    return RC_OK;
}

rc_status rc_bus_setting(const char *settings, const char *name, struct rc_arena *arena,
                         struct rc_str *ret_value)
{
    struct search search = {.name = name, .arena = arena};

    RC_TRY(rc_bus_each_setting(settings, look_at, &search));
    if (!search.found.data) return RC_NOT_FOUND;
    *ret_value = search.found;
    return RC_OK;
}

static rc_status fill(rd_kafka_conf_t *conf, const struct rc_bus_config *config,
                      const struct rc_bus_setting *defaults, const struct rc_bus_setting *rules)
{
    RC_TRY(set_all(conf, common_defaults));
    RC_TRY(set_all(conf, defaults));
    RC_TRY(rc_bus_each_setting(config->extra, set_one, conf));
    RC_TRY(set_all(conf, rules));
    RC_TRY(rc_bus_set(conf, "bootstrap.servers", config->brokers));
    RC_TRY(rc_bus_set(conf, "client.id", config->client_id ? config->client_id : "rollcall"));
    rd_kafka_conf_set_log_cb(conf, on_log);
    return RC_OK;
}

rc_status rc_bus_conf(const struct rc_bus_config *config, const struct rc_bus_setting *defaults,
                      const struct rc_bus_setting *rules, rd_kafka_conf_t **ret_conf)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const rc_status status = fill(conf, config, defaults, rules);

    if (status != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    *ret_conf = conf;
    return RC_OK;
}

rc_status rc_bus_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_client)
{
    char why[300] = "";
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);

    if (!client) {
        rd_kafka_conf_destroy(conf);
        return rc_fail(RC_FATAL, "Kafka's client cannot start: %s", why);
    }
    *ret_client = client;
    return RC_OK;
}

rc_status rc_bus_visitor(const struct rc_bus_config *config, const char *group,
                         rd_kafka_t **ret_client)
{
    static const struct rc_bus_setting defaults[] = {
        {"queued.min.messages", "1"},
        {"fetch.wait.max.ms", "50"},
        {"fetch.message.max.bytes", "17825792"},
        {"message.max.bytes", "18874368"},
        {NULL, NULL},
    };
    static const struct rc_bus_setting rules[] = {
        {"enable.auto.commit", "false"},       {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},        {"enable.partition.eof", "true"},
        {"allow.auto.create.topics", "false"}, {NULL, NULL},
    };
    rd_kafka_conf_t *conf = NULL;

    RC_TRY(rc_bus_conf(config, defaults, rules, &conf));
    if (group) {
        const rc_status status = rc_bus_set(conf, "group.id", group);
        if (status != RC_OK) {
            rd_kafka_conf_destroy(conf);
            return status;
        }
    }
    return rc_bus_client(RD_KAFKA_CONSUMER, conf, ret_client);
}

bool rc_bus_passing(rd_kafka_resp_err_t err)
{
    static const rd_kafka_resp_err_t passing[] = {
        RD_KAFKA_RESP_ERR__WAIT_COORD,
        RD_KAFKA_RESP_ERR__TRANSPORT,
        RD_KAFKA_RESP_ERR__TIMED_OUT,
        RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
    };

    for (size_t i = 0; i < COUNT_OF(passing); i++) {
        if (passing[i] == err) return true;
    }
    return false;
}

static rc_status count_partitions(const struct rd_kafka_metadata_topic *topic, int *ret_count)
{
    if (topic->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return RC_NOT_FOUND;
    if (topic->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rc_fail(RC_RETRY, "Kafka's topic %s: %s", topic->topic,
                       rd_kafka_err2str(topic->err));
    *ret_count = topic->partition_cnt;
    return RC_OK;
}

rc_status rc_bus_partitions(rd_kafka_t *client, const char *topic, int *ret_count)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);

    if (!handle) return rc_fail(RC_FATAL, "%s is no name for a topic", topic);
    const rd_kafka_resp_err_t err = rd_kafka_metadata(client, 0, handle, &metadata, ASK_MS);
    rd_kafka_topic_destroy(handle);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rc_fail(RC_RETRY, "Kafka does not say what it has (%s): are the brokers up?",
                       rd_kafka_err2str(err));
    const rc_status status = metadata->topic_cnt == 1
                                 ? count_partitions(&metadata->topics[0], ret_count)
                                 : RC_NOT_FOUND;
    rd_kafka_metadata_destroy(metadata);
    return status;
}

const char *rc_bus_version(void)
{
    return rd_kafka_version_str();
}
