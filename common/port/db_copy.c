/* Many rows in, with flat memory: COPY; and text arrays as parameters. */
#include "db_private.h"

#include "rollcall/port/db_bulk.h"

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

/* What came of a PQputCopy… */
static rc_status judge_put(int put)
{
    return put == 1 ? RC_OK : rc_fail(RC_RETRY, "the connection to PostgreSQL broke within a COPY");
}

/* In pieces, so that libpq's own buffer stays small. */
static rc_status send_text(struct rc_db *db, struct rc_str text)
{
    for (size_t at = 0; at < text.len; at += COPY_CHUNK) {
        const size_t len = text.len - at < COPY_CHUNK ? text.len - at : COPY_CHUNK;
        RC_TRY(judge_put(PQputCopyData(db->conn, text.data + at, (int)len)));
    }
    return RC_OK;
}

static rc_status flush(struct rc_db *db)
{
    const rc_status status = send_text(db, rc_buf_str(&db->copy));

    rc_buf_clear(&db->copy);
    return status;
}

void rc_copy_add(struct rc_buf *rows, const struct rc_str *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rc_buf_add_char(rows, '\t');
        if (!fields[i].data)
            rc_buf_add(rows, "\\N", 2);
        else if (fields[i].len > 0)
            add_escaped(rows, fields[i]);
    }
    rc_buf_add_char(rows, '\n');
}

rc_status rc_db_copy_row(struct rc_db *db, const struct rc_str *fields, size_t count)
{
    if (!db->copying) return rc_fail(RC_RETRY, "no COPY is open: its connection broke");
    rc_copy_add(&db->copy, fields, count);
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
    RC_TRY(judge_put(PQputCopyEnd(db->conn, NULL)));
    return drain(db);
}

void rc_db_copy_abandon(struct rc_db *db)
{
    if (!db->copying) return;
    db->copying = false;
    if (PQputCopyEnd(db->conn, "abandoned") == 1) rc_ignore(drain(db));
}

rc_status rc_db_copy_rows(struct rc_db *db, const char *sql, struct rc_buf *rows)
{
    if (rows->len == 0) return RC_OK;
    RC_TRY(rc_db_copy_begin(db, sql));
    RC_TRY(send_text(db, rc_buf_str(rows)));
    rc_buf_clear(rows);
    return rc_db_copy_end(db);
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
    size_t plain = 0; /* what stands before and needs no escape */
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] != '"' && value.data[i] != '\\') continue;
        rc_buf_add(out, value.data + plain, i - plain);
        rc_buf_add_char(out, '\\');
        plain = i;
    }
    if (value.len > plain) rc_buf_add(out, value.data + plain, value.len - plain);
    rc_buf_add_char(out, '"');
}

void rc_db_array_close(struct rc_buf *out)
{
    rc_buf_add_char(out, '}');
}
