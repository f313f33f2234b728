/* The three forms of an answer. Values come from sources that nobody trusts: control characters,
 * which could steer a terminal, never reach a table. */
#include "out.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { GAP = 2, TIME_LEN = 19 };

/* Where values come from: a statement's rows, or cells of our own, row by row. */
struct data {
    const struct rc_rows *rows;
    const struct rc_str *cells;
    size_t columns, count;
};

static struct rc_str data_text(const struct data *data, size_t row, int column)
{
    if (data->cells) return data->cells[row * data->columns + (size_t)column];
    return rc_rows_text(data->rows, row, column);
}

static bool data_null(const struct data *data, size_t row, int column)
{
    return data->rows ? rc_rows_null(data->rows, row, column)
                      : data_text(data, row, column).data == NULL;
}

static bool data_bool(const struct data *data, size_t row, int column)
{
    return rc_str_eq(data_text(data, row, column), RC_STR("t"));
}

static struct data data_of(const struct rc_rows *rows)
{
    return (struct data){.rows = rows, .count = rc_rows_count(rows)};
}

void out_init(struct out *out, enum out_form form, bool quiet)
{
    *out = (struct out){.form = form, .quiet = quiet};
    out->json.buf = &out->text;
}

void out_done(struct out *out)
{
    rc_buf_done(&out->text);
}

rc_status out_flush(struct out *out)
{
    const size_t len = out->text.len;

    if (len > 0 && out->form == OUT_JSON) rc_buf_add_char(&out->text, '\n');
    const size_t written = fwrite(out->text.data ? out->text.data : "", 1, out->text.len, stdout);
    const bool whole = written == out->text.len && fflush(stdout) == 0;
    rc_buf_clear(&out->text);
    return whole ? RC_OK : rc_fail(RC_RETRY, "the answer could not be written to stdout");
}

/* ---- values as text ---- */

/* Without control characters, and for a table not beyond its width. Bytes of UTF-8 pass. */
static void add_clean(struct rc_buf *out, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        rc_buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
    }
}

static void add_tabbed(struct rc_buf *out, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        if (c == '\t' || c == '\n' || c == '\r')
            rc_buf_add_str(out, c == '\t' ? RC_STR("\\t") : RC_STR("\\n"));
        else
            rc_buf_add_char(out, c);
    }
}

/* "2026-01-31 02:03:04.567+00" as "2026-01-31T02:03:04Z". */
static struct rc_str time_text(struct rc_str value, char at[TIME_LEN + 2])
{
    if (value.len < TIME_LEN) return value;
    memcpy(at, value.data, TIME_LEN);
    at[10] = 'T';
    at[TIME_LEN] = 'Z';
    at[TIME_LEN + 1] = '\0';
    return (struct rc_str){at, TIME_LEN + 1};
}

/* For people a JSON text has no quotes, a list no brackets, and a switch is on or off, as they are
 * typed. */
static void add_raw(struct rc_buf *out, struct rc_str value)
{
    const bool list = rc_str_starts(value, RC_STR("["));

    if (rc_str_eq(value, RC_STR("true"))) value = RC_STR("on");
    if (rc_str_eq(value, RC_STR("false"))) value = RC_STR("off");
    if (!list && !rc_str_starts(value, RC_STR("\""))) {
        add_clean(out, value);
        return;
    }
    if (list) value = (struct rc_str){value.data + 1, value.len - 2};
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] != '"') add_clean(out, (struct rc_str){value.data + i, 1});
}

static void add_value(struct out *out, const struct out_column *column, const struct data *data,
                      size_t row, int at)
{
    char time[TIME_LEN + 2];
    struct rc_str value = data_text(data, row, at);

    if (column->kind == OUT_TIME) value = time_text(value, time);
    if (column->kind == OUT_BOOL && value.len > 0)
        value = data_bool(data, row, at) ? RC_STR("yes") : RC_STR("no");
    if (column->kind == OUT_RAW)
        add_raw(&out->text, value);
    else if (out->form == OUT_TABS)
        add_tabbed(&out->text, value);
    else
        add_clean(&out->text, value);
}

/* ---- JSON ---- */

static void json_value(struct out *out, const struct out_column *column, const struct data *data,
                       size_t row, int at)
{
    char time[TIME_LEN + 2];
    const struct rc_str value = data_text(data, row, at);

    if (data_null(data, row, at))
        rc_json_put_null(&out->json, column->name);
    else if (column->kind == OUT_BOOL)
        rc_json_put_bool(&out->json, column->name, data_bool(data, row, at));
    else if (column->kind == OUT_NUMBER || column->kind == OUT_RAW)
        rc_json_put_raw(&out->json, column->name, value);
    else
        rc_json_put_text(&out->json, column->name,
                         column->kind == OUT_TIME ? time_text(value, time) : value);
}

static void json_row(struct out *out, const struct out_column *columns, size_t count,
                     const struct data *data, size_t row)
{
    for (size_t i = 0; i < count; i++)
        json_value(out, &columns[i], data, row, (int)i);
}

static void json_rows(struct out *out, const char *name, const struct out_column *columns,
                      size_t count, const struct data *data)
{
    rc_json_open(&out->json, name, '[');
    for (size_t row = 0; row < data->count; row++) {
        rc_json_open(&out->json, NULL, '{');
        json_row(out, columns, count, data, row);
        rc_json_close(&out->json, '}');
    }
    rc_json_close(&out->json, ']');
}

/* ---- tables ---- */

/* Columns on a screen: bytes that continue a character take none. */
static size_t width_of(const char *text, size_t len)
{
    size_t width = 0;

    for (size_t i = 0; i < len; i++)
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    return width;
}

static void add_heading(struct rc_buf *out, const char *name)
{
    for (; *name; name++)
        rc_buf_add_char(out, *name == '_' ? ' ' : (char)toupper((unsigned char)*name));
}

/* One cell: row -1 is the heading. */
static void add_cell(struct out *out, const struct out_column *column, const struct data *data,
                     size_t row, int at)
{
    if (row == SIZE_MAX)
        add_heading(&out->text, column->name);
    else
        add_value(out, column, data, row, at);
}

static size_t cell_width(struct out *out, const struct out_column *column, const struct data *data,
                         size_t row, int at)
{
    const size_t before = out->text.len;

    add_cell(out, column, data, row, at);
    const size_t width = width_of(out->text.data + before, out->text.len - before);
    out->text.len = before;
    return width;
}

static size_t column_width(struct out *out, const struct out_column *column,
                           const struct data *data, int at)
{
    size_t widest = cell_width(out, column, data, SIZE_MAX, at);

    for (size_t row = 0; row < data->count; row++) {
        const size_t width = cell_width(out, column, data, row, at);
        if (width > widest) widest = width;
    }
    return widest;
}

static void add_spaces(struct rc_buf *out, size_t count)
{
    while (count-- > 0)
        rc_buf_add_char(out, ' ');
}

/* Ends a line without blanks at its end, unless it is one of tabs, whose fields may be empty. */
static void end_line(struct out *out)
{
    while (out->form != OUT_TABS && out->text.len > 0 && out->text.data[out->text.len - 1] == ' ')
        out->text.len--;
    rc_buf_add_char(&out->text, '\n');
}

struct cell {
    size_t width;
    bool shown;
};

static void add_line(struct out *out, const struct out_column *columns, const struct cell *cells,
                     size_t count, const struct data *data, size_t row)
{
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        if (!cells[i].shown) continue;
        if (!first && out->form == OUT_TABS) rc_buf_add_char(&out->text, '\t');
        first = false;
        const size_t width = out->form == OUT_TABS
                                 ? 0
                                 : cell_width(out, &columns[i], data, row, (int)i);
        const size_t pad = cells[i].width > width ? cells[i].width - width : 0;
        const bool right = columns[i].kind == OUT_NUMBER && out->form != OUT_TABS;
        if (right) add_spaces(&out->text, pad);
        add_cell(out, &columns[i], data, row, (int)i);
        if (out->form != OUT_TABS) add_spaces(&out->text, GAP + (right ? 0 : pad));
    }
    end_line(out);
}

enum { COLUMNS_MAX = 32 };

static void table_rows(struct out *out, const struct out_column *columns, size_t count,
                       const struct data *data)
{
    struct cell cells[COLUMNS_MAX] = {{0}};

    for (size_t i = 0; i < count; i++) {
        cells[i].shown = !columns[i].detail;
        if (cells[i].shown && out->form == OUT_TABLE)
            cells[i].width = column_width(out, &columns[i], data, (int)i);
    }
    add_line(out, columns, cells, count, data, SIZE_MAX);
    for (size_t row = 0; row < data->count; row++)
        add_line(out, columns, cells, count, data, row);
}

/* ---- answers ---- */

static void add_rows(struct out *out, const struct out_column *columns, size_t count,
                     const struct data *data)
{
    if (out->form == OUT_JSON)
        json_rows(out, NULL, columns, count, data);
    else
        table_rows(out, columns, count, data);
}

void out_rows(struct out *out, const struct out_column *columns, size_t count,
              const struct rc_rows *rows)
{
    const struct data data = data_of(rows);

    add_rows(out, columns, count, &data);
}

void out_cells(struct out *out, const struct out_column *columns, size_t count,
               const struct rc_str *cells, size_t rows)
{
    const struct data data = {.cells = cells, .columns = count, .count = rows};

    add_rows(out, columns, count, &data);
}

static void add_field(struct out *out, const struct out_column *column, const struct data *data,
                      int at)
{
    const size_t name_width = 20;
    const size_t before = out->text.len;

    if (data_null(data, 0, at) || column->detail) return;
    for (const char *c = column->name; *c; c++)
        rc_buf_add_char(&out->text, *c == '_' ? ' ' : *c);
    const size_t width = out->text.len - before;
    if (out->form == OUT_TABS)
        rc_buf_add_char(&out->text, '\t');
    else
        add_spaces(&out->text, width < name_width ? name_width - width : 1);
    add_value(out, column, data, 0, at);
    end_line(out);
}

void out_fields(struct out *out, const struct out_column *columns, size_t count,
                const struct rc_rows *rows)
{
    const struct data data = data_of(rows);

    if (out->form != OUT_JSON) {
        for (size_t i = 0; i < count; i++)
            add_field(out, &columns[i], &data, (int)i);
        return;
    }
    if (!out->parts) rc_json_open(&out->json, NULL, '{');
    json_row(out, columns, count, &data, 0);
    if (!out->parts) rc_json_close(&out->json, '}');
}

void out_open(struct out *out)
{
    out->parts = true;
    if (out->form == OUT_JSON) rc_json_open(&out->json, NULL, '{');
}

static void add_part(struct out *out, const char *title, const struct out_column *columns,
                     size_t count, const struct data *data)
{
    if (out->form == OUT_JSON) {
        json_rows(out, title, columns, count, data);
        return;
    }
    if (data->count == 0) return;
    if (out->text.len > 0) rc_buf_add_char(&out->text, '\n');
    rc_buf_print(&out->text, "%s\n", title);
    table_rows(out, columns, count, data);
}

void out_part(struct out *out, const char *title, const struct out_column *columns, size_t count,
              const struct rc_rows *rows)
{
    const struct data data = data_of(rows);

    add_part(out, title, columns, count, &data);
}

void out_part_cells(struct out *out, const char *title, const struct out_column *columns,
                    size_t count, const struct rc_str *cells, size_t rows)
{
    const struct data data = {.cells = cells, .columns = count, .count = rows};

    add_part(out, title, columns, count, &data);
}

void out_close(struct out *out)
{
    if (out->form == OUT_JSON) rc_json_close(&out->json, '}');
    out->parts = false;
}

/* However long: a whole mail is a sentence too. */
static RC_PRINTF(2, 0) void add_sentence(struct rc_buf *out, const char *format, va_list values)
{
    va_list again;

    va_copy(again, values);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) return;
    rc_buf_reserve(out, (size_t)length + 1);
    (void)vsnprintf(out->data + out->len, (size_t)length + 1, format, values);
    out->len += (size_t)length;
    rc_buf_add_char(out, '\n');
}

void out_act(struct out *out, const struct out_fact *facts, size_t count, const char *format, ...)
{
    va_list values;

    if (out->form != OUT_JSON) {
        va_start(values, format);
        add_sentence(&out->text, format, values);
        va_end(values);
        return;
    }
    if (!out->parts) rc_json_open(&out->json, NULL, '{');
    for (size_t i = 0; i < count; i++)
        if (facts[i].value) rc_json_put_text(&out->json, facts[i].name, rc_str_of(facts[i].value));
    if (!out->parts) rc_json_close(&out->json, '}');
}

void out_number(struct out *out, const char *name, int64_t value)
{
    if (out->form == OUT_JSON) rc_json_put_int(&out->json, name, value);
}

void out_flag(struct out *out, const char *name, bool value)
{
    if (out->form == OUT_JSON) rc_json_put_bool(&out->json, name, value);
}

void out_note(const struct out *out, const char *format, ...)
{
    va_list values;

    if (out->quiet) return;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
}
