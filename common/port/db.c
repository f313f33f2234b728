/* PostgreSQL for one thread: a connection that comes back after a failure, transactions with their
 * tenant, statements prepared once.
 *
 * A connection that breaks inside a transaction stays broken until that transaction is ended: no
 * statement of its second half can slip into a new connection on its own. Outside of one the next
 * call connects again. */
#include "db_private.h"

#include "rollcall/base/id.h"

#include <stdio.h>

/* A program has some hundred statements; text that is made anew each time must not fill the
 * server's memory. */
#define PREPARED_MAX 512

/* SQLSTATEs and their classes; the longest that fits rules. What is not here is our own mistake. */
static const struct {
    const char *prefix;
    rc_status status;
} sqlstates[] = {
    {"57014", RC_RETRY}, /* cancelled, or a statement timeout */
    {"57P01", RC_RETRY}, /* going down */
    {"57P02", RC_RETRY}, /* crashed */
    {"57P03", RC_RETRY}, /* starting up */
    {"57P05", RC_RETRY}, /* idle for too long */
    {"55P03", RC_RETRY}, /* lock timeout */
    {"55006", RC_RETRY}, /* object in use */
    {"23505", RC_RETRY}, /* two inserted the same at once: the second try finds it */
    {"25P03", RC_RETRY}, /* transaction idle for too long */
    {"25006", RC_RETRY}, /* a standby: the primary is moving */
    {"26000", RC_RETRY}, /* prepared statement gone: a pooler stands between */
    {"0A000", RC_FATAL}, {"54000", RC_REJECT}, /* a value too large for its index */
    {"08", RC_RETRY},    {"22", RC_REJECT},    {"40", RC_RETRY}, {"53", RC_RETRY}, {"58", RC_RETRY},
};

rc_status rc_db_sqlstate(const char *sqlstate)
{
    size_t best = 0;
    rc_status status = RC_FATAL;

    for (size_t i = 0; i < COUNT_OF(sqlstates); i++) {
        const size_t len = strlen(sqlstates[i].prefix);
        if (len <= best || strncmp(sqlstate, sqlstates[i].prefix, len) != 0) continue;
        best = len;
        status = sqlstates[i].status;
    }
    return status;
}

/* ---- the connection ---- */

static char *copy_text(const char *text)
{
    const size_t size = strlen(text) + 1;

    return memcpy(rc_malloc(size), text, size);
}

static bool valid_url(const char *url)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    const bool valid = options != NULL;

    PQconninfoFree(options);
    return valid;
}

rc_status rc_db_open(const char *url, const char *application, struct rc_db **ret_db)
{
    /* The parser's own words are left out: they repeat the url with its password. */
    if (!url || !valid_url(url)) {
        return rc_fail(RC_FATAL,
                       "database.url is not a connection string: give "
                       "postgresql://user@host:port/database");
    }
    struct rc_db *db = rc_malloc(sizeof *db);
    *db = (struct rc_db){.url = copy_text(url), .application = copy_text(application)};
    *ret_db = db;
    return RC_OK;
}

void rc_db_drop(struct rc_db *db)
{
    PQfinish(db->conn);
    db->conn = NULL;
    rc_arena_free(db->names);
    db->names = NULL;
    db->prepared = NULL;
    db->listening[0] = '\0';
    db->copying = false;
}

void rc_db_free(struct rc_db *db)
{
    if (!db) return;
    rc_db_drop(db);
    rc_buf_done(&db->copy);
    free(db->url);
    free(db->application);
    free(db);
}

rc_status rc_db_need(struct rc_db *db)
{
    if (db->conn && PQstatus(db->conn) == CONNECTION_OK) return RC_OK;
    if (db->in_tx)
        return rc_fail(RC_RETRY, "the connection to PostgreSQL broke within the transaction");
    rc_db_drop(db);
    RC_TRY(rc_db_connect(db->url, db->application, &db->conn));
    db->names = rc_arena_new(0);
    db->prepared = rc_map_new(db->names);
    return RC_OK;
}

/* ---- what a result means ---- */

/* Messages about data (class 22) quote it: `invalid input syntax for type date: "…"`. What stands
 * between the first and the last quote is somebody's, so it is not repeated. */
static void print_message(const char *sqlstate, const char *message, char *out, size_t size)
{
    const char *first = strncmp(sqlstate, "22", 2) == 0 ? strchr(message, '"') : NULL;
    const char *last = first ? strrchr(message, '"') : NULL;

    if (first && last > first)
        snprintf(out, size, "%.*s\"...\"%s", (int)(first - message), message, last + 1);
    else
        snprintf(out, size, "%s", message);
}

static const char *or_text(const char *text, const char *instead)
{
    return text ? text : instead;
}

static rc_status broke(void)
{
    return rc_fail(RC_RETRY, "the connection to PostgreSQL broke");
}

/* A migration while we were connected changed a table: what was prepared no longer fits, and fits
 * again on a new connection. */
static bool stale_plan(const char *sqlstate, const char *source_function)
{
    return strcmp(sqlstate, "0A000") == 0 && strcmp(source_function, "RevalidateCachedQuery") == 0;
}

static rc_status judge_error(struct rc_db *db, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    char message[400];

    if (!sqlstate || PQstatus(db->conn) == CONNECTION_BAD) return broke();
    print_message(sqlstate, or_text(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), ""),
                  message, sizeof message);
    rc_status status = rc_db_sqlstate(sqlstate);
    if (stale_plan(sqlstate, or_text(PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION), "")))
        status = RC_RETRY;
    /* PostgreSQL's 0A000 and 26000 come back for as long as the connection lives. */
    if (status == RC_RETRY && (*sqlstate == '0' || strcmp(sqlstate, "26000") == 0)) rc_db_drop(db);
    return rc_fail(status, "PostgreSQL %s: %s", sqlstate, message);
}

rc_status rc_db_judge(struct rc_db *db, const PGresult *result)
{
    const ExecStatusType how = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;

    if (how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK || how == PGRES_EMPTY_QUERY) return RC_OK;
    if (how == PGRES_COPY_IN || how == PGRES_COPY_OUT || how == PGRES_COPY_BOTH)
        return rc_fail(RC_FATAL, "a COPY was run as a plain statement: a bug");
    return result ? judge_error(db, result) : broke();
}

rc_status rc_db_simple(struct rc_db *db, const char *sql)
{
    PGresult *result = PQexec(db->conn, sql);
    const rc_status status = rc_db_judge(db, result);

    PQclear(result);
    return status;
}

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
    if (db->in_tx && db->conn && PQstatus(db->conn) == CONNECTION_OK)
        return rc_fail(RC_FATAL, "a transaction began within another: a bug");
    db->in_tx = false;

    const bool was_connected = db->conn != NULL;
    rc_status status = send_begin(db, begin, district);
    /* The server was restarted while we were idle: a beginning has no effect and may be said twice.
     */
    if (status == RC_RETRY && was_connected && (!db->conn || PQstatus(db->conn) == CONNECTION_BAD))
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
