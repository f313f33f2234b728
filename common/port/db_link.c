/* The connection of one thread, which comes back after a failure.
 *
 * A connection that breaks inside a transaction stays broken until that transaction is ended: no
 * statement of its second half can slip into a new connection on its own. Outside of one the next
 * call connects again. */
#include "db_private.h"

/* All connections of the process, and how many it may have; written and read atomically. */
static int connections;
static int connections_max;

int rc_db_connections(void)
{
    return __atomic_load_n(&connections, __ATOMIC_ACQUIRE);
}

void rc_db_limit(int max)
{
    __atomic_store_n(&connections_max, max, __ATOMIC_RELEASE);
}

/* Takes a place before the connection is opened, so that two threads never share the last one. */
static rc_status take_place(void)
{
    const int max = __atomic_load_n(&connections_max, __ATOMIC_ACQUIRE);
    const int now = __atomic_add_fetch(&connections, 1, __ATOMIC_ACQ_REL);

    if (max == 0 || now <= max) return RC_OK;
    __atomic_sub_fetch(&connections, 1, __ATOMIC_ACQ_REL);
    return rc_fail(RC_RETRY,
                   "all %d connections to PostgreSQL that database.connections allows "
                   "this program are in use",
                   max);
}

static void give_place(void)
{
    __atomic_sub_fetch(&connections, 1, __ATOMIC_ACQ_REL);
}

int rc_db_client_version(void)
{
    return PQlibVersion();
}

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

void rc_db_bound(struct rc_db *db, int64_t statement_ms, int64_t lock_ms)
{
    db->statement_ms = statement_ms;
    db->lock_ms = lock_ms;
}

void rc_db_drop(struct rc_db *db)
{
    if (db->conn) give_place();
    PQfinish(db->conn);
    db->conn = NULL;
    rc_arena_free(db->names);
    db->names = NULL;
    db->prepared = NULL;
    db->listening[0] = '\0';
    db->copying = false;
    db->useless = false;
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

bool rc_db_usable(const struct rc_db *db)
{
    return db->conn && !db->useless && PQstatus(db->conn) == CONNECTION_OK;
}

rc_status rc_db_need(struct rc_db *db)
{
    if (rc_db_usable(db)) return RC_OK;
    if (db->in_tx)
        return rc_fail(RC_RETRY, "the connection to PostgreSQL broke within the transaction");
    rc_db_drop(db);
    RC_TRY(take_place());
    const rc_status status = rc_db_connect(db, &db->conn);
    if (status != RC_OK) {
        give_place();
        return status;
    }
    db->names = rc_arena_new(0);
    db->prepared = rc_map_new(db->names);
    return RC_OK;
}

rc_status rc_db_simple(struct rc_db *db, const char *sql)
{
    PGresult *result = PQexec(db->conn, sql);
    const rc_status status = rc_db_judge(db, result);

    PQclear(result);
    return status;
}
