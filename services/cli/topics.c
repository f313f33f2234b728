/* rollcall topics: makes Kafka's topics as schemas/topics.csv has them, and gives every consumer
 * group its start, so that no worker ever has to guess where to begin (auto.offset.reset=error). */
#include "topics_ask.h"

#include "cli.h"
#include "migrations.h"
#include "nouns.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"

enum { LEADER_MS = 60000, LEADER_GAP_MS = 200 };

static const char *const outcome_words[] = {[RC_TOPIC_SAME] = "unchanged",
                                            [RC_TOPIC_CREATED] = "created",
                                            [RC_TOPIC_CHANGED] = "changed",
                                            [RC_TOPIC_TOO_FEW] = "has more partitions; left so"};

rc_status topics_load(struct cli *cli, const char *path, struct topics *topics)
{
    struct rc_str text = {0};

    if (!path) RC_TRY(cli_schemas(cli, "topics.csv", &path));
    rc_status status = file_read(path, cli->arena, &text);
    if (status == RC_OK) status = rc_context(topics_parse(text, cli->arena, topics), "%s", path);
    if (status == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_CONFIG, "--file names the file of topics.", "%s", rc_error_text());
}

static rc_status read_topics(struct cli *cli, struct topics *topics)
{
    return topics_load(cli, args_value(&cli->args, "file"), topics);
}

/* What Kafka refuses is told with the address that was asked. */
static rc_status judge(struct cli *cli, rc_status status)
{
    if (status == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_FAILED,
                      "Are the brokers up, and is kafka.brokers (ROLLCALL_KAFKA_BROKERS) right?",
                      "%s (kafka.brokers is %s)", rc_error_text(), cli->options.kafka_brokers);
}

const char *topics_group(struct cli *cli, struct rc_str consumer)
{
    return rc_str_print(cli->arena, "rollcall-%.*s", RC_STR_ARG(consumer)).data;
}

/* ---- apply ---- */

/* A topic that was made a moment ago has no leader yet. */
static rc_status start_group(struct cli *cli, const char *group, const char *topic)
{
    const struct rc_bus_config bus = cli_bus(cli);
    const int64_t until = rc_clock_mono_ms() + LEADER_MS;
    rc_status status = rc_bus_group_start(&bus, group, topic);

    while (status == RC_RETRY && rc_clock_mono_ms() < until) {
        rc_clock_sleep_ms(LEADER_GAP_MS);
        status = rc_bus_group_start(&bus, group, topic);
    }
    return judge(cli, status);
}

static rc_status start_groups(struct cli *cli, const struct topic *topic)
{
    struct rc_str rest = topic->consumers;

    while (rest.len > 0) {
        const struct rc_str consumer = rc_str_cut(&rest, ' ');
        if (consumer.len > 0) RC_TRY(start_group(cli, topics_group(cli, consumer), topic->name));
    }
    return RC_OK;
}

static rc_status apply_topic(struct cli *cli, const struct topic *topic, size_t counts[])
{
    const struct rc_bus_config bus = cli_bus(cli);
    const bool dry_run = args_has(&cli->args, "dry-run");
    const int64_t replication = args_number(&cli->args, "replication", -1);
    const struct rc_topic_spec spec = {
        .name = topic->name,
        .partitions = (int)topic->partitions,
        .replication = (int)replication,
        .settings = topic_settings(topic, replication, cli->arena),
    };
    enum rc_topic_outcome outcome = RC_TOPIC_SAME;

    RC_TRY(judge(cli, rc_bus_topic_apply(&bus, &spec, dry_run, &outcome)));
    counts[outcome]++;
    if (outcome != RC_TOPIC_SAME)
        out_note(&cli->out, "%s%s: %s", dry_run ? "would be: " : "", topic->name,
                 outcome_words[outcome]);
    return RC_OK;
}

static rc_status topics_apply(struct cli *cli)
{
    struct topics *topics = rc_arena_alloc(cli->arena, sizeof *topics);
    size_t counts[COUNT_OF(outcome_words)] = {0};
    char texts[COUNT_OF(outcome_words)][24];

    RC_TRY(read_topics(cli, topics));
    for (size_t i = 0; i < topics->count; i++)
        RC_TRY(apply_topic(cli, &topics->items[i], counts));
    for (size_t i = 0; i < topics->count && !args_has(&cli->args, "dry-run"); i++)
        RC_TRY(start_groups(cli, &topics->items[i]));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        snprintf(texts[i], sizeof texts[i], "%zu", counts[i]);
    const struct out_fact facts[] = {{"created", texts[RC_TOPIC_CREATED]},
                                     {"changed", texts[RC_TOPIC_CHANGED]},
                                     {"unchanged", texts[RC_TOPIC_SAME]},
                                     {"more_partitions", texts[RC_TOPIC_TOO_FEW]}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%zu topics%s: %s created, %s changed, %s unchanged.", topics->count,
            args_has(&cli->args, "dry-run") ? " (nothing done)" : "", facts[0].value,
            facts[1].value, texts[RC_TOPIC_SAME]);
    return RC_OK;
}

/* ---- list ---- */

enum { PARTITIONS_MAX = 1024 };

rc_status topics_behind(struct cli *cli, const char *group, const struct topic *topic,
                        struct topic_lag *ret_lag)
{
    const struct rc_bus_config bus = cli_bus(cli);
    struct rc_marks *marks = rc_arena_array(cli->arena, PARTITIONS_MAX, sizeof *marks);
    size_t count = 0;

    RC_TRY(rc_bus_marks(&bus, group, topic->name, marks, PARTITIONS_MAX, &count));
    *ret_lag = (struct topic_lag){0};
    for (size_t i = 0; i < count; i++) {
        /* Below begin nothing is left to read, whatever was committed. */
        const int64_t from = marks[i].committed < marks[i].begin ? marks[i].begin
                                                                 : marks[i].committed;
        ret_lag->messages += marks[i].end - marks[i].begin;
        ret_lag->behind += marks[i].end - from;
        ret_lag->unset += marks[i].committed < 0;
    }
    return RC_OK;
}

static const struct out_column list_columns[] = {
    {"topic", OUT_TEXT, false},
    {"partitions", OUT_NUMBER, false},
    {"retention_days", OUT_NUMBER, false},
    {"messages", OUT_NUMBER, false},
    {"group", OUT_TEXT, false},
    {"behind", OUT_NUMBER, false},
};

enum { LIST_MAX = 4 * TOPICS_MAX };

struct list {
    struct rc_str cells[LIST_MAX * COUNT_OF(list_columns)];
    size_t rows;
};

static struct rc_str number(struct cli *cli, int64_t value)
{
    return rc_str_print(cli->arena, "%lld", (long long)value);
}

/* One line: a topic and a program that reads it; group NULL where none does. */
static rc_status list_line(struct cli *cli, struct list *list, const struct topic *topic,
                           const char *group)
{
    struct rc_str *cells = &list->cells[list->rows++ * COUNT_OF(list_columns)];
    struct topic_lag lag = {0};

    RC_TRY(judge(cli, topics_behind(cli, group ? group : "rollcall", topic, &lag)));
    cells[0] = rc_str_of(topic->name);
    cells[1] = number(cli, topic->partitions);
    cells[2] = number(cli, topic->retention_days);
    cells[3] = number(cli, lag.messages);
    if (!group) return RC_OK;
    cells[4] = rc_str_of(group);
    cells[5] = number(cli, lag.behind);
    return RC_OK;
}

static rc_status list_topic(struct cli *cli, struct list *list, const struct topic *topic)
{
    struct rc_str rest = topic->consumers;

    if (rest.len == 0) return list_line(cli, list, topic, NULL);
    while (rest.len > 0 && list->rows < LIST_MAX) {
        const struct rc_str consumer = rc_str_cut(&rest, ' ');
        if (consumer.len > 0) RC_TRY(list_line(cli, list, topic, topics_group(cli, consumer)));
    }
    return RC_OK;
}

static rc_status topics_list(struct cli *cli)
{
    struct topics *topics = rc_arena_alloc(cli->arena, sizeof *topics);
    struct list *list = rc_arena_alloc(cli->arena, sizeof *list);

    RC_TRY(read_topics(cli, topics));
    for (size_t i = 0; i < topics->count; i++)
        RC_TRY(list_topic(cli, list, &topics->items[i]));
    out_cells(&cli->out, list_columns, COUNT_OF(list_columns), list->cells, list->rows);
    return RC_OK;
}

#define OPTION_FILE                                                                         \
    {                                                                                       \
        "file", 0, "FILE", NULL, 0, 0, 0, "The topics (those that came with this program)." \
    }

static const struct cli_option apply_options[] = {
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say what would be done."},
    {"replication", 0, "COUNT", NULL, OPTION_NUMBER, 1, 20,
     "Copies of each message, for topics that are made (the brokers' default.replication.factor)."},
    OPTION_FILE,
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_FILE, OPTION_END};

const struct command topics_commands[] = {
    {"apply",
     NULL,
     "Makes the topics and the start of every consumer group; repeatable.",
     "Settings that differ are set, partitions are added and never taken away. Run it before the "
     "workers\nare started first, and after an upgrade.",
     apply_options,
     {"topics apply", "topics apply --dry-run", "topics apply --replication 3"},
     NEEDS_OPTIONS | NEEDS_KAFKA,
     topics_apply},
    {"list",
     NULL,
     "The topics, and how far behind each program is.",
     NULL,
     list_options,
     {"topics list", "topics list -o json"},
     NEEDS_OPTIONS | NEEDS_KAFKA,
     topics_list},
    {0},
};
