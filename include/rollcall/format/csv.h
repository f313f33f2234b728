#ifndef RC_FORMAT_CSV_H
#define RC_FORMAT_CSV_H

#include <stdbool.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* CSV as programs and people really write it: RFC 4180 with LF, CRLF or CR at the ends of lines,
 * any separator, and flaws. Two steps: a text is cut into records, and a record into its cells.
 *
 * A flaw costs its own line, never the rows behind it: where a quote is opened and not closed, the
 * record ends with its line. So a line break within quotes is believed only where the quotes are
 * closed well and no separator stands between the two; whether a text is cut as a whole or from
 * the start of any record, the records are the same. */

enum rc_csv_flaw {
    RC_CSV_UNCLOSED = 1, /* a quote is opened and never closed */
    RC_CSV_STRAY = 2,    /* something stands behind a closing quote */
};

struct rc_csv_dialect {
    char separator;
    size_t max_record; /* bytes of one record; 0: 1 MiB */
};

struct rc_csv_record {
    struct rc_str text; /* without its line end; a view of the input */
    size_t lines;       /* of the input that it takes, its line end included */
    unsigned flaws;     /* bits of enum rc_csv_flaw */
};

/* Cuts the next record off *rest. last: nothing follows *rest. RC_NOT_FOUND: the end; or, unless
 * last, that more bytes must follow before it can be told where the record ends (*rest is as it
 * was). RC_REJECT: a record longer than max_record. */
RC_MUST_CHECK rc_status rc_csv_cut(const struct rc_csv_dialect *dialect, struct rc_str *rest,
                                   bool last, struct rc_csv_record *ret_record);

/* Nothing but blanks: such lines are no records. */
bool rc_csv_blank(struct rc_str record);

/* A record's cells: without quotes around them, doubled quotes made single (in arena, else views),
 * otherwise as they stand. Returns how many there are; those beyond max are only counted. */
size_t rc_csv_cells(const struct rc_csv_dialect *dialect, struct rc_str record,
                    struct rc_arena *arena, struct rc_str *cells, size_t max);

/* The separator that a header is written with: of , ; tab and | the most frequent outside quotes;
 * a comma where there is none. */
char rc_csv_separator(struct rc_str header);

/* ---- writing ---- */

/* Adds a cell to a row for people's spreadsheets: one that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a CR) has an apostrophe in front. first: of its row. */
void rc_csv_add(struct rc_buf *out, struct rc_str cell, bool first);
/* Ends the row. */
void rc_csv_end(struct rc_buf *out);

#endif
