#ifndef RC_BASE_LOG_H
#define RC_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/error.h"

/* One line per event on stderr, as JSON or as text for people. Only services and common/worker log
 * above debug; libraries return. Fields pushed for a scope (run, district, trace) stand in every
 * line of the thread while the scope lasts. Never: names, addresses, tokens, payloads. */

enum rc_log_level { RC_LOG_DEBUG, RC_LOG_INFO, RC_LOG_WARN, RC_LOG_ERROR, RC_LOG_LEVEL_COUNT_ };
enum rc_log_format { RC_LOG_JSON, RC_LOG_TEXT };

/* Sets what is printed. service is borrowed for ever. Called once, before threads start. */
void rc_log_setup(const char *service, enum rc_log_level level, enum rc_log_format format);
/* "debug", "info", "warn", "error" to a level; false for anything else. */
bool rc_log_level_parse(const char *name, enum rc_log_level *ret_level);
/* Would a line of that level be printed? */
bool rc_log_enabled(enum rc_log_level level);

/* Where lines go instead of stderr (NULL: stderr again). Tests only. */
void rc_log_sink(void (*sink)(const char *line, void *context), void *context);

/* Lines that were left out so far, over all threads, because the same event with the same message
 * and the same text fields had been written a few times within the last seconds. The next one that
 * is written carries their number as the field "repeated". */
uint64_t rc_log_suppressed(void);
/* How many such lines of one kind are written within how long; 0 lines: all. Default 10 in 10 s. */
void rc_log_repeats(unsigned lines, int64_t within_ms);

/* event is a stable dotted code ("lane.taken") that people alert on, documented in
 * deploy/observe/EVENTS.md. */
void rc_log_line(enum rc_log_level level, const char *event, const char *format, ...)
    RC_PRINTF(3, 4);

/* The level is tested before the arguments are evaluated. */
#define RC_LOG_AT(level, ...)                                       \
    do {                                                            \
        if (rc_log_enabled(level)) rc_log_line(level, __VA_ARGS__); \
    } while (0)
#define rc_log_debug(...) RC_LOG_AT(RC_LOG_DEBUG, __VA_ARGS__)
#define rc_log_info(...)  RC_LOG_AT(RC_LOG_INFO, __VA_ARGS__)
#define rc_log_warn(...)  RC_LOG_AT(RC_LOG_WARN, __VA_ARGS__)
#define rc_log_error(...) RC_LOG_AT(RC_LOG_ERROR, __VA_ARGS__)

/* A field for all lines of this thread until the end of the scope. name is a literal, value is
 * copied (cut at 127 bytes). At most 12 at once; further ones are not shown. */
struct rc_log_field {
    int mark;
};
/* Begins a field; RC_LOG_SCOPE below ends it, too. */
struct rc_log_field rc_log_push(const char *name, const char *value);
/* The same with a number, which stands in JSON without quotes. */
struct rc_log_field rc_log_push_number(const char *name, int64_t value);
/* Ends the field and those pushed after it. */
void rc_log_pop(struct rc_log_field *field);
#define RC_LOG_JOIN2(a, b) a##b
#define RC_LOG_JOIN(a, b)  RC_LOG_JOIN2(a, b)
#define RC_LOG_SCOPE(name, value)                                                 \
    __attribute__((cleanup(rc_log_pop), unused)) struct rc_log_field RC_LOG_JOIN( \
        rc_log_field_, __LINE__) = rc_log_push(name, value)

#define RC_LOG_NUMBER(name, value)                                                \
    __attribute__((cleanup(rc_log_pop), unused)) struct rc_log_field RC_LOG_JOIN( \
        rc_log_field_, __LINE__) = rc_log_push_number(name, value)

#endif
