/* Configuration from its sources. First every source is read and each option's last word noted,
 * with where it was said; then all are parsed at once. So a start with five mistakes lists five,
 * and a value that is overridden need not be right. */

#include "rollcall/format/option.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "option_kind.h"
#include "rollcall/base/auto.h"

enum { FILE_MAX = 256 * 1024, FAR = 1000 };

static const struct rc_str env_prefix = RC_STR_INIT("ROLLCALL_");
static const struct rc_str file_suffix = RC_STR_INIT("-file");

/* The sources in order; a later one overrides. */
enum level { LEVEL_DEFAULT, LEVEL_FILE, LEVEL_ENVIRONMENT, LEVEL_SET };

/* An option and the last word on it. */
struct slot {
    const struct rc_option *option;
    struct rc_str value;
    struct rc_str origin; /* "--set", "ROLLCALL_X", "rollcall.conf line 3" */
    enum level level;
    bool from_file; /* value is the path of a file that holds a secret */
};

struct loader {
    struct rc_arena *arena;
    struct slot *slots;
    size_t count;
    struct rc_buf *problems;
    const char *file;
};

static size_t count_options(const struct rc_option *const *tables)
{
    size_t count = 0;

    for (; *tables; tables++)
        for (const struct rc_option *option = *tables; option->name; option++)
            count++;
    return count;
}

static void fill_slots(struct loader *loader, const struct rc_option *const *tables)
{
    struct slot *slot = loader->slots;

    for (; *tables; tables++)
        for (const struct rc_option *option = *tables; option->name; option++)
            *slot++ = (struct slot){.option = option,
                                    .value = rc_str_of(option->fallback),
                                    .origin = RC_STR("default")};
}

/* --- names --- */

/* "kafka.brokers" as the environment spells it. */
static struct rc_str env_name(struct rc_arena *arena, struct rc_str name)
{
    char *out = rc_arena_alloc(arena, env_prefix.len + name.len + 1);

    memcpy(out, env_prefix.data, env_prefix.len);
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.data[i];
        const bool letter = c >= 'a' && c <= 'z';
        out[env_prefix.len + i] = (char)(letter ? c - 'a' + 'A' : (c == '.' || c == '-') ? '_' : c);
    }
    return (struct rc_str){out, env_prefix.len + name.len};
}

/* The name under which the path of a secret's file is given; empty for what is no secret. */
static struct rc_str file_name(struct rc_arena *arena, const struct rc_option *option)
{
    if (option->kind != RC_OPTION_SECRET) return (struct rc_str){NULL, 0};
    return rc_str_print(arena, "%s%.*s", option->name, RC_STR_ARG(file_suffix));
}

/* The option of that name, or the secret whose file it names; exact names first. */
static struct slot *find_slot(struct loader *loader, struct rc_str name, bool environment,
                              bool *ret_file)
{
    for (int as_file = 0; as_file < 2; as_file++) {
        for (size_t i = 0; i < loader->count; i++) {
            const struct rc_option *option = loader->slots[i].option;
            struct rc_str known = as_file ? file_name(loader->arena, option)
                                          : rc_str_of(option->name);
            if (known.len > 0 && environment) known = env_name(loader->arena, known);
            if (known.len == 0 || !rc_str_eq(known, name)) continue;
            *ret_file = as_file == 1;
            return &loader->slots[i];
        }
    }
    return NULL;
}

/* Levenshtein's distance; FAR for what is too long to be a slip. */
static size_t distance(struct rc_str a, struct rc_str b)
{
    size_t row[65];

    if (a.len > 64 || b.len > 64) return FAR;
    for (size_t i = 0; i <= b.len; i++)
        row[i] = i;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const size_t change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            const size_t edge = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            diagonal = row[j];
            row[j] = change < edge ? change : edge;
        }
    }
    return row[b.len];
}

static void unknown_name(struct loader *loader, struct rc_str origin, struct rc_str name,
                         bool environment)
{
    struct rc_str nearest = {0};
    size_t least = 2 + name.len / 6;

    for (size_t i = 0; i < loader->count; i++) {
        struct rc_str known = rc_str_of(loader->slots[i].option->name);
        if (environment) known = env_name(loader->arena, known);
        const size_t away = distance(name, known);
        if (away > least || (away == least && nearest.data)) continue;
        nearest = known;
        least = away;
    }
    rc_buf_print(loader->problems, "%.*s: no option is called %.*s", RC_STR_ARG(origin),
                 RC_STR_ARG(name));
    if (nearest.data) rc_buf_print(loader->problems, "; did you mean %.*s?", RC_STR_ARG(nearest));
    rc_buf_add_char(loader->problems, '\n');
}

/* --- sources --- */

struct said {
    struct rc_str name;
    struct rc_str value;
    struct rc_str origin;
    enum level level;
};

static void note(struct loader *loader, const struct said *said)
{
    bool from_file = false;
    struct slot *slot = find_slot(loader, said->name, said->level == LEVEL_ENVIRONMENT, &from_file);

    if (!slot) {
        unknown_name(loader, said->origin, said->name, said->level == LEVEL_ENVIRONMENT);
        return;
    }
    if (said->level == LEVEL_SET && slot->option->kind == RC_OPTION_SECRET && !from_file) {
        rc_buf_print(loader->problems,
                     "--set: %s is a secret, and a command line can be read by others; set %.*s, "
                     "or %s-file\n",
                     slot->option->name,
                     RC_STR_ARG(env_name(loader->arena, rc_str_of(slot->option->name))),
                     slot->option->name);
        return;
    }
    if (said->level == slot->level && said->level != LEVEL_SET) {
        rc_buf_print(loader->problems, "%.*s: %s was set already by %.*s\n",
                     RC_STR_ARG(said->origin), slot->option->name, RC_STR_ARG(slot->origin));
        return;
    }
    slot->value = said->value.data ? said->value : RC_STR("");
    slot->origin = said->origin;
    slot->level = said->level;
    slot->from_file = from_file;
}

/* The whole of a small file, in arena. */
static rc_status read_file(struct rc_arena *arena, const char *path, struct rc_str *ret_text)
{
    char *text = rc_arena_alloc(arena, FILE_MAX + 1);
    size_t len = 0;
    ssize_t got = 1;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && got > 0 && len <= FILE_MAX) {
        got = read(fd, text + len, FILE_MAX + 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    const int error = errno;
    if (fd >= 0) (void)close(fd);
    if (fd < 0 || got < 0)
        return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(error));
    if (len > FILE_MAX) return rc_fail(RC_REJECT, "%s has more than %d bytes", path, FILE_MAX);
    *ret_text = (struct rc_str){text, len};
    return RC_OK;
}

static rc_status note_file_line(void *self, struct rc_str name, struct rc_str value, int line)
{
    struct loader *loader = self;
    const struct said said = {
        .name = rc_str_copy(loader->arena, name),
        .value = value,
        .origin = rc_str_print(loader->arena, "%s line %d", loader->file, line),
        .level = LEVEL_FILE,
    };

    note(loader, &said);
    return RC_OK;
}

static void take_file(struct loader *loader, const char *path)
{
    struct rc_str text = {0};

    loader->file = path;
    if (read_file(loader->arena, path, &text) != RC_OK)
        rc_buf_print(loader->problems, "%s\n", rc_error_text());
    else if (rc_option_file_parse(text, note_file_line, loader) != RC_OK)
        rc_buf_print(loader->problems, "%s %s\n", path, rc_error_text());
}

static void take_environment(struct loader *loader, char **environment)
{
    static const struct rc_str exempt[] = {RC_STR_INIT("ROLLCALL_LOCAL_"),
                                           RC_STR_INIT("ROLLCALL_TEST_"),
                                           RC_STR_INIT("ROLLCALL_FAULT")};

    for (; *environment; environment++) {
        struct rc_str value = rc_str_of(*environment);
        const struct rc_str name = rc_str_cut(&value, '=');
        bool skip = !rc_str_starts(name, env_prefix);
        for (size_t i = 0; i < COUNT_OF(exempt); i++)
            skip = skip || rc_str_starts(name, exempt[i]);
        if (!skip) note(loader, &(struct said){name, value, name, LEVEL_ENVIRONMENT});
    }
}

static void take_sets(struct loader *loader, const char *const *sets)
{
    for (; *sets; sets++) {
        struct rc_str value = rc_str_of(*sets);
        const struct rc_str name = rc_str_trim(rc_str_cut(&value, '='));
        if (value.data)
            note(loader, &(struct said){name, rc_str_trim(value), RC_STR("--set"), LEVEL_SET});
        else
            rc_buf_print(loader->problems, "--set %s: the form is --set name=value\n", *sets);
    }
}

/* --- values --- */

static rc_status read_secret(struct loader *loader, struct slot *slot)
{
    const struct rc_str path = rc_str_copy(loader->arena, slot->value);

    RC_TRY(read_file(loader->arena, path.data, &slot->value));
    slot->value = rc_str_trim(slot->value);
    if (memchr(slot->value.data, '\0', slot->value.len))
        return rc_fail(RC_REJECT, "%s holds a NUL byte", path.data);
    return RC_OK;
}

static rc_status parse_slot(struct loader *loader, struct slot *slot, void *config)
{
    const struct rc_option *option = slot->option;

    if (!slot->value.data)
        return rc_fail(RC_REJECT, "it must be set, in the file or as %.*s",
                       RC_STR_ARG(env_name(loader->arena, rc_str_of(option->name))));
    if (slot->from_file) RC_TRY(read_secret(loader, slot));
    return rc_option_kind_rule(option->kind)
        ->parse(option, slot->value, (char *)config + option->offset);
}

static void parse_all(struct loader *loader, void *config)
{
    for (size_t i = 0; i < loader->count; i++) {
        struct slot *slot = &loader->slots[i];
        if (parse_slot(loader, slot, config) == RC_OK) continue;
        if (slot->level != LEVEL_DEFAULT)
            rc_buf_print(loader->problems, "%.*s: ", RC_STR_ARG(slot->origin));
        rc_buf_print(loader->problems, "%s: %s\n", slot->option->name, rc_error_text());
    }
}

rc_status rc_options_load(const struct rc_option *const *tables,
                          const struct rc_option_sources *sources, void *config,
                          struct rc_buf *ret_problems)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf problems = {0};
    struct loader loader = {.arena = arena, .count = count_options(tables), .problems = &problems};

    loader.slots = rc_arena_array(arena, loader.count, sizeof *loader.slots);
    fill_slots(&loader, tables);
    if (sources->file) take_file(&loader, sources->file);
    if (sources->environment) take_environment(&loader, sources->environment);
    if (sources->sets) take_sets(&loader, sources->sets);
    parse_all(&loader, config);
    if (problems.len == 0) return RC_OK;
    rc_options_done(tables, config);
    rc_buf_add_str(ret_problems, rc_buf_str(&problems));
    return rc_fail(RC_REJECT, "the configuration has problems");
}

void rc_options_done(const struct rc_option *const *tables, void *config)
{
    for (; *tables; tables++) {
        for (const struct rc_option *option = *tables; option->name; option++) {
            const struct rc_option_kind_rule *rule = rc_option_kind_rule(option->kind);
            if (rule->done) rule->done((char *)config + option->offset);
        }
    }
}
