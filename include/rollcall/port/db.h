#ifndef RC_PORT_DB_H
#define RC_PORT_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* PostgreSQL, through libpq 15. One connection per thread; it is opened at the first statement and
 * opened again after a failure, at the next rc_db_begin. Text parameters and results. Statements
 * are prepared at first use, by their text, and kept.
 *
 * What a failure means: connection lost, serialization (40001), deadlock (40P01), lock or statement
 * timeout (55P03, 57014), server going down (57P01-03), out of resources (53xxx), unique violation
 * in a race (23505) → RC_RETRY. Data that PostgreSQL refuses (22xxx) → RC_REJECT. Anything else
 * (syntax, missing table, permission, row security) is ours → RC_FATAL. The text names the SQLSTATE
 * and the server's primary message without its DETAIL (which would show values). */

struct rc_db;
struct rc_rows;

/* Does not connect yet. url is copied. application shows in pg_stat_activity. */
RC_MUST_CHECK rc_status rc_db_open(const char *url, const char *application, struct rc_db **ret_db);
/* Limits of each connection opened from here on: how long a statement may run, how long it may wait
 * for a lock; 0: no limit. What they end is RC_RETRY. */
void rc_db_bound(struct rc_db *db, int64_t statement_ms, int64_t lock_ms);
/* How many connections this process may hold at once; 0: no limit. Beyond it a first statement is
 * RC_RETRY until another connection has gone. */
void rc_db_limit(int max);
/* Closes; NULL is nothing. */
void rc_db_free(struct rc_db *db);
RC_AUTO_DEFINE(rc_db)

/* What a url sets a parameter of the connection to ("sslcert"), in arena. RC_NOT_FOUND: nothing, or
 * it is no url. */
RC_MUST_CHECK rc_status rc_db_url_setting(const char *url, const char *name, struct rc_arena *arena,
                                          struct rc_str *ret_value);

/* Begins a transaction (READ COMMITTED). district: sets rollcall.district for row-level security;
 * NULL for work over all districts (operational tables only). Left open on RC_OK. */
RC_MUST_CHECK rc_status rc_db_begin(struct rc_db *db, const char *district);
/* The same with one REPEATABLE READ snapshot, read only. */
RC_MUST_CHECK rc_status rc_db_begin_snapshot(struct rc_db *db, const char *district);
/* RC_RETRY when the connection broke while committing: it is then not known whether it happened; do
 * the whole step again. */
RC_MUST_CHECK rc_status rc_db_commit(struct rc_db *db);
/* Ends a transaction in whatever state; does nothing without one. */
void rc_db_rollback(struct rc_db *db);

/* Did the statement that failed in this transaction, or its commit, break a rule of a table
 * (23xxx)? Where that was RC_FATAL, what it would write cannot be, however often it is tried. */
bool rc_db_broke_rule(const struct rc_db *db);

/* Goes over to another district's rows for the rest of the transaction in hand. */
RC_MUST_CHECK rc_status rc_db_enter(struct rc_db *db, const char *district);

/* Has a transaction begun that was not ended? */
bool rc_db_in_tx(const struct rc_db *db);

/* A transaction as a scope: rolls back on every way out unless rc_db_commit came first.
 *   RC_AUTO_TX struct rc_db *tx = NULL;
 *   RC_TRY(rc_db_tx(db, district, &tx)); … return rc_db_commit(tx); */
RC_MUST_CHECK rc_status rc_db_tx(struct rc_db *db, const char *district, struct rc_db **ret_tx);
/* Rolls back what was not committed. */
void rc_db_tx_end(struct rc_db **tx);
#define RC_AUTO_TX __attribute__((cleanup(rc_db_tx_end)))

/* Runs one statement with count text parameters (NULL: SQL null). ret_rows may be NULL when nothing
 * is read. */
RC_MUST_CHECK rc_status rc_db_run(struct rc_db *db, const char *sql, size_t count,
                                  const char *const *values, struct rc_rows **ret_rows);
/* Runs statements without parameters or results, several separated by semicolons; for migrations.
 */
RC_MUST_CHECK rc_status rc_db_script(struct rc_db *db, const char *sql);
/* For a statement that must touch a row: RC_NOT_FOUND when it touched none (a compare-and-set that
 * lost). */
RC_MUST_CHECK rc_status rc_db_change(struct rc_db *db, const char *sql, size_t count,
                                     const char *const *values, int64_t *ret_touched);
/* For a statement that gives exactly one row; RC_NOT_FOUND when it gives none. */
RC_MUST_CHECK rc_status rc_db_one(struct rc_db *db, const char *sql, size_t count,
                                  const char *const *values, struct rc_rows **ret_rows);

void rc_rows_free(struct rc_rows *rows);
RC_AUTO_DEFINE(rc_rows)
/* 0 for a statement that gives none. */
size_t rc_rows_count(const struct rc_rows *rows);
/* Values by row and column, from 0. Borrowed from rows; a NULL is the empty view. Always
 * NUL-terminated. */
struct rc_str rc_rows_text(const struct rc_rows *rows, size_t row, int column);
/* As C string; NULL for a SQL null. */
const char *rc_rows_cstr(const struct rc_rows *rows, size_t row, int column);
/* Is the value SQL's null? */
bool rc_rows_null(const struct rc_rows *rows, size_t row, int column);
/* 0 for NULL; a value that is no integer ends the process (the statement is ours). */
int64_t rc_rows_int(const struct rc_rows *rows, size_t row, int column);
/* Bytes that the statement shows as encode(…, 'hex'), with a NUL behind them, in arena; the empty
 * view for NULL. A value that is no hex ends the process. */
struct rc_str rc_rows_bytes(const struct rc_rows *rows, size_t row, int column,
                            struct rc_arena *arena);
/* false for NULL. */
bool rc_rows_bool(const struct rc_rows *rows, size_t row, int column);
/* Rows touched by an INSERT, UPDATE, DELETE or MERGE. */
int64_t rc_rows_touched(const struct rc_rows *rows);

/* COPY … FROM STDIN in text format: begin with the statement, add rows, end (fail: abandon). */
RC_MUST_CHECK rc_status rc_db_copy_begin(struct rc_db *db, const char *sql);
/* One row of count fields, escaped here; a field with data NULL is SQL null. Buffered, sent by 64
 * KiB. */
RC_MUST_CHECK rc_status rc_db_copy_row(struct rc_db *db, const struct rc_str *fields, size_t count);
/* Sends what is buffered and hears what became of it; else as rc_db_run. RC_RETRY also where the
 * connection broke meanwhile. */
RC_MUST_CHECK rc_status rc_db_copy_end(struct rc_db *db);

/* Reads a statement's rows a block at a time through a cursor in the present transaction: calls
 * each for every row of at most block rows fetched at once; memory is flat. A failure of each ends
 * the reading. */
RC_MUST_CHECK rc_status
rc_db_each(struct rc_db *db, const char *sql, size_t count, const char *const *values, int block,
           rc_status (*each)(void *self, const struct rc_rows *rows, size_t row), void *self);

/* LISTEN on channel and wait at most timeout_ms for a notification: RC_OK one came (any number is
 * one), RC_NOT_FOUND none. Outside of transactions only. */
RC_MUST_CHECK rc_status rc_db_wait(struct rc_db *db, const char *channel, int64_t timeout_ms);

/* Bytes as a parameter for decode($1, 'hex'); in arena. */
const char *rc_db_hex(struct rc_arena *arena, struct rc_str bytes);

/* A text array literal '{"a","b"}' of views, for parameters of type text[] (cast in the statement).
 */
void rc_db_array_open(struct rc_buf *out);
/* Quoted; a view without data is an empty text. */
void rc_db_array_add(struct rc_buf *out, struct rc_str value);
/* Ends the literal. */
void rc_db_array_close(struct rc_buf *out);

/* libpq that runs, as PQlibVersion says it: 150010. */
int rc_db_client_version(void);
/* Connections that this process holds now. */
int rc_db_connections(void);

#endif
