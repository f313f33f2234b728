/* The text of a thread's last failure. It is kept apart from the status so that a caller can decide
 * by the status alone and the one place that logs (a service or the worker) still has the whole
 * story, told once at the bottom and given context on the way up. Text never allocates and never
 * fails: what does not fit is cut. */

#include "rollcall/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

enum { TEXT_MAX = 1000 };

static _Thread_local char last_text[TEXT_MAX + 1];

static const char *const status_names[] = {
    [RC_OK] = "ok",         [RC_NOT_FOUND] = "not found", [RC_RETRY] = "retry",
    [RC_REJECT] = "reject", [RC_FATAL] = "fatal",
};
_Static_assert(COUNT_OF(status_names) == RC_FATAL + 1, "a name for every status");

/* Cutting in the middle of a UTF-8 character would make a log line that nobody can parse. */
static void end_at_character(char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xC0U) == 0x80U)
        len--;
    text[len] = '\0';
}

/* vsnprintf into TEXT_MAX + 2 bytes (one more than is kept, so that a cut can be seen), returns the
 * length kept. */
static size_t print_cut(char *out, const char *format, va_list args) RC_PRINTF(2, 0);

static size_t print_cut(char *out, const char *format, va_list args)
{
    const int wanted = vsnprintf(out, TEXT_MAX + 2, format, args);

    if (wanted < 0) out[0] = '\0';
    if (wanted > TEXT_MAX) end_at_character(out, TEXT_MAX);
    return strlen(out);
}

rc_status rc_fail(rc_status status, const char *format, ...)
{
    char text[TEXT_MAX + 2]; /* apart, as an argument may be the last text itself */
    va_list args;

    va_start(args, format);
    const size_t len = print_cut(text, format, args);
    va_end(args);
    memcpy(last_text, text, len + 1);
    return status;
}

rc_status rc_context(rc_status status, const char *format, ...)
{
    char text[TEXT_MAX + 2];
    va_list args;

    if (status == RC_OK || status == RC_NOT_FOUND) return status;
    va_start(args, format);
    size_t len = print_cut(text, format, args);
    va_end(args);
    const char *parts[] = {": ", last_text};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const size_t part = strlen(parts[i]);
        const size_t room = TEXT_MAX + 1 - len;
        const size_t fits = part < room ? part : room;
        memcpy(text + len, parts[i], fits);
        len += fits;
    }
    text[len] = '\0';
    if (len > TEXT_MAX) end_at_character(text, TEXT_MAX);
    memcpy(last_text, text, strlen(text) + 1);
    return status;
}

const char *rc_error_text(void)
{
    return last_text;
}

const char *rc_status_name(rc_status status)
{
    return (size_t)status < COUNT_OF(status_names) ? status_names[status] : "unknown";
}
