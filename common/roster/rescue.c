/* The id of a record that the gate refuses. A record that cannot be read still says that somebody
 * is there (N1), so its id is looked for byte by byte; but a wrong id would keep somebody else in
 * place, so one is given only where the record's outline is beyond doubt. */

#include "mapper_private.h"

struct scan {
    const char *at;
    const char *end;
    size_t depth;
    bool name_due; /* a name may stand here: after { or , at the top level */
    struct rc_str id;
    size_t found;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
}

/* Over a string whose quote stands here: what is between the quotes; false when it has no end. */
static bool take_string(struct scan *scan, struct rc_str *ret_raw)
{
    const char *from = ++scan->at;

    while (scan->at < scan->end && *scan->at != '"')
        scan->at += *scan->at == '\\' && scan->end - scan->at > 1 ? 2 : 1;
    if (scan->at >= scan->end) return false;
    *ret_raw = (struct rc_str){from, (size_t)(scan->at - from)};
    scan->at++;
    return true;
}

/* An id of plain characters only: whatever else stands in it may be what is broken. */
static bool is_plain(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || text.data[i] == '\\') return false;
    return text.len > 0 && text.len <= RC_ID_MAX;
}

static bool take_number(struct scan *scan, struct rc_str *ret_raw)
{
    const char *from = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    *ret_raw = (struct rc_str){from, (size_t)(scan->at - from)};
    return ret_raw->len > 0;
}

/* After the name sourcedId: its value. */
static bool take_id(struct scan *scan)
{
    struct rc_str raw = {0};

    if (scan->at == scan->end) return false;
    const bool taken = *scan->at == '"' ? take_string(scan, &raw) : take_number(scan, &raw);
    skip_blanks(scan);
    const bool ends = scan->at < scan->end && (*scan->at == ',' || *scan->at == '}');
    scan->found++;
    scan->id = rc_str_trim(raw);
    return taken && ends && is_plain(scan->id);
}

static bool pass_string(struct scan *scan)
{
    const bool name_due = scan->name_due;
    struct rc_str raw = {0};

    scan->name_due = false;
    if (!take_string(scan, &raw)) return false;
    if (!name_due || !rc_str_eq(raw, RC_STR("sourcedId"))) return true;
    skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != ':') return true;
    scan->at++;
    skip_blanks(scan);
    return take_id(scan);
}

static bool pass_byte(struct scan *scan)
{
    const char c = *scan->at++;

    if (is_blank(c)) return true;
    if (c == '{' || c == '[') scan->depth++;
    if (c == '}' || c == ']') scan->depth--;
    scan->name_due = scan->depth == 1 && (c == ',' || c == '{');
    /* closed before the last byte: brackets do not match */
    return scan->depth > 0 || scan->at == scan->end;
}

struct rc_str rc_record_rescue_id(struct rc_str bytes)
{
    const struct rc_str text = rc_str_trim(bytes);

    if (text.len < 2) return (struct rc_str){0};
    struct scan scan = {.at = text.data, .end = text.data + text.len};
    bool good = text.data[0] == '{' && text.data[text.len - 1] == '}';

    while (good && scan.at < scan.end)
        good = *scan.at == '"' ? pass_string(&scan) : pass_byte(&scan);
    if (!good || scan.depth > 0 || scan.found != 1) return (struct rc_str){0};
    return scan.id;
}
