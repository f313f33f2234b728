/* The feed of changes, and how an application that lost it begins anew. Positions of a district are
 * given in the order of commits, so whoever has read up to one has missed nothing before it. It
 * tells ids and names of fields alone: values are read from the account, which then is disclosed.
 */
#include "route.h"

#include "roster_server_sql.h"

static const char *const page_names[] = {"limit", "after", NULL};
static const char *const no_names[] = {NULL};

/* The last position that there is; 0: none yet. */
static rc_status read_head(struct rc_db *tx, int64_t *ret_head)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_changes_head, 0, NULL, &rows));
    *ret_head = rc_rows_int(rows, 0, 0);
    return RC_OK;
}

static rc_status parse_after(struct call *call, int64_t *ret_after)
{
    const struct rc_str text = target_value(&call->target, "after");

    *ret_after = 0;
    if (!text.data || rc_str_int(text, 0, INT64_MAX - 1, ret_after) == RC_OK) return RC_OK;
    return refuse(call, PROBLEM_QUERY, "after is what the page before said under next");
}

/* Positions have no gaps, so the first row says whether something was removed before it; without
 * rows the application must have come to the end. It may also be behind that, in a database that
 * was restored from a backup. */
static rc_status check_reach(struct call *call, const struct rc_rows *rows, int64_t head,
                             int64_t after)
{
    const bool reaches = rc_rows_count(rows) > 0 ? rc_rows_int(rows, 0, 0) == after + 1
                                                 : head == after;

    if (reaches) return RC_OK;
    return refuse(call, PROBLEM_FEED_EXPIRED,
                  "POST to resync, list the accounts, and follow from the position it gives");
}

static void print_changes(struct call *call, const struct rc_rows *rows, int64_t limit,
                          int64_t after)
{
    struct rc_json_out json = {.buf = call->answer->body};
    const size_t count = rc_rows_count(rows);
    const size_t shown = count > (size_t)limit ? (size_t)limit : count;
    const struct rc_str next = shown > 0 ? rc_rows_text(rows, shown - 1, 0)
                                         : rc_str_print(call->arena, "%lld", (long long)after);

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, "changes", '[');
    for (size_t i = 0; i < shown; i++)
        rc_json_put_raw(&json, NULL, rc_rows_text(rows, i, 1));
    rc_json_close(&json, ']');
    rc_json_put_text(&json, "next", next);
    rc_json_put_bool(&json, "more", count > shown);
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
}

rc_status changes_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct page page = {0};
    int64_t after = 0;
    int64_t head = 0;

    RC_TRY(grant_enter(call, "changes", &tx));
    RC_TRY(query_check(call, page_names));
    RC_TRY(page_limit(call, &page));
    RC_TRY(parse_after(call, &after));
    RC_TRY(read_head(tx, &head)); /* before the rows: what comes in between is among them */
    const char *const values[] = {rc_str_print(call->arena, "%lld", (long long)after).data,
                                  page.room};
    RC_TRY(rc_db_run(tx, sql_changes_list, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    RC_TRY(check_reach(call, rows, head, after));
    print_changes(call, rows, page.limit, after);
    return RC_OK;
}

/* Whoever is in the directory at the position, or comes later, is listed or told of by the feed:
 * accounts are listed by id, and none ever leaves its place. */
rc_status resync_begin(struct call *call)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct rc_json_out json = {.buf = call->answer->body};
    int64_t head = 0;

    RC_TRY(grant_enter(call, "changes", &tx));
    RC_TRY(query_check(call, no_names));
    RC_TRY(read_head(tx, &head));
    RC_TRY(rc_db_commit(tx));
    const char *district = call->ids[0];
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "position", rc_str_print(call->arena, "%lld", (long long)head));
    rc_json_put_text(&json, "accounts",
                     rc_str_print(call->arena, "/v1/districts/%s/accounts?limit=1000", district));
    rc_json_put_text(&json, "changes",
                     rc_str_print(call->arena, "/v1/districts/%s/changes?after=%lld", district,
                                  (long long)head));
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
    return RC_OK;
}
