/* Rows of a file in a zip, with a window of some hundred KiB over its bytes. Spreadsheets of the
 * West write Windows-1252, whose letters are given in UTF-8. */
#include "member.h"

enum { PIECE = 256 * 1024 };

struct member {
    struct rc_zip_reader *reader;
    struct member_options options;
    struct rc_csv_dialect dialect;
    struct rc_buf window; /* what was unpacked and not cut off yet, from at on */
    size_t at;
    char *piece;
    bool begun;
    bool last;
    bool header_read;
    int64_t line; /* of the next row */
};

rc_status member_open(struct rc_zip *zip, size_t index, const struct member_options *options,
                      struct member **ret_member)
{
    RC_AUTO(member) struct member *member = rc_malloc(sizeof *member);

    *member = (struct member){
        .options = *options,
        .dialect = {.separator = options->separator ? options->separator : ',',
                    .max_record = (size_t)options->limits->max_row},
        .piece = rc_malloc(PIECE),
        .line = 1};
    RC_TRY(rc_zip_read_open(zip, index, &member->reader));
    *ret_member = member_take(&member);
    return RC_OK;
}

void member_free(struct member *member)
{
    if (!member) return;
    rc_zip_reader_free(member->reader);
    rc_buf_done(&member->window);
    free(member->piece);
    free(member);
}

/* ---- bytes ---- */

/* 0x80 to 0x9F of Windows-1252; five are none. */
static const unsigned short windows_letters[32] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

static void add_letter(struct rc_buf *out, unsigned char byte)
{
    const unsigned letter = byte >= 0x80 && byte < 0xA0 ? windows_letters[byte - 0x80] : byte;
    char utf8[3];

    rc_buf_add(out, utf8, rc_str_utf8_put(letter, utf8));
}

static void add_windows(struct rc_buf *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] < 0x80)
            rc_buf_add_char(out, bytes[i]);
        else
            add_letter(out, (unsigned char)bytes[i]);
    }
}

/* The first bytes tell of some encodings. */
static rc_status begin(struct member *member, struct rc_str *bytes)
{
    static const struct rc_str mark = RC_STR_INIT("\xEF\xBB\xBF");

    member->begun = true;
    if (rc_str_starts(*bytes, RC_STR("\xFF\xFE")) || rc_str_starts(*bytes, RC_STR("\xFE\xFF")))
        return rc_fail(RC_REJECT, "%s is written in UTF-16: export it in UTF-8",
                       member->options.file->name);
    if (rc_str_starts(*bytes, mark)) {
        bytes->data += mark.len;
        bytes->len -= mark.len;
    }
    return RC_OK;
}

static rc_status refill(struct member *member)
{
    size_t got = 0;

    RC_TRY(rc_zip_read(member->reader, member->piece, PIECE, &got));
    struct rc_str bytes = {member->piece, got};
    if (!member->begun) RC_TRY(begin(member, &bytes));
    member->last = got == 0;
    memmove(member->window.data, member->window.data + member->at, member->window.len - member->at);
    member->window.len -= member->at;
    member->at = 0;
    if (member->options.windows)
        add_windows(&member->window, bytes.data, bytes.len);
    else
        rc_buf_add_str(&member->window, bytes);
    return RC_OK;
}

/* ---- rows ---- */

static rc_status refuse_row(struct member *member)
{
    return rc_context(RC_REJECT, "%s line %lld", member->options.file->name,
                      (long long)member->line);
}

static rc_status cut(struct member *member, struct rc_csv_record *record)
{
    rc_status status = RC_NOT_FOUND;

    for (;;) {
        struct rc_str rest = {member->window.data + member->at, member->window.len - member->at};
        status = rc_csv_cut(&member->dialect, &rest, member->last, record);
        if (status == RC_OK) member->at = member->window.len - rest.len;
        if (status != RC_NOT_FOUND || member->last) break;
        RC_TRY(refill(member));
    }
    return status == RC_REJECT ? refuse_row(member) : status;
}

static void take_header(struct member *member, struct rc_str header)
{
    member->header_read = true;
    if (!member->options.separator) member->dialect.separator = rc_csv_separator(header);
}

rc_status member_next(struct member *member, struct member_row *ret_row)
{
    if (!member->window.data) rc_buf_reserve(&member->window, PIECE);
    do {
        ret_row->line = member->line;
        RC_TRY(cut(member, &ret_row->record));
        member->line += (int64_t)ret_row->record.lines;
    } while (rc_csv_blank(ret_row->record.text));
    if (!member->header_read) take_header(member, ret_row->record.text);
    return RC_OK;
}
