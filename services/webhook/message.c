/* The body of a message: {"type":…,"timestamp":…,"data":{…}}. Of changes it tells what the feed
 * tells, ids and names of fields; values are read from the directory's API, which notes who was
 * told of whom. Changes of accounts and of lists are messages of two types. */
#include "message.h"

#include "webhook_sql.h"

#include <string.h>

#include "rollcall/base/log.h"
#include "rollcall/format/json.h"
#include "rollcall/port/seal.h"
#include "rollcall/worker/keyring.h"

/* ---- kinds ---- */

struct telling {
    struct rc_stage_env *env;
    struct rc_db *tx;
    const struct message *message;
    const char *first, *last; /* positions */
    bool lists;               /* which the application may read */
    struct rc_json_out json;
};

static rc_status tell_changes(struct telling *telling)
{
    const char *const values[] = {telling->first, telling->last};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(telling->tx, sql_changes, COUNT_OF(values), values, &rows));
    rc_json_open(&telling->json, "changes", '[');
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        rc_json_put_raw(&telling->json, NULL, rc_rows_text(rows, i, 0));
    rc_json_close(&telling->json, ']');
    rc_json_put_text(&telling->json, "next", rc_str_of(telling->last));
    return RC_OK;
}

static void put_path(struct telling *telling, const char *name, const char *listing)
{
    rc_json_put_text(&telling->json, name,
                     rc_str_print(telling->env->arena, "/v1/districts/%s/%s",
                                  telling->message->district, listing));
}

static rc_status tell_resync(struct telling *telling)
{
    const char *changes = rc_str_print(telling->env->arena, "changes?after=%s", telling->last).data;

    rc_json_put_text(&telling->json, "position", rc_str_of(telling->last));
    put_path(telling, "accounts", "accounts?limit=1000");
    if (telling->lists) put_path(telling, "lists", "lists?limit=1000");
    put_path(telling, "changes", changes);
    return RC_OK;
}

static rc_status tell_nothing(struct telling *telling)
{
    (void)telling;
    return RC_OK;
}

static const struct kind {
    const char *name, *type;
    rc_status (*tell)(struct telling *telling);
} kinds[] = {
    {"changes", "roster.changed", tell_changes},
    {"lists", "list.changed", tell_changes},
    {"resync", "roster.resync", tell_resync},
    {"test", "webhook.test", tell_nothing},
};

static const struct kind *kind_of(struct rc_str name)
{
    size_t at = 0;

    while (at + 1 < COUNT_OF(kinds) && !rc_str_eq(name, rc_str_of(kinds[at].name)))
        at++;
    return &kinds[at];
}

/* Row: sql/delivery.sql. */
static rc_status write_body(struct rc_stage_env *env, struct rc_db *tx,
                            const struct message *message, const struct rc_rows *row,
                            struct rc_buf *body)
{
    const struct kind *kind = kind_of(rc_rows_text(row, 0, 0));
    struct telling telling = {.env = env,
                              .tx = tx,
                              .message = message,
                              .first = rc_rows_cstr(row, 0, 1),
                              .last = rc_rows_cstr(row, 0, 2),
                              .lists = rc_rows_bool(row, 0, 9),
                              .json = {.buf = body}};

    rc_buf_clear(body);
    rc_json_open(&telling.json, NULL, '{');
    rc_json_put_text(&telling.json, "type", rc_str_of(kind->type));
    rc_json_put_text(&telling.json, "timestamp", rc_rows_text(row, 0, 3));
    rc_json_open(&telling.json, "data", '{');
    rc_json_put_text(&telling.json, "district", rc_str_of(message->district));
    RC_TRY(kind->tell(&telling));
    rc_json_close(&telling.json, '}');
    rc_json_close(&telling.json, '}');
    return RC_OK;
}

/* ---- secrets ---- */

/* One that cannot be opened is not signed with; without any nothing is sent. */
static rc_status add_key(struct rc_stage_env *env, struct rc_db *tx, struct rc_str sealed,
                         struct message *message)
{
    struct rc_str *key = &message->keys[message->key_count];
    const rc_status status = rc_keyring_open(env->keys, tx, message->district, "credential:webhook",
                                             sealed, env->arena, key);

    if (status == RC_REJECT) {
        rc_log_error("webhook.secret-unreadable", "%s", rc_error_text());
        return RC_OK;
    }
    RC_TRY(status);
    message->key_count++;
    return RC_OK;
}

static rc_status read_keys(struct rc_stage_env *env, struct rc_db *tx, struct message *message)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_secrets, 1, &message->application, &rows));
    for (size_t i = 0; i < rc_rows_count(rows) && i < MESSAGE_KEYS_MAX; i++)
        RC_TRY(add_key(env, tx, rc_rows_bytes(rows, i, 0, env->arena), message));
    return RC_OK;
}

/* A view is const; the bytes that it shows are ours, in the arena. */
static void wipe(struct rc_str secret)
{
    void *bytes = NULL;

    memcpy(&bytes, &secret.data, sizeof bytes);
    rc_secret_wipe(bytes, secret.len);
}

void message_forget(struct message *message)
{
    for (size_t i = 0; i < message->key_count; i++)
        wipe(message->keys[i]);
    message->key_count = 0;
}

rc_status message_read(struct rc_stage_env *env, struct rc_db *tx, struct message *message,
                       struct rc_buf *body)
{
    const char *const values[] = {message->delivery, message->application};
    RC_AUTO(rc_rows) struct rc_rows *row = NULL;

    RC_TRY(rc_db_one(tx, sql_delivery, COUNT_OF(values), values, &row));
    message->id = rc_str_copy(env->arena, rc_rows_text(row, 0, 4));
    message->url = rc_str_copy(env->arena, rc_rows_text(row, 0, 5)).data;
    message->state = rc_str_copy(env->arena, rc_rows_text(row, 0, 6)).data;
    message->attempts = rc_rows_int(row, 0, 7);
    if (!rc_rows_null(row, 0, 8))
        message->ca_file = rc_str_copy(env->arena, rc_rows_text(row, 0, 8)).data;
    message->test = rc_str_eq(rc_rows_text(row, 0, 0), RC_STR("test"));
    RC_TRY(write_body(env, tx, message, row, body));
    return read_keys(env, tx, message);
}
