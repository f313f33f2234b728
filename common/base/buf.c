/* Growing, owned bytes: what is built up piece by piece before it is sent. A NUL always stands
 * behind them. */

#include "rollcall/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAP = 64 };

void rc_buf_done(struct rc_buf *buf)
{
    free(buf->data);
    *buf = (struct rc_buf){0};
}

void rc_buf_reserve(struct rc_buf *buf, size_t more)
{
    /* An impossible size goes to rc_realloc as it is, which ends the process. */
    const size_t due = more < SIZE_MAX - buf->len ? buf->len + more + 1 : SIZE_MAX;
    size_t cap = buf->cap > 0 ? buf->cap : FIRST_CAP;

    if (due <= buf->cap) return;
    while (cap < due)
        cap = cap <= SIZE_MAX / 2 ? cap * 2 : due;
    buf->data = rc_realloc(buf->data, cap);
    buf->cap = cap;
    buf->data[buf->len] = '\0';
}

void rc_buf_add(struct rc_buf *buf, const void *bytes, size_t len)
{
    rc_buf_reserve(buf, len);
    if (len > 0) memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void rc_buf_add_str(struct rc_buf *buf, struct rc_str text)
{
    rc_buf_add(buf, text.data, text.len);
}

void rc_buf_add_char(struct rc_buf *buf, char c)
{
    rc_buf_add(buf, &c, 1);
}

void rc_buf_print(struct rc_buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int wanted = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (wanted < 0) return;
    rc_buf_reserve(buf, (size_t)wanted);
    va_start(args, format);
    (void)vsnprintf(buf->data + buf->len, (size_t)wanted + 1, format, args);
    va_end(args);
    buf->len += (size_t)wanted;
}

void rc_buf_clear(struct rc_buf *buf)
{
    buf->len = 0;
    if (buf->data) buf->data[0] = '\0';
}
