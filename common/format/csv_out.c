/* CSV that goes to people: RFC 4180, and nothing in it that a spreadsheet would run. */
#include "rollcall/format/csv.h"

#include <string.h>

static bool begins_formula(struct rc_str cell)
{
    return cell.len > 0 && cell.data[0] != '\0' && strchr("=+-@\t\r", cell.data[0]);
}

static bool holds(struct rc_str cell, char c)
{
    return cell.len > 0 && memchr(cell.data, c, cell.len);
}

static void add_quoted(struct rc_buf *out, struct rc_str cell)
{
    rc_buf_add_char(out, '"');
    if (begins_formula(cell)) rc_buf_add_char(out, '\'');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.data[i] == '"') rc_buf_add_char(out, '"');
        rc_buf_add_char(out, cell.data[i]);
    }
    rc_buf_add_char(out, '"');
}

void rc_csv_add(struct rc_buf *out, struct rc_str cell, bool first)
{
    if (!first) rc_buf_add_char(out, ',');
    if (begins_formula(cell) || holds(cell, ',') || holds(cell, '"') || holds(cell, '\n') ||
        holds(cell, '\r')) {
        add_quoted(out, cell);
        return;
    }
    rc_buf_add_str(out, cell);
}

void rc_csv_end(struct rc_buf *out)
{
    rc_buf_add_str(out, RC_STR("\r\n"));
}
