/* Accounts of the directory. */
#include "route.h"

#include <string.h>

#include "roster_server_sql.h"

/* ---- the listing ---- */

/* A filter that the statement takes, in the order of its parameters. */
static const struct {
    const char *name;
    const char *words; /* what it may be, between bars; NULL: anything */
    const char *needs; /* the field that it tells about, which must be granted; NULL: none */
} filters[] = {
    {"status", "|active|archived|", NULL},
    {"role", "|student|teacher|staff|administrator|guardian|", NULL},
    {"school", NULL, NULL},
    {"record", NULL, NULL},
    {"identifier", NULL, "identifier"},
    {"username", NULL, "username"},
    {"email", NULL, "email"},
    {"guardian", NULL, NULL},
    {"changed_since", NULL, NULL},
};
static const char *const names[] = {"limit",  "after",    "status",        "role",
                                    "school", "record",   "identifier",    "username",
                                    "email",  "guardian", "changed_since", NULL};
_Static_assert(COUNT_OF(names) == COUNT_OF(filters) + 3, "every filter has a name");

static bool among(struct call *call, const char *words, const char *value)
{
    const struct rc_str text = rc_str_print(call->arena, "|%s|", value);

    return !words || (strstr(words, text.data) && !strchr(value, '|'));
}

/* An RFC 3339 time by its letters; PostgreSQL, which would also take words, says whether it is one.
 */
static bool is_time(const char *text)
{
    const size_t len = strlen(text);

    return len >= sizeof "2026-01-01T00:00:00Z" - 1 && text[10] == 'T' &&
           strspn(text, "0123456789T:.Z+-") == len;
}

static rc_status check_filter(struct call *call, size_t at, const char *value)
{
    if (!value) return RC_OK;
    if (!among(call, filters[at].words, value))
        return refuse(call, PROBLEM_QUERY, "%s is one of %s", filters[at].name, filters[at].words);
    if (strcmp(filters[at].name, "changed_since") == 0 && !is_time(value))
        return refuse(call, PROBLEM_QUERY, "changed_since is a time like 2026-01-31T06:00:00Z");
    if (filters[at].needs && !grant_shows(call, filters[at].needs))
        return refuse(call, PROBLEM_NOT_PERMITTED, "%s is a field that it does not see",
                      filters[at].needs);
    return RC_OK;
}

rc_status accounts_list(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct page page = {0};
    const char *values[4 + COUNT_OF(filters)] = {0};

    RC_TRY(grant_enter(call, "accounts", &tx));
    RC_TRY(query_check(call, names));
    RC_TRY(page_parse(call, &page));
    values[0] = call->grant.fields;
    values[1] = call->grant.reads;
    values[2] = page.after;
    values[3] = page.room;
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        values[4 + i] = query_value(call, filters[i].name);
        RC_TRY(check_filter(call, i, values[4 + i]));
    }
    RC_TRY(rc_db_run(tx, sql_accounts_list, COUNT_OF(values), values, &rows));
    RC_TRY(disclose(call, tx, rows, (size_t)page.limit, call->grant.fields));
    RC_TRY(rc_db_commit(tx));
    page_print(call, "accounts", &page, rows);
    return RC_OK;
}

/* ---- one ---- */

/* Among the tags of If-None-Match or If-Match, weak ones too, or the star for any. */
static bool names_tag(const char *said, struct rc_str tag)
{
    struct rc_str rest = rc_str_of(said);

    while (rest.data) {
        struct rc_str one = rc_str_trim(rc_str_cut(&rest, ','));
        if (rc_str_starts(one, RC_STR("W/"))) one = (struct rc_str){one.data + 2, one.len - 2};
        if (rc_str_eq(one, tag) || rc_str_eq(one, RC_STR("*"))) return true;
    }
    return false;
}

static rc_status redirect(struct call *call, const char *account)
{
    struct rc_json_out json = {.buf = call->answer->body};
    const struct rc_str place = rc_str_print(call->arena, "/v1/districts/%s/accounts/%s",
                                             call->ids[0], account);

    rc_httpd_answer_header(call->answer, "Location", place);
    call->answer->code = 308;
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "merged_into", rc_str_of(account));
    rc_json_close(&json, '}');
    rc_buf_add_char(call->answer->body, '\n');
    return RC_OK;
}

/* Finds the account of the path. *ret_rows: id, id that it stands for now, tag, view; NULL where
 * the answer was a redirect. */
static rc_status find_account(struct call *call, struct rc_db *tx, const char *sql,
                              struct rc_rows **ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {call->ids[1], call->grant.fields, call->grant.reads};
    const rc_status found = rc_db_one(tx, sql, COUNT_OF(values), values, &rows);

    if (found == RC_NOT_FOUND) return refuse(call, PROBLEM_NOT_FOUND, "no account has this id");
    RC_TRY(found);
    if (!rc_str_eq(rc_rows_text(rows, 0, 0), rc_rows_text(rows, 0, 1)))
        return redirect(call, rc_rows_cstr(rows, 0, 1));
    *ret_rows = rc_rows_take(&rows);
    return RC_OK;
}

static struct rc_str tag_of(struct call *call, const struct rc_rows *rows)
{
    return rc_str_print(call->arena, "\"%s\"", rc_rows_cstr(rows, 0, 2));
}

static void print_account(struct call *call, const struct rc_rows *rows)
{
    rc_httpd_answer_header(call->answer, "ETag", tag_of(call, rows));
    rc_buf_add_str(call->answer->body, rc_rows_text(rows, 0, 3));
    rc_buf_add_char(call->answer->body, '\n');
}

rc_status account_show(struct call *call)
{
    static const char *const none[] = {NULL};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *known = rc_httpd_header(call->request, "If-None-Match");

    RC_TRY(grant_enter(call, "accounts", &tx));
    RC_TRY(query_check(call, none));
    RC_TRY(find_account(call, tx, sql_account_one, &rows));
    if (!rows) return RC_OK;
    if (known && names_tag(known, tag_of(call, rows))) {
        rc_httpd_answer_header(call->answer, "ETag", tag_of(call, rows));
        call->answer->code = 304;
        return RC_OK;
    }
    RC_TRY(disclose(call, tx, rows, 1, call->grant.fields));
    RC_TRY(rc_db_commit(tx));
    print_account(call, rows);
    return RC_OK;
}

/* ---- the application's own edits ---- */

/* A sync that is applied holds the district; an edit waits for it, but not for ever. */
static rc_status lock_district(struct call *call, struct rc_db *tx)
{
    const char *const bound[] = {
        rc_str_print(call->arena, "%lld", (long long)call->options->lock_ms).data};

    RC_TRY(rc_db_run(tx, sql_edit_bound, COUNT_OF(bound), bound, NULL));
    return rc_db_run(tx, sql_edit_lock, 0, NULL, NULL);
}

static rc_status need_match(struct call *call, const char **ret_match)
{
    *ret_match = rc_httpd_header(call->request, "If-Match");
    if (*ret_match) return RC_OK;
    return refuse(call, PROBLEM_VERSION_MISSING,
                  "send If-Match with the ETag of what was read: nobody's later change is lost");
}

static rc_status check_match(struct call *call, const char *match, const struct rc_rows *rows)
{
    if (names_tag(match, tag_of(call, rows))) return RC_OK;
    return refuse(call, PROBLEM_VERSION_MOVED, "read it again, and decide anew");
}

/* As GET answers it, after the change. */
static rc_status answer_account(struct call *call, struct rc_db *tx, const char *account)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {account, call->grant.fields, call->grant.reads};

    RC_TRY(rc_db_one(tx, sql_account_one, COUNT_OF(values), values, &rows));
    RC_TRY(disclose(call, tx, rows, 1, call->grant.fields));
    RC_TRY(rc_db_commit(tx));
    print_account(call, rows);
    return RC_OK;
}

rc_status account_patch(struct call *call)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *match = NULL;
    const char *patch = NULL;

    RC_TRY(grant_enter(call, "accounts", &tx));
    RC_TRY(patch_check(call, "application/merge-patch+json", PATCH_OF_ACCOUNT, &patch));
    RC_TRY(need_match(call, &match));
    RC_TRY(lock_district(call, tx));
    RC_TRY(find_account(call, tx, sql_account_one, &rows));
    if (!rows) return RC_OK;
    RC_TRY(check_match(call, match, rows));
    const char *const values[] = {call->caller.application, call->ids[1], patch};
    RC_TRY(rc_db_run(tx, sql_edit_account, COUNT_OF(values), values, NULL));
    return answer_account(call, tx, call->ids[1]);
}

/* ---- people that the application made ---- */

struct making {
    const char *key, *digest, *values;
    const char *account;
    bool again; /* the key was used before, for the same */
};

static rc_status find_key(struct call *call, struct rc_db *tx, struct making *making)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {call->caller.application, making->key};
    const rc_status found = rc_db_one(tx, sql_key_find, COUNT_OF(values), values, &rows);

    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    if (!rc_str_eq(rc_rows_text(rows, 0, 0), rc_str_of(making->digest)))
        return refuse(call, PROBLEM_KEY_REUSED, "this Idempotency-Key came with another body");
    making->account = rc_str_copy(call->arena, rc_rows_text(rows, 0, 1)).data;
    making->again = true;
    return RC_OK;
}

static rc_status check_schools(struct call *call, struct rc_db *tx, const struct making *making)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_make_roles, 1, &making->values, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return refuse(call, PROBLEM_BODY,
                  "a role's school is none that a source sends: GET schools lists them");
}

static rc_status make_account(struct call *call, struct rc_db *tx, struct making *making)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {call->caller.application, making->values};

    RC_TRY(check_schools(call, tx, making));
    RC_TRY(rc_db_one(tx, sql_make_account, COUNT_OF(values), values, &rows));
    if (rc_rows_null(rows, 0, 0))
        return refuse(call, PROBLEM_TAKEN, "an account has this user name or e-mail address");
    making->account = rc_str_copy(call->arena, rc_rows_text(rows, 0, 0)).data;
    const char *const kept[] = {call->caller.application, making->key, making->digest,
                                making->account};
    return rc_db_run(tx, sql_key_keep, COUNT_OF(kept), kept, NULL);
}

static rc_status read_key(struct call *call, struct making *making)
{
    const char *key = rc_httpd_header(call->request, "Idempotency-Key");
    const struct rc_str text = rc_str_of(key);

    making->key = key;
    if (key && text.len > 0 && text.len <= 200 && rc_str_is_text(text)) return RC_OK;
    return refuse(call, PROBLEM_VERSION_MISSING,
                  "send Idempotency-Key, of your own choice, at most 200 bytes: said twice, the "
                  "account is made once");
}

rc_status account_make(struct call *call)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct making making = {0};

    RC_TRY(grant_enter(call, "accounts", &tx));
    if (!grant_changes(call, "create"))
        return refuse(call, PROBLEM_NOT_PERMITTED, "it may make nobody");
    RC_TRY(patch_check(call, "application/json", PATCH_OF_NOBODY, &making.values));
    RC_TRY(read_key(call, &making));
    making.digest = patch_digest(call);
    RC_TRY(lock_district(call, tx));
    RC_TRY(find_key(call, tx, &making));
    if (!making.again) RC_TRY(make_account(call, tx, &making));
    RC_TRY(answer_account(call, tx, making.account));
    rc_httpd_answer_header(
        call->answer, "Location",
        rc_str_print(call->arena, "/v1/districts/%s/accounts/%s", call->ids[0], making.account));
    call->answer->code = making.again ? 200 : 201;
    return RC_OK;
}
