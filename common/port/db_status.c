/* What PostgreSQL's answers mean to a caller: one table from SQLSTATE to status, and texts that
 * repeat nobody's data. */
#include "db_private.h"

#include <stdio.h>

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
    db->broke_rule = strncmp(sqlstate, "23", 2) == 0;
    if (stale_plan(sqlstate, or_text(PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION), "")))
        status = RC_RETRY;
    /* PostgreSQL's 0A000 and 26000 come back for as long as the connection lives. */
    if (status == RC_RETRY && (*sqlstate == '0' || strcmp(sqlstate, "26000") == 0))
        db->useless = true;
    return rc_fail(status, "PostgreSQL %s: %s", sqlstate, message);
}

bool rc_db_broke_rule(const struct rc_db *db)
{
    return db->broke_rule;
}

rc_status rc_db_judge(struct rc_db *db, const PGresult *result)
{
    const ExecStatusType how = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;

    if (how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK || how == PGRES_EMPTY_QUERY) return RC_OK;
    if (how == PGRES_COPY_IN || how == PGRES_COPY_OUT || how == PGRES_COPY_BOTH)
        return rc_fail(RC_FATAL, "a COPY was run as a plain statement: a bug");
    return result ? judge_error(db, result) : broke();
}
