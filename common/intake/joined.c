/* Rows of roles.csv and its like, brought to the pages of the records that they belong to. Files
 * come in any order and may be large, so the rows wait in a temporary table of the transaction, by
 * the id of their owner; memory holds those of one page. */
#include "intake_private.h"
#include "intake_sql.h"

#include "rollcall/format/csv_page.h"

static bool is_waiting(const struct entry *entry)
{
    return entry->file->role == RC_CSV_JOINED && entry->present && entry->survey.layout;
}

bool joined_any(const struct intake *intake, enum rc_collection collection)
{
    for (size_t i = 0; i < intake->count; i++)
        if (is_waiting(&intake->entries[i]) && intake->entries[i].file->collection == collection)
            return true;
    return false;
}

/* ---- in ---- */

static rc_status copy_row(struct intake *intake, size_t index, const struct member_row *row,
                          struct rc_arena *scratch)
{
    const struct entry *entry = &intake->entries[index];
    const struct rc_str owner = rc_csv_row_owner(entry->survey.layout, row->record.text, scratch);
    const struct rc_str fields[] = {
        rc_str_print(scratch, "%zu", index),
        rc_str_print(scratch, "%lld", (long long)row->line),
        owner.data ? owner : RC_STR(""),
        row->record.text,
    };

    return rc_db_copy_row(intake->tx, fields, COUNT_OF(fields));
}

static rc_status copy_rows(struct intake *intake, size_t index, struct member *member)
{
    RC_AUTO(rc_arena) struct rc_arena *scratch = rc_arena_new(0);
    struct member_row row;
    rc_status status = member_next(member, &row); /* the header */

    while (status == RC_OK && (status = member_next(member, &row)) == RC_OK) {
        rc_arena_reset(scratch);
        RC_TRY(copy_row(intake, index, &row, scratch));
    }
    return status == RC_NOT_FOUND ? RC_OK : status;
}

static rc_status load_file(struct intake *intake, size_t index)
{
    const struct entry *entry = &intake->entries[index];
    const struct member_options options = {
        .file = entry->file, .limits = intake->limits, .windows = entry->survey.windows};
    RC_AUTO(member) struct member *member = NULL;

    RC_TRY(member_open(intake->zip, entry->member, &options, &member));
    RC_TRY(rc_db_copy_begin(intake->tx, sql_joined_copy));
    RC_TRY(copy_rows(intake, index, member)); /* the transaction's end ends an open COPY */
    return rc_db_copy_end(intake->tx);
}

rc_status joined_load(struct intake *intake)
{
    RC_TRY(rc_db_script(intake->tx, sql_joined_table));
    for (size_t i = 0; i < intake->count; i++)
        if (is_waiting(&intake->entries[i])) RC_TRY(load_file(intake, i));
    return rc_db_script(intake->tx, sql_joined_index);
}

/* ---- out ---- */

static rc_status take_rows(struct intake *intake, size_t index, const char *owners, char separator,
                           struct rc_buf *out)
{
    const char *const values[] = {rc_str_print(intake->arena, "%zu", index).data, owners};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(intake->tx, sql_joined_take, COUNT_OF(values), values, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        rc_buf_add_str(out, rc_rows_text(rows, i, 0));
        rc_buf_add_char(out, separator);
        rc_buf_add_str(out, rc_rows_text(rows, i, 1));
        rc_buf_add_char(out, '\n');
    }
    return RC_OK;
}

static rc_status take_section(struct intake *intake, size_t index, const char *owners,
                              struct rc_buf *page)
{
    const struct entry *entry = &intake->entries[index];
    const char separator = rc_csv_layout_dialect(entry->survey.layout)->separator;
    RC_AUTO_BUF struct rc_buf header = {0};
    RC_AUTO_BUF struct rc_buf rows = {0};

    rc_buf_print(&header, "#%c", separator);
    rc_buf_add_str(&header, entry->survey.header);
    RC_TRY(take_rows(intake, index, owners, separator, &rows));
    const struct rc_csv_section section = {.file = rc_str_of(entry->file->name),
                                           .delta = entry->verdict.delta,
                                           .header = rc_buf_str(&header),
                                           .rows = rc_buf_str(&rows)};
    rc_csv_section_print(&section, page);
    return RC_OK;
}

rc_status joined_take(struct intake *intake, enum rc_collection collection, const char *owners,
                      struct rc_buf *page)
{
    for (size_t i = 0; i < intake->count; i++)
        if (is_waiting(&intake->entries[i]) && intake->entries[i].file->collection == collection)
            RC_TRY(take_section(intake, i, owners, page));
    return RC_OK;
}

/* ---- what is left ---- */

static bool is_all_there(const struct intake *intake, enum rc_collection collection)
{
    const struct entry *owners = intake_main(intake, collection);

    return owners->present && !owners->verdict.delta;
}

/* Beside a delta of users, a whole roles.csv has rows of users that are not in it. */
rc_status joined_tell_orphans(struct intake *intake)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(intake->tx, sql_joined_left, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct entry *entry = &intake->entries[rc_rows_int(rows, i, 0)];
        const int64_t line = rc_rows_int(rows, i, 2);
        if (!entry->verdict.delta && !is_all_there(intake, entry->file->collection)) continue;
        const struct rc_str subject = rc_str_print(
            intake->arena, "%s (%lld, the first on line %lld)", entry->file->name,
            (long long)rc_rows_int(rows, i, 1), (long long)line);
        intake_tell(intake, RC_UPLOAD_ORPHANS, entry->file, subject, line);
    }
    return RC_OK;
}
