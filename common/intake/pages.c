/* Cuts a file into pages at the ends of its rows and stores each sealed. What is in memory is one
 * page, whatever the file's size. */
#include "intake_private.h"
#include "intake_sql.h"

#include "rollcall/format/csv_page.h"

enum { PAGE_MAX = 14 * 1024 * 1024, BLANK_LINES = 1000 }; /* a page must fit into a message */

/* A page on its way. */
struct pager {
    struct intake *intake;
    const struct entry *entry;
    struct rc_buf rows;
    struct rc_buf owners; /* array literal of their ids, where rows of other files belong to them */
    struct rc_arena *scratch;
    int64_t first_line;
    int64_t next_line; /* where the next row would stand without blank lines between */
    int64_t records;
    int64_t cursor;
};

static void begin_page(struct pager *pager, const struct member_row *row)
{
    rc_buf_clear(&pager->rows);
    rc_buf_clear(&pager->owners);
    rc_db_array_open(&pager->owners);
    pager->first_line = pager->next_line = row->line;
    pager->records = 0;
}

/* ---- storing ---- */

/* What a page is stored under. */
struct place {
    const char *collection;
    const char *cursor;
    const char *records;
    char digest[RC_HASH_TEXT];
};

/* Is it here already, in the same words, from a zip before? */
static rc_status add_same(const struct pager *pager, const struct place *place, bool *ret_same)
{
    const char *const values[] = {pager->intake->result.upload, place->collection, place->cursor,
                                  place->records, place->digest};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(pager->intake->tx, sql_upload_chunk_same, COUNT_OF(values), values, &rows));
    *ret_same = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

static rc_status add_new(struct pager *pager, const struct place *place, struct rc_str page)
{
    const struct intake *intake = pager->intake;
    const char *field =
        rc_str_print(pager->scratch, "upload:%s:%s", place->collection, place->digest).data;
    RC_AUTO_BUF struct rc_buf sealed = {0};

    RC_TRY(rc_keyring_seal_packed(intake->keyring, intake->tx, intake->request->district, field,
                                  page, &sealed));
    const char *const values[] = {intake->result.upload,
                                  place->collection,
                                  place->cursor,
                                  place->records,
                                  place->digest,
                                  field,
                                  rc_db_hex(pager->scratch, rc_buf_str(&sealed))};
    return rc_db_run(intake->tx, sql_upload_chunk, COUNT_OF(values), values, NULL);
}

static rc_status insert_chunk(struct pager *pager, struct rc_str page)
{
    const struct intake *intake = pager->intake;
    struct place place = {
        .collection = rc_collection_name(pager->entry->file->collection),
        .cursor = rc_str_print(pager->scratch, "%lld", (long long)pager->cursor).data,
        .records = rc_str_print(pager->scratch, "%lld", (long long)pager->records).data};
    bool same = false;

    RC_TRY(rc_keyring_digest(intake->keyring, intake->tx, intake->request->district, page,
                             place.digest));
    RC_TRY(add_same(pager, &place, &same));
    return same ? RC_OK : add_new(pager, &place, page);
}

static rc_status store_page(struct pager *pager)
{
    const struct entry *entry = pager->entry;
    const struct rc_csv_section section = {.file = rc_str_of(entry->file->name),
                                           .delta = entry->verdict.delta,
                                           .line = pager->first_line,
                                           .header = entry->survey.header,
                                           .rows = rc_buf_str(&pager->rows)};
    RC_AUTO_BUF struct rc_buf page = {0};

    if (pager->records == 0) return RC_OK;
    rc_arena_reset(pager->scratch);
    rc_db_array_close(&pager->owners);
    rc_csv_section_print(&section, &page);
    RC_TRY(joined_take(pager->intake, entry->file->collection, pager->owners.data, &page));
    if (page.len > PAGE_MAX)
        return rc_fail(RC_REJECT,
                       "%s from line %lld: too many rows of other files belong to these rows",
                       entry->file->name, (long long)pager->first_line);
    RC_TRY(insert_chunk(pager, rc_buf_str(&page)));
    pager->cursor += pager->records;
    return RC_OK;
}

/* ---- rows ---- */

static void note_owner(struct pager *pager, struct rc_str row)
{
    const struct rc_str id = rc_csv_row_owner(pager->entry->survey.layout, row, pager->scratch);

    if (id.len > 0 && rc_str_is_text(id)) rc_db_array_add(&pager->owners, id);
}

/* Blank lines are kept, so that lines can be counted from the page's first. */
static void add_row(struct pager *pager, const struct member_row *row, bool with_owner)
{
    for (; pager->next_line < row->line; pager->next_line++)
        rc_buf_add_char(&pager->rows, '\n');
    rc_buf_add_str(&pager->rows, row->record.text);
    rc_buf_add_char(&pager->rows, '\n');
    pager->next_line += (int64_t)row->record.lines;
    pager->records++;
    if (with_owner) note_owner(pager, row->record.text);
}

static bool is_full(const struct pager *pager, const struct member_row *row)
{
    return row->line - pager->next_line > BLANK_LINES ||
           pager->records >= pager->intake->limits->page_rows ||
           (int64_t)pager->rows.len >= pager->intake->limits->page_bytes;
}

static rc_status cut_pages(struct pager *pager, struct member *member)
{
    const bool with_owner = joined_any(pager->intake, pager->entry->file->collection);
    struct member_row row;
    rc_status status = member_next(member, &row); /* the header */

    begin_page(pager, &row);
    while (status == RC_OK && (status = member_next(member, &row)) == RC_OK) {
        if (is_full(pager, &row) || pager->records == 0) {
            RC_TRY(store_page(pager));
            begin_page(pager, &row);
        }
        add_row(pager, &row, with_owner);
    }
    if (status != RC_NOT_FOUND) return status;
    return store_page(pager);
}

static void pager_done(struct pager *pager)
{
    rc_buf_done(&pager->rows);
    rc_buf_done(&pager->owners);
    rc_arena_free(pager->scratch);
}

rc_status pages_store(struct intake *intake, const struct entry *entry, int64_t *ret_records)
{
    const struct member_options options = {
        .file = entry->file, .limits = intake->limits, .windows = entry->survey.windows};
    struct pager pager = {.intake = intake, .entry = entry, .scratch = rc_arena_new(0)};
    RC_AUTO(member) struct member *member = NULL;

    rc_status status = member_open(intake->zip, entry->member, &options, &member);
    if (status == RC_OK) status = cut_pages(&pager, member);
    *ret_records = pager.cursor;
    pager_done(&pager);
    return status;
}
