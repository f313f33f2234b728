/* Pages of CSV uploads, between the intake that cuts them and the normalizer that reads them. */

#include "rollcall/format/csv_page.h"

#include "rollcall/base/auto.h"

void rc_csv_section_print(const struct rc_csv_section *section, struct rc_buf *out)
{
    rc_buf_print(out, "@%.*s %s %lld %zu\n", RC_STR_ARG(section->file),
                 section->delta ? "delta" : "bulk", (long long)section->line,
                 section->header.len + 1 + section->rows.len);
    rc_buf_add_str(out, section->header);
    rc_buf_add_char(out, '\n');
    rc_buf_add_str(out, section->rows);
}

/* "@users.csv bulk 5002 81234" */
static rc_status parse_head(struct rc_str line, struct rc_csv_section *section, int64_t *ret_len)
{
    if (!rc_str_starts(line, RC_STR("@")))
        return rc_fail(RC_REJECT, "a section of a CSV page begins with @");
    line.data++;
    line.len--;
    section->file = rc_str_cut(&line, ' ');
    const struct rc_str mode = rc_str_cut(&line, ' ');
    section->delta = rc_str_eq(mode, RC_STR("delta"));
    if (!section->delta && !rc_str_eq(mode, RC_STR("bulk")))
        return rc_fail(RC_REJECT, "a section of a CSV page is bulk or delta");
    RC_TRY(rc_context(rc_str_int(rc_str_cut(&line, ' '), 0, INT64_MAX / 2, &section->line),
                      "the first line of a CSV page's section"));
    return rc_context(rc_str_int(line, 1, INT32_MAX, ret_len),
                      "the length of a CSV page's section");
}

static rc_status parse_section(struct rc_str *rest, struct rc_csv_section *section)
{
    int64_t len = 0;

    RC_TRY(parse_head(rc_str_cut(rest, '\n'), section, &len));
    if (!rest->data || (uint64_t)len > rest->len)
        return rc_fail(RC_REJECT, "a CSV page ends within a section");
    struct rc_str body = {rest->data, (size_t)len};
    section->header = rc_str_cut(&body, '\n');
    if (!body.data) return rc_fail(RC_REJECT, "a section of a CSV page has no header");
    section->rows = body;
    rest->data += len;
    rest->len -= (size_t)len;
    return RC_OK;
}

rc_status rc_csv_page_parse(struct rc_str text, struct rc_csv_page *ret_page)
{
    struct rc_csv_page page = {0};

    while (text.len > 0) {
        if (page.count == COUNT_OF(page.sections))
            return rc_fail(RC_REJECT, "a CSV page has at most %zu sections",
                           COUNT_OF(page.sections));
        RC_TRY(parse_section(&text, &page.sections[page.count++]));
    }
    if (page.count == 0) return rc_fail(RC_REJECT, "a CSV page without a section");
    *ret_page = page;
    return RC_OK;
}
