/* Reads schemas/topics.csv: nine columns, one line per topic, no quoting. */
#include "topics.h"

#include "rollcall/base/auto.h"

static const char *const columns[] = {
    "name",        "key",    "partitions", "retention_days", "max_message_mib",
    "compression", "sealed", "producers",  "consumers"};
enum {
    NAME,
    KEY,
    PARTITIONS,
    RETENTION_DAYS,
    MAX_MESSAGE_MIB,
    COMPRESSION,
    SEALED,
    PRODUCERS,
    CONSUMERS
};

static rc_status cut_fields(struct rc_str line, int number, struct rc_str fields[])
{
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if (!line.data)
            return rc_fail(RC_REJECT, "line %d: field %s is missing", number, columns[i]);
        fields[i] = rc_str_trim(rc_str_cut(&line, ','));
    }
    if (line.data) return rc_fail(RC_REJECT, "line %d has too many fields", number);
    return RC_OK;
}

static rc_status check_heading(struct rc_str line)
{
    struct rc_str fields[COUNT_OF(columns)] = {{0}};

    RC_TRY(cut_fields(line, 1, fields));
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (!rc_str_eq(fields[i], rc_str_of(columns[i])))
            return rc_fail(RC_REJECT, "line 1: column %zu is %s", i + 1, columns[i]);
    return RC_OK;
}

static rc_status parse_line(struct rc_str line, int number, struct rc_arena *arena,
                            struct topic *topic)
{
    struct rc_str fields[COUNT_OF(columns)] = {{0}};

    RC_TRY(cut_fields(line, number, fields));
    if (fields[NAME].len == 0) return rc_fail(RC_REJECT, "line %d: the name is empty", number);
    topic->name = rc_str_print(arena, "rollcall.%.*s.v1", RC_STR_ARG(fields[NAME])).data;
    topic->compression = rc_str_copy(arena, fields[COMPRESSION]).data;
    topic->sealed = !rc_str_eq(fields[SEALED], RC_STR("no"));
    topic->consumers = fields[CONSUMERS];
    RC_TRY(rc_context(rc_str_int(fields[PARTITIONS], 1, 10000, &topic->partitions),
                      "line %d, partitions", number));
    RC_TRY(rc_context(rc_str_int(fields[RETENTION_DAYS], 1, 3650, &topic->retention_days),
                      "line %d, retention_days", number));
    return rc_context(rc_str_int(fields[MAX_MESSAGE_MIB], 1, 100, &topic->max_message_mib),
                      "line %d, max_message_mib", number);
}

rc_status topics_parse(struct rc_str text, struct rc_arena *arena, struct topics *ret_topics)
{
    struct topics topics = {.count = 0};

    RC_TRY(check_heading(rc_str_trim(rc_str_cut(&text, '\n'))));
    for (int number = 2; text.data; number++) {
        const struct rc_str line = rc_str_trim(rc_str_cut(&text, '\n'));
        if (line.len == 0 || line.data[0] == '#') continue;
        if (topics.count == TOPICS_MAX) return rc_fail(RC_REJECT, "too many topics");
        RC_TRY(parse_line(line, number, arena, &topics.items[topics.count++]));
    }
    if (topics.count == 0) return rc_fail(RC_REJECT, "there is no topic in it");
    *ret_topics = topics;
    return RC_OK;
}

const char *topic_settings(const struct topic *topic, int64_t replication, struct rc_arena *arena)
{
    static const long long day_ms = 86400000;

    /* A segment is kept until its last message is old enough: short segments make 7 days 7 days. */
    const struct rc_str settings = rc_str_print(
        arena, "retention.ms=%lld;max.message.bytes=%lld;segment.ms=%lld;compression.type=%s",
        (long long)topic->retention_days * day_ms, (long long)topic->max_message_mib << 20, day_ms,
        topic->compression);
    if (replication < 3) return settings.data;
    /* acks=all means two copies at least: a broker may be away, none may be the last. */
    return rc_str_print(arena, "%s;min.insync.replicas=2", settings.data).data;
}
