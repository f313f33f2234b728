/* A file's first reading: nothing is stored yet, so that whatever refuses the upload is found
 * first. */
#include "member.h"

/* Bytes as letters: which encoding do they speak for? */
struct letters {
    int64_t utf8, other; /* rows with letters beyond ASCII: well-formed UTF-8, or not */
    int64_t first_other; /* line */
    int64_t first_nul;   /* line; 0: none */
    bool undefined;      /* a byte that Windows-1252 has no letter for */
};

static bool is_ascii(struct rc_str text)
{
    unsigned char all = 0;

    for (size_t i = 0; i < text.len; i++)
        all |= (unsigned char)text.data[i];
    return all < 0x80;
}

static bool has_undefined(struct rc_str text)
{
    static const unsigned char none[] = {0x81, 0x8D, 0x8F, 0x90, 0x9D};

    for (size_t i = 0; i < sizeof none; i++)
        if (memchr(text.data, none[i], text.len)) return true;
    return false;
}

static void note_letters(struct letters *letters, const struct member_row *row)
{
    const struct rc_str text = row->record.text;

    if (letters->first_nul == 0 && memchr(text.data, '\0', text.len))
        letters->first_nul = row->line;
    if (is_ascii(text)) return;
    if (rc_str_utf8(text, NULL)) {
        letters->utf8++;
        return;
    }
    if (letters->other++ == 0) letters->first_other = row->line;
    letters->undefined = letters->undefined || has_undefined(text);
}

/* Cells of long rows alone can be too long. */
static rc_status check_field(const struct rc_csv_file *file, const struct rc_intake_limits *limits,
                             const struct rc_csv_layout *layout, const struct member_row *row)
{
    enum { CELLS = 1000 };
    RC_AUTO(rc_arena) struct rc_arena *arena = NULL;

    if ((int64_t)row->record.text.len <= limits->max_field) return RC_OK;
    arena = rc_arena_new(0);
    struct rc_str *cells = rc_arena_array(arena, CELLS, sizeof *cells);
    const size_t count = rc_csv_cells(rc_csv_layout_dialect(layout), row->record.text, arena, cells,
                                      CELLS);
    for (size_t i = 0; i < count && i < CELLS; i++)
        if ((int64_t)cells[i].len > limits->max_field)
            return rc_fail(RC_REJECT,
                           "%s line %lld: cell %zu has %zu bytes, at most %lld are taken: shorten "
                           "it, or look for a quotation mark that is not closed",
                           file->name, (long long)row->line, i + 1, cells[i].len,
                           (long long)limits->max_field);
    return RC_OK;
}

static rc_status read_header(struct member *member, const struct rc_csv_file *file,
                             struct rc_arena *arena, struct survey *survey)
{
    struct member_row row;
    const rc_status status = member_next(member, &row);

    survey->empty = status == RC_NOT_FOUND;
    if (survey->empty) return RC_OK;
    RC_TRY(status);
    survey->header = rc_str_copy(arena, row.record.text);
    if (rc_csv_layout_read(file, survey->header, arena, &survey->layout) == RC_OK) return RC_OK;
    return rc_fail(RC_REJECT, "%s line %lld: %s: export it with the header that OneRoster names",
                   file->name, (long long)row.line,
                   rc_str_copy(arena, rc_str_of(rc_error_text())).data);
}

static rc_status read_rows(struct member *member, const struct rc_csv_file *file,
                           const struct rc_intake_limits *limits, struct letters *letters,
                           struct survey *survey)
{
    rc_status status = RC_OK;
    struct member_row row;

    while (!survey->empty && (status = member_next(member, &row)) == RC_OK) {
        if (++survey->rows > limits->max_rows)
            return rc_fail(RC_REJECT, "%s has more than %lld rows", file->name,
                           (long long)limits->max_rows);
        note_letters(letters, &row);
        RC_TRY(check_field(file, limits, survey->layout, &row));
    }
    return status == RC_NOT_FOUND ? RC_OK : status;
}

rc_status survey_file(struct rc_zip *zip, size_t index, const struct rc_csv_file *file,
                      const struct rc_intake_limits *limits, struct rc_arena *arena,
                      struct survey *ret_survey)
{
    const struct member_options options = {.file = file, .limits = limits};
    RC_AUTO(member) struct member *member = NULL;
    struct letters letters = {0};
    struct survey survey = {0};

    RC_TRY(member_open(zip, index, &options, &member));
    RC_TRY(read_header(member, file, arena, &survey));
    RC_TRY(read_rows(member, file, limits, &letters, &survey));
    survey.windows = letters.other > 0 && letters.utf8 == 0 && !letters.undefined;
    survey.broken = letters.other > 0 && !survey.windows ? letters.first_other : letters.first_nul;
    *ret_survey = survey;
    return RC_OK;
}
