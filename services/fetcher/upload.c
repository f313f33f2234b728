/* Reading an upload's pages. */
#include "upload.h"

#include "fetcher_sql.h"
#include "rollcall/base/clock.h"
#include "rollcall/worker/keyring.h"
#include "upload_roles.h"

static void refuse(struct asker *asker, enum trouble trouble, struct ask_answer *answer)
{
    answer->trouble = trouble;
    answer->words = trouble_words(trouble, 0, "", asker->env->arena);
}

/* Row: how many records, the sealed page, as what it was sealed. */
static rc_status open_page(struct asker *asker, const struct rc_rows *rows, struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_str page = {0};

    RC_TRY(rc_keyring_open(asker->env->keys, asker->env->db, asker->lane->request.district,
                           rc_rows_text(rows, 0, 2).data, rc_rows_bytes(rows, 0, 1, arena), arena,
                           &page));
    rc_buf_clear(out);
    rc_buf_add_str(out, page);
    return RC_OK;
}

static rc_status read_page(struct asker *asker, int64_t cursor, struct ask_answer *answer)
{
    const struct lane *lane = asker->lane;
    const char *number = rc_str_print(asker->env->arena, "%lld", (long long)cursor).data;
    const char *const values[] = {lane->upload.id, lane->collection.data, number};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(asker->env->db, lane->request.district, &tx));
    const rc_status found = rc_db_one(tx, sql_upload_page, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND) refuse(asker, TROUBLE_UPLOAD_GONE, answer);
    if (found != RC_OK) return found == RC_NOT_FOUND ? RC_OK : found;
    answer->count = rc_rows_int(rows, 0, 0);
    const rc_status opened = open_page(asker, rows, answer->http.body);
    if (opened == RC_REJECT) refuse(asker, TROUBLE_UPLOAD_SEALED, answer);
    if (opened != RC_OK) return opened == RC_REJECT ? RC_OK : opened;
    RC_TRY(upload_add_roles(asker, tx, answer->http.body));
    return rc_db_commit(tx);
}

rc_status upload_ask(struct asker *asker, int64_t cursor, struct ask_answer *ret_answer)
{
    const int64_t total = asker->lane->upload.records;

    *ret_answer = (struct ask_answer){
        .http = {.body = &asker->fetcher->body, .total = total, .retry_after_ms = -1}};
    if (cursor >= total) return RC_OK; /* nothing (more) is in it */
    const int64_t began_ms = rc_clock_mono_ms();
    RC_TRY(read_page(asker, cursor, ret_answer));
    const bool whole = ret_answer->trouble == TROUBLE_NONE;
    asker_count(asker, whole ? 2 : 0, rc_clock_mono_ms() - began_ms,
                whole ? ret_answer->http.body->len : 0);
    return RC_OK;
}
