/* Rows of OneRoster's CSV binding as the records that REST would have sent. A row that is damaged
 * (cells too many or too few, quotes that do not pair, bytes that are no text) gives no values,
 * since they may stand in the wrong columns; its id is kept where it stands before the damage, so
 * that nobody counts as gone for it (N1). */

#include "rollcall/roster/oneroster_csv.h"

#include "csv_reader.h"
#include "mapper_private.h"

/* --- where a finding is --- */

static const struct csv_column *column_of_member(const struct csv_table *table, const char *member)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].member && strcmp(table->columns[i].member, member) == 0)
            return &table->columns[i];
    return NULL;
}

static bool is_member(const struct joined *row, const char *field)
{
    const struct csv_table *table = row->part->layout->table;

    return strcmp(table->member, field) == 0 || column_of_member(table, field) != NULL;
}

void rc_csv_reader_where(const struct rc_csv_reader *reader, const char *field, struct rc_buf *out)
{
    const struct csv_file_part *part = &reader->parts[0];
    const struct csv_column *column = column_of_member(part->layout->table, field);
    const bool here = column && part->layout->at[column - part->layout->table->columns] >= 0;

    for (const struct joined *row = here ? NULL : reader->rows; row; row = row->next) {
        if (!is_member(row, field)) continue;
        rc_buf_print(out, "%s line %lld", row->part->file->name, (long long)row->line);
        return;
    }
    rc_buf_print(out, "%s line %lld", part->file->name, (long long)reader->line);
    if (column && strcmp(column->name, field) != 0) rc_buf_print(out, ", column %s", column->name);
}

/* --- a record --- */

/* The id of a damaged row, where it stands whole before the damage. */
static struct rc_str id_before_damage(const struct rc_csv_reader *reader, size_t count)
{
    const struct rc_csv_layout *layout = reader->parts[0].layout;
    const int16_t at = layout->at[CSV_SOURCED_ID];
    const struct rc_str id = csv_cell_of(layout, reader->cells, CSV_SOURCED_ID);

    if (at < 0 || (size_t)at + 1 >= count || id.len > RC_ID_MAX || !rc_str_is_text(id) ||
        csv_is_rounded(id) || memchr(id.data, '"', id.len))
        return (struct rc_str){0};
    return id;
}

static void drop(struct rc_csv_reader *reader, enum rc_rule rule)
{
    csv_tell(reader, "record", rule, true,
             csv_place(reader, &reader->parts[0], reader->line, NULL));
    reader->row.dropped = true;
}

static void read_row(struct rc_csv_reader *reader, const struct rc_csv_record *record)
{
    const struct csv_file_part *part = &reader->parts[0];
    const size_t count = csv_read_cells(reader, part->layout, record->text);
    const enum rc_rule damage = csv_damage(reader, part->layout, record, count);

    if (damage != RC_RULE_COUNT_) {
        reader->row.id = id_before_damage(reader, count);
        drop(reader, damage);
        return;
    }
    const struct rc_str id = csv_cell_of(part->layout, reader->cells, CSV_SOURCED_ID);
    if (csv_is_rounded(id)) {
        csv_tell(reader, "sourcedId", RC_RULE_ROUNDED, true,
                 csv_place(reader, part, reader->line, "sourcedId"));
        reader->row.dropped = true;
        return;
    }
    reader->row.id = id;
    reader->row.deleted = csv_is_deleted(part, reader->cells);
    reader->rows = id.len > 0 ? rc_map_get(reader->joined, id) : NULL;
    reader->row.dropped = !csv_put_record(reader);
    reader->row.json = rc_buf_str(&reader->json);
}

bool rc_csv_reader_next(struct rc_csv_reader *reader, struct rc_csv_row *ret_row)
{
    const struct rc_csv_dialect *dialect = &reader->parts[0].layout->dialect;
    struct rc_csv_record record;

    do {
        if (rc_csv_cut(dialect, &reader->rest, true, &record) != RC_OK) return false;
        reader->line = reader->next_line;
        reader->next_line += (int64_t)record.lines;
    } while (rc_csv_blank(record.text));
    rc_arena_reset(reader->scratch);
    rc_buf_clear(&reader->json);
    reader->rows = NULL;
    reader->row = (struct rc_csv_row){.line = reader->line};
    read_row(reader, &record);
    *ret_row = reader->row;
    return true;
}

/* --- a page --- */

/* "41,…": the line that a gathered row begins with. */
static int64_t own_line(struct rc_str row, char separator)
{
    int64_t line = 0;

    if (rc_str_int(rc_str_cut(&row, separator), 0, INT64_MAX / 2, &line) != RC_OK) return 0;
    return line;
}

static void gather(struct rc_csv_reader *reader, const struct csv_file_part *part,
                   struct rc_str rows)
{
    const struct rc_csv_dialect *dialect = &part->layout->dialect;
    struct rc_csv_record record;

    while (rc_csv_cut(dialect, &rows, true, &record) == RC_OK) {
        const struct rc_str owner = rc_csv_row_owner(part->layout, record.text, reader->arena);
        if (owner.len == 0) continue;
        struct joined *row = rc_arena_alloc(reader->arena, sizeof *row);
        *row = (struct joined){rc_map_get(reader->joined, owner), part, record,
                               own_line(record.text, dialect->separator)};
        (void)rc_map_put(reader->joined, owner, row);
    }
}

static rc_status read_part(struct rc_csv_reader *reader, const struct rc_csv_section *section,
                           struct csv_file_part *part)
{
    const struct rc_csv_file *file = rc_csv_file_find(section->file);

    if (!file)
        return rc_fail(RC_REJECT, "no file of OneRoster is called \"%.*s\"",
                       RC_STR_ARG(section->file));
    RC_TRY(rc_context(rc_csv_layout_read(file, section->header, reader->arena, &part->layout),
                      "%s line 1", file->name));
    part->file = file;
    part->delta = section->delta;
    return RC_OK;
}

static size_t count_rows(const struct rc_csv_layout *layout, struct rc_str rows)
{
    struct rc_csv_record record;
    size_t count = 0;

    while (rc_csv_cut(&layout->dialect, &rows, true, &record) == RC_OK)
        count += !rc_csv_blank(record.text);
    return count;
}

static rc_status read_parts(struct rc_csv_reader *reader, const struct rc_csv_page *page,
                            enum rc_collection collection)
{
    for (size_t i = 0; i < page->count; i++) {
        struct csv_file_part *part = &reader->parts[i];
        RC_TRY(read_part(reader, &page->sections[i], part));
        if (!part->file || part->file->collection != collection ||
            part->file->role != (i == 0 ? RC_CSV_MAIN : RC_CSV_JOINED))
            return rc_fail(RC_REJECT, "%.*s is not read for %s", RC_STR_ARG(page->sections[i].file),
                           rc_collection_name(collection));
        if (i > 0) gather(reader, part, page->sections[i].rows);
    }
    reader->rest = page->sections[0].rows;
    reader->count = count_rows(reader->parts[0].layout, reader->rest);
    reader->next_line = page->sections[0].line;
    return RC_OK;
}

size_t rc_csv_reader_count(const struct rc_csv_reader *reader)
{
    return reader->count;
}

rc_status rc_csv_reader_new(struct rc_str text, enum rc_collection collection,
                            const struct rc_csv_reader_options *options, struct rc_arena *arena,
                            struct rc_csv_reader **ret_reader)
{
    RC_AUTO(rc_csv_reader) struct rc_csv_reader *reader = rc_malloc(sizeof *reader);
    struct rc_csv_page page;

    *reader = (struct rc_csv_reader){
        .options = *options,
        .arena = arena,
        .joined = rc_map_new(arena),
        .cells = rc_arena_array(arena, CSV_CELLS_MAX, sizeof(struct rc_str)),
        .scratch = rc_arena_new(0)};
    RC_TRY(rc_csv_page_parse(text, &page));
    RC_TRY(read_parts(reader, &page, collection));
    *ret_reader = rc_csv_reader_take(&reader);
    return RC_OK;
}

void rc_csv_reader_free(struct rc_csv_reader *reader)
{
    if (!reader) return;
    rc_arena_free(reader->scratch);
    rc_buf_done(&reader->json);
    free(reader);
}

/* --- the list of findings --- */

static void document(enum rc_collection collection, const char *field, enum rc_rule rule,
                     bool needed, struct rc_buf *out)
{
    const struct rc_finding finding = {.collection = collection,
                                       .id = strcmp(field, "sourcedId") == 0 ? RC_STR("")
                                                                             : RC_STR("id"),
                                       .place = 0,
                                       .field = field,
                                       .rule = rule,
                                       .severity = rc_rule_severity(rule, needed)};

    rc_finding_document(&finding, strcmp(field, "record") == 0 ? "a row of the file" : "an id",
                        out);
}

static void document_table(const struct csv_table *table, struct rc_buf *out)
{
    static const enum rc_rule of_rows[] = {RC_RULE_SHORT, RC_RULE_LONG, RC_RULE_QUOTES,
                                           RC_RULE_ENCODING};

    for (size_t i = 0; i < COUNT_OF(of_rows); i++)
        document(table->file.collection, "record", of_rows[i], true, out);
    document(table->file.collection, "sourcedId", RC_RULE_ROUNDED, true, out);
    for (size_t i = 0; i < table->count; i++)
        if (csv_is_id(table->columns[i].cell))
            document(table->file.collection, table->columns[i].member, RC_RULE_ROUNDED, false, out);
}

void rc_csv_document(struct rc_buf *out)
{
    const struct rc_csv_file *file = NULL;

    for (size_t i = 0; (file = rc_csv_file_at(i)) != NULL; i++)
        if (file->role == RC_CSV_MAIN) document_table(csv_table_of(file), out);
}
