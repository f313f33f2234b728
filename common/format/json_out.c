/* Writing JSON: a tree printed again, or text put together without one. Whatever comes in, what
 * goes out is JSON that the gate takes: bytes that are no UTF-8, and NUL, become U+FFFD. */

#include "rollcall/format/json.h"

#include "rollcall/base/auto.h"

static void quote_byte(struct rc_buf *out, unsigned char byte)
{
    static const struct {
        unsigned char byte;
        const char *escape;
    } escapes[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}};

    for (size_t i = 0; i < COUNT_OF(escapes); i++) {
        if (escapes[i].byte != byte) continue;
        rc_buf_add(out, escapes[i].escape, 2);
        return;
    }
    rc_buf_print(out, "\\u%04x", byte > 0 && byte < 0x20 ? (unsigned)byte : 0xFFFDU);
}

/* ASCII that stands for itself. */
static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

void rc_json_quote(struct rc_buf *out, struct rc_str text)
{
    size_t plain = 0; /* what stands before and needs no escape */

    rc_buf_reserve(out, text.len + 2);
    out->data[out->len++] = '"';
    for (size_t at = 0; at < text.len;) {
        const unsigned char byte = (unsigned char)text.data[at];
        if (is_plain(byte)) {
            at++;
            continue;
        }
        const size_t step = rc_str_utf8_step((struct rc_str){text.data + at, text.len - at});
        if (step > 1) {
            at += step;
            continue;
        }
        rc_buf_add(out, text.data + plain, at - plain);
        quote_byte(out, byte);
        plain = ++at;
    }
    if (text.len > plain) rc_buf_add(out, text.data + plain, text.len - plain);
    rc_buf_add_char(out, '"');
}

static void put_name(struct rc_json_out *out, const char *name)
{
    if (out->comma) rc_buf_add_char(out->buf, ',');
    out->comma = true;
    if (!name) return;
    rc_json_quote(out->buf, rc_str_of(name));
    rc_buf_add_char(out->buf, ':');
}

void rc_json_open(struct rc_json_out *out, const char *name, char bracket)
{
    put_name(out, name);
    rc_buf_add_char(out->buf, bracket);
    out->comma = false;
}

void rc_json_close(struct rc_json_out *out, char bracket)
{
    rc_buf_add_char(out->buf, bracket);
    out->comma = true;
}

void rc_json_put_text(struct rc_json_out *out, const char *name, struct rc_str text)
{
    put_name(out, name);
    rc_json_quote(out->buf, text);
}

void rc_json_put_int(struct rc_json_out *out, const char *name, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    put_name(out, name);
    if (value < 0) rc_buf_add_char(out->buf, '-');
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    rc_buf_add(out->buf, digits + at, sizeof digits - at);
}

void rc_json_put_bool(struct rc_json_out *out, const char *name, bool value)
{
    rc_json_put_raw(out, name, value ? RC_STR("true") : RC_STR("false"));
}

void rc_json_put_null(struct rc_json_out *out, const char *name)
{
    rc_json_put_raw(out, name, RC_STR("null"));
}

void rc_json_put_raw(struct rc_json_out *out, const char *name, struct rc_str text)
{
    put_name(out, name);
    rc_buf_add_str(out->buf, text);
}

static void print_children(struct rc_buf *out, const struct rc_json *value, const char brackets[2])
{
    const bool object = brackets[0] == '{';

    rc_buf_add_char(out, brackets[0]);
    for (const struct rc_json *child = rc_json_first(value); child; child = rc_json_next(child)) {
        if (child != rc_json_first(value)) rc_buf_add_char(out, ',');
        if (object) {
            rc_json_quote(out, rc_json_name(child));
            rc_buf_add_char(out, ':');
        }
        rc_json_print(out, child);
    }
    rc_buf_add_char(out, brackets[1]);
}

void rc_json_print(struct rc_buf *out, const struct rc_json *value)
{
    switch (rc_json_kind(value)) {
    case RC_JSON_OBJECT:
        print_children(out, value, "{}");
        return;
    case RC_JSON_ARRAY:
        print_children(out, value, "[]");
        return;
    case RC_JSON_STRING:
        rc_json_quote(out, rc_json_text(value));
        return;
    case RC_JSON_NUMBER:
        rc_buf_add_str(out, rc_json_text(value));
        return;
    case RC_JSON_BOOL:
        rc_buf_add_str(out, rc_json_bool(value) ? RC_STR("true") : RC_STR("false"));
        return;
    case RC_JSON_NULL:
        rc_buf_add_str(out, RC_STR("null"));
    }
}
