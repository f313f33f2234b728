/* Borrowed views of bytes: comparing, cutting, checking. Nothing here owns memory, and nothing
 * relies on a NUL. */

#include "rollcall/base/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "rollcall/base/auto.h"

static unsigned char lower(char c)
{
    const unsigned char byte = (unsigned char)c;

    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte | 0x20U) : byte;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool rc_str_eq(struct rc_str a, struct rc_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool rc_str_eq_fold(struct rc_str a, struct rc_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.data[i]) != lower(b.data[i])) return false;
    return true;
}

int rc_str_cmp(struct rc_str a, struct rc_str b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    if (order != 0) return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool rc_str_starts(struct rc_str text, struct rc_str start)
{
    return text.len >= start.len && rc_str_eq((struct rc_str){text.data, start.len}, start);
}

bool rc_str_ends(struct rc_str text, struct rc_str end)
{
    if (text.len < end.len) return false;
    if (end.len == 0) return true;
    return rc_str_eq((struct rc_str){text.data + (text.len - end.len), end.len}, end);
}

bool rc_str_all_of(struct rc_str text, struct rc_str allowed)
{
    for (size_t i = 0; i < text.len; i++) {
        if (allowed.len == 0 || !memchr(allowed.data, text.data[i], allowed.len)) return false;
    }
    return true;
}

struct rc_str rc_str_trim(struct rc_str text)
{
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    while (text.len > 0 && is_blank(*text.data)) {
        text.data++;
        text.len--;
    }
    return text;
}

struct rc_str rc_str_cut(struct rc_str *text, char sep)
{
    const struct rc_str all = *text;
    const char *at = all.len > 0 ? memchr(all.data, sep, all.len) : NULL;

    if (!at) {
        *text = (struct rc_str){NULL, 0};
        return all;
    }
    const size_t before = (size_t)(at - all.data);
    *text = (struct rc_str){at + 1, all.len - before - 1};
    return (struct rc_str){all.data, before};
}

struct rc_str rc_str_copy(struct rc_arena *arena, struct rc_str text)
{
    return (struct rc_str){rc_arena_copy(arena, text.data, text.len), text.len};
}

struct rc_str rc_str_print(struct rc_arena *arena, const char *format, ...)
{
    va_list args;
    char small[256]; /* nearly all fit, and are printed once */

    va_start(args, format);
    const int wanted = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    const size_t len = wanted > 0 ? (size_t)wanted : 0;
    if (len < sizeof small) return (struct rc_str){rc_arena_copy(arena, small, len), len};
    char *text = rc_arena_bytes(arena, len + 1);
    va_start(args, format);
    (void)vsnprintf(text, len + 1, format, args);
    va_end(args);
    return (struct rc_str){text, len};
}

struct rc_str rc_str_lower(struct rc_arena *arena, struct rc_str text)
{
    char *copy = rc_arena_copy(arena, text.data, text.len);

    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)lower(copy[i]);
    return (struct rc_str){copy, text.len};
}

/* Digits to a number below zero, as that side reaches one further. False: no digits, other
 * characters or too many. */
static bool parse_below_zero(struct rc_str digits, int64_t *ret_value)
{
    int64_t value = 0;

    for (size_t i = 0; i < digits.len; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') return false;
        const int digit = digits.data[i] - '0';
        if (value < (INT64_MIN + digit) / 10) return false;
        value = value * 10 - digit;
    }
    *ret_value = value;
    return digits.len > 0;
}

rc_status rc_str_int(struct rc_str text, int64_t min, int64_t max, int64_t *ret_value)
{
    const bool negative = rc_str_starts(text, RC_STR("-"));
    struct rc_str digits = negative ? (struct rc_str){text.data + 1, text.len - 1} : text;
    int64_t value = 0;

    bool good = parse_below_zero(digits, &value) && (negative || value != INT64_MIN);
    if (good && !negative) value = -value;
    if (!good || value < min || value > max)
        return rc_fail(RC_REJECT, "a whole number from %" PRId64 " to %" PRId64 " is due", min,
                       max);
    *ret_value = value;
    return RC_OK;
}

/* RFC 3629, table 3-7 of Unicode: what may follow a lead byte. */
static const struct {
    unsigned char first, last; /* lead bytes */
    unsigned char low, high;   /* of the second byte; the others are 80..BF */
    unsigned char len;
} utf8_forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static size_t form_length(const unsigned char *at, size_t len, size_t form)
{
    const size_t need = utf8_forms[form].len;

    if (len < need || at[1] < utf8_forms[form].low || at[1] > utf8_forms[form].high) return 0;
    for (size_t i = 2; i < need; i++)
        if ((at[i] & 0xC0U) != 0x80U) return 0;
    return need;
}

size_t rc_str_utf8_step(struct rc_str text)
{
    const unsigned char *at = (const unsigned char *)text.data;

    if (text.len == 0) return 0;
    if (at[0] < 0x80) return 1;
    for (size_t form = 0; form < COUNT_OF(utf8_forms); form++)
        if (at[0] >= utf8_forms[form].first && at[0] <= utf8_forms[form].last)
            return form_length(at, text.len, form);
    return 0;
}

/* Eight bytes at once while all are ASCII: nearly every byte of a roster is. */
static size_t skip_ascii(struct rc_str text, size_t at)
{
    uint64_t word = 0;

    while (text.len - at >= sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) return at;
        at += sizeof word;
    }
    return at;
}

bool rc_str_utf8(struct rc_str text, size_t *ret_bad)
{
    size_t at = 0;

    while (at < text.len) {
        at = skip_ascii(text, at);
        if (at == text.len) break;
        const size_t step = rc_str_utf8_step((struct rc_str){text.data + at, text.len - at});
        if (step == 0) {
            if (ret_bad) *ret_bad = at;
            return false;
        }
        at += step;
    }
    return true;
}

bool rc_str_is_text(struct rc_str text)
{
    const bool nul = text.len > 0 && memchr(text.data, '\0', text.len);

    return !nul && rc_str_utf8(text, NULL);
}

bool rc_str_has_control(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && i + 1 < text.len && (unsigned char)text.data[i + 1] < 0xA0) return true;
    }
    return false;
}

size_t rc_str_utf8_put(unsigned letter, char out[3])
{
    size_t len = 0;

    if (letter < 0x80) {
        out[len++] = (char)letter;
        return len;
    }
    if (letter >= 0x800) {
        out[len++] = (char)(0xE0 | letter >> 12);
        out[len++] = (char)(0x80 | (letter >> 6 & 0x3F));
    } else {
        out[len++] = (char)(0xC0 | letter >> 6);
    }
    out[len++] = (char)(0x80 | (letter & 0x3F));
    return len;
}
