#ifndef RC_BASE_STR_H
#define RC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/error.h"

/* A borrowed view of bytes, passed by value. No NUL at the end is promised, bytes may hold any
 * value; data may be NULL when len is 0. The owner of the bytes is whoever made them: an arena, an
 * rc_buf, a literal. */
struct rc_str {
    const char *data;
    size_t len;
};

/* A literal as a view:  RC_STR("teacher") */
#define RC_STR(literal) ((struct rc_str){"" literal, sizeof(literal) - 1})
/* The same for the initialisers of static tables, which a compound literal may not be in ISO C. */
#define RC_STR_INIT(literal)            \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }
/* For printf's %.*s */
#define RC_STR_ARG(view) (int)(view).len, (view).data ? (view).data : ""

/* A view of a C string; NULL gives the empty view. */
static inline struct rc_str rc_str_of(const char *text)
{
    return (struct rc_str){text, text ? strlen(text) : 0};
}

/* The same bytes? Empty views are equal, whatever their data. */
bool rc_str_eq(struct rc_str a, struct rc_str b);
/* Compares ASCII letters without case. */
bool rc_str_eq_fold(struct rc_str a, struct rc_str b);
/* Order of bytes: <0, 0, >0. */
int rc_str_cmp(struct rc_str a, struct rc_str b);
/* Does text begin with start? Everything begins with the empty view. */
bool rc_str_starts(struct rc_str text, struct rc_str start);
/* Does text end with end? */
bool rc_str_ends(struct rc_str text, struct rc_str end);
/* Is every byte of text one of the allowed ones? */
bool rc_str_all_of(struct rc_str text, struct rc_str allowed);
/* Without blanks (space, tab, CR, LF) at both ends. */
struct rc_str rc_str_trim(struct rc_str text);
/* Cuts *text at the first sep: returns the part before, *text is left with the part after. Without
 * sep: all of it, and *text becomes {NULL, 0}, which ends a loop `while (text.data)`. */
struct rc_str rc_str_cut(struct rc_str *text, char sep);
/* A copy in arena with a NUL behind, so that .data serves as a C string. */
struct rc_str rc_str_copy(struct rc_arena *arena, struct rc_str text);
/* printf into the arena; NUL behind. */
struct rc_str rc_str_print(struct rc_arena *arena, const char *format, ...) RC_PRINTF(2, 3);
/* The text lower-cased (ASCII only) in arena. */
struct rc_str rc_str_lower(struct rc_arena *arena, struct rc_str text);
/* Whole-text integer in [min, max]. RC_REJECT with a text otherwise. */
RC_MUST_CHECK rc_status rc_str_int(struct rc_str text, int64_t min, int64_t max,
                                   int64_t *ret_value);
/* Bytes of the well-formed UTF-8 character that text starts with; 0 when it is empty or starts with
 * none. */
size_t rc_str_utf8_step(struct rc_str text);
/* Is it well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF)? *ret_bad
 * (may be NULL) is set to the offset of the first bad byte. NUL bytes are well-formed here. */
bool rc_str_utf8(struct rc_str text, size_t *ret_bad);
/* Is it text as PostgreSQL takes it, well-formed UTF-8 without NUL? */
bool rc_str_is_text(struct rc_str text);
/* Does it hold a control character: ASCII's, or of U+0080 to U+009F? */
bool rc_str_has_control(struct rc_str text);
/* Writes the letter U+0000 to U+FFFF in UTF-8 (a surrogate, too, as three bytes); gives how many
 * bytes it took. */
size_t rc_str_utf8_put(unsigned letter, char out[3]);

#endif
