/* Long lines of a text part, broken where a person would. */
#include "parts.h"

enum { COLUMNS = 78 };

/* Characters, not bytes: what continues one (10xxxxxx) takes no column. */
static size_t columns_of(struct rc_str text)
{
    size_t columns = 0;

    for (size_t i = 0; i < text.len; i++)
        columns += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return columns;
}

/* Blanks before a line's first word, and the dash of a list's item with the blank behind it. */
static size_t indent_of(struct rc_str line)
{
    size_t at = 0;

    while (at < line.len && line.data[at] == ' ')
        at++;
    if (at + 1 < line.len && line.data[at] == '-' && line.data[at + 1] == ' ') at += 2;
    return at;
}

static void wrap_line(struct rc_buf *out, struct rc_str line)
{
    const size_t indent = indent_of(line);
    struct rc_str rest = {line.data + indent, line.len - indent};
    size_t used = indent;
    bool first = true;

    rc_buf_add(out, line.data, indent);
    while (rest.data) {
        const struct rc_str word = rc_str_cut(&rest, ' ');
        const size_t width = columns_of(word);
        if (!first && used + 1 + width > COLUMNS) {
            rc_buf_print(out, "\n%*s", (int)indent, "");
            used = indent;
        } else if (!first) {
            rc_buf_add_char(out, ' ');
            used++;
        }
        rc_buf_add_str(out, word);
        used += width;
        first = false;
    }
}

/* "rollcall …", or "To decide:  rollcall …": copied as a whole, so it stays on one line. */
static bool is_command(struct rc_str line)
{
    struct rc_str rest = line;

    if (rc_str_starts(rc_str_trim(line), RC_STR("rollcall "))) return true;
    (void)rc_str_cut(&rest, ':');
    return rc_str_starts(rc_str_trim(rest), RC_STR("rollcall "));
}

void letter_wrap(struct rc_buf *out, struct rc_str text)
{
    while (text.data) {
        const struct rc_str line = rc_str_cut(&text, '\n');
        if (columns_of(line) <= COLUMNS || is_command(line))
            rc_buf_add_str(out, line);
        else
            wrap_line(out, line);
        if (text.data) rc_buf_add_char(out, '\n');
    }
}
