#ifndef RC_PORT_DB_PRIVATE_H
#define RC_PORT_DB_PRIVATE_H

#include "rollcall/base/map.h"
#include "rollcall/port/db.h"

#include <libpq-fe.h>

/* What the files db*.c share: the connection and how a result becomes a status. */

struct rc_db {
    char *url;
    char *application;
    int64_t statement_ms; /* 0: no limit */
    int64_t lock_ms;
    PGconn *conn; /* NULL: not connected */
    bool in_tx; /* from begin until commit or rollback, also when the connection broke in between */
    bool useless;           /* its server asked for a new connection; used no more */
    bool broke_rule;        /* the last error was of class 23 */
    bool copying;           /* between copy_begin and copy_end */
    struct rc_arena *names; /* statements prepared on this connection, by text; emptied with it */
    struct rc_map *prepared;
    unsigned cursors;   /* cursors opened so far, for their names */
    char listening[64]; /* channel of LISTEN on this connection; "" none */
    struct rc_buf copy; /* COPY rows not yet sent */
};

/* Is there a connection that takes statements? */
bool rc_db_usable(const struct rc_db *db);
/* Connects where there is no connection. Inside a transaction whose connection broke: RC_RETRY. */
RC_MUST_CHECK rc_status rc_db_need(struct rc_db *db);
/* Opens a connection (db_connect.c). RC_RETRY: away, starting, full. RC_FATAL: refused us for good.
 */
RC_MUST_CHECK rc_status rc_db_connect(const struct rc_db *db, PGconn **ret_conn);
/* Closes the connection and forgets what was prepared on it. */
void rc_db_drop(struct rc_db *db);
/* RC_OK when result is rows or a command's end; else the status of its SQLSTATE, with text. Does
 * not clear the result. */
RC_MUST_CHECK rc_status rc_db_judge(struct rc_db *db, const PGresult *result);
/* The status that an SQLSTATE means. */
rc_status rc_db_sqlstate(const char *sqlstate);
/* Runs a simple query whose result nobody reads. */
RC_MUST_CHECK rc_status rc_db_simple(struct rc_db *db, const char *sql);
/* Takes result over. */
struct rc_rows *rc_rows_new(PGresult *result);
/* rc_db_judge of what rows hold. */
RC_MUST_CHECK rc_status rc_rows_judge(struct rc_db *db, const struct rc_rows *rows);
/* Ends a COPY that was not ended, so that the connection takes statements again. */
void rc_db_copy_abandon(struct rc_db *db);

#endif
