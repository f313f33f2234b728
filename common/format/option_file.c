/* The configuration file's reader: lines `name = value`, sections that prefix names, comments.
 * Apart from the tables, so that it can be fuzzed alone. A value is the rest of its line: a
 * password may hold a #. */

#include "rollcall/base/auto.h"
#include "rollcall/format/option.h"

enum { NAME_MAX_BYTES = 128 };

struct reader {
    struct rc_str section;
    int line;
    rc_status (*each)(void *self, struct rc_str name, struct rc_str value, int line);
    void *self;
};

static rc_status wrong(const struct reader *reader, const char *what)
{
    return rc_fail(RC_REJECT, "line %d: %s", reader->line, what);
}

static bool is_name(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '-' && c != '_') return false;
    }
    return text.len > 0;
}

static rc_status take_section(struct reader *reader, struct rc_str line)
{
    if (!rc_str_ends(line, RC_STR("]"))) return wrong(reader, "the section's ] is missing");
    const struct rc_str name = rc_str_trim((struct rc_str){line.data + 1, line.len - 2});
    if (name.len > 0 && !is_name(name))
        return wrong(reader, "a section's name has small letters, digits, dots and dashes");
    reader->section = name;
    return RC_OK;
}

static rc_status take_setting(struct reader *reader, struct rc_str line)
{
    RC_AUTO_BUF struct rc_buf full = {0};
    struct rc_str value = line;
    const struct rc_str name = rc_str_trim(rc_str_cut(&value, '='));

    if (!value.data) return wrong(reader, "`name = value` is due");
    if (!is_name(name)) return wrong(reader, "a name has small letters, digits, dots and dashes");
    if (reader->section.len + name.len >= NAME_MAX_BYTES)
        return wrong(reader, "the name is too long");
    if (memchr(value.data, '\0', value.len)) return wrong(reader, "a NUL byte");
    if (reader->section.len > 0) {
        rc_buf_add_str(&full, reader->section);
        rc_buf_add_char(&full, '.');
    }
    rc_buf_add_str(&full, name);
    return reader->each(reader->self, rc_buf_str(&full), rc_str_trim(value), reader->line);
}

static rc_status take_line(struct reader *reader, struct rc_str line)
{
    if (line.len == 0 || *line.data == '#' || *line.data == ';') return RC_OK;
    return *line.data == '[' ? take_section(reader, line) : take_setting(reader, line);
}

rc_status rc_option_file_parse(struct rc_str text,
                               rc_status (*each)(void *self, struct rc_str name,
                                                 struct rc_str value, int line),
                               void *self)
{
    struct reader reader = {.each = each, .self = self};

    if (rc_str_starts(text, RC_STR("\xEF\xBB\xBF")))
        text = (struct rc_str){text.data + 3, text.len - 3};
    while (text.data) {
        reader.line++;
        RC_TRY(take_line(&reader, rc_str_trim(rc_str_cut(&text, '\n'))));
    }
    return RC_OK;
}
