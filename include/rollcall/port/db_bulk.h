#ifndef RC_PORT_DB_BULK_H
#define RC_PORT_DB_BULK_H

#include "rollcall/port/db.h"

/* Whole tables in and out of PostgreSQL with flat memory: several statements read side by side, a
 * block at a time, and rows for several tables gathered and written by COPY. */

/* ---- reading ---- */

/* A statement's rows through a cursor of the present transaction. Several may be open at once, so
 * that tables in the same order are merged here and not joined there. */
struct rc_cursor;
/* block: how many rows are fetched at once. */
RC_MUST_CHECK rc_status rc_cursor_open(struct rc_db *db, const char *sql, size_t count,
                                       const char *const *values, int block,
                                       struct rc_cursor **ret_cursor);
/* The next row; valid until the call after. RC_NOT_FOUND: there are no more. */
RC_MUST_CHECK rc_status rc_cursor_next(struct rc_cursor *cursor, const struct rc_rows **ret_rows,
                                       size_t *ret_row);
/* What was not read stays open in PostgreSQL until the transaction ends. NULL is taken. */
void rc_cursor_free(struct rc_cursor *cursor);
RC_AUTO_DEFINE(rc_cursor)

/* ---- writing ---- */

/* Adds a row of count fields to rows, as COPY's text format wants it; a field with data NULL is SQL
 * null. */
void rc_copy_add(struct rc_buf *rows, const struct rc_str *fields, size_t count);
/* Writes what was added, by the statement "COPY … FROM STDIN", and empties rows; nothing where
 * there are none. */
RC_MUST_CHECK rc_status rc_db_copy_rows(struct rc_db *db, const char *sql, struct rc_buf *rows);

#endif
