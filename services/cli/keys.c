/* The districts' keys as commands need them: made, wrapped, and credentials sealed with them. Bytes
 * travel to PostgreSQL as hex; nothing here prints any. */
#include "keys.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"
#include "rollcall/port/seal.h"

enum { HASH_KEY_BYTES = 32, HASH_KEY_MAX = 64 };

rc_status keys_ring(struct cli *cli, struct rc_keyring **ret_ring)
{
    rc_secret_no_dumps();
    if (!cli->keys && rc_keyring_new(&cli->options, &cli->keys) != RC_OK)
        return cli_refuse(cli, CLI_CONFIG,
                          "It is the key that the workers have: ROLLCALL_KEYS_MASTER_FILE names "
                          "its file.",
                          "%s", rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    *ret_ring = cli->keys;
    return RC_OK;
}

/* ---- making ---- */

static rc_status make_key(struct cli *cli, struct rc_db *tx, const char *district, const char *sql)
{
    RC_AUTO_BUF struct rc_buf wrapped = {0};
    struct rc_keyring *ring = NULL;
    char id[2 * RC_SEAL_ID_BYTES + 1];

    RC_TRY(keys_ring(cli, &ring));
    rc_keyring_key_new(ring, district, id, &wrapped);
    const char *const values[] = {id, rc_db_hex(cli->arena, rc_buf_str(&wrapped))};
    return rc_db_run(tx, sql, COUNT_OF(values), values, NULL);
}

rc_status keys_first(struct cli *cli, struct rc_db *tx, const char *district)
{
    return make_key(cli, tx, district, "SELECT data_key_first($1::uuid, decode($2, 'hex'))");
}

rc_status keys_add(struct cli *cli, struct rc_db *tx, const char *district)
{
    return make_key(cli, tx, district, sql_key_add);
}

static const char *wrap_hash(struct cli *cli, const struct rc_keyring *ring, const char *district,
                             struct rc_str key)
{
    RC_AUTO_BUF struct rc_buf wrapped = {0};

    rc_keyring_wrap(ring, district, "hash-key", key, &wrapped);
    return rc_db_hex(cli->arena, rc_buf_str(&wrapped));
}

rc_status keys_add_hash(struct cli *cli, struct rc_db *tx, const char *district)
{
    unsigned char key[HASH_KEY_BYTES];
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    rc_random(key, sizeof key);
    const char *const values[] = {
        wrap_hash(cli, ring, district, (struct rc_str){(const char *)key, sizeof key})};
    rc_secret_wipe(key, sizeof key);
    return rc_db_run(tx, sql_district_key_add, COUNT_OF(values), values, NULL);
}

/* ---- credentials ---- */

static const char *field_of(struct cli *cli, struct rc_str name)
{
    return rc_str_print(cli->arena, "credential:%.*s", RC_STR_ARG(name)).data;
}

/* sql takes source, name and the sealed value. */
struct credential {
    const char *sql, *source;
    struct rc_str name, value;
    const char *field; /* NULL: by the name */
};

static const char *credential_field(struct cli *cli, const struct credential *credential)
{
    return credential->field ? credential->field : field_of(cli, credential->name);
}

static rc_status store_sealed(struct cli *cli, struct rc_db *tx, const char *district,
                              const struct credential *credential)
{
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    RC_TRY(rc_keyring_seal(ring, tx, district, credential_field(cli, credential), credential->value,
                           &sealed));
    const char *const values[] = {credential->source,
                                  rc_str_copy(cli->arena, credential->name).data,
                                  rc_db_hex(cli->arena, rc_buf_str(&sealed))};
    return rc_db_run(tx, credential->sql, COUNT_OF(values), values, NULL);
}

rc_status keys_put_credential(struct cli *cli, struct rc_db *tx, const char *district,
                              const char *source, const char *name, const char *value)
{
    const struct credential credential = {sql_source_credential, source, rc_str_of(name),
                                          rc_str_of(value), NULL};

    return store_sealed(cli, tx, district, &credential);
}

rc_status keys_rotate_credential(struct cli *cli, struct rc_db *tx, const char *district,
                                 const char *source, const char *name, const char *value)
{
    const struct credential credential = {sql_secret_rotate, source, rc_str_of(name),
                                          rc_str_of(value), NULL};

    return store_sealed(cli, tx, district, &credential);
}

/* Row: source, name, value as hex, is it sealed? is it being replaced? */
static rc_status seal_again(struct cli *cli, struct rc_db *tx, const char *district,
                            const struct rc_rows *rows, size_t row)
{
    struct credential credential = {.sql = rc_rows_bool(rows, row, 4) ? sql_key_reseal_old
                                                                      : sql_key_reseal,
                                    .source = rc_rows_cstr(rows, row, 0),
                                    .name = rc_rows_text(rows, row, 1),
                                    .value = rc_rows_bytes(rows, row, 2, cli->arena)};
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    if (rc_rows_bool(rows, row, 3))
        RC_TRY(rc_keyring_open(ring, tx, district, field_of(cli, credential.name), credential.value,
                               cli->arena, &credential.value));
    return store_sealed(cli, tx, district, &credential);
}

/* Row: application, secret, value as hex. */
static rc_status seal_webhook(struct cli *cli, struct rc_db *tx, const char *district,
                              const struct rc_rows *rows, size_t row)
{
    struct credential credential = {.sql = sql_key_reseal_webhook,
                                    .source = rc_rows_cstr(rows, row, 0),
                                    .name = rc_rows_text(rows, row, 1),
                                    .value = rc_rows_bytes(rows, row, 2, cli->arena),
                                    .field = "credential:webhook"};
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    RC_TRY(rc_keyring_open(ring, tx, district, credential.field, credential.value, cli->arena,
                           &credential.value));
    return store_sealed(cli, tx, district, &credential);
}

static const struct {
    const char *sql;
    rc_status (*seal)(struct cli *cli, struct rc_db *tx, const char *district,
                      const struct rc_rows *rows, size_t row);
} resealed[] = {{sql_key_credentials, seal_again}, {sql_key_webhooks, seal_webhook}};

static rc_status seal_all(struct cli *cli, struct rc_db *tx, const char *district, size_t kind,
                          int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, resealed[kind].sql, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        RC_TRY(resealed[kind].seal(cli, tx, district, rows, i));
    *ret_count += (int64_t)rc_rows_count(rows);
    return RC_OK;
}

rc_status keys_seal_credentials(struct cli *cli, struct rc_db *tx, const char *district,
                                int64_t *ret_count)
{
    for (size_t kind = 0; kind < COUNT_OF(resealed); kind++)
        RC_TRY(seal_all(cli, tx, district, kind, ret_count));
    return RC_OK;
}

/* ---- wrapping ---- */

rc_status keys_wrap_hash(struct cli *cli, struct rc_db *tx, const char *district,
                         int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    RC_TRY(rc_db_run(tx, sql_key_hash_plain, 0, NULL, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    const struct rc_str key = rc_rows_bytes(rows, 0, 0, cli->arena);
    const char *const values[] = {wrap_hash(cli, ring, district, key)};
    *ret_count += 1;
    return rc_db_run(tx, sql_key_hash_wrap, COUNT_OF(values), values, NULL);
}

/* Row: the key's name, its wrapped form as hex, its id (NULL: the hash key). */
static rc_status rewrap_one(struct cli *cli, struct rc_db *tx, const char *district,
                            const struct rc_rows *rows, size_t row, int64_t *ret_count)
{
    RC_AUTO_BUF struct rc_buf anew = {0};
    const char *id = rc_rows_cstr(rows, row, 2);
    const struct rc_str wrapped = rc_rows_bytes(rows, row, 1, cli->arena);
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    const rc_status status = rc_keyring_rewrap(ring, district, rc_rows_cstr(rows, row, 0), wrapped,
                                               &anew);
    if (status == RC_NOT_FOUND) return RC_OK;
    RC_TRY(rc_context(status, "%s of district %s", rc_rows_cstr(rows, row, 0), district));
    const char *const values[] = {rc_db_hex(cli->arena, rc_buf_str(&anew)), id};
    *ret_count += 1;
    return rc_db_run(tx, id ? sql_key_rewrap : sql_key_hash_wrap, id ? 2 : 1, values, NULL);
}

rc_status keys_rewrap(struct cli *cli, struct rc_db *tx, const char *district, int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_key_wrapped, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        RC_TRY(rewrap_one(cli, tx, district, rows, i, ret_count));
    return RC_OK;
}
