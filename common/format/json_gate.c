/* The strict gate in front of cJSON, which alone takes bad UTF-8, raw control characters, `01`,
 * 1e400, text after the end and the first of two equal names, and cuts a string at \u0000, so that
 * two ids become one. What passes here is RFC 8259 to the letter, and within limits; what does not
 * is refused with the offset. One pass over the text, recursion bounded by the depth. */

#include "json_gate.h"

#include <math.h>
#include <stdlib.h>

#include "json_names.h"
#include "rollcall/base/auto.h"

enum {
    MAX_BYTES = 16 * 1024 * 1024,
    MAX_STRING = 1024 * 1024,
    MAX_DEPTH = 64,
    DEPTH_CEILING = 1000, /* cJSON's own, CJSON_NESTING_LIMIT */
    MAX_NUMBER = 256      /* characters */
};

struct gate {
    const char *start;
    const char *at;
    const char *end;
    size_t max_string;
    unsigned max_depth;
    unsigned depth;
    struct rc_arena *scratch;
    struct rc_json_numbers *numbers;
    struct rc_json_names names;
};

static RC_MUST_CHECK rc_status take_value(struct gate *gate);

static rc_status wrong_at(const struct gate *gate, const char *at, const char *what)
{
    return rc_fail(RC_REJECT, "JSON, byte %zu: %s", (size_t)(at - gate->start), what);
}

static rc_status wrong(const struct gate *gate, const char *what)
{
    return wrong_at(gate, gate->at, gate->at == gate->end ? "the text is cut off" : what);
}

static void skip_blanks(struct gate *gate)
{
    while (gate->at < gate->end &&
           (*gate->at == ' ' || *gate->at == '\n' || *gate->at == '\r' || *gate->at == '\t'))
        gate->at++;
}

/* Takes c if it stands here. */
static bool take_char(struct gate *gate, char c)
{
    if (gate->at == gate->end || *gate->at != c) return false;
    gate->at++;
    return true;
}

/* --- strings --- */

static rc_status take_unicode(struct gate *gate)
{
    const int unit = rc_json_escape_unit(gate->at, gate->end);

    if (unit < 0) return wrong(gate, "four hex digits are due after \\u");
    if (unit == 0) return wrong(gate, "\\u0000 is not taken");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return wrong(gate, "the second half of a surrogate pair stands alone");
    gate->at += 6;
    if (unit < 0xD800 || unit > 0xDBFF) return RC_OK;
    const int low = rc_json_escape_unit(gate->at, gate->end);
    if (low < 0xDC00 || low > 0xDFFF)
        return wrong_at(gate, gate->at - 6, "the first half of a surrogate pair stands alone");
    gate->at += 6;
    return RC_OK;
}

static rc_status take_escape(struct gate *gate)
{
    static const char escapes[] = {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'};

    if (gate->end - gate->at < 2) return wrong_at(gate, gate->end, "the text is cut off");
    if (gate->at[1] == 'u') return take_unicode(gate);
    if (!memchr(escapes, gate->at[1], sizeof escapes)) return wrong(gate, "no such escape");
    gate->at += 2;
    return RC_OK;
}

/* Skips what means nothing inside a string. Eight bytes at once: a byte is special when it is below
 * 0x20, '"' or '\\'. The trick of finding a zero byte errs only above its first true hit, and the
 * first is all that is asked for; it is the lowest as the first byte of a text is the lowest of a
 * word. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "skip_plain reads words");

static void skip_plain(struct gate *gate)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word = 0;

    while (gate->end - gate->at >= 8) {
        memcpy(&word, gate->at, sizeof word);
        const uint64_t quote = word ^ (ones * '"');
        const uint64_t slash = word ^ (ones * '\\');
        const uint64_t hits = (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                               ((word - ones * 0x20) & ~word)) &
                              tops;
        if (hits != 0) {
            gate->at += __builtin_ctzll(hits) / 8;
            return;
        }
        gate->at += 8;
    }
    while (gate->at < gate->end && (unsigned char)*gate->at >= 0x20 && *gate->at != '"' &&
           *gate->at != '\\')
        gate->at++;
}

/* A string; *ret_raw is what stands between the quotes, *ret_escaped whether escapes do. */
static rc_status take_string(struct gate *gate, struct rc_str *ret_raw, bool *ret_escaped)
{
    const char *from = gate->at + 1;

    *ret_escaped = false;
    if (!take_char(gate, '"')) return wrong(gate, "a string is due");
    for (;;) {
        skip_plain(gate);
        if ((size_t)(gate->at - from) > gate->max_string)
            return wrong_at(gate, from, "the string is too long");
        if (take_char(gate, '"')) break;
        if (gate->at == gate->end || *gate->at != '\\')
            return wrong(gate, "a raw control character in a string");
        *ret_escaped = true;
        RC_TRY(take_escape(gate));
    }
    *ret_raw = (struct rc_str){from, (size_t)(gate->at - 1 - from)};
    return RC_OK;
}

static rc_status take_name(struct gate *gate, struct rc_json_object *object)
{
    const char *at = gate->at;
    struct rc_str raw = {0};
    bool escaped = false;

    RC_TRY(take_string(gate, &raw, &escaped));
    if (!rc_json_names_add(&gate->names, object, raw, escaped))
        return wrong_at(gate, at, "the name stands twice in its object");
    return RC_OK;
}

/* --- numbers --- */

static bool take_digits(struct gate *gate)
{
    const char *from = gate->at;

    while (gate->at < gate->end && *gate->at >= '0' && *gate->at <= '9')
        gate->at++;
    return gate->at > from;
}

static bool take_exponent(struct gate *gate)
{
    if (!take_char(gate, 'e') && !take_char(gate, 'E')) return true;
    if (!take_char(gate, '+')) (void)take_char(gate, '-');
    return take_digits(gate);
}

static bool is_finite(struct rc_str number)
{
    char text[MAX_NUMBER + 1];

    memcpy(text, number.data, number.len);
    text[number.len] = '\0';
    return isfinite(strtod(text, NULL));
}

static void note_number(struct gate *gate, struct rc_str number)
{
    struct rc_json_numbers *numbers = gate->numbers;

    if (!numbers) return;
    if (numbers->count == numbers->cap) {
        const size_t cap = numbers->cap > 0 ? 2 * numbers->cap : 32;
        struct rc_str *grown = rc_arena_array(gate->scratch, cap, sizeof *grown);
        if (numbers->count > 0) memcpy(grown, numbers->items, numbers->count * sizeof *grown);
        numbers->items = grown;
        numbers->cap = cap;
    }
    numbers->items[numbers->count++] = number;
}

static rc_status take_number(struct gate *gate)
{
    const char *from = gate->at;

    (void)take_char(gate, '-');
    const bool zero = gate->at < gate->end && *gate->at == '0';
    const char *digits = gate->at;
    bool good = take_digits(gate) && !(zero && gate->at - digits > 1);
    if (good && take_char(gate, '.')) good = take_digits(gate);
    const char *exponent = gate->at;
    good = good && take_exponent(gate);
    if (!good)
        return wrong_at(gate, from, "no value, or a number in a form that JSON does not have");
    const struct rc_str number = {from, (size_t)(gate->at - from)};
    if (number.len > MAX_NUMBER) return wrong_at(gate, from, "the number is too long");
    if (gate->at > exponent && !is_finite(number))
        return wrong_at(gate, from, "the number is too large");
    note_number(gate, number);
    return RC_OK;
}

/* --- values --- */

static rc_status take_literal(struct gate *gate)
{
    static const char *const literals[] = {"true", "false", "null"};
    const size_t left = (size_t)(gate->end - gate->at);

    for (size_t i = 0; i < COUNT_OF(literals); i++) {
        const size_t len = strlen(literals[i]);
        if (left < len || memcmp(gate->at, literals[i], len) != 0) continue;
        gate->at += len;
        return RC_OK;
    }
    return wrong(gate, "no JSON value");
}

static rc_status enter(struct gate *gate)
{
    if (gate->depth == gate->max_depth) return wrong(gate, "nested too deeply");
    gate->depth++;
    gate->at++;
    skip_blanks(gate);
    return RC_OK;
}

/* After a member or element: true when a comma promises another, false at the closing bracket. */
static rc_status take_separator(struct gate *gate, char closing, bool *ret_more)
{
    skip_blanks(gate);
    *ret_more = take_char(gate, ',');
    if (!*ret_more && !take_char(gate, closing))
        return wrong(gate, "a comma or the closing bracket is due");
    skip_blanks(gate);
    return RC_OK;
}

static rc_status take_member(struct gate *gate, struct rc_json_object *object)
{
    RC_TRY(take_name(gate, object));
    skip_blanks(gate);
    if (!take_char(gate, ':')) return wrong(gate, "a colon is due");
    skip_blanks(gate);
    return take_value(gate);
}

static rc_status take_object(struct gate *gate)
{
    const char *at = gate->at;
    struct rc_json_object object = rc_json_names_open(&gate->names);
    bool more = true;

    RC_TRY(enter(gate));
    if (take_char(gate, '}')) more = false;
    while (more) {
        RC_TRY(take_member(gate, &object));
        RC_TRY(take_separator(gate, '}', &more));
    }
    if (!rc_json_names_close(&gate->names, &object))
        return wrong_at(gate, at, "a name stands twice in this object");
    gate->depth--;
    return RC_OK;
}

static rc_status take_array(struct gate *gate)
{
    bool more = true;

    RC_TRY(enter(gate));
    if (take_char(gate, ']')) more = false;
    while (more) {
        RC_TRY(take_value(gate));
        RC_TRY(take_separator(gate, ']', &more));
    }
    gate->depth--;
    return RC_OK;
}

static rc_status take_value(struct gate *gate)
{
    struct rc_str raw = {0};
    bool escaped = false;

    switch (gate->at < gate->end ? *gate->at : '\0') {
    case '{':
        return take_object(gate);
    case '[':
        return take_array(gate);
    case '"':
        return take_string(gate, &raw, &escaped);
    case 't':
    case 'f':
    case 'n':
        return take_literal(gate);
    case '\0':
        return wrong(gate, "a NUL byte");
    default:
        return take_number(gate);
    }
}

rc_status rc_json_gate(struct rc_str text, const struct rc_json_limits *limits,
                       struct rc_arena *scratch, struct rc_json_numbers *numbers)
{
    static const struct rc_json_limits none = {0};
    const struct rc_json_limits *set = limits ? limits : &none;
    const size_t max_bytes = set->max_bytes > 0 ? set->max_bytes : MAX_BYTES;
    const unsigned max_depth = set->max_depth > 0 ? set->max_depth : MAX_DEPTH;
    const char *start = text.len > 0 ? text.data : "";
    size_t bad = 0;
    struct gate gate = {
        .start = start,
        .at = start,
        .end = start + text.len,
        .max_string = set->max_string > 0 ? set->max_string : MAX_STRING,
        .max_depth = max_depth < DEPTH_CEILING ? max_depth : DEPTH_CEILING,
        .scratch = scratch,
        .numbers = numbers,
        .names = {.scratch = scratch},
    };

    if (text.len > max_bytes)
        return rc_fail(RC_REJECT, "JSON: %zu bytes, at most %zu are taken", text.len, max_bytes);
    if (!rc_str_utf8(text, &bad)) return wrong_at(&gate, start + bad, "no well-formed UTF-8");
    if (rc_str_starts(text, RC_STR("\xEF\xBB\xBF"))) return wrong(&gate, "a byte order mark");
    skip_blanks(&gate);
    RC_TRY(take_value(&gate));
    skip_blanks(&gate);
    if (gate.at != gate.end) return wrong(&gate, "text after the end");
    return RC_OK;
}
