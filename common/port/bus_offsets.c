/* Where groups stand, and single messages by their place: what the command line, the sweep and a
 * first start ask, without ever joining a group. */
#include "bus_private.h"

#include "rollcall/base/clock.h"

#include <stdio.h>

#define ASK_MS     5000
#define GIVE_UP_MS 30000
#define GAP_MS     200
#define READ_MS    10000

static rc_status no_topic(const char *topic)
{
    return rc_fail(RC_RETRY, "Kafka has no topic %s; run `rollcall topics apply`", topic);
}

static rc_status need_partitions(rd_kafka_t *client, const char *topic, int *ret_count)
{
    const rc_status status = rc_bus_partitions(client, topic, ret_count);

    return status == RC_NOT_FOUND ? no_topic(topic) : status;
}

static rd_kafka_topic_partition_list_t *all_partitions(const char *topic, int count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);

    rd_kafka_topic_partition_list_add_range(list, topic, 0, count - 1);
    return list;
}

/* A fresh broker says for some ten seconds that it does not know who coordinates the group. */
static rd_kafka_resp_err_t patiently(rd_kafka_resp_err_t (*ask)(rd_kafka_t *client,
                                                                rd_kafka_topic_partition_list_t *),
                                     rd_kafka_t *client, rd_kafka_topic_partition_list_t *list)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + GIVE_UP_MS;
    rd_kafka_resp_err_t err = ask(client, list);

    while (rc_bus_passing(err) && rc_clock_mono_ms() < deadline_ms) {
        rc_clock_sleep_ms(GAP_MS);
        err = ask(client, list);
    }
    return err;
}

static rd_kafka_resp_err_t ask_committed(rd_kafka_t *client, rd_kafka_topic_partition_list_t *list)
{
    return rd_kafka_committed(client, list, ASK_MS);
}

static rd_kafka_resp_err_t ask_commit(rd_kafka_t *client, rd_kafka_topic_partition_list_t *list)
{
    return rd_kafka_commit(client, list, 0);
}

static rc_status read_committed(rd_kafka_t *client, const char *group,
                                rd_kafka_topic_partition_list_t *list)
{
    const rd_kafka_resp_err_t err = patiently(ask_committed, client, list);

    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return rc_fail(RC_RETRY, "reading where group %s stands: %s", group, rd_kafka_err2str(err));
}

static rc_status read_ends(rd_kafka_t *client, const char *topic, int32_t partition,
                           int64_t *ret_begin, int64_t *ret_end)
{
    const rd_kafka_resp_err_t err = rd_kafka_query_watermark_offsets(client, topic, partition,
                                                                     ret_begin, ret_end, ASK_MS);

    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    return rc_fail(RC_RETRY, "reading the ends of topic %s, partition %d: %s", topic,
                   (int)partition, rd_kafka_err2str(err));
}

/* ---- a group's first start ---- */

/* The beginnings of those partitions of list that nothing is committed for. */
static rc_status list_beginnings(rd_kafka_t *client, const rd_kafka_topic_partition_list_t *list,
                                 rd_kafka_topic_partition_list_t *beginnings)
{
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *at = &list->elems[i];
        int64_t begin = 0;
        int64_t end = 0;
        if (at->offset >= 0) continue;
        RC_TRY(read_ends(client, at->topic, at->partition, &begin, &end));
        rd_kafka_topic_partition_list_add(beginnings, at->topic, at->partition)->offset = begin;
    }
    return RC_OK;
}

static bool has_members(rd_kafka_resp_err_t err)
{
    return err == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           err == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           err == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
           err == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP;
}

static rc_status commit_beginnings(rd_kafka_t *client, const char *group, const char *topic,
                                   rd_kafka_topic_partition_list_t *beginnings)
{
    const rd_kafka_resp_err_t err = patiently(ask_commit, client, beginnings);

    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return RC_OK;
    if (has_members(err))
        return rc_fail(RC_RETRY,
                       "group %s runs and has no start for %d partitions of %s: stop its programs "
                       "(static members count until their session ends), run `rollcall topics "
                       "apply`, start them again",
                       group, beginnings->cnt, topic);
    return rc_fail(RC_RETRY, "setting the start of group %s in %s: %s", group, topic,
                   rd_kafka_err2str(err));
}

rc_status rc_bus_group_start(const struct rc_bus_config *config, const char *group,
                             const char *topic)
{
    AUTO_CLIENT rd_kafka_t *client = NULL;
    int count = 0;

    RC_TRY(rc_bus_visitor(config, group, &client));
    RC_TRY(need_partitions(client, topic, &count));
    AUTO_LIST rd_kafka_topic_partition_list_t *list = all_partitions(topic, count);
    AUTO_LIST rd_kafka_topic_partition_list_t *beginnings = rd_kafka_topic_partition_list_new(
        count);
    RC_TRY(read_committed(client, group, list));
    RC_TRY(list_beginnings(client, list, beginnings));
    return beginnings->cnt == 0 ? RC_OK : commit_beginnings(client, group, topic, beginnings);
}

/* ---- marks ---- */

rc_status rc_bus_marks(const struct rc_bus_config *config, const char *group, const char *topic,
                       struct rc_marks *marks, size_t room, size_t *ret_count)
{
    AUTO_CLIENT rd_kafka_t *client = NULL;
    int count = 0;

    RC_TRY(rc_bus_visitor(config, group, &client));
    RC_TRY(need_partitions(client, topic, &count));
    if ((size_t)count > room)
        return rc_fail(RC_FATAL, "topic %s has %d partitions, %zu at most were expected", topic,
                       count, room);
    AUTO_LIST rd_kafka_topic_partition_list_t *list = all_partitions(topic, count);
    RC_TRY(read_committed(client, group, list));
    for (int i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *at = &list->elems[i];
        struct rc_marks *mark = &marks[i];
        *mark = (struct rc_marks){.partition = at->partition,
                                  .committed = at->offset >= 0 ? at->offset : -1};
        RC_TRY(read_ends(client, topic, at->partition, &mark->begin, &mark->end));
    }
    *ret_count = (size_t)count;
    return RC_OK;
}

/* ---- one message ---- */

/* What the first thing read at a place means: the message, its absence, or neither yet. */
static rc_status judge_read(rd_kafka_message_t *raw, int64_t offset,
                            struct rc_message **ret_message)
{
    if (raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
        raw->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return RC_NOT_FOUND;
    if (raw->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return rc_fail(RC_RETRY, "reading one message: %s", rd_kafka_message_errstr(raw));
    if (raw->offset != offset) return RC_NOT_FOUND;
    *ret_message = rc_message_copy(raw);
    return RC_OK;
}

static rc_status read_first(rd_kafka_topic_t *topic, int32_t partition, int64_t offset,
                            struct rc_message **ret_message)
{
    rd_kafka_message_t *raw = rd_kafka_consume(topic, partition, READ_MS);

    if (!raw)
        return rc_fail(RC_RETRY, "topic %s, partition %d: nothing came within %d s",
                       rd_kafka_topic_name(topic), (int)partition, READ_MS / 1000);
    const rc_status status = judge_read(raw, offset, ret_message);
    rd_kafka_message_destroy(raw);
    return status;
}

static rc_status read_topic(rd_kafka_topic_t *topic, int32_t partition, int64_t offset,
                            struct rc_message **ret_message)
{
    if (rd_kafka_consume_start(topic, partition, offset) != 0)
        return rc_fail(RC_RETRY, "topic %s, partition %d: %s", rd_kafka_topic_name(topic),
                       (int)partition, rd_kafka_err2str(rd_kafka_last_error()));
    const rc_status status = read_first(topic, partition, offset, ret_message);
    rd_kafka_consume_stop(topic, partition);
    return status;
}

rc_status rc_bus_read_at(const struct rc_bus_config *config, const char *topic, int32_t partition,
                         int64_t offset, struct rc_message **ret_message)
{
    AUTO_CLIENT rd_kafka_t *client = NULL;
    int64_t begin = 0;
    int64_t end = 0;

    RC_TRY(rc_bus_visitor(config, NULL, &client));
    RC_TRY(read_ends(client, topic, partition, &begin, &end));
    if (offset < begin || offset >= end) return RC_NOT_FOUND;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    if (!handle) return rc_fail(RC_FATAL, "%s is no name for a topic", topic);
    const rc_status status = read_topic(handle, partition, offset, ret_message);
    rd_kafka_topic_destroy(handle);
    return status;
}
