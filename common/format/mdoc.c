/* What people wrote for --help, made fit for a manual page. In mdoc a line that begins with a dot
 * is a macro, a backslash begins an escape, and a sentence begins on a line of its own. */
#include "rollcall/format/mdoc.h"

#include <stdbool.h>
#include <string.h>

enum { LINE_MAX_BYTES = 78 };

static void add_byte(struct rc_buf *out, char c, bool first)
{
    if (first && (c == '.' || c == '\'')) rc_buf_add_str(out, RC_STR("\\&"));
    if (c == '\\')
        rc_buf_add_str(out, RC_STR("\\e"));
    else
        rc_buf_add_char(out, c);
}

/* Does a sentence end before this blank? After `e.g.` too, where a line more is no harm. */
static bool ends_sentence(const char *text, const char *blank)
{
    return blank > text && strchr(".?!", blank[-1]);
}

/* A new line where a sentence begins, or where the next word has no room on this one. */
static bool breaks_line(const char *text, const char *blank, size_t column)
{
    return ends_sentence(text, blank) || column + 1 + strcspn(blank + 1, " \n") > LINE_MAX_BYTES;
}

void rc_mdoc_text(struct rc_buf *out, const char *text)
{
    size_t start = out->len;

    for (const char *at = text; *at; at++) {
        const size_t column = out->len - start;
        const bool blank = *at == ' ' || *at == '\n';
        if (blank && column == 0) continue;
        if (!blank) {
            add_byte(out, *at, column == 0);
        } else if (breaks_line(text, at, column)) {
            rc_buf_add_char(out, '\n');
            start = out->len;
        } else {
            rc_buf_add_char(out, ' ');
        }
    }
    rc_buf_add_char(out, '\n');
}

void rc_mdoc_word(struct rc_buf *out, const char *text)
{
    rc_buf_add_str(out, RC_STR(" \"\\&"));
    for (; *text; text++) {
        if (*text == '"') rc_buf_add_char(out, '"');
        add_byte(out, *text, false);
    }
    rc_buf_add_char(out, '"');
}
