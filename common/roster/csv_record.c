/* A row of CSV, and the rows of other files that belong to it, as one record of REST. */

#include "csv_reader.h"
#include "mapper_private.h"

/* --- values --- */

static struct rc_str trimmed_item(struct rc_str *list)
{
    return rc_trim_all(rc_str_cut(list, ','));
}

/* {LDAP:12} */
static void put_user_id(struct rc_json_out *json, struct rc_str item)
{
    if (rc_str_starts(item, RC_STR("{"))) item = (struct rc_str){item.data + 1, item.len - 1};
    if (rc_str_ends(item, RC_STR("}"))) item.len--;
    struct rc_str identifier = item;
    const struct rc_str type = rc_trim_all(rc_str_cut(&identifier, ':'));

    rc_json_open(json, NULL, '{');
    if (identifier.data) rc_json_put_text(json, "type", type);
    rc_json_put_text(json, "identifier", identifier.data ? rc_trim_all(identifier) : type);
    rc_json_close(json, '}');
}

static void put_list(struct rc_json_out *json, const struct csv_column *column, struct rc_str cell)
{
    rc_json_open(json, column->member, '[');
    while (cell.data) {
        const struct rc_str item = trimmed_item(&cell);
        if (item.len == 0) continue;
        if (column->cell == CSV_IDS)
            put_user_id(json, item);
        else
            rc_json_put_text(json, NULL, item);
    }
    rc_json_close(json, ']');
}

static bool is_list(enum csv_cell cell)
{
    return cell == CSV_TEXTS || cell == CSV_REFS || cell == CSV_IDS;
}

static void put_value(struct rc_csv_reader *reader, struct rc_json_out *json,
                      const struct csv_file_part *part, const struct csv_column *column,
                      struct rc_str cell)
{
    if (cell.len == 0 || !column->member) return;
    if (csv_is_id(column->cell) && csv_is_rounded(cell))
        csv_tell(reader, column->member, RC_RULE_ROUNDED, false,
                 csv_place(reader, part, reader->line, column->name));
    else if (is_list(column->cell))
        put_list(json, column, cell);
    else if (column->cell == CSV_TEXT || column->cell == CSV_REF)
        rc_json_put_text(json, column->member, cell);
}

/* --- joined rows --- */

static void put_credential(struct rc_json_out *json, const struct csv_file_part *part,
                           const struct rc_str *cells)
{
    const struct csv_table *table = part->layout->table;
    bool open = false;

    for (size_t i = 0; i < table->count; i++) {
        const struct rc_str cell = csv_cell_of(part->layout, cells, i);
        if (table->columns[i].cell != CSV_CREDENTIAL || cell.len == 0) continue;
        if (!open) {
            rc_json_open(json, "credentials", '[');
            rc_json_open(json, NULL, '{');
        }
        open = true;
        rc_json_put_text(json, table->columns[i].member, cell);
    }
    if (!open) return;
    rc_json_close(json, '}');
    rc_json_close(json, ']');
}

/* An object of the row's columns; or its one id, where that is all it says. */
static void put_joined(struct rc_csv_reader *reader, struct rc_json_out *json,
                       const struct joined *row, const struct rc_str *cells)
{
    const struct csv_table *table = row->part->layout->table;
    const struct csv_column *id = &table->columns[CSV_SOURCED_ID];

    if (table->columns[table->count - 1].cell == CSV_REF &&
        !table->columns[table->count - 1].member) {
        rc_json_put_text(json, NULL, csv_cell_of(row->part->layout, cells, table->count - 1));
        return;
    }
    rc_json_open(json, NULL, '{');
    if (strcmp(id->member, id->name) != 0)
        rc_json_put_text(json, id->member, csv_cell_of(row->part->layout, cells, CSV_SOURCED_ID));
    for (size_t i = CSV_MODIFIED + 1; i < table->count; i++)
        put_value(reader, json, row->part, &table->columns[i],
                  csv_cell_of(row->part->layout, cells, i));
    put_credential(json, row->part, cells);
    rc_json_close(json, '}');
}

/* --- a record --- */

/* The rows of one other file that belong to the record. False: one of them is damaged. */
static bool put_joined_list(struct rc_csv_reader *reader, struct rc_json_out *json,
                            const struct csv_file_part *part)
{
    bool good = true;
    bool open = false;

    for (const struct joined *row = reader->rows; row; row = row->next) {
        if (row->part != part) continue;
        const size_t count = csv_read_cells(reader, part->layout, row->record.text);
        const enum rc_rule damage = csv_damage(reader, part->layout, &row->record, count);
        if (damage != RC_RULE_COUNT_) {
            csv_tell(reader, "record", damage, true, csv_place(reader, part, row->line, NULL));
            good = false;
            continue;
        }
        if (csv_is_deleted(part, reader->cells)) continue;
        if (!open) rc_json_open(json, part->layout->table->member, '[');
        open = true;
        put_joined(reader, json, row, reader->cells);
    }
    if (open) rc_json_close(json, ']');
    return good;
}

/* status and dateLastModified mean something in deltas alone: in bulk they must be blank, and real
 * exports fill them with anything. */
static void put_base(struct rc_csv_reader *reader, struct rc_json_out *json)
{
    const struct csv_file_part *part = &reader->parts[0];
    const struct csv_table *table = part->layout->table;

    rc_json_put_text(json, "sourcedId", reader->row.id);
    for (size_t i = CSV_STATUS; part->delta && i <= CSV_MODIFIED; i++) {
        const struct rc_str cell = csv_cell_of(part->layout, reader->cells, i);
        if (cell.len > 0) rc_json_put_text(json, table->columns[i].member, cell);
    }
}

/* Does another file of the page give this member? Its own column gives way. */
static bool is_joined(const struct rc_csv_reader *reader, const struct csv_column *column)
{
    for (size_t i = 1; i < RC_CSV_SECTIONS_MAX && reader->parts[i].file; i++)
        if (column->member && strcmp(reader->parts[i].layout->table->member, column->member) == 0)
            return true;
    return false;
}

bool csv_put_record(struct rc_csv_reader *reader)
{
    const struct csv_file_part *part = &reader->parts[0];
    const struct csv_table *table = part->layout->table;
    struct rc_json_out json = {.buf = &reader->json};
    bool good = true;

    rc_json_open(&json, NULL, '{');
    put_base(reader, &json);
    for (size_t i = CSV_MODIFIED + 1; i < table->count; i++)
        if (!is_joined(reader, &table->columns[i]))
            put_value(reader, &json, part, &table->columns[i],
                      csv_cell_of(part->layout, reader->cells, i));
    for (size_t i = 1; i < RC_CSV_SECTIONS_MAX && reader->parts[i].file; i++)
        good = put_joined_list(reader, &json, &reader->parts[i]) && good;
    rc_json_close(&json, '}');
    return good;
}
