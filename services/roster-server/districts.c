/* The districts that an application may see. */
#include "route.h"

#include "roster_server_sql.h"

static void print_districts(struct call *call, const struct rc_rows *rows)
{
    struct rc_json_out json = {.buf = call->answer->body};

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, "districts", '[');
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        rc_json_open(&json, NULL, '{');
        rc_json_put_text(&json, "id", rc_rows_text(rows, i, 0));
        rc_json_put_text(&json, "slug", rc_rows_text(rows, i, 1));
        rc_json_put_text(&json, "name", rc_rows_text(rows, i, 2));
        rc_json_close(&json, '}');
    }
    rc_json_close(&json, ']');
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
}

rc_status districts_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {call->caller.application};

    RC_TRY(rc_db_tx(call->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_districts_list, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    print_districts(call, rows);
    return RC_OK;
}
