#ifndef RC_ROSTER_DIRECTORY_CSV_H
#define RC_ROSTER_DIRECTORY_CSV_H

#include "rollcall/base/buf.h"
#include "rollcall/format/csv.h"

/* The accounts that a live application has already, as a CSV file that people export from it: a
 * header, then a row for each account. Pure: rows come in, JSON for the database goes out, and what
 * is wrong is said by line and column.
 *
 * A row becomes
 *   {"line": 7, "id": "4711", "values": {"given_name": "Ada", "email": null, "grades": ["05"]},
 *    "roles": [{"role": "student", "school": "s1"}], "status": "active",
 *    "students": ["4712"], "guardians": [], "relation": "parent"}
 * with the members whose columns the header names; in values an empty cell is null. */
struct rc_directory_csv;

/* What is wrong with a row, one for each cell at most; they and their texts live in the reader's
 * arena. */
struct rc_directory_problem {
    struct rc_directory_problem *next; /* of the same row */
    size_t line;                       /* 1: the header */
    struct rc_str column;              /* as the header names it; empty: the whole line */
    const char *what;                  /* with how to mend it */
};

/* Reads the header of text, which is borrowed; everything else lives in arena. RC_REJECT says what
 * is wrong with it. */
RC_MUST_CHECK rc_status rc_directory_csv_new(struct rc_str text, struct rc_arena *arena,
                                             struct rc_directory_csv **ret_csv);
/* The next row, its JSON added to out. Of a row with problems nothing is added, and they are given
 * in the order of its cells; else *ret_problems is NULL. RC_NOT_FOUND: there are no more rows.
 * RC_REJECT: the file cannot be read on. */
RC_MUST_CHECK rc_status rc_directory_csv_next(struct rc_directory_csv *csv, struct rc_buf *out,
                                              const struct rc_directory_problem **ret_problems);
/* Columns of the header that are not read, between ", "; empty: none. */
struct rc_str rc_directory_csv_ignored(const struct rc_directory_csv *csv);

#endif
