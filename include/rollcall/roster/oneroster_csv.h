#ifndef RC_ROSTER_ONEROSTER_CSV_H
#define RC_ROSTER_ONEROSTER_CSV_H

#include "rollcall/base/arena.h"
#include "rollcall/format/csv.h"
#include "rollcall/roster/finding.h"

/* OneRoster's CSV binding, 1.1 to 1.2.1: the files of a zip, their columns, and how a row becomes
 * the record that a REST source of the same version would have sent, so that both are mapped by the
 * same tables (mapper.h) to the same canonical body. Pure. */

enum rc_csv_role {
    RC_CSV_MAIN,   /* its rows are a collection's records */
    RC_CSV_JOINED, /* its rows belong to records of another file */
    RC_CSV_MANIFEST,
    RC_CSV_UNREAD, /* of the standard, and not of a roster */
};

/* A file of the standard; one constant table. */
struct rc_csv_file {
    const char *name; /* "users.csv" */
    enum rc_csv_role role;
    enum rc_collection collection; /* RC_CSV_MAIN: its own; RC_CSV_JOINED: of its owners */
};

/* By its name, whatever its case; NULL: no file of the standard. */
const struct rc_csv_file *rc_csv_file_find(struct rc_str name);
/* All of them; NULL past the last. */
const struct rc_csv_file *rc_csv_file_at(size_t index);

/* A header, understood. */
struct rc_csv_layout;

/* Reads a header: names in any order and case, with invisible characters, misspelt as in real
 * exports, further columns beside. RC_REJECT says which column is missing, or stands there twice.
 */
RC_MUST_CHECK rc_status rc_csv_layout_read(const struct rc_csv_file *file, struct rc_str header,
                                           struct rc_arena *arena,
                                           const struct rc_csv_layout **ret_layout);
/* Does the header have this column of the standard? */
bool rc_csv_layout_has(const struct rc_csv_layout *layout, const char *column);
const struct rc_csv_dialect *rc_csv_layout_dialect(const struct rc_csv_layout *layout);
/* The id under which rows of several files come together: of a joined file's row the id that it
 * belongs to, else its own. A view of the row or in arena; empty: none. */
struct rc_str rc_csv_row_owner(const struct rc_csv_layout *layout, struct rc_str row,
                               struct rc_arena *arena);

/* --- reading a page (format/csv_page.h) --- */

struct rc_csv_reader;

struct rc_csv_reader_options {
    /* Told of each finding; its views live until it returns. */
    void (*found)(void *self, const struct rc_finding *finding);
    void *self;
};

/* Reads the page's headers and gathers its joined rows. RC_REJECT: no page, or of another
 * collection. text and arena outlive it. */
RC_MUST_CHECK rc_status rc_csv_reader_new(struct rc_str text, enum rc_collection collection,
                                          const struct rc_csv_reader_options *options,
                                          struct rc_arena *arena,
                                          struct rc_csv_reader **ret_reader);
void rc_csv_reader_free(struct rc_csv_reader *reader);
RC_AUTO_DEFINE(rc_csv_reader)

/* How many rows the page has. */
size_t rc_csv_reader_count(const struct rc_csv_reader *reader);

/* A row as a record. */
struct rc_csv_row {
    int64_t line;
    struct rc_str json; /* as REST would send it; empty where dropped */
    struct rc_str id;   /* empty: cannot be read (N1) */
    bool dropped;       /* the row is damaged; findings have told */
    bool deleted;       /* of a delta: marked so */
};

/* The next row; false at the end. Views live until the next call. */
bool rc_csv_reader_next(struct rc_csv_reader *reader, struct rc_csv_row *ret_row);

/* Where a field of the row in hand stands, for people: "users.csv line 17, column orgSourcedIds";
 * the column where it is called otherwise, and the other file where its value came from there. */
void rc_csv_reader_where(const struct rc_csv_reader *reader, const char *field, struct rc_buf *out);

/* As rc_mapper_document, for the findings that only CSV gives. */
void rc_csv_document(struct rc_buf *out);

#endif
