/* Who asks: a bearer token of ours names its row, so that one secret is compared and in constant
 * time; what is stored is its digest. */
#include "call.h"
#include "limit.h"

#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"

#include "roster_server_sql.h"

/* "rct_", the token's id as 32 digits of hex, "_", the secret as 64. */
enum { ID_DIGITS = 32, SECRET_DIGITS = 64, ID_AT = 4, SECRET_AT = ID_AT + ID_DIGITS + 1 };

static bool is_hex(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (rc_hex_digit(text.data[i]) < 0) return false;
    return true;
}

static bool split_token(struct rc_str token, struct rc_str *ret_id, struct rc_str *ret_secret)
{
    if (token.len != SECRET_AT + SECRET_DIGITS || !rc_str_starts(token, RC_STR("rct_")) ||
        token.data[SECRET_AT - 1] != '_')
        return false;
    *ret_id = (struct rc_str){token.data + ID_AT, ID_DIGITS};
    *ret_secret = (struct rc_str){token.data + SECRET_AT, SECRET_DIGITS};
    return is_hex(*ret_id) && is_hex(*ret_secret);
}

/* The same words for each reason: who guesses learns nothing. */
static rc_status not_taken(struct call *call)
{
    return refuse(call, PROBLEM_TOKEN_REFUSED,
                  "unknown, expired or revoked: `rollcall application rotate` makes another");
}

/* What was found is compared even where nothing was, so that both take as long. */
static rc_status check_secret(struct call *call, struct rc_str secret, const struct rc_rows *rows)
{
    unsigned char said[RC_TOKEN_BYTES];
    unsigned char kept[RC_TOKEN_BYTES] = {0};
    const bool found = rc_rows_count(rows) == 1;

    if (found && !rc_unhex(rc_rows_text(rows, 0, 0), kept, sizeof kept))
        return rc_fail(RC_FATAL, "a token's digest has another length than this version's");
    rc_token_digest(secret, said);
    const bool same = rc_same_secret(said, kept, sizeof kept);
    if (!found || !same) return not_taken(call);
    call->caller.application = rc_str_copy(call->arena, rc_rows_text(rows, 0, 1)).data;
    return RC_OK;
}

static rc_status find_token(struct call *call, struct rc_str id, struct rc_rows **ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {rc_str_copy(call->arena, id).data};

    RC_TRY(rc_db_tx(call->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_caller_token, COUNT_OF(values), values, ret_rows));
    return rc_db_commit(tx);
}

static rc_status check_rate(struct call *call)
{
    const int64_t wait_ms = limit_take(call->limit, call->caller.application,
                                       call->options->per_minute, call->options->burst,
                                       rc_clock_mono_ms());

    if (wait_ms == 0) return RC_OK;
    rc_httpd_answer_header(call->answer, "Retry-After",
                           rc_str_print(call->arena, "%lld", (long long)wait_ms / 1000 + 1));
    return refuse(call, PROBLEM_TOO_MANY, "%lld requests a minute are the limit",
                  (long long)call->options->per_minute);
}

rc_status caller_enter(struct call *call)
{
    const char *said = rc_httpd_header(call->request, "Authorization");
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct rc_str rest = rc_str_of(said);
    struct rc_str id;
    struct rc_str secret;

    const struct rc_str scheme = rc_str_cut(&rest, ' ');
    if (!rc_str_eq_fold(scheme, RC_STR("Bearer")))
        return refuse(call, PROBLEM_TOKEN_MISSING, "send Authorization: Bearer and the token");
    if (!split_token(rc_str_trim(rest), &id, &secret)) return not_taken(call);
    RC_TRY(find_token(call, id, &rows));
    RC_TRY(check_secret(call, secret, rows));
    return check_rate(call);
}
