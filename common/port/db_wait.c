/* Waiting for NOTIFY: what wakes a relay within milliseconds. It only wakes: what is to be done
 * stands in tables. */
#include "db_private.h"

#include "rollcall/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

/* true: LISTEN was said just now, so what was told before it was not heard. */
static rc_status need_listening(struct rc_db *db, const char *channel, bool *ret_new)
{
    char sql[96];

    *ret_new = false;
    if (strcmp(db->listening, channel) == 0) return RC_OK;
    if (strlen(channel) >= sizeof db->listening || strchr(channel, '"'))
        return rc_fail(RC_FATAL, "\"%.20s\" is no name for a channel: a bug", channel);
    snprintf(sql, sizeof sql, "LISTEN \"%s\"", channel);
    RC_TRY(rc_db_simple(db, sql));
    snprintf(db->listening, sizeof db->listening, "%s", channel);
    *ret_new = true;
    return RC_OK;
}

/* Takes everything that was told up to now. */
static bool heard_any(struct rc_db *db)
{
    bool heard = false;

    for (PGnotify *note = NULL; (note = PQnotifies(db->conn)) != NULL; PQfreemem(note))
        heard = true;
    return heard;
}

static rc_status wait_once(struct rc_db *db, int64_t left_ms)
{
    struct pollfd at = {.fd = PQsocket(db->conn), .events = POLLIN};

    if (poll(&at, 1, (int)left_ms) < 0 && errno != EINTR)
        return rc_fail(RC_RETRY, "waiting for PostgreSQL failed");
    if (PQconsumeInput(db->conn) == 1) return RC_OK;
    rc_db_drop(db);
    return rc_fail(RC_RETRY, "the connection to PostgreSQL broke while waiting");
}

rc_status rc_db_wait(struct rc_db *db, const char *channel, int64_t timeout_ms)
{
    const int64_t deadline_ms = rc_clock_mono_ms() + timeout_ms;
    bool new_channel = false;

    if (db->in_tx)
        return rc_fail(RC_FATAL, "waiting for a notification within a transaction: a bug");
    RC_TRY(rc_db_need(db));
    RC_TRY(need_listening(db, channel, &new_channel));
    if (new_channel || heard_any(db)) return RC_OK;
    for (int64_t left = timeout_ms; left > 0; left = deadline_ms - rc_clock_mono_ms()) {
        RC_TRY(wait_once(db, left));
        if (heard_any(db)) return RC_OK;
    }
    return RC_NOT_FOUND;
}
