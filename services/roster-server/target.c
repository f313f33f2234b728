/* A request's target (RFC 3986, application/x-www-form-urlencoded for the query). Strict where
 * leniency would hide a mistake: a name that is given twice has no one meaning. */
#include "target.h"

#include "rollcall/base/id.h"

enum { ESCAPE_LEN = 3 };

/* One byte of the text and how many it took; -1: a broken escape, or a control character. */
static int decode_one(struct rc_str text, size_t at, bool query, size_t *ret_took)
{
    *ret_took = 1;
    const char c = text.data[at];
    if (c == '+' && query) return ' ';
    if (c != '%') return (unsigned char)c;
    if (text.len - at < ESCAPE_LEN) return -1;
    const int high = rc_hex_digit(text.data[at + 1]);
    const int low = rc_hex_digit(text.data[at + 2]);
    *ret_took = ESCAPE_LEN;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static rc_status decode(struct rc_str text, bool query, struct rc_arena *arena,
                        struct rc_str *ret_text)
{
    char *out = rc_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    size_t took = 0;

    for (size_t at = 0; at < text.len; at += took) {
        const int byte = decode_one(text, at, query, &took);
        if (byte < ' ' || byte == 0x7f)
            return rc_fail(RC_REJECT,
                           "a broken escape or a control character at byte %zu of a "
                           "part of the address",
                           at);
        out[len++] = (char)byte;
    }
    *ret_text = (struct rc_str){out, len};
    if (!rc_str_is_text(*ret_text)) return rc_fail(RC_REJECT, "a part of the address is not UTF-8");
    return RC_OK;
}

static rc_status parse_path(struct rc_str path, struct rc_arena *arena, struct target *target)
{
    if (!rc_str_starts(path, RC_STR("/")))
        return rc_fail(RC_REJECT, "the address has no path: it begins with a slash");
    path = (struct rc_str){path.data + 1, path.len - 1};
    while (path.data) {
        const struct rc_str part = rc_str_cut(&path, '/');
        if (target->segment_count == TARGET_SEGMENTS_MAX)
            return rc_fail(RC_REJECT, "the path has more than %d parts", TARGET_SEGMENTS_MAX);
        RC_TRY(decode(part, false, arena, &target->segments[target->segment_count]));
        target->segment_count++;
    }
    return RC_OK;
}

static rc_status add_pair(struct rc_str part, struct rc_arena *arena, struct target *target)
{
    struct target_pair pair = {0};
    struct rc_str value = part;
    const struct rc_str name = rc_str_cut(&value, '=');

    if (target->pair_count == TARGET_PAIRS_MAX)
        return rc_fail(RC_REJECT, "the query has more than %d parameters", TARGET_PAIRS_MAX);
    RC_TRY(decode(name, true, arena, &pair.name));
    RC_TRY(decode(value, true, arena, &pair.value));
    if (target_value(target, pair.name.data).data)
        return rc_fail(RC_REJECT, "a parameter of the query is given twice");
    target->pairs[target->pair_count++] = pair;
    return RC_OK;
}

rc_status target_parse(struct rc_str text, struct rc_arena *arena, struct target *ret_target)
{
    struct target target = {0};
    struct rc_str query = text;
    const struct rc_str path = rc_str_cut(&query, '?');

    RC_TRY(parse_path(path, arena, &target));
    while (query.data) {
        const struct rc_str part = rc_str_cut(&query, '&');
        if (part.len > 0) RC_TRY(add_pair(part, arena, &target));
    }
    *ret_target = target;
    return RC_OK;
}

struct rc_str target_value(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->pair_count; i++)
        if (rc_str_eq(target->pairs[i].name, rc_str_of(name))) return target->pairs[i].value;
    return (struct rc_str){0};
}
