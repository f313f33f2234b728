#ifndef RC_FORMAT_JSON_H
#define RC_FORMAT_JSON_H

#include <stdbool.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* JSON behind views. cJSON parses, on the thread's arena, behind a strict gate: valid UTF-8, no NUL
 * byte and no \u0000 (cJSON would cut the text there), no raw control characters, RFC 8259 numbers
 * of finite size, no duplicate keys in an object, nothing after the end, bounded nesting. Numbers
 * keep their source text, so that an id written as 9007199254740993 stays itself. */

enum rc_json_kind {
    RC_JSON_NULL,
    RC_JSON_BOOL,
    RC_JSON_NUMBER,
    RC_JSON_STRING,
    RC_JSON_ARRAY,
    RC_JSON_OBJECT
};

/* A parsed value; lives in the arena given to rc_json_parse. */
struct rc_json;

struct rc_json_limits {
    size_t max_bytes;   /* of the text; 0: 16 MiB */
    size_t max_string;  /* of one string, as it stands in the text; 0: 1 MiB */
    unsigned max_depth; /* 0: 64 */
};

/* The gate and the parser. RC_REJECT with a text that names the offset and what is wrong;
 * *ret_value untouched then. limits may be NULL. text is borrowed while the value is used. */
RC_MUST_CHECK rc_status rc_json_parse(struct rc_str text, const struct rc_json_limits *limits,
                                      struct rc_arena *arena, const struct rc_json **ret_value);
/* Only the gate; for bytes that are handed on. */
RC_MUST_CHECK rc_status rc_json_check(struct rc_str text, const struct rc_json_limits *limits);

/* NULL counts as RC_JSON_NULL, so that lookups chain. */
enum rc_json_kind rc_json_kind(const struct rc_json *value);
/* The member, or NULL when absent or when value is no object. Names compare with case. */
const struct rc_json *rc_json_get(const struct rc_json *value, const char *name);
/* Members or elements, in order. */
const struct rc_json *rc_json_first(const struct rc_json *value);
/* The one after value in what holds it, or NULL. */
const struct rc_json *rc_json_next(const struct rc_json *value);
/* How many members or elements; walks over them. */
size_t rc_json_count(const struct rc_json *value);
/* Its name in the object that holds it; "" in an array. */
struct rc_str rc_json_name(const struct rc_json *value);
/* The string, or the source text of a number; empty view for everything else. */
struct rc_str rc_json_text(const struct rc_json *value);
/* Is it the word true? */
bool rc_json_bool(const struct rc_json *value);

/* Required members with an error that names the path: RC_REJECT "page.total: a string is due, a
 * number stands there". */
RC_MUST_CHECK rc_status rc_json_need_text(const struct rc_json *object, const char *name,
                                          struct rc_str *ret_text);
/* The same for a whole number within int64_t, written without point and exponent. */
RC_MUST_CHECK rc_status rc_json_need_int(const struct rc_json *object, const char *name,
                                         int64_t *ret_value);

/* Prints a value compactly. */
void rc_json_print(struct rc_buf *out, const struct rc_json *value);

/* Writing JSON without a tree: the caller opens and closes, commas are put by the writer.
 *   struct rc_json_out json = {.buf = &buf};
 *   rc_json_open(&json, '{'); rc_json_put_text(&json, "run", run); rc_json_close(&json, '}'); */
struct rc_json_out {
    struct rc_buf *buf;
    bool comma;
};
/* name NULL inside arrays and at the top. bracket is '{' or '['. */
void rc_json_open(struct rc_json_out *out, const char *name, char bracket);
/* bracket is '}' or ']', as it was opened. */
void rc_json_close(struct rc_json_out *out, char bracket);
/* A string, quoted and escaped. */
void rc_json_put_text(struct rc_json_out *out, const char *name, struct rc_str text);
/* A whole number. */
void rc_json_put_int(struct rc_json_out *out, const char *name, int64_t value);
/* true or false. */
void rc_json_put_bool(struct rc_json_out *out, const char *name, bool value);
/* The word null. */
void rc_json_put_null(struct rc_json_out *out, const char *name);
/* text is JSON already. */
void rc_json_put_raw(struct rc_json_out *out, const char *name, struct rc_str text);
/* One string, quoted and escaped. */
void rc_json_quote(struct rc_buf *out, struct rc_str text);

/* cJSON that runs: "1.7.15". */
const char *rc_json_version(void);

#endif
