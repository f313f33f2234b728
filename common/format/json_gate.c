/* The strict gate in front of cJSON, which alone takes bad UTF-8, raw control characters, `01`,
 * 1e400, text after the end and the first of two equal names, and cuts a string at \u0000, so that
 * two ids become one. What passes here is RFC 8259 to the letter, and within limits; what does not
 * is refused with the offset. One pass over the text, recursion bounded by the depth. */

#include "json_gate.h"

#include <math.h>
#include <stdlib.h>

#include "rollcall/base/auto.h"

enum {
    MAX_BYTES = 16 * 1024 * 1024,
    MAX_STRING = 1024 * 1024,
    MAX_DEPTH = 64,
    DEPTH_CEILING = 1000, /* cJSON's own, CJSON_NESTING_LIMIT */
    MAX_NUMBER = 256,     /* characters */
    PAIRWISE = 32 /* names of an object that are compared each with each; beyond, they are sorted */
};

/* A member's name as it was meant (escapes undone), with a digest that tells nearly all others
 * apart. */
struct name {
    const char *data;
    uint32_t len;
    uint32_t digest;
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
    struct name *names; /* of all objects that are open, outermost first */
    size_t name_count;
    size_t name_cap;
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

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    const char folded = (char)(c | 0x20);

    return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

/* The value of XXXX in \uXXXX whose backslash stands at at; -1 when there is none. */
static int escape_unit(const char *at, const char *end)
{
    int unit = 0;

    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    for (int i = 2; i < 6; i++) {
        const int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static rc_status take_unicode(struct gate *gate)
{
    const int unit = escape_unit(gate->at, gate->end);

    if (unit < 0) return wrong(gate, "four hex digits are due after \\u");
    if (unit == 0) return wrong(gate, "\\u0000 is not taken");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return wrong(gate, "the second half of a surrogate pair stands alone");
    gate->at += 6;
    if (unit < 0xD800 || unit > 0xDBFF) return RC_OK;
    const int low = escape_unit(gate->at, gate->end);
    if (low < 0xDC00 || low > 0xDFFF)
        return wrong_at(gate, gate->at - 6, "the first half of a surrogate pair stands alone");
    gate->at += 6;
    return RC_OK;
}

static rc_status take_escape(struct gate *gate)
{
    if (gate->end - gate->at < 2) return wrong_at(gate, gate->end, "the text is cut off");
    if (gate->at[1] == 'u') return take_unicode(gate);
    if (!memchr("\"\\/bfnrt", gate->at[1], 8)) return wrong(gate, "no such escape");
    gate->at += 2;
    return RC_OK;
}

/* Skips what means nothing inside a string. Eight bytes at once: a byte is special when it is below
 * 0x20, '"' or '\\'; the trick of finding a zero byte may only err after the first true hit. */
static void skip_plain(struct gate *gate)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word = 0;

    while (gate->end - gate->at >= 8) {
        memcpy(&word, gate->at, sizeof word);
        const uint64_t quote = word ^ (ones * '"');
        const uint64_t slash = word ^ (ones * '\\');
        const uint64_t hits = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                              ((word - ones * 0x20) & ~word);
        if ((hits & tops) != 0) break;
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

/* --- names, each once in an object --- */

/* Undoes escapes that the gate has taken already. Never longer than the raw text. Names are
 * compared, not shown, so a pair of surrogates may stay two encoded halves: equal texts stay equal,
 * different ones different. */
static struct rc_str undo_escapes(struct rc_arena *scratch, struct rc_str raw)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    char *text = rc_arena_alloc(scratch, raw.len);
    size_t len = 0;

    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\\') {
            text[len++] = raw.data[i];
            continue;
        }
        const int unit = escape_unit(raw.data + i, raw.data + raw.len);
        const char *letter = memchr(letters, raw.data[i + 1], sizeof letters - 1);
        if (unit < 0) {
            text[len++] = letter ? meanings[letter - letters] : raw.data[i + 1];
            i++;
            continue;
        }
        if (unit < 0x80) {
            text[len++] = (char)unit;
        } else {
            if (unit >= 0x800) text[len++] = (char)(0xE0 | (unit >> 12));
            text[len++] = (char)(unit >= 0x800 ? 0x80 | ((unit >> 6) & 0x3F) : 0xC0 | (unit >> 6));
            text[len++] = (char)(0x80 | (unit & 0x3F));
        }
        i += 5;
    }
    return (struct rc_str){text, len};
}

static struct name make_name(struct rc_str text)
{
    unsigned char ends[8] = {0};
    uint64_t word = 0;
    const size_t edge = text.len < 4 ? text.len : 4;

    if (edge > 0) {
        memcpy(ends, text.data, edge);
        memcpy(ends + 4, text.data + text.len - edge, edge);
    }
    memcpy(&word, ends, sizeof word);
    word = (word ^ text.len) * UINT64_C(0x9E3779B97F4A7C15);
    return (struct name){text.data, (uint32_t)text.len, (uint32_t)(word >> 32)};
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->digest == b->digest && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static int compare_names(const void *left, const void *right)
{
    const struct name *a = left;
    const struct name *b = right;

    if (a->digest != b->digest) return a->digest < b->digest ? -1 : 1;
    return rc_str_cmp((struct rc_str){a->data, a->len}, (struct rc_str){b->data, b->len});
}

static void push_name(struct gate *gate, struct name name)
{
    if (gate->name_count == gate->name_cap) {
        const size_t cap = gate->name_cap > 0 ? 2 * gate->name_cap : 64;
        struct name *grown = rc_arena_array(gate->scratch, cap, sizeof *grown);
        if (gate->name_count > 0) memcpy(grown, gate->names, gate->name_count * sizeof *grown);
        gate->names = grown;
        gate->name_cap = cap;
    }
    gate->names[gate->name_count++] = name;
}

static rc_status take_name(struct gate *gate, size_t first)
{
    const char *at = gate->at;
    struct rc_str raw = {0};
    bool escaped = false;

    RC_TRY(take_string(gate, &raw, &escaped));
    const struct name name = make_name(escaped ? undo_escapes(gate->scratch, raw) : raw);
    const size_t before = gate->name_count - first;
    for (size_t i = 0; i < before && before < PAIRWISE; i++)
        if (same_name(&gate->names[first + i], &name))
            return wrong_at(gate, at, "the name stands twice in its object");
    push_name(gate, name);
    return RC_OK;
}

/* The names of an object that has too many for comparing each with each. */
static rc_status check_many_names(struct gate *gate, size_t first, const char *object)
{
    struct name *names = gate->names + first;
    const size_t count = gate->name_count - first;

    if (count <= PAIRWISE) return RC_OK;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++)
        if (same_name(&names[i - 1], &names[i]))
            return wrong_at(gate, object, "a name stands twice in this object");
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

static rc_status take_member(struct gate *gate, size_t first)
{
    RC_TRY(take_name(gate, first));
    skip_blanks(gate);
    if (!take_char(gate, ':')) return wrong(gate, "a colon is due");
    skip_blanks(gate);
    return take_value(gate);
}

static rc_status take_object(struct gate *gate)
{
    const char *object = gate->at;
    const size_t first = gate->name_count;
    bool more = true;

    RC_TRY(enter(gate));
    if (take_char(gate, '}')) more = false;
    while (more) {
        RC_TRY(take_member(gate, first));
        RC_TRY(take_separator(gate, '}', &more));
    }
    RC_TRY(check_many_names(gate, first, object));
    gate->name_count = first;
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
