/* Many rows in and many rows out, with flat memory: COPY for writing, a cursor for reading; and
 * text arrays as parameters. */
#include "db_private.h"

#include <stdio.h>

#define COPY_CHUNK 65536

/* ---- COPY ---- */

rc_status rc_db_copy_begin(struct rc_db *db, const char *sql)
{
    RC_TRY(rc_db_need(db));
    PGresult *result = PQexec(db->conn, sql);
    const bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    rc_status status = RC_OK;
    if (!ready) status = rc_db_judge(db, result);
    PQclear(result);
    if (status != RC_OK) return status;
    if (!ready) return rc_fail(RC_FATAL, "a COPY FROM STDIN was due: a bug");
    rc_buf_clear(&db->copy);
    db->copying = true;
    return RC_OK;
}

/* What text format gives a meaning to; all other bytes stand for themselves. */
static char escape_of(char c)
{
    switch (c) {
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\\':
        return '\\';
    default:
        return '\0';
    }
}

static void add_escaped(struct rc_buf *out, struct rc_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char escape = escape_of(text.data[i]);
        if (!escape) continue;
        rc_buf_add(out, text.data + from, i - from);
        rc_buf_add_char(out, '\\');
        rc_buf_add_char(out, escape);
        from = i + 1;
    }
    rc_buf_add(out, text.data + from, text.len - from);
}

static rc_status flush(struct rc_db *db)
{
    if (db->copy.len == 0) return RC_OK;
    /* Rows are far below 2 GiB: the buffer is sent at 64 KiB, a field is bounded by its page. */
    const int put = PQputCopyData(db->conn, db->copy.data, (int)db->copy.len);
    rc_buf_clear(&db->copy);
    return put == 1 ? RC_OK : rc_fail(RC_RETRY, "the connection to PostgreSQL broke within a COPY");
}

rc_status rc_db_copy_row(struct rc_db *db, const struct rc_str *fields, size_t count)
{
    if (!db->copying) return rc_fail(RC_RETRY, "no COPY is open: its connection broke");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rc_buf_add_char(&db->copy, '\t');
        if (!fields[i].data)
            rc_buf_add(&db->copy, "\\N", 2);
        else if (fields[i].len > 0)
            add_escaped(&db->copy, fields[i]);
    }
    rc_buf_add_char(&db->copy, '\n');
    return db->copy.len >= COPY_CHUNK ? flush(db) : RC_OK;
}

/* The status of a COPY's end: of its first result that is no success. */
static rc_status drain(struct rc_db *db)
{
    rc_status status = RC_OK;

    for (PGresult *result = NULL; (result = PQgetResult(db->conn)) != NULL; PQclear(result)) {
        if (status == RC_OK) status = rc_db_judge(db, result);
        if (PQstatus(db->conn) == CONNECTION_BAD) {
            PQclear(result);
            break;
        }
    }
    return status;
}

rc_status rc_db_copy_end(struct rc_db *db)
{
    if (!db->copying) return rc_fail(RC_RETRY, "no COPY is open: its connection broke");
    const rc_status flushed = flush(db);
    db->copying = false;
    if (flushed != RC_OK) return flushed;
    if (PQputCopyEnd(db->conn, NULL) != 1)
        return rc_fail(RC_RETRY, "the connection to PostgreSQL broke within a COPY");
    return drain(db);
}

void rc_db_copy_abandon(struct rc_db *db)
{
    if (!db->copying) return;
    db->copying = false;
    if (PQputCopyEnd(db->conn, "abandoned") == 1) rc_ignore(drain(db));
}

/* ---- a cursor ---- */

struct reading {
    char cursor[24];
    int block;
    rc_status (*each)(void *self, const struct rc_rows *rows, size_t row);
    void *self;
};

static rc_status declare(struct rc_db *db, const struct reading *reading, const char *sql,
                         size_t count, const char *const *values)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_buf_print(&text, "DECLARE %s NO SCROLL CURSOR FOR ", reading->cursor);
    rc_buf_add_str(&text, rc_str_of(sql));
    PGresult *result = PQexecParams(db->conn, text.data, (int)count, NULL, values, NULL, NULL, 0);
    const rc_status status = rc_db_judge(db, result);
    PQclear(result);
    return status;
}

/* One block. *ret_count: how many rows it had. */
static rc_status read_block(struct rc_db *db, const struct reading *reading, size_t *ret_count)
{
    char sql[64];

    snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM %s", reading->block, reading->cursor);
    RC_TRY(rc_db_need(db));
    RC_AUTO(rc_rows) struct rc_rows *rows = rc_rows_new(PQexec(db->conn, sql));
    RC_TRY(rc_rows_judge(db, rows));
    const size_t found = rc_rows_count(rows);
    for (size_t row = 0; row < found; row++)
        RC_TRY(reading->each(reading->self, rows, row));
    *ret_count = found;
    return RC_OK;
}

rc_status rc_db_each(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                     int block,
                     rc_status (*each)(void *self, const struct rc_rows *rows, size_t row),
                     void *self)
{
    struct reading reading = {.block = block, .each = each, .self = self};
    size_t found = (size_t)block;
    char close[40];

    if (!db->in_tx) return rc_fail(RC_FATAL, "a cursor was opened without a transaction: a bug");
    RC_TRY(rc_db_need(db));
    snprintf(reading.cursor, sizeof reading.cursor, "each_%u", db->cursors++);
    RC_TRY(declare(db, &reading, sql, count, values));
    while (found == (size_t)block)
        RC_TRY(read_block(db, &reading, &found));
    snprintf(close, sizeof close, "CLOSE %s", reading.cursor);
    return rc_db_simple(db, close);
}

/* ---- text arrays ---- */

void rc_db_array_open(struct rc_buf *out)
{
    rc_buf_add_char(out, '{');
}

void rc_db_array_add(struct rc_buf *out, struct rc_str value)
{
    if (out->len > 0 && out->data[out->len - 1] != '{') rc_buf_add_char(out, ',');
    rc_buf_add_char(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '"' || value.data[i] == '\\') rc_buf_add_char(out, '\\');
        rc_buf_add_char(out, value.data[i]);
    }
    rc_buf_add_char(out, '"');
}

void rc_db_array_close(struct rc_buf *out)
{
    rc_buf_add_char(out, '}');
}
