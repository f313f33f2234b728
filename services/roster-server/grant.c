/* What an application may in a district. Row-level security keeps the transaction to the district;
 * this keeps it to the collections and fields that it was granted. */
#include "call.h"

#include <string.h>

#include "roster_server_sql.h"

static bool holds(const char *words, const char *word)
{
    const size_t len = strlen(word);

    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
        if (at[-1] == ',' && at[len] == ',') return true;
    return false;
}

static const char *keep(struct call *call, const struct rc_rows *rows, int column)
{
    return rc_str_copy(call->arena, rc_rows_text(rows, 0, column)).data;
}

static rc_status read_grant(struct call *call, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {call->caller.application};
    const rc_status found = rc_db_one(tx, sql_grant_find, COUNT_OF(values), values, &rows);

    if (found == RC_NOT_FOUND)
        return refuse(call, PROBLEM_NOT_PERMITTED,
                      "nothing is granted here: `rollcall application grant`");
    RC_TRY(found);
    call->grant = (struct grant){keep(call, rows, 0), keep(call, rows, 1), keep(call, rows, 2),
                                 keep(call, rows, 3), keep(call, rows, 4), keep(call, rows, 5)};
    return RC_OK;
}

rc_status grant_need(struct call *call, const char *collection)
{
    if (grant_reads(call, collection)) return RC_OK;
    return refuse(call, PROBLEM_NOT_PERMITTED, "%s may not be read by it", collection);
}

rc_status grant_enter(struct call *call, const char *collection, struct rc_db **ret_tx)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(call->db, call->ids[0], &tx));
    RC_TRY(read_grant(call, tx));
    RC_TRY(grant_need(call, collection));
    *ret_tx = tx;
    tx = NULL;
    return RC_OK;
}

bool grant_reads(const struct call *call, const char *collection)
{
    return holds(call->grant.reads_words, collection);
}

bool grant_shows(const struct call *call, const char *field)
{
    return holds(call->grant.fields_words, field);
}

bool grant_changes(const struct call *call, const char *word)
{
    return holds(call->grant.edits_words, word);
}
