#ifndef RC_ROSTER_CSV_COLUMNS_H
#define RC_ROSTER_CSV_COLUMNS_H

#include "rollcall/roster/oneroster_csv.h"

/* The columns of each file, private to this layer: what a cell holds, and which member of a REST
 * record it becomes. */

enum csv_cell {
    CSV_TEXT,
    CSV_REF,        /* an id of another record */
    CSV_TEXTS,      /* texts between commas */
    CSV_REFS,       /* ids between commas */
    CSV_IDS,        /* {type:id} between commas */
    CSV_CREDENTIAL, /* a part of a profile's one credential */
    CSV_OWNER,      /* of a joined row: the id that it belongs to */
    CSV_BASE,       /* sourcedId, status, dateLastModified: read apart */
    CSV_SECRET,     /* never read */
};

enum { CSV_ALIASES = 2, CSV_COLUMNS_MAX = 32 };

struct csv_column {
    const char *name;
    const char *member; /* of the REST record */
    enum csv_cell cell;
    bool needed; /* without it the file tells nothing */
    const char *aliases[CSV_ALIASES];
};

/* The places of the base columns in every table. */
enum { CSV_SOURCED_ID, CSV_STATUS, CSV_MODIFIED };

struct csv_table {
    struct rc_csv_file file;
    const char *member; /* RC_CSV_JOINED: the list in the owner's record */
    const struct csv_column *columns;
    size_t count;
};

/* NULL for a file without columns that are read. */
const struct csv_table *csv_table_of(const struct rc_csv_file *file);

struct rc_csv_layout {
    const struct csv_table *table;
    struct rc_csv_dialect dialect;
    size_t cells;                /* of the header */
    int16_t at[CSV_COLUMNS_MAX]; /* by column: its cell, -1: none */
};

/* A cell without what stands around it: blanks of every kind. */
struct rc_str csv_cell_of(const struct rc_csv_layout *layout, const struct rc_str *cells,
                          size_t column);
/* Does such a cell hold ids? */
bool csv_is_id(enum csv_cell cell);
/* Is it what a spreadsheet makes of a long number, 1.23E+05? */
bool csv_is_rounded(struct rc_str text);

#endif
