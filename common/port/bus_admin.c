/* Topics as schemas/topics.csv wants them. librdkafka 2.0.2 knows only the old AlterConfigs, which
 * sets everything anew: what a topic already has is therefore read first and sent along. */
#include "bus_private.h"

#include "rollcall/base/buf.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/map.h"

#include <stdio.h>

#define ADMIN_MS   20000
#define APPEAR_MS  60000
#define APPEAR_GAP 100

/* One administrative question: the queue its answer comes to, and the options with its time limit.
 */
struct question {
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
    rd_kafka_AdminOptions_t *options;
    rd_kafka_event_t *answer;
};

static void question_done(struct question *question)
{
    if (question->answer) rd_kafka_event_destroy(question->answer);
    if (question->options) rd_kafka_AdminOptions_destroy(question->options);
    if (question->queue) rd_kafka_queue_destroy(question->queue);
}
#define AUTO_QUESTION __attribute__((cleanup(question_done)))

static struct question question_of(rd_kafka_t *client)
{
    char why[200];
    struct question question = {
        .client = client,
        .queue = rd_kafka_queue_new(client),
        .options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY),
    };

    rd_kafka_AdminOptions_set_request_timeout(question.options, ADMIN_MS, why, sizeof why);
    return question;
}

static rc_status fail_admin(const char *what, const char *topic, rd_kafka_resp_err_t err,
                            const char *why)
{
    const rc_status status = rc_bus_passing(err) ? RC_RETRY : RC_FATAL;

    return rc_fail(status, "%s Kafka's topic %s: %s", what, topic,
                   why ? why : rd_kafka_err2str(err));
}

static rc_status await(struct question *question, const char *what, const char *topic)
{
    question->answer = rd_kafka_queue_poll(question->queue, ADMIN_MS + 1000);
    if (!question->answer)
        return fail_admin(what, topic, RD_KAFKA_RESP_ERR__TIMED_OUT,
                          "no answer: are the brokers up?");
    const rd_kafka_resp_err_t err = rd_kafka_event_error(question->answer);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return fail_admin(what, topic, err, rd_kafka_event_error_string(question->answer));
}

/* The first topic's result of a question about topics. */
static rc_status judge_topic(const rd_kafka_topic_result_t *const *results, size_t count,
                             const char *what, const char *topic)
{
    if (count == 0) return fail_admin(what, topic, RD_KAFKA_RESP_ERR__FAIL, "an empty answer");
    const rd_kafka_resp_err_t err = rd_kafka_topic_result_error(results[0]);
    /* Somebody else created it in the same moment. */
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR || err == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return RC_OK;
    return fail_admin(what, topic, err, rd_kafka_topic_result_error_string(results[0]));
}

/* ---- partitions ---- */

static rc_status set_new_config(void *topic, const char *name, const char *value)
{
    const rd_kafka_resp_err_t err = rd_kafka_NewTopic_set_config(topic, name, value);

    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return rc_fail(RC_FATAL, "a topic's setting %s: %s", name, rd_kafka_err2str(err));
}

static rc_status ask_create(struct question *question, const struct rc_topic_spec *spec,
                            rd_kafka_NewTopic_t *topic)
{
    size_t count = 0;

    RC_TRY(rc_bus_each_setting(spec->settings, set_new_config, topic));
    rd_kafka_CreateTopics(question->client, &topic, 1, question->options, question->queue);
    RC_TRY(await(question, "creating", spec->name));
    const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(
        question->answer);
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(result, &count);
    return judge_topic((const rd_kafka_topic_result_t *const *)topics, count, "creating",
                       spec->name);
}

/* A topic just created is not known to every broker at once; who uses it next expects it. */
static rc_status await_appearance(rd_kafka_t *client, const struct rc_topic_spec *spec)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + APPEAR_MS;
    int partitions = 0;

    while (rc_clock_mono_ms() < deadline_ms) {
        if (rc_bus_partitions(client, spec->name, &partitions) == RC_OK &&
            partitions >= spec->partitions)
            return RC_OK;
        rc_clock_sleep_ms(APPEAR_GAP);
    }
    return rc_fail(RC_RETRY, "Kafka's topic %s was created but is not there after %d s", spec->name,
                   APPEAR_MS / 1000);
}

static rc_status create(rd_kafka_t *client, const struct rc_topic_spec *spec)
{
    AUTO_QUESTION struct question question = question_of(client);
    char why[200] = "";
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(spec->name, spec->partitions,
                                                       spec->replication, why, sizeof why);

    if (!topic) return rc_fail(RC_FATAL, "Kafka's topic %s: %s", spec->name, why);
    const rc_status status = ask_create(&question, spec, topic);
    rd_kafka_NewTopic_destroy(topic);
    if (status != RC_OK) return status;
    return await_appearance(client, spec);
}

static rc_status add_partitions(rd_kafka_t *client, const struct rc_topic_spec *spec)
{
    AUTO_QUESTION struct question question = question_of(client);
    char why[200] = "";
    size_t count = 0;
    rd_kafka_NewPartitions_t *wanted = rd_kafka_NewPartitions_new(
        spec->name, (size_t)spec->partitions, why, sizeof why);

    if (!wanted) return rc_fail(RC_FATAL, "Kafka's topic %s: %s", spec->name, why);
    rd_kafka_CreatePartitions(client, &wanted, 1, question.options, question.queue);
    rd_kafka_NewPartitions_destroy(wanted);
    RC_TRY(await(&question, "adding partitions to", spec->name));
    const rd_kafka_CreatePartitions_result_t *result = rd_kafka_event_CreatePartitions_result(
        question.answer);
    const rd_kafka_topic_result_t **topics = rd_kafka_CreatePartitions_result_topics(result,
                                                                                     &count);
    RC_TRY(judge_topic((const rd_kafka_topic_result_t *const *)topics, count,
                       "adding partitions to", spec->name));
    return await_appearance(client, spec);
}

/* ---- settings ---- */

/* What the topic has: every setting's value, and those that were set for it alone. In arena. */
struct present {
    struct rc_arena *arena;
    struct rc_map *values;
    struct rc_map *own;
    bool differs;
};

static void read_entries(const rd_kafka_ConfigResource_t *resource, struct present *present)
{
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);

    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);
        if (!value) continue;
        const struct rc_str name = rc_str_copy(present->arena,
                                               rc_str_of(rd_kafka_ConfigEntry_name(entries[i])));
        char *copy = rc_arena_copy(present->arena, value, strlen(value));
        rc_map_put(present->values, name, copy);
        if (rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
            rc_map_put(present->own, name, copy);
    }
}

static rc_status judge_resource(const rd_kafka_ConfigResource_t *resource, const char *what,
                                const char *topic)
{
    const rd_kafka_resp_err_t err = rd_kafka_ConfigResource_error(resource);

    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return fail_admin(what, topic, err, rd_kafka_ConfigResource_error_string(resource));
}

static rc_status describe(rd_kafka_t *client, const char *topic, struct present *present)
{
    static const char what[] = "reading the settings of";
    AUTO_QUESTION struct question question = question_of(client);
    rd_kafka_ConfigResource_t *asked = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    size_t count = 0;

    rd_kafka_DescribeConfigs(client, &asked, 1, question.options, question.queue);
    rd_kafka_ConfigResource_destroy(asked);
    RC_TRY(await(&question, what, topic));
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(question.answer), &count);
    if (count == 0) return fail_admin(what, topic, RD_KAFKA_RESP_ERR__FAIL, "an empty answer");
    RC_TRY(judge_resource(resources[0], what, topic));
    read_entries(resources[0], present);
    return RC_OK;
}

static rc_status compare_one(void *self, const char *name, const char *value)
{
    struct present *present = self;
    const char *now = rc_map_get(present->values, rc_str_of(name));

    if (now && strcmp(now, value) == 0) return RC_OK;
    present->differs = true;
    rc_map_put(present->own, rc_str_copy(present->arena, rc_str_of(name)),
               rc_arena_copy(present->arena, value, strlen(value)));
    return RC_OK;
}

static rc_status ask_alter(struct question *question, const char *topic,
                           rd_kafka_ConfigResource_t *wanted)
{
    static const char what[] = "setting up";
    size_t count = 0;

    rd_kafka_AlterConfigs(question->client, &wanted, 1, question->options, question->queue);
    RC_TRY(await(question, what, topic));
    const rd_kafka_ConfigResource_t **resources = rd_kafka_AlterConfigs_result_resources(
        rd_kafka_event_AlterConfigs_result(question->answer), &count);
    if (count == 0) return fail_admin(what, topic, RD_KAFKA_RESP_ERR__FAIL, "an empty answer");
    return judge_resource(resources[0], what, topic);
}

static rc_status alter(rd_kafka_t *client, const char *topic, const struct present *present)
{
    AUTO_QUESTION struct question question = question_of(client);
    rd_kafka_ConfigResource_t *wanted = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    const struct rc_map_entry *own = rc_map_entries(present->own);

    for (size_t i = 0; i < rc_map_count(present->own); i++)
        rd_kafka_ConfigResource_set_config(wanted, own[i].key.data, own[i].value);
    const rc_status status = ask_alter(&question, topic, wanted);
    rd_kafka_ConfigResource_destroy(wanted);
    return status;
}

/* *ret_differs: the settings were (dry_run: are) others than wanted. */
static rc_status apply_settings(rd_kafka_t *client, const struct rc_topic_spec *spec, bool dry_run,
                                bool *ret_differs)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct present present = {.arena = arena};

    present.values = rc_map_new(arena);
    present.own = rc_map_new(arena);
    RC_TRY(describe(client, spec->name, &present));
    RC_TRY(rc_bus_each_setting(spec->settings, compare_one, &present));
    if (present.differs && !dry_run) RC_TRY(alter(client, spec->name, &present));
    *ret_differs = present.differs;
    return RC_OK;
}

/* ---- the whole ---- */

static rc_status apply_to_present(rd_kafka_t *client, const struct rc_topic_spec *spec,
                                  int partitions, bool dry_run, enum rc_topic_outcome *ret_outcome)
{
    bool differs = false;

    RC_TRY(apply_settings(client, spec, dry_run, &differs));
    if (partitions < spec->partitions) {
        differs = true;
        if (!dry_run) RC_TRY(add_partitions(client, spec));
    }
    if (differs)
        *ret_outcome = RC_TOPIC_CHANGED;
    else
        *ret_outcome = partitions > spec->partitions ? RC_TOPIC_TOO_FEW : RC_TOPIC_SAME;
    return RC_OK;
}

rc_status rc_bus_topic_apply(const struct rc_bus_config *config, const struct rc_topic_spec *spec,
                             bool dry_run, enum rc_topic_outcome *ret_outcome)
{
    AUTO_CLIENT rd_kafka_t *client = NULL;
    int partitions = 0;

    RC_TRY(rc_bus_visitor(config, NULL, &client));
    const rc_status status = rc_bus_partitions(client, spec->name, &partitions);
    if (status == RC_OK) return apply_to_present(client, spec, partitions, dry_run, ret_outcome);
    if (status != RC_NOT_FOUND) return status;
    if (!dry_run) RC_TRY(create(client, spec));
    *ret_outcome = RC_TOPIC_CREATED;
    return RC_OK;
}
