/* Transactions with their tenant, and statements, each prepared once per connection. */
#include "db_private.h"

#include "rollcall/base/id.h"

#include <stdio.h>

/* A program has some hundred statements; text that is made anew each time must not fill the
 * server's memory. */
#define PREPARED_MAX 512

/* ---- statements ---- */

/* The name under which sql is prepared here; NULL in *ret_name when it is better not prepared. */
static rc_status need_prepared(struct rc_db *db, const char *sql, size_t count, char **ret_name)
{
    *ret_name = rc_map_get(db->prepared, rc_str_of(sql));
    if (*ret_name || rc_map_count(db->prepared) >= PREPARED_MAX) return RC_OK;

    char name[24];
    snprintf(name, sizeof name, "s%zu", rc_map_count(db->prepared));
    PGresult *result = PQprepare(db->conn, name, sql, (int)count, NULL);
    const rc_status status = rc_db_judge(db, result);
    PQclear(result);
    if (status != RC_OK) return status;
    *ret_name = rc_arena_copy(db->names, name, strlen(name));
    rc_map_put(db->prepared, rc_str_copy(db->names, rc_str_of(sql)), *ret_name);
    return RC_OK;
}

static rc_status execute(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                         struct rc_rows **ret_rows)
{
    char *name = NULL;

    RC_TRY(rc_db_need(db));
    RC_TRY(need_prepared(db, sql, count, &name));
    PGresult *result = name ? PQexecPrepared(db->conn, name, (int)count, values, NULL, NULL, 0)
                            : PQexecParams(db->conn, sql, (int)count, NULL, values, NULL, NULL, 0);
    const rc_status status = rc_db_judge(db, result);
    if (status != RC_OK) {
        PQclear(result);
        return status;
    }
    *ret_rows = rc_rows_new(result);
    return RC_OK;
}

rc_status rc_db_run(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                    struct rc_rows **ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(execute(db, sql, count, values, &rows));
    if (ret_rows) *ret_rows = rc_rows_take(&rows);
    return RC_OK;
}

rc_status rc_db_script(struct rc_db *db, const char *sql)
{
    RC_TRY(rc_db_need(db));
    return rc_db_simple(db, sql);
}

rc_status rc_db_change(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                       int64_t *ret_touched)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(execute(db, sql, count, values, &rows));
    const int64_t touched = rc_rows_touched(rows);
    if (touched == 0) return RC_NOT_FOUND;
    if (ret_touched) *ret_touched = touched;
    return RC_OK;
}

rc_status rc_db_one(struct rc_db *db, const char *sql, size_t count, const char *const *values,
                    struct rc_rows **ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(execute(db, sql, count, values, &rows));
    const size_t found = rc_rows_count(rows);
    if (found == 0) return RC_NOT_FOUND;
    if (found > 1) return rc_fail(RC_FATAL, "one row was due and %zu came: a bug", found);
    *ret_rows = rc_rows_take(&rows);
    return RC_OK;
}

/* ---- transactions ---- */

/* The beginning and the tenant's setting in one round trip. The id was checked: it holds nothing to
 * escape. */
static rc_status send_begin(struct rc_db *db, const char *begin, const char *district)
{
    char sql[200];

    RC_TRY(rc_db_need(db));
    if (district)
        snprintf(sql, sizeof sql, "%s; SELECT set_config('rollcall.district', '%s', true)", begin,
                 district);
    else
        snprintf(sql, sizeof sql, "%s", begin);
    return rc_db_simple(db, sql);
}

static rc_status begin_with(struct rc_db *db, const char *begin, const char *district)
{
    if (district && !rc_id_valid(rc_str_of(district)))
        return rc_fail(RC_REJECT, "a district's id is no UUID");
    if (db->in_tx && rc_db_usable(db))
        return rc_fail(RC_FATAL, "a transaction began within another: a bug");
    db->in_tx = false;
    db->broke_rule = false;

    const bool was_connected = db->conn != NULL;
    rc_status status = send_begin(db, begin, district);
    /* The server was restarted while we were idle: a beginning has no effect and may be said twice.
     */
    if (status == RC_RETRY && was_connected && !rc_db_usable(db))
        status = send_begin(db, begin, district);
    db->in_tx = status == RC_OK;
    return status;
}

rc_status rc_db_begin(struct rc_db *db, const char *district)
{
    return begin_with(db, "BEGIN", district);
}

rc_status rc_db_begin_snapshot(struct rc_db *db, const char *district)
{
    return begin_with(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", district);
}

rc_status rc_db_enter(struct rc_db *db, const char *district)
{
    return rc_db_run(db, "SELECT set_config('rollcall.district', $1, true)", 1, &district, NULL);
}

/* PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK and no error. */
static rc_status judge_commit(struct rc_db *db, PGresult *result)
{
    RC_TRY(rc_db_judge(db, result));
    if (strcmp(PQcmdStatus(result), "COMMIT") == 0) return RC_OK;
    return rc_fail(RC_FATAL, "a commit came after a statement that had failed: a bug");
}

rc_status rc_db_commit(struct rc_db *db)
{
    if (!db->in_tx) return rc_fail(RC_FATAL, "a commit without a transaction: a bug");
    const rc_status usable = rc_db_need(db);
    db->in_tx = false;
    if (usable != RC_OK) return usable;
    rc_db_copy_abandon(db);

    PGresult *result = PQexec(db->conn, "COMMIT");
    const rc_status status = judge_commit(db, result);
    PQclear(result);
    return status;
}

void rc_db_rollback(struct rc_db *db)
{
    if (!db->in_tx) return;
    db->in_tx = false;
    if (!db->conn) return;
    rc_db_copy_abandon(db);
    PGresult *result = PQexec(db->conn, "ROLLBACK");
    /* A connection that cannot roll back is of no use; closing it makes the server do it. */
    if (!result || PQresultStatus(result) != PGRES_COMMAND_OK) rc_db_drop(db);
    PQclear(result);
}

bool rc_db_in_tx(const struct rc_db *db)
{
    return db->in_tx;
}

rc_status rc_db_tx(struct rc_db *db, const char *district, struct rc_db **ret_tx)
{
    RC_TRY(rc_db_begin(db, district));
    *ret_tx = db;
    return RC_OK;
}

void rc_db_tx_end(struct rc_db **tx)
{
    if (*tx) rc_db_rollback(*tx);
}
