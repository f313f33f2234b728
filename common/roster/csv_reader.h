#ifndef RC_ROSTER_CSV_READER_H
#define RC_ROSTER_CSV_READER_H

#include "csv_columns.h"
#include "rollcall/base/map.h"
#include "rollcall/format/csv_page.h"

/* The reader of a page's inside, private to this layer: oneroster_csv.c finds rows, csv_row.c says
 * what is wrong with one, csv_record.c writes it as a record. */

/* A row of another file that belongs to a record. */
struct joined {
    struct joined *next;
    const struct csv_file_part *part;
    struct rc_csv_record record;
    int64_t line;
};

/* One file of the page. */
struct csv_file_part {
    const struct rc_csv_file *file;
    const struct rc_csv_layout *layout;
    bool delta;
};

struct rc_csv_reader {
    struct rc_csv_reader_options options;
    struct csv_file_part parts[RC_CSV_SECTIONS_MAX];
    struct rc_str rest; /* rows of the collection's file that were not read yet */
    size_t count;
    int64_t next_line;
    struct rc_map *joined;  /* owner's id → its rows, last first */
    struct rc_arena *arena; /* the page's */
    struct rc_arena *scratch;

    /* The row in hand. */
    struct rc_buf json;
    struct rc_str *cells;
    int64_t line;
    const struct joined *rows; /* that belong to it */
    struct rc_csv_row row;
};

enum { CSV_CELLS_MAX = 1000 };

/* Tells of a field of the row in hand. */
void csv_tell(struct rc_csv_reader *reader, const char *field, enum rc_rule rule, bool needed,
              struct rc_str where);
/* "users.csv line 17", "…, column email"; column NULL: none. */
struct rc_str csv_place(struct rc_csv_reader *reader, const struct csv_file_part *part,
                        int64_t line, const char *column);
/* A row's cells into reader->cells, as many as its header has at least; how many it has. */
size_t csv_read_cells(struct rc_csv_reader *reader, const struct rc_csv_layout *layout,
                      struct rc_str row);
/* What is wrong with the row in reader->cells as a whole; RC_RULE_COUNT_: nothing. count: of its
 * cells. */
enum rc_rule csv_damage(const struct rc_csv_reader *reader, const struct rc_csv_layout *layout,
                        const struct rc_csv_record *record, size_t count);
/* Is the row in these cells marked deleted? */
bool csv_is_deleted(const struct csv_file_part *part, const struct rc_str *cells);

/* The row in hand as the record that REST would have sent, into reader->json. False: a row that
 * belongs to it is damaged, and a finding says so. */
bool csv_put_record(struct rc_csv_reader *reader);

#endif
