/* The function of the made-up stage: does what its message says, and writes down what it does. */
#include "made_up_stage.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/worker/stage.h"

struct made_up {
    struct rc_stage_env *env;
    const char *name;
    const char *folder;
};

static void trace(const struct made_up *self, const char *what)
{
    char path[200];
    char line[200];

    snprintf(path, sizeof path, "%s/trace", self->folder);
    const int length = snprintf(line, sizeof line, "%s %s\n", what, self->name);
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (fd < 0 || write(fd, line, (size_t)length) != length) abort();
    close(fd);
}

static bool exists(const struct made_up *self, const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", self->folder, name);
    return access(path, F_OK) == 0;
}

/* ---- the words ---- */

static rc_status do_sleep(const struct made_up *self, const char *value)
{
    const int64_t until_ms = rc_clock_mono_ms() + strtol(value, NULL, 10);

    (void)self;
    while (rc_clock_mono_ms() < until_ms)
        rc_clock_sleep_ms(until_ms - rc_clock_mono_ms());
    return RC_OK;
}

static rc_status do_retry(const struct made_up *self, const char *value)
{
    return exists(self, value) ? rc_fail(RC_RETRY, "%s is away", value) : RC_OK;
}

static rc_status do_kill(const struct made_up *self, const char *value)
{
    if (exists(self, value)) raise(SIGKILL);
    return RC_OK;
}

static rc_status do_reject(const struct made_up *self, const char *value)
{
    (void)self;
    (void)value;
    return rc_fail(RC_REJECT, "it says so itself");
}

static rc_status do_fatal(const struct made_up *self, const char *value)
{
    (void)self;
    (void)value;
    return rc_fail(RC_FATAL, "it says so itself");
}

static rc_status do_bug(const struct made_up *self, const char *value)
{
    (void)self;
    (void)value;
    return RC_NOT_FOUND;
}

static rc_status do_send(const struct made_up *self, const char *value)
{
    struct rc_outgoing out = {.payload = RC_STR("{}")};

    (void)value;
    out.topic = rc_topic_name(self->env->arena, "test.out");
    out.key = rc_str_of(self->name);
    rc_stage_headers(self->env, "test.out", out.key, out.key, &out.headers);
    return rc_stage_send(self->env, &out, 1);
}

static const struct {
    const char *word;
    rc_status (*act)(const struct made_up *self, const char *value);
} words[] = {
    {"sleep=", do_sleep},  {"retry-while=", do_retry}, {"kill-while=", do_kill},
    {"reject", do_reject}, {"fatal", do_fatal},        {"bug", do_bug},
    {"send", do_send},
};

static rc_status do_word(const struct made_up *self, const char *word)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const size_t len = strlen(words[i].word);
        if (strncmp(word, words[i].word, len) == 0) return words[i].act(self, word + len);
    }
    return rc_fail(RC_FATAL, "no such word: %s", word);
}

/* Does what the text says, its first word being the name. */
static rc_status act_out(struct rc_stage_env *env, struct rc_str text)
{
    struct made_up self = {.env = env, .folder = getenv("ROLLCALL_TEST_FOLDER")};

    self.name = rc_str_copy(env->arena, rc_str_cut(&text, ' ')).data;
    trace(&self, "begin");
    while (text.data)
        RC_TRY(do_word(&self, rc_str_copy(env->arena, rc_str_cut(&text, ' ')).data));
    trace(&self, "end");
    return RC_OK;
}

static rc_status handle(void *state, struct rc_stage_env *env, const struct rc_message *in)
{
    (void)state;
    return act_out(env, in->payload);
}

static rc_status tick(void *state, struct rc_stage_env *env)
{
    (void)state;
    return act_out(env, rc_str_of(getenv("ROLLCALL_TEST_TICK")));
}

static rc_status tick_beside(void *state, struct rc_stage_env *env)
{
    (void)state;
    return act_out(env, rc_str_of(getenv("ROLLCALL_TEST_BESIDE")));
}

/* Each of a crew goes by its number: the first one waits while "outage" is there. */
static rc_status tick_in_crew(void *state, struct rc_stage_env *env)
{
    static int hands;
    int *number = state;

    if (*number == 0) *number = __atomic_add_fetch(&hands, 1, __ATOMIC_RELAXED);
    return act_out(env, *number == 1 ? RC_STR("hand-1 retry-while=outage") : RC_STR("hand-n"));
}

/* ---- the program ---- */

static const struct rc_option *const tables[] = {rc_common_option_table, NULL};

static const struct rc_intake intakes_with_letters[] = {
    {"test.one", handle}, {"test.two", handle}, {"dead.letter", handle}, {NULL, NULL}};
static const struct rc_intake intakes[] = {
    {"test.one", handle}, {"test.two", handle}, {NULL, NULL}};

static const struct rc_tick ticks[] = {{.name = "tick", .every_ms = 200, .act = tick},
                                       {.name = NULL}};
static const struct rc_tick ticks_beside[] = {
    {.name = "beside", .every_ms = 200, .act = tick_beside}, {.name = NULL}};
static const struct rc_tick crew[] = {
    {.name = "crew", .every_ms = 200, .act = tick_in_crew, .everywhere = true}, {.name = NULL}};

static int run_ticker(int argc, char **argv)
{
    const struct rc_ticker ticker = {.name = "test",
                                     .ticks = ticks,
                                     .tables = tables,
                                     .config_size = sizeof(struct rc_common_options),
                                     .state_size = 8,
                                     .crew = getenv("ROLLCALL_TEST_CREW") ? crew : NULL,
                                     .crew_at = offsetof(struct rc_common_options, parallel)};

    return rc_ticker_main(&ticker, argc, argv);
}

static int run_stage(int argc, char **argv)
{
    const struct rc_stage stage = {
        .name = "test",
        .intakes = getenv("ROLLCALL_TEST_DEAD_INTAKE") ? intakes_with_letters : intakes,
        .tables = tables,
        .config_size = sizeof(struct rc_common_options),
        .state_size = 8,
        .static_members = getenv("ROLLCALL_TEST_STATIC") != NULL,
        .relays = getenv("ROLLCALL_TEST_RELAYS") != NULL,
        .ticks = getenv("ROLLCALL_TEST_BESIDE") ? ticks_beside : NULL,
    };

    return rc_stage_main(&stage, argc, argv);
}

int made_up_stage_main(int argc, char **argv)
{
    return getenv("ROLLCALL_TEST_TICK") ? run_ticker(argc, argv) : run_stage(argc, argv);
}
