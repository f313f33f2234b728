/* The command line of a worker: few words, since everything that can be set is an option of a
 * table. Pure, so that its cases are tested without a process. */
#include "arguments.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

struct reading {
    struct arguments *out;
    size_t sets;
};

static rc_status take_config(struct reading *reading, const char *value)
{
    reading->out->file = value;
    return RC_OK;
}

static rc_status take_set(struct reading *reading, const char *value)
{
    if (!strchr(value, '=')) return rc_fail(RC_REJECT, "--set %s: name=value is due", value);
    if (reading->sets == ARGUMENTS_SETS_MAX)
        return rc_fail(RC_REJECT, "--set: at most %d; use a file", ARGUMENTS_SETS_MAX);
    reading->out->sets[reading->sets++] = value;
    return RC_OK;
}

/* A person at a terminal asks for text more often than for anything else. */
static rc_status take_log_format(struct reading *reading, const char *value)
{
    char *set = reading->out->log_format;

    snprintf(set, ARGUMENTS_WORD_MAX, "log.format=%s", value);
    return take_set(reading, set);
}

static const struct {
    const char *word;
    enum arguments_act act;
} acts[] = {
    {"--help", ARGUMENTS_HELP},
    {"-h", ARGUMENTS_HELP},
    {"--version", ARGUMENTS_VERSION},
    {"--check", ARGUMENTS_CHECK},
    {"--options-md", ARGUMENTS_MARKDOWN},
    {"--options-mdoc", ARGUMENTS_MDOC},
    {"--healthcheck", ARGUMENTS_HEALTHCHECK},
    {"--metrics-md", ARGUMENTS_METRICS},
};

static const struct {
    const char *word;
    rc_status (*take)(struct reading *reading, const char *value);
} values[] = {{"--config", take_config}, {"--set", take_set}, {"--log-format", take_log_format}};

static bool parse_act(struct arguments *out, const char *word)
{
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        if (strcmp(word, acts[i].word) != 0) continue;
        out->act = acts[i].act;
        return true;
    }
    return false;
}

/* "--set name=value" and "--set=name=value". */
static rc_status parse_value(struct reading *reading, int argc, char **argv, int *at)
{
    const char *word = argv[*at];

    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const size_t len = strlen(values[i].word);
        if (strncmp(word, values[i].word, len) != 0) continue;
        if (word[len] == '=') return values[i].take(reading, word + len + 1);
        if (word[len] != '\0') continue;
        if (*at + 1 == argc) return rc_fail(RC_REJECT, "%s: its value is missing", word);
        return values[i].take(reading, argv[++*at]);
    }
    return rc_fail(RC_REJECT, "%s: no such argument", word);
}

rc_status arguments_parse(int argc, char **argv, struct arguments *ret_arguments)
{
    struct reading reading = {.out = ret_arguments};

    *ret_arguments = (struct arguments){.act = ARGUMENTS_RUN};
    for (int at = 1; at < argc; at++)
        if (!parse_act(ret_arguments, argv[at])) RC_TRY(parse_value(&reading, argc, argv, &at));
    return RC_OK;
}
