/* Opening a connection by hand, step by step: only so can libpq be told, before the server's first
 * word, to put the SQLSTATE into its message, and "wrong password" (nobody but a person mends it)
 * be told from "starting up" (time mends it). */
#include "db_private.h"

#include "rollcall/base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#define CONNECT_MS 5000

/* Settings that a url may not change stand after it in the list: libpq takes the later one. */
static const char *const keywords[] = {
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "dbname",
    "application_name",
    "client_encoding",
    "options",
    NULL,
};

/* pg_temp last: nobody's temporary table stands in for one of ours. A cursor is always read to its
 * end (rc_db_each). A process that is frozen within a transaction, whose host still answers for it,
 * holds its run's locks no longer than the last of these says. */
static const char session_options[] =
    "-c search_path=rollcall,pg_temp -c TimeZone=UTC -c DateStyle=ISO -c cursor_tuple_fraction=1 "
    "-c idle_in_transaction_session_timeout=5min";

enum { OPTIONS_MAX = 400 };

static void silent(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static PGconn *start(const struct rc_db *db)
{
    char options[OPTIONS_MAX];

    snprintf(options, sizeof options,
             "%s -c statement_timeout=%" PRId64 " -c lock_timeout=%" PRId64, session_options,
             db->statement_ms, db->lock_ms);
    const char *const values[] = {
        "30", "10", "3", "30000", db->url, db->application, "UTF8", options, NULL,
    };
    _Static_assert(COUNT_OF(values) == COUNT_OF(keywords), "a value for every keyword");
    PGconn *conn = PQconnectStartParams(keywords, values, 1);

    if (conn) {
        PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
        PQsetNoticeReceiver(conn, silent, NULL);
    }
    return conn;
}

/* Waits until the socket can do what libpq wants next. false: the time is over. */
static bool wait_socket(PGconn *conn, PostgresPollingStatusType wants, int64_t deadline_ms)
{
    const int64_t left = deadline_ms - rc_clock_mono_ms();
    struct pollfd at = {
        .fd = PQsocket(conn),
        .events = wants == PGRES_POLLING_READING ? POLLIN : POLLOUT,
    };

    if (left <= 0) return false;
    return poll(&at, 1, (int)left) > 0 || errno == EINTR;
}

/* false: not within the time. Whether it worked is PQstatus's to say. */
static bool complete(PGconn *conn)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + CONNECT_MS;
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;

    while (PQstatus(conn) != CONNECTION_BAD) {
        if (!wait_socket(conn, wants, deadline_ms)) return false;
        wants = PQconnectPoll(conn);
        if (wants == PGRES_POLLING_OK || wants == PGRES_POLLING_FAILED) return true;
    }
    return true;
}

/* Finds "28P01" in `FATAL:  28P01: password authentication failed`, whatever language the first
 * word is in. */
static const char *find_sqlstate(const char *text)
{
    for (const char *at = strstr(text, ":  "); at; at = strstr(at + 1, ":  ")) {
        const char *code = at + 3;
        size_t len = 0;
        while (len < 5 && (isdigit((unsigned char)code[len]) || isupper((unsigned char)code[len])))
            len++;
        if (len == 5 && code[5] == ':') return code;
    }
    return NULL;
}

/* What a refusal at the door means: what a statement's would, but a class that only time mends is
 * waited for. */
static rc_status judge_door(const char *sqlstate)
{
    return rc_db_sqlstate(sqlstate) == RC_RETRY ? RC_RETRY : RC_FATAL;
}

static const char *or_default(const char *text)
{
    return text && *text ? text : "(default)";
}

static rc_status refused(PGconn *conn)
{
    const char *message = PQerrorMessage(conn);
    const char *sqlstate = find_sqlstate(message);
    char where[256];

    snprintf(where, sizeof where, "user %s, database %s", or_default(PQuser(conn)),
             or_default(PQdb(conn)));
    if (!sqlstate) {
        return rc_fail(RC_RETRY, "PostgreSQL at %s:%s (%s) cannot be reached: %.*s",
                       or_default(PQhost(conn)), or_default(PQport(conn)), where,
                       (int)strcspn(message, "\n"), message);
    }
    return rc_fail(judge_door(sqlstate), "PostgreSQL at %s:%s (%s) refused the connection: %.*s",
                   or_default(PQhost(conn)), or_default(PQport(conn)), where,
                   (int)strcspn(sqlstate, "\n"), sqlstate);
}

static rc_status finish(PGconn *conn)
{
    if (!complete(conn)) {
        return rc_fail(RC_RETRY, "PostgreSQL at %s:%s did not answer within %d s",
                       or_default(PQhost(conn)), or_default(PQport(conn)), CONNECT_MS / 1000);
    }
    if (PQstatus(conn) != CONNECTION_OK) return refused(conn);
    PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
    return RC_OK;
}

rc_status rc_db_connect(const struct rc_db *db, PGconn **ret_conn)
{
    PGconn *conn = start(db);

    if (!conn) return rc_fail(RC_RETRY, "no memory for a connection to PostgreSQL");
    const rc_status status = finish(conn);
    if (status != RC_OK) {
        PQfinish(conn);
        return status;
    }
    *ret_conn = conn;
    return RC_OK;
}

rc_status rc_db_url_setting(const char *url, const char *name, struct rc_arena *arena,
                            struct rc_str *ret_value)
{
    PQconninfoOption *settings = PQconninfoParse(url, NULL); /* without defaults */
    struct rc_str found = {0};

    for (const PQconninfoOption *at = settings; at && at->keyword; at++)
        if (strcmp(at->keyword, name) == 0 && at->val)
            found = rc_str_copy(arena, rc_str_of(at->val));
    PQconninfoFree(settings);
    if (!found.data) return RC_NOT_FOUND;
    *ret_value = found;
    return RC_OK;
}
