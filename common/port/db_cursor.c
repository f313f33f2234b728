/* Reading through cursors: a block of rows at a time, so that memory is flat however many there
 * are.
 */
#include "db_private.h"

#include "rollcall/port/db_bulk.h"

#include <stdio.h>

struct rc_cursor {
    struct rc_db *db;
    char name[24];
    int block;
    struct rc_rows *rows; /* the block in hand; NULL: none yet */
    size_t count, at;     /* rows in it, the next one */
    bool last;            /* nothing comes behind this block */
};

static rc_status declare(const struct rc_cursor *cursor, const char *sql, size_t count,
                         const char *const *values)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_buf_print(&text, "DECLARE %s NO SCROLL CURSOR FOR ", cursor->name);
    rc_buf_add_str(&text, rc_str_of(sql));
    PGresult *result = PQexecParams(cursor->db->conn, text.data, (int)count, NULL, values, NULL,
                                    NULL, 0);
    const rc_status status = rc_db_judge(cursor->db, result);
    PQclear(result);
    return status;
}

rc_status rc_cursor_open(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                         int block, struct rc_cursor **ret_cursor)
{
    if (!db->in_tx) {
        rc_ignore(rc_fail(RC_FATAL, "a cursor was opened without a transaction: a bug"));
        return RC_FATAL;
    }
    RC_TRY(rc_db_need(db));
    RC_AUTO(rc_cursor) struct rc_cursor *cursor = rc_malloc(sizeof *cursor);
    *cursor = (struct rc_cursor){.db = db, .block = block};
    snprintf(cursor->name, sizeof cursor->name, "each_%u", db->cursors++);
    RC_TRY(declare(cursor, sql, count, values));
    *ret_cursor = rc_cursor_take(&cursor);
    return RC_OK;
}

static rc_status fetch(struct rc_cursor *cursor)
{
    char sql[64];

    rc_rows_free(cursor->rows);
    cursor->rows = NULL;
    snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM %s", cursor->block, cursor->name);
    RC_TRY(rc_db_need(cursor->db));
    cursor->rows = rc_rows_new(PQexec(cursor->db->conn, sql));
    RC_TRY(rc_rows_judge(cursor->db, cursor->rows));
    cursor->count = rc_rows_count(cursor->rows);
    cursor->at = 0;
    cursor->last = cursor->count < (size_t)cursor->block;
    if (!cursor->last) return RC_OK;
    snprintf(sql, sizeof sql, "CLOSE %s", cursor->name);
    return rc_db_simple(cursor->db, sql);
}

rc_status rc_cursor_next(struct rc_cursor *cursor, const struct rc_rows **ret_rows, size_t *ret_row)
{
    if (cursor->at == cursor->count && !cursor->last) RC_TRY(fetch(cursor));
    if (cursor->at == cursor->count) return RC_NOT_FOUND;
    *ret_rows = cursor->rows;
    *ret_row = cursor->at++;
    return RC_OK;
}

void rc_cursor_free(struct rc_cursor *cursor)
{
    if (!cursor) return;
    rc_rows_free(cursor->rows);
    free(cursor);
}

rc_status rc_db_each(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                     int block,
                     rc_status (*each)(void *self, const struct rc_rows *rows, size_t row),
                     void *self)
{
    RC_AUTO(rc_cursor) struct rc_cursor *cursor = NULL;
    const struct rc_rows *rows = NULL;
    size_t row = 0;
    rc_status status = RC_OK;

    RC_TRY(rc_cursor_open(db, sql, count, values, block, &cursor));
    while ((status = rc_cursor_next(cursor, &rows, &row)) == RC_OK)
        RC_TRY(each(self, rows, row));
    return status == RC_NOT_FOUND ? RC_OK : status;
}
