/* Cuts an answer into its records by brackets, strings and commas alone. What is wrong inside a
 * record stays that record's matter: only what makes it uncertain where records begin and end
 * refuses the page, and the text then says what the server answered instead, as far as that can be
 * said without showing anybody's data. */

#include "rollcall/format/page.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"

enum { NAMES_SHOWN = 5, NAME_SHOWN = 40 };

struct scan {
    const char *start;
    const char *at;
    const char *end;
    struct rc_arena *arena;
    size_t max_records;
    size_t cap;
};

static rc_status cut_off(const struct scan *scan)
{
    return rc_fail(RC_REJECT, "the answer is cut off at byte %zu",
                   (size_t)(scan->end - scan->start));
}

static rc_status wrong(const struct scan *scan, const char *what)
{
    if (scan->at == scan->end) return cut_off(scan);
    return rc_fail(RC_REJECT, "no JSON at byte %zu of the answer: %s",
                   (size_t)(scan->at - scan->start), what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
}

static bool take_char(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c) return false;
    scan->at++;
    return true;
}

/* The next quote or backslash, or the end. Eight bytes at once, by the trick of finding a zero
 * byte, which errs only above its first true hit; that hit is the lowest as the first byte of a
 * text is the lowest of a word. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "find_mark reads words");

static const char *find_mark(const char *at, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word = 0;

    for (; end - at >= 8; at += 8) {
        memcpy(&word, at, sizeof word);
        const uint64_t quote = word ^ (ones * '"');
        const uint64_t slash = word ^ (ones * '\\');
        const uint64_t hits = (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & (ones << 7);
        if (hits != 0) return at + __builtin_ctzll(hits) / 8;
    }
    while (at < end && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* Over a string whose opening quote stands here. *ret_raw (may be NULL) is what is between the
 * quotes. */
static rc_status skip_string(struct scan *scan, struct rc_str *ret_raw)
{
    const char *from = scan->at + 1;
    const char *at = from;

    for (;;) {
        at = find_mark(at, scan->end);
        if (at == scan->end || (*at == '\\' && scan->end - at < 2)) return cut_off(scan);
        if (*at == '"') break;
        at += 2;
    }
    if (ret_raw) *ret_raw = (struct rc_str){from, (size_t)(at - from)};
    scan->at = at + 1;
    return RC_OK;
}

/* What the bytes between strings mean for the structure. */
enum { PLAIN, QUOTE, OPEN, CLOSE };
static const unsigned char classes[256] = {
    ['"'] = QUOTE, ['{'] = OPEN, ['['] = OPEN, ['}'] = CLOSE, [']'] = CLOSE,
};

/* Over an object or array. Brackets are counted, not matched: `{[}]` is for the gate to refuse, in
 * that record alone. */
static rc_status skip_nested(struct scan *scan)
{
    size_t depth = 0;

    do {
        while (scan->at < scan->end && classes[(unsigned char)*scan->at] == PLAIN)
            scan->at++;
        if (scan->at == scan->end) return cut_off(scan);
        const unsigned char class = classes[(unsigned char)*scan->at];
        if (class == QUOTE) {
            RC_TRY(skip_string(scan, NULL));
            continue;
        }
        depth += class == OPEN ? 1 : (size_t)-1;
        scan->at++;
    } while (depth > 0);
    return RC_OK;
}

/* Over a number or a word. */
static rc_status skip_scalar(struct scan *scan)
{
    const char *from = scan->at;

    while (scan->at < scan->end && !is_blank(*scan->at) && !strchr(",]}:[{\"", *scan->at))
        scan->at++;
    return scan->at == from ? wrong(scan, "a value is due") : RC_OK;
}

static rc_status skip_value(struct scan *scan)
{
    const char first = scan->at < scan->end ? *scan->at : '\0';

    if (first == '{' || first == '[') return skip_nested(scan);
    if (first == '"') return skip_string(scan, NULL);
    return skip_scalar(scan);
}

/* After a member or an element. */
static rc_status take_separator(struct scan *scan, char closing, bool *ret_more)
{
    skip_blanks(scan);
    *ret_more = take_char(scan, ',');
    if (!*ret_more && !take_char(scan, closing))
        return wrong(scan, "a comma or the closing bracket is due");
    skip_blanks(scan);
    return RC_OK;
}

static rc_status add_record(struct scan *scan, struct rc_page *page, struct rc_str record)
{
    if (page->count == scan->max_records)
        return rc_fail(RC_REJECT, "more than %zu records in one answer", scan->max_records);
    if (!page->records || page->count == scan->cap) {
        const size_t cap = scan->cap > 0 ? 2 * scan->cap : 128;
        struct rc_str *grown = rc_arena_array(scan->arena, cap, sizeof *grown);
        if (page->count > 0) memcpy(grown, page->records, page->count * sizeof *grown);
        page->records = grown;
        scan->cap = cap;
    }
    page->records[page->count++] = record;
    return RC_OK;
}

/* The array that stands here. */
static rc_status take_records(struct scan *scan, struct rc_page *page)
{
    bool more = true;

    scan->at++;
    skip_blanks(scan);
    if (take_char(scan, ']')) more = false;
    while (more) {
        const char *from = scan->at;
        RC_TRY(skip_value(scan));
        RC_TRY(add_record(scan, page, (struct rc_str){from, (size_t)(scan->at - from)}));
        RC_TRY(take_separator(scan, ']', &more));
    }
    return RC_OK;
}

/* The names met at the top level, for the text of a failure. */
struct names {
    struct rc_buf text;
    size_t count;
};

static void names_done(struct names *names)
{
    rc_buf_done(&names->text);
}

/* A name may be anything a server puts there: printable ASCII of it, and not much. */
static void note_name(struct names *names, struct rc_str name)
{
    if (++names->count > NAMES_SHOWN) return;
    rc_buf_add_str(&names->text, names->count > 1 ? RC_STR(", \"") : RC_STR("\""));
    for (size_t i = 0; i < name.len && i < NAME_SHOWN; i++)
        rc_buf_add_char(&names->text,
                        name.data[i] >= ' ' && name.data[i] <= '~' ? name.data[i] : '?');
    rc_buf_add_char(&names->text, '"');
}

static rc_status no_envelope(struct rc_str envelope, const struct names *names)
{
    if (names->count == 0)
        return rc_fail(RC_REJECT, "an empty object instead of \"%.*s\"", RC_STR_ARG(envelope));
    return rc_fail(RC_REJECT, "\"%.*s\" is not in the answer; there stand %s%s",
                   RC_STR_ARG(envelope), names->text.data,
                   names->count > NAMES_SHOWN ? " and more" : "");
}

static rc_status take_envelope(struct scan *scan, struct rc_str name, struct rc_page *page)
{
    if (page->envelope.data)
        return rc_fail(RC_REJECT, "\"%.*s\" stands twice in the answer", RC_STR_ARG(name));
    if (scan->at == scan->end) return cut_off(scan);
    if (*scan->at != '[')
        return rc_fail(RC_REJECT, "under \"%.*s\" stands no array", RC_STR_ARG(name));
    page->envelope = name;
    return take_records(scan, page);
}

static rc_status take_member(struct scan *scan, struct rc_str envelope, struct names *names,
                             struct rc_page *page)
{
    struct rc_str name = {0};

    if (scan->at == scan->end || *scan->at != '"') return wrong(scan, "a name is due");
    RC_TRY(skip_string(scan, &name));
    skip_blanks(scan);
    if (!take_char(scan, ':')) return wrong(scan, "a colon is due");
    skip_blanks(scan);
    if (rc_str_eq(name, envelope)) return take_envelope(scan, name, page);
    note_name(names, name);
    return skip_value(scan);
}

static rc_status take_object(struct scan *scan, struct rc_str envelope, struct rc_page *page)
{
    __attribute__((cleanup(names_done))) struct names names = {0};
    bool more = true;

    scan->at++;
    skip_blanks(scan);
    if (take_char(scan, '}')) more = false;
    while (more) {
        RC_TRY(take_member(scan, envelope, &names, page));
        RC_TRY(take_separator(scan, '}', &more));
    }
    return page->envelope.data ? RC_OK : no_envelope(envelope, &names);
}

/* What servers send instead of JSON. */
static const struct {
    struct rc_str start;
    const char *what;
} strangers[] = {
    {RC_STR_INIT("<"),
     "an HTML or XML page instead of JSON: the address may be that of a sign-in or an error page"},
    {RC_STR_INIT("\x1F\x8B"),
     "compressed bytes instead of JSON, though the header does not say so"},
    {RC_STR_INIT("\xFF\xFE"), "UTF-16 instead of UTF-8"},
    {RC_STR_INIT("\xFE\xFF"), "UTF-16 instead of UTF-8"},
};

static rc_status check_start(const struct scan *scan)
{
    const struct rc_str rest = {scan->at, (size_t)(scan->end - scan->at)};

    if (rest.len == 0) return rc_fail(RC_REJECT, "an empty answer");
    for (size_t i = 0; i < COUNT_OF(strangers); i++)
        if (rc_str_starts(rest, strangers[i].start))
            return rc_fail(RC_REJECT, "%s", strangers[i].what);
    if (*scan->at != '{' && *scan->at != '[')
        return rc_fail(RC_REJECT, "neither an object nor an array: no JSON, or a single value");
    return RC_OK;
}

rc_status rc_page_split(struct rc_str text, struct rc_str envelope, size_t max_records,
                        struct rc_arena *arena, struct rc_page *ret_page)
{
    const char *start = text.len > 0 ? text.data : "";
    struct scan scan = {.start = start,
                        .at = start,
                        .end = start + text.len,
                        .arena = arena,
                        .max_records = max_records};
    struct rc_page page = {0};

    if (rc_str_starts(text, RC_STR("\xEF\xBB\xBF"))) scan.at += 3;
    skip_blanks(&scan);
    RC_TRY(check_start(&scan));
    page.bare = *scan.at == '[';
    if (page.bare)
        RC_TRY(take_records(&scan, &page));
    else
        RC_TRY(take_object(&scan, envelope, &page));
    skip_blanks(&scan);
    if (scan.at != scan.end) return wrong(&scan, "text after the end");
    *ret_page = page;
    return RC_OK;
}
