/* Listings: parameters, and pages by a cursor that stays right whatever is added or changed
 * meanwhile, because it is a key and not a number of rows. */
#include "route.h"

#include <string.h>

#include "rollcall/base/id.h"

#include "roster_server_sql.h"

enum { LIMIT_USUAL = 100, LIMIT_MAX = 1000 };

const char *query_value(const struct call *call, const char *name)
{
    return target_value(&call->target, name).data;
}

rc_status query_check(struct call *call, const char *const *names)
{
    for (size_t i = 0; i < call->target.pair_count; i++) {
        size_t at = 0;
        while (names[at] && !rc_str_eq(call->target.pairs[i].name, rc_str_of(names[at])))
            at++;
        if (!names[at])
            return refuse(call, PROBLEM_QUERY,
                          "the query has a parameter that this path does not take");
    }
    return RC_OK;
}

rc_status page_limit(struct call *call, struct page *ret_page)
{
    const struct rc_str text = target_value(&call->target, "limit");

    ret_page->limit = LIMIT_USUAL;
    if (text.data && rc_str_int(text, 1, LIMIT_MAX, &ret_page->limit) != RC_OK)
        return refuse(call, PROBLEM_QUERY, "limit is a number from 1 to %d", LIMIT_MAX);
    ret_page->room = rc_str_print(call->arena, "%lld", (long long)ret_page->limit + 1).data;
    return RC_OK;
}

rc_status page_parse(struct call *call, struct page *ret_page)
{
    RC_TRY(page_limit(call, ret_page));
    ret_page->after = query_value(call, "after");
    if (!ret_page->after || rc_id_valid(rc_str_of(ret_page->after))) return RC_OK;
    return refuse(call, PROBLEM_QUERY, "after is what the page before said under next");
}

void page_print(struct call *call, const char *name, const struct page *page,
                const struct rc_rows *rows)
{
    struct rc_json_out json = {.buf = call->answer->body};
    const size_t count = rc_rows_count(rows);
    const size_t shown = count > (size_t)page->limit ? (size_t)page->limit : count;

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, name, '[');
    for (size_t i = 0; i < shown; i++)
        rc_json_put_raw(&json, NULL, rc_rows_text(rows, i, 1));
    rc_json_close(&json, ']');
    if (count > shown)
        rc_json_put_text(&json, "next", rc_rows_text(rows, shown - 1, 0));
    else
        rc_json_put_null(&json, "next");
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
}

rc_status disclose(struct call *call, struct rc_db *tx, const struct rc_rows *rows, size_t most,
                   const char *fields)
{
    RC_AUTO_BUF struct rc_buf accounts = {0};

    rc_db_array_open(&accounts);
    for (size_t i = 0; i < rc_rows_count(rows) && i < most; i++)
        rc_db_array_add(&accounts, rc_rows_text(rows, i, 0));
    rc_db_array_close(&accounts);
    const char *const values[] = {call->caller.application, call->route->path, fields,
                                  accounts.data};
    if (rc_rows_count(rows) == 0) return RC_OK;
    return rc_db_run(tx, sql_disclose, COUNT_OF(values), values, NULL);
}
