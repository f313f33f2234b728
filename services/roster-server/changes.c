/* The feed of changes, and how an application that lost it begins anew. Positions of a district are
 * given in the order of commits, so whoever has read up to one has missed nothing before it. It
 * tells ids and names of fields alone: values are read from the account or the list, and of whom is
 * told then is noted. Lists are told to who asks for them: an application that was made when the
 * feed told of accounts alone meets nothing that it does not know. */
#include "route.h"

#include <string.h>

#include "roster_server_sql.h"

static const char *const page_names[] = {"limit", "after", "with", NULL};
static const char *const no_names[] = {NULL};

/* What of the feed is asked for. */
struct part {
    struct page page;
    int64_t after;
    bool lists; /* beside accounts */
};

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

static rc_status parse_with(struct call *call, bool *ret_lists)
{
    const char *with = query_value(call, "with");

    *ret_lists = with != NULL;
    if (!with) return RC_OK;
    if (strcmp(with, "lists") != 0) return refuse(call, PROBLEM_QUERY, "with is lists");
    return grant_need(call, "lists");
}

static rc_status parse_part(struct call *call, struct part *ret_part)
{
    RC_TRY(query_check(call, page_names));
    RC_TRY(page_limit(call, &ret_part->page));
    RC_TRY(parse_after(call, &ret_part->after));
    return parse_with(call, &ret_part->lists);
}

static const char *number(struct call *call, int64_t value)
{
    return rc_str_print(call->arena, "%lld", (long long)value).data;
}

/* Positions have no gaps, so what comes next is there, or nothing was told since. Else something
 * was removed, or the application is behind the end of a database that was restored from a backup.
 */
static rc_status check_reach(struct call *call, struct rc_db *tx, int64_t head, int64_t after)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {number(call, after)};

    if (head == after) return RC_OK;
    RC_TRY(rc_db_one(tx, sql_changes_reach, COUNT_OF(values), values, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return refuse(call, PROBLEM_FEED_EXPIRED,
                  "POST to resync, list what is kept, and follow from the position it gives");
}

/* Of what comes after the last page, also where that ends with changes that were not asked for. */
static int64_t next_of(const struct part *part, const struct rc_rows *rows, int64_t head)
{
    const size_t count = rc_rows_count(rows);
    const size_t limit = (size_t)part->page.limit;

    if (count > limit) return rc_rows_int(rows, limit - 1, 0);
    const int64_t last = count > 0 ? rc_rows_int(rows, count - 1, 0) : part->after;
    return last > head ? last : head;
}

static void print_changes(struct call *call, const struct part *part, const struct rc_rows *rows,
                          int64_t head)
{
    struct rc_json_out json = {.buf = call->answer->body};
    const size_t count = rc_rows_count(rows);
    const size_t limit = (size_t)part->page.limit;

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, "changes", '[');
    for (size_t i = 0; i < count && i < limit; i++)
        rc_json_put_raw(&json, NULL, rc_rows_text(rows, i, 1));
    rc_json_close(&json, ']');
    rc_json_put_text(&json, "next", rc_str_of(number(call, next_of(part, rows, head))));
    rc_json_put_bool(&json, "more", count > limit);
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
}

rc_status changes_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct part part = {0};
    int64_t head = 0;

    RC_TRY(grant_enter(call, "changes", &tx));
    RC_TRY(parse_part(call, &part));
    RC_TRY(read_head(tx, &head)); /* before the rows: what comes in between is among them */
    const char *const values[] = {number(call, part.after), part.page.room,
                                  part.lists ? "true" : "false"};
    RC_TRY(rc_db_run(tx, sql_changes_list, COUNT_OF(values), values, &rows));
    RC_TRY(check_reach(call, tx, head, part.after));
    RC_TRY(rc_db_commit(tx));
    print_changes(call, &part, rows, head);
    return RC_OK;
}

static void put_path(struct call *call, struct rc_json_out *json, const char *name,
                     const char *listing)
{
    rc_json_put_text(json, name,
                     rc_str_print(call->arena, "/v1/districts/%s/%s", call->ids[0], listing));
}

/* Whoever is in the directory at the position, or comes later, is listed or told of by the feed:
 * accounts and lists are listed by id, and none ever leaves its place. */
rc_status resync_begin(struct call *call)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct rc_json_out json = {.buf = call->answer->body};
    int64_t head = 0;

    RC_TRY(grant_enter(call, "changes", &tx));
    RC_TRY(query_check(call, no_names));
    RC_TRY(read_head(tx, &head));
    RC_TRY(rc_db_commit(tx));
    const char *position = number(call, head);
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "position", rc_str_of(position));
    put_path(call, &json, "accounts", "accounts?limit=1000");
    if (grant_reads(call, "lists")) put_path(call, &json, "lists", "lists?limit=1000");
    put_path(call, &json, "changes", rc_str_print(call->arena, "changes?after=%s", position).data);
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
    return RC_OK;
}
