/* The CSV reader. Own code and not libcsv: that one tells neither where a record's bytes begin nor
 * on which line, and after an unclosed quote it gives the rest of the file as one field. Here the
 * common case, a line without quotes, is found by memchr alone. */

#include "rollcall/format/csv.h"

enum { MAX_RECORD = 1024 * 1024, MAX_LINES = 100 };

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* --- records --- */

/* A record on its way through the bytes. */
struct cutting {
    struct rc_str text;
    char separator;
    bool last;
    size_t at;
    size_t lines;
    unsigned flaws;
    bool quoted;      /* within quotes */
    bool begins;      /* at the start of a cell */
    bool broken;      /* a line break was seen within the present quotes */
    bool crossed;     /* and within any quotes of this record: */
    size_t first_end; /* where its first line ends */
};

enum step { STEP_ON, STEP_END, STEP_MORE, STEP_BACK };

static enum step within_quotes(struct cutting *cut, char c)
{
    if (c == cut->separator && cut->broken) return STEP_BACK;
    if (is_break(c)) {
        if (!cut->crossed) cut->first_end = cut->at;
        cut->broken = cut->crossed = true;
        cut->lines += c == '\n' || cut->at + 1 == cut->text.len ||
                      cut->text.data[cut->at + 1] != '\n';
        return cut->lines > MAX_LINES ? STEP_BACK : STEP_ON;
    }
    if (c != '"') return STEP_ON;
    if (cut->at + 1 == cut->text.len && !cut->last) return STEP_MORE;
    const char next = cut->at + 1 < cut->text.len ? cut->text.data[cut->at + 1] : '\n';
    if (next == '"') {
        cut->at++;
        return STEP_ON;
    }
    cut->quoted = false;
    if (next == cut->separator || is_break(next)) return STEP_ON;
    if (cut->crossed) return STEP_BACK;
    cut->flaws |= RC_CSV_STRAY;
    return STEP_ON;
}

static enum step outside_quotes(struct cutting *cut, char c)
{
    if (is_break(c))
        return c == '\r' && cut->at + 1 == cut->text.len && !cut->last ? STEP_MORE : STEP_END;
    if (c == '"' && cut->begins) {
        cut->quoted = true;
        cut->broken = false;
    }
    cut->begins = c == cut->separator;
    return STEP_ON;
}

/* What the bytes' end means. */
static enum step at_end(struct cutting *cut)
{
    if (!cut->last) return STEP_MORE;
    if (cut->quoted && cut->crossed) return STEP_BACK;
    if (cut->quoted) cut->flaws |= RC_CSV_UNCLOSED;
    return STEP_END;
}

static enum step walk(struct cutting *cut, size_t max)
{
    enum step step = STEP_ON;

    for (; step == STEP_ON && cut->at < cut->text.len; cut->at++) {
        const char c = cut->text.data[cut->at];
        if (cut->at > max) return STEP_BACK;
        step = cut->quoted ? within_quotes(cut, c) : outside_quotes(cut, c);
    }
    if (step != STEP_ON) {
        cut->at--;
        return step;
    }
    return at_end(cut);
}

/* Takes len bytes and the line break behind them off *rest. */
static void take(struct rc_str *rest, size_t len, size_t lines, unsigned flaws,
                 struct rc_csv_record *ret_record)
{
    size_t end = len;

    if (end < rest->len && rest->data[end] == '\r') end++;
    if (end < rest->len && rest->data[end] == '\n') end++;
    *ret_record = (struct rc_csv_record){{rest->data, len}, lines, flaws};
    rest->data += end;
    rest->len -= end;
}

static rc_status too_long(size_t max)
{
    return rc_fail(RC_REJECT, "the row is longer than %zu bytes", max);
}

static rc_status cut_slowly(const struct rc_csv_dialect *dialect, size_t max, struct rc_str *rest,
                            bool last, struct rc_csv_record *ret_record)
{
    struct cutting cut = {
        .text = *rest, .separator = dialect->separator, .last = last, .lines = 1, .begins = true};
    const enum step step = walk(&cut, max);

    if (step == STEP_MORE && rest->len <= max) return RC_NOT_FOUND;
    if (step == STEP_END && cut.at <= max) {
        take(rest, cut.at, cut.lines, cut.flaws, ret_record);
        return RC_OK;
    }
    if (!cut.crossed) return too_long(max);
    take(rest, cut.first_end, 1, cut.flaws | RC_CSV_UNCLOSED, ret_record);
    return RC_OK;
}

/* A line that no quote and no bare CR stands in. *ret_record is set where it is one. */
static bool cut_at_once(struct rc_str *rest, size_t max, struct rc_csv_record *ret_record)
{
    const char *end = memchr(rest->data, '\n', rest->len <= max ? rest->len : max + 1);

    if (!end) return false;
    size_t len = (size_t)(end - rest->data);
    if (memchr(rest->data, '"', len)) return false;
    const char *cr = memchr(rest->data, '\r', len);
    if (cr && cr + 1 != end) return false;
    take(rest, len - (cr ? 1 : 0), 1, 0, ret_record);
    return true;
}

rc_status rc_csv_cut(const struct rc_csv_dialect *dialect, struct rc_str *rest, bool last,
                     struct rc_csv_record *ret_record)
{
    const size_t max = dialect->max_record ? dialect->max_record : MAX_RECORD;

    if (rest->len == 0) return RC_NOT_FOUND;
    if (cut_at_once(rest, max, ret_record)) return RC_OK;
    return cut_slowly(dialect, max, rest, last, ret_record);
}

bool rc_csv_blank(struct rc_str record)
{
    return rc_str_trim(record).len == 0;
}

/* --- cells --- */

/* What stands between the quotes and behind them, up to the separator; *at is left on it. */
static struct rc_str quoted_cell(struct rc_str record, char separator, struct rc_arena *arena,
                                 size_t *at)
{
    char *out = rc_arena_bytes(arena, record.len - *at + 1);
    size_t len = 0;
    bool quoted = true;

    for (++*at; *at < record.len && (quoted || record.data[*at] != separator); ++*at) {
        const char c = record.data[*at];
        const bool pair = quoted && c == '"' && *at + 1 < record.len && record.data[*at + 1] == '"';
        if (quoted && c == '"' && !pair) {
            quoted = false;
            continue;
        }
        out[len++] = c;
        *at += pair;
    }
    return (struct rc_str){out, len};
}

/* Most quoted cells hold no quote: a view does. */
static struct rc_str next_cell(struct rc_str record, char separator, struct rc_arena *arena,
                               size_t *at)
{
    const char *from = record.data + *at;
    const size_t left = record.len - *at;

    if (left > 0 && *from == '"') {
        const char *close = left > 1 ? memchr(from + 1, '"', left - 1) : NULL;
        const size_t end = close ? *at + (size_t)(close - from) + 1 : 0;
        if (!close || (end < record.len && record.data[end] != separator))
            return quoted_cell(record, separator, arena, at);
        *at = end;
        return (struct rc_str){from + 1, (size_t)(close - from) - 1};
    }
    const char *end = left > 0 ? memchr(from, separator, left) : NULL;
    const size_t len = end ? (size_t)(end - from) : left;
    *at += len;
    return (struct rc_str){from, len};
}

size_t rc_csv_cells(const struct rc_csv_dialect *dialect, struct rc_str record,
                    struct rc_arena *arena, struct rc_str *cells, size_t max)
{
    size_t count = 0;
    size_t at = 0;

    for (;;) {
        const struct rc_str cell = next_cell(record, dialect->separator, arena, &at);
        if (count < max) cells[count] = cell;
        count++;
        if (at >= record.len) return count;
        at++; /* the separator; behind it stands a cell, be it empty */
    }
}

/* --- the header --- */

static size_t count_outside_quotes(struct rc_str text, char wanted)
{
    bool quoted = false;
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"') quoted = !quoted;
        count += !quoted && text.data[i] == wanted;
    }
    return count;
}

char rc_csv_separator(struct rc_str header)
{
    static const char known[] = {',', ';', '\t', '|'};
    char best = known[0];
    size_t most = 0;

    for (size_t i = 0; i < sizeof known; i++) {
        const size_t count = count_outside_quotes(header, known[i]);
        if (count <= most) continue;
        most = count;
        best = known[i];
    }
    return best;
}
