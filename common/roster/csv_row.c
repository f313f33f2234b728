/* A row of CSV as a row, whichever file it stands in: its cells, what may be wrong with it as a
 * whole, and how that is told. */
#include "csv_reader.h"
#include "mapper_private.h"

void csv_tell(struct rc_csv_reader *reader, const char *field, enum rc_rule rule, bool needed,
              struct rc_str where)
{
    const struct rc_finding finding = {.collection = reader->parts[0].file->collection,
                                       .id = reader->row.id,
                                       .place = reader->line,
                                       .field = field,
                                       .rule = rule,
                                       .severity = rc_rule_severity(rule, needed),
                                       .where = where};

    reader->options.found(reader->options.self, &finding);
}

struct rc_str csv_place(struct rc_csv_reader *reader, const struct csv_file_part *part,
                        int64_t line, const char *column)
{
    return rc_str_print(reader->scratch, "%s line %lld%s%s", part->file->name, (long long)line,
                        column ? ", column " : "", column ? column : "");
}

static bool any_beyond(const struct rc_csv_reader *reader, size_t from, size_t count)
{
    for (size_t i = from; i < count; i++)
        if (rc_trim_all(reader->cells[i]).len > 0) return true;
    return false;
}

enum rc_rule csv_damage(const struct rc_csv_reader *reader, const struct rc_csv_layout *layout,
                        const struct rc_csv_record *record, size_t count)
{
    const size_t read = count < CSV_CELLS_MAX ? count : CSV_CELLS_MAX;

    if (!rc_str_is_text(record->text)) return RC_RULE_ENCODING;
    if (record->flaws) return RC_RULE_QUOTES;
    if (count < layout->cells) return RC_RULE_SHORT;
    if (count > CSV_CELLS_MAX || any_beyond(reader, layout->cells, read)) return RC_RULE_LONG;
    return RC_RULE_COUNT_;
}

size_t csv_read_cells(struct rc_csv_reader *reader, const struct rc_csv_layout *layout,
                      struct rc_str row)
{
    const size_t count = rc_csv_cells(&layout->dialect, row, reader->scratch, reader->cells,
                                      CSV_CELLS_MAX);

    for (size_t i = count; i < layout->cells; i++)
        reader->cells[i] = (struct rc_str){0};
    return count;
}

bool csv_is_deleted(const struct csv_file_part *part, const struct rc_str *cells)
{
    return part->delta && rc_status_deleted(csv_cell_of(part->layout, cells, CSV_STATUS));
}
