#ifndef RC_BASE_BUF_H
#define RC_BASE_BUF_H

#include "rollcall/base/str.h"

/* Growing, owned bytes. Zero-initialised is empty and valid; a NUL always stands behind the bytes
 * once anything was added, so that .data serves as a C string. Grows by doubling; out of memory
 * ends the process. */
struct rc_buf {
    char *data;
    size_t len;
    size_t cap;
};

/* Frees the bytes and leaves an empty buffer. As a scope guard: RC_AUTO_BUF struct rc_buf text =
 * {0}; */
void rc_buf_done(struct rc_buf *buf);
#define RC_AUTO_BUF __attribute__((cleanup(rc_buf_done)))

/* Adds a copy of the bytes; they may not lie in the buffer itself. */
void rc_buf_add(struct rc_buf *buf, const void *bytes, size_t len);
/* The same for a view. */
void rc_buf_add_str(struct rc_buf *buf, struct rc_str text);
/* The same for one byte. */
void rc_buf_add_char(struct rc_buf *buf, char c);
/* Adds what printf would print. */
void rc_buf_print(struct rc_buf *buf, const char *format, ...) RC_PRINTF(2, 3);
/* Room for at least more bytes behind .len; the caller writes them and raises .len. */
void rc_buf_reserve(struct rc_buf *buf, size_t more);
/* Empties without freeing. */
void rc_buf_clear(struct rc_buf *buf);

/* What stands in it, as a view that the next addition may move. */
static inline struct rc_str rc_buf_str(const struct rc_buf *buf)
{
    return (struct rc_str){buf->data, buf->len};
}

#endif
