/* Schools, and lists with their members. */
#include "route.h"

#include <string.h>

#include "roster_server_sql.h"

static const char *const page_names[] = {"limit", "after", NULL};
static const char *const member_names[] = {"limit", "after", "ended", NULL};
static const char *const no_names[] = {NULL};

rc_status schools_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(grant_enter(call, "schools", &tx));
    RC_TRY(query_check(call, no_names));
    RC_TRY(rc_db_one(tx, sql_schools_list, 0, NULL, &rows));
    RC_TRY(rc_db_commit(tx));
    rc_buf_print(call->answer->body, "{\"schools\":%s}\n", rc_rows_cstr(rows, 0, 0));
    return RC_OK;
}

rc_status lists_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct page page = {0};

    RC_TRY(grant_enter(call, "lists", &tx));
    RC_TRY(query_check(call, page_names));
    RC_TRY(page_parse(call, &page));
    const char *const values[] = {page.after, page.room};
    RC_TRY(rc_db_run(tx, sql_lists_list, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    page_print(call, "lists", &page, rows);
    return RC_OK;
}

static rc_status find_list(struct call *call, struct rc_db *tx, struct rc_rows **ret_rows)
{
    const char *const values[] = {call->ids[1]};
    const rc_status found = rc_db_one(tx, sql_list_one, COUNT_OF(values), values, ret_rows);

    if (found == RC_NOT_FOUND) return refuse(call, PROBLEM_NOT_FOUND, "no list has this id");
    return found;
}

rc_status list_show(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(grant_enter(call, "lists", &tx));
    RC_TRY(query_check(call, no_names));
    RC_TRY(find_list(call, tx, &rows));
    RC_TRY(rc_db_commit(tx));
    rc_buf_print(call->answer->body, "%s\n", rc_rows_cstr(rows, 0, 0));
    return RC_OK;
}

/* Whether those are wanted, too, whose time on the list is over. */
static rc_status read_ended(struct call *call, const char **ret_ended)
{
    *ret_ended = query_value(call, "ended");
    if (!*ret_ended) *ret_ended = "false";
    if (strcmp(*ret_ended, "true") == 0 || strcmp(*ret_ended, "false") == 0) return RC_OK;
    return refuse(call, PROBLEM_QUERY, "ended is true or false");
}

rc_status list_members(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *list = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct page page = {0};
    const char *ended = NULL;

    RC_TRY(grant_enter(call, "lists", &tx));
    RC_TRY(query_check(call, member_names));
    RC_TRY(page_parse(call, &page));
    RC_TRY(read_ended(call, &ended));
    RC_TRY(find_list(call, tx, &list));
    const char *const values[] = {call->ids[1], page.after, page.room, ended};
    RC_TRY(rc_db_run(tx, sql_list_members, COUNT_OF(values), values, &rows));
    RC_TRY(disclose(call, tx, rows, (size_t)page.limit, "{}"));
    RC_TRY(rc_db_commit(tx));
    page_print(call, "members", &page, rows);
    return RC_OK;
}
