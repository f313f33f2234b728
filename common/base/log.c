/* One line per event on stderr. A line is put together in memory and leaves in one write(2) of at
 * most PIPE_BUF bytes, which a pipe takes whole: lines of threads and of processes that share a
 * pipe never mix. What does not fit is cut, never the line's form. errno is kept, so that logging
 * in between cannot spoil a caller's report. */

#include "rollcall/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/hash.h"
#include "rollcall/base/str.h"

enum { LINE_MAX_BYTES = 4096, MESSAGE_MAX = 2400, FIELDS_MAX = 12, VALUE_MAX = 127 };

static const char *const level_names[] = {
    [RC_LOG_DEBUG] = "debug",
    [RC_LOG_INFO] = "info",
    [RC_LOG_WARN] = "warn",
    [RC_LOG_ERROR] = "error",
};
_Static_assert(COUNT_OF(level_names) == RC_LOG_LEVEL_COUNT_, "a name for every level");

static struct {
    const char *service;
    enum rc_log_level level;
    enum rc_log_format format;
    void (*sink)(const char *line, void *context);
    void *context;
} setup = {.service = "rollcall", .level = RC_LOG_INFO, .format = RC_LOG_TEXT};

static _Thread_local struct {
    int depth; /* may go beyond FIELDS_MAX; those are not shown */
    struct {
        const char *name;
        char value[VALUE_MAX + 1];
        bool number;
    } fields[FIELDS_MAX];
} scope;

void rc_log_setup(const char *service, enum rc_log_level level, enum rc_log_format format)
{
    setup.service = service;
    setup.level = level;
    setup.format = format;
}

bool rc_log_level_parse(const char *name, enum rc_log_level *ret_level)
{
    for (size_t i = 0; i < COUNT_OF(level_names); i++) {
        if (strcmp(name, level_names[i]) != 0) continue;
        *ret_level = (enum rc_log_level)i;
        return true;
    }
    return false;
}

bool rc_log_enabled(enum rc_log_level level)
{
    return level >= setup.level;
}

void rc_log_sink(void (*sink)(const char *line, void *context), void *context)
{
    setup.sink = sink;
    setup.context = context;
}

struct rc_log_field rc_log_push(const char *name, const char *value)
{
    const struct rc_log_field field = {scope.depth};

    if (scope.depth < FIELDS_MAX) {
        scope.fields[scope.depth].name = name;
        scope.fields[scope.depth].number = false;
        char *copy = scope.fields[scope.depth].value;
        const size_t len = value ? strlen(value) : 0;
        const size_t kept = len < VALUE_MAX ? len : VALUE_MAX;
        if (kept > 0) memcpy(copy, value, kept);
        copy[kept] = '\0';
    }
    scope.depth++;
    return field;
}

struct rc_log_field rc_log_push_number(const char *name, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRId64, value);
    const struct rc_log_field field = rc_log_push(name, text);
    if (field.mark < FIELDS_MAX) scope.fields[field.mark].number = true;
    return field;
}

void rc_log_pop(struct rc_log_field *field)
{
    scope.depth = field->mark;
}

/* A line under construction. Adding beyond limit sets full and adds nothing. */
struct line {
    char data[LINE_MAX_BYTES + 1];
    size_t len;
    size_t limit;
    bool full;
};

static void add(struct line *line, const char *bytes, size_t len)
{
    if (line->full || line->limit - line->len < len) {
        line->full = true;
        return;
    }
    memcpy(line->data + line->len, bytes, len);
    line->len += len;
}

static void add_text(struct line *line, const char *text)
{
    add(line, text, strlen(text));
}

/* One byte that may not stand in a line as it is. */
static void add_escape(struct line *line, unsigned char byte)
{
    static const char short_forms[][2] = {
        {'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\t', 't'}, {'\r', 'r'}};
    char text[8];

    for (size_t i = 0; i < COUNT_OF(short_forms); i++) {
        if ((unsigned char)short_forms[i][0] != byte) continue;
        add(line, (const char[]){'\\', short_forms[i][1]}, 2);
        return;
    }
    (void)snprintf(text, sizeof text, "\\u%04x", byte < 0x80 ? (unsigned)byte : 0xFFFDU);
    add(line, text, 6);
}

/* Text with the escapes of JSON; bytes that are no UTF-8 become U+FFFD. */
static void add_escaped(struct line *line, const char *text)
{
    struct rc_str rest = rc_str_of(text);

    while (rest.len > 0 && !line->full) {
        const unsigned char byte = (unsigned char)*rest.data;
        const size_t step = rc_str_utf8_step(rest);
        if (step == 0 || byte < 0x20 || byte == 0x7F || byte == '"' || byte == '\\')
            add_escape(line, byte);
        else
            add(line, rest.data, step);
        const size_t skip = step > 0 ? step : 1;
        rest = (struct rc_str){rest.data + skip, rest.len - skip};
    }
}

/* The pieces that differ between the two formats. */
struct layout {
    const char *open, *level, *service, *event, *message, *message_end;
    const char *field, *field_value, *field_end, *close;
    const char *number_value, *number_end;
};

static const struct layout layouts[] = {
    [RC_LOG_JSON] = {"{\"ts\":\"", "\",\"level\":\"", "\",\"svc\":\"", "\",\"event\":\"",
                     "\",\"msg\":\"", "\"", ",\"", "\":\"", "\"", "}\n", "\":", ""},
    [RC_LOG_TEXT] = {"", " ", " ", " ", ": ", "", "  ", "=", "", "\n", "=", ""},
};

/* Fields are shown whole or not at all. */
static void add_fields(struct line *line, const struct layout *layout)
{
    const int shown = scope.depth < FIELDS_MAX ? scope.depth : FIELDS_MAX;

    for (int i = 0; i < shown; i++) {
        const size_t before = line->len;
        add_text(line, layout->field);
        add_text(line, scope.fields[i].name);
        add_text(line, scope.fields[i].number ? layout->number_value : layout->field_value);
        add_escaped(line, scope.fields[i].value);
        add_text(line, scope.fields[i].number ? layout->number_end : layout->field_end);
        if (line->full) line->len = before;
        line->full = false;
    }
}

static void emit(const struct line *line)
{
    const char *at = line->data;
    size_t left = line->len;

    if (setup.sink) {
        setup.sink(line->data, setup.context);
        return;
    }
    while (left > 0) {
        const ssize_t written = write(STDERR_FILENO, at, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return; /* nobody listens: the work goes on */
        at += written;
        left -= (size_t)written;
    }
}

static void compose(struct line *line, enum rc_log_level level, const char *event,
                    const char *message)
{
    const struct layout *layout = &layouts[setup.format];
    char time[25];

    rc_clock_print(rc_clock_now_ms(), time);
    line->limit = MESSAGE_MAX;
    const char *head[] = {layout->open,    time,          layout->level, level_names[level],
                          layout->service, setup.service, layout->event, event,
                          layout->message};
    for (size_t i = 0; i < COUNT_OF(head); i++)
        add_text(line, head[i]);
    add_escaped(line, message);
    line->full = false;
    line->limit = LINE_MAX_BYTES - strlen(layout->close);
    add_text(line, layout->message_end);
    add_fields(line, layout);
    line->limit = LINE_MAX_BYTES;
    add_text(line, layout->close);
    line->data[line->len] = '\0';
}

/* ---- lines that repeat ---- */

/* A loop that fails writes the same line a thousand times, and the one that matters is lost among
 * them. What counts as the same: event, message and fields that are text (a
 * run, a batch), not numbers (an attempt, a duration). A slot is shared by what hashes
 * to it, the newcomer takes it over: at worst a line too many is written, never one too few of
 * another kind. */
enum { REPEAT_SLOTS = 64 };

static struct {
    pthread_mutex_t mutex;
    unsigned lines;
    int64_t within_ms;
    uint64_t suppressed;
    struct {
        uint64_t hash;
        int64_t since_ms;
        unsigned seen;
        unsigned left_out;
    } slots[REPEAT_SLOTS];
} repeats = {.mutex = PTHREAD_MUTEX_INITIALIZER, .lines = 10, .within_ms = 10000};

void rc_log_repeats(unsigned lines, int64_t within_ms)
{
    pthread_mutex_lock(&repeats.mutex);
    repeats.lines = lines;
    repeats.within_ms = within_ms;
    memset(repeats.slots, 0, sizeof repeats.slots);
    pthread_mutex_unlock(&repeats.mutex);
}

uint64_t rc_log_suppressed(void)
{
    pthread_mutex_lock(&repeats.mutex);
    const uint64_t count = repeats.suppressed;
    pthread_mutex_unlock(&repeats.mutex);
    return count;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = rc_hash_byte(hash, (unsigned char)*text);
    return hash;
}

static uint64_t hash_line(const char *event, const char *message)
{
    uint64_t hash = hash_text(hash_text(RC_HASH_START, event), message);

    for (int i = 0; i < scope.depth && i < FIELDS_MAX; i++)
        if (!scope.fields[i].number) hash = hash_text(hash, scope.fields[i].value);
    return hash;
}

/* Under the mutex. *ret_left_out: how many like it were left out before this one. */
static bool may_write(uint64_t hash, int64_t now_ms, unsigned *ret_left_out)
{
    const size_t at = hash % REPEAT_SLOTS;
    const bool same = repeats.slots[at].hash == hash;

    *ret_left_out = 0;
    if (!same || now_ms - repeats.slots[at].since_ms >= repeats.within_ms) {
        if (same) *ret_left_out = repeats.slots[at].left_out;
        repeats.slots[at].hash = hash;
        repeats.slots[at].since_ms = now_ms;
        repeats.slots[at].seen = 0;
        repeats.slots[at].left_out = 0;
    }
    if (repeats.slots[at].seen++ < repeats.lines) return true;
    repeats.slots[at].left_out++;
    repeats.suppressed++;
    return false;
}

static bool pass(const char *event, const char *message, unsigned *ret_left_out)
{
    const uint64_t hash = hash_line(event, message);

    *ret_left_out = 0;
    pthread_mutex_lock(&repeats.mutex);
    const bool passes = repeats.lines == 0 || may_write(hash, rc_clock_mono_ms(), ret_left_out);
    pthread_mutex_unlock(&repeats.mutex);
    return passes;
}

static void write_line(enum rc_log_level level, const char *event, const char *message)
{
    struct line line;

    line.len = 0;
    line.full = false;
    compose(&line, level, event, message);
    emit(&line);
}

void rc_log_line(enum rc_log_level level, const char *event, const char *format, ...)
{
    const int kept_errno = errno;
    char message[MESSAGE_MAX];
    unsigned left_out = 0;
    va_list args;

    va_start(args, format);
    if (vsnprintf(message, sizeof message, format, args) < 0) message[0] = '\0';
    va_end(args);
    if (pass(event, message, &left_out)) {
        struct rc_log_field repeated = {scope.depth};
        if (left_out > 0) repeated = rc_log_push_number("repeated", left_out);
        write_line(level, event, message);
        rc_log_pop(&repeated);
    }
    errno = kept_errno;
}
