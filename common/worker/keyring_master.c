/* Master keys: where they come from, and the wrapping of other keys under them. A wrapped key is a
 * sealed frame whose key id is the master key's, so that it says itself which one opens it. */
#include "keyring_private.h"

#include "rollcall/base/id.h"

#include <stdio.h>
#include <string.h>

#define COMMON(field) offsetof(struct rc_common_options, field)

const struct rc_option rc_key_option_table[] = {
    {"keys.master", RC_OPTION_SECRET, COMMON(keys_master), "", 0, 0,
     "Master key that wraps the districts' keys: 32 bytes in base64, made by `rollcall key "
     "generate`."},
    {"keys.master-old", RC_OPTION_SECRET, COMMON(keys_master_old), "", 0, 0,
     "Former master keys, separated by blanks or commas, until `rollcall key rewrap` has run."},
    {"keys.life", RC_OPTION_MILLIS, COMMON(keys_life_ms), "60s", 0, 3600000,
     "How long a district's key is used before it is read again."},
    {"keys.accept-plain", RC_OPTION_BOOL, COMMON(keys_accept_plain), "false", 0, 0,
     "Take pages and batches that are not sealed: only while an older version's are still on their "
     "way."},
    {.name = NULL},
};

/* ---- reading ---- */

static rc_status add_master(struct keyring_secrets *secrets, struct rc_str text)
{
    if (secrets->master_count == KEYRING_MASTERS_MAX)
        return rc_fail(RC_REJECT, "keys.master-old: at most %d keys", KEYRING_MASTERS_MAX - 1);
    return rc_seal_master_parse(text, &secrets->masters[secrets->master_count++]);
}

static bool is_separator(char c)
{
    return c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t';
}

/* Cuts the first word off. */
static struct rc_str next_word(struct rc_str *rest)
{
    while (rest->len > 0 && is_separator(rest->data[0]))
        *rest = (struct rc_str){rest->data + 1, rest->len - 1};
    struct rc_str word = {rest->data, 0};
    while (word.len < rest->len && !is_separator(rest->data[word.len]))
        word.len++;
    *rest = (struct rc_str){rest->data + word.len, rest->len - word.len};
    return word;
}

static rc_status add_old_masters(struct keyring_secrets *secrets, const char *text)
{
    struct rc_str rest = rc_str_of(text);

    for (struct rc_str word = next_word(&rest); word.len > 0; word = next_word(&rest))
        RC_TRY(rc_context(add_master(secrets, word), "keys.master-old"));
    return RC_OK;
}

static rc_status read_masters(const struct rc_common_options *options,
                              struct keyring_secrets *secrets)
{
    if (!options->keys_master || rc_str_trim(rc_str_of(options->keys_master)).len == 0)
        return rc_fail(RC_REJECT,
                       "keys.master is not set: payloads and credentials are sealed with keys that "
                       "it wraps; make one with `rollcall key generate --file FILE` and set "
                       "keys.master-file, the same in every program");
    RC_TRY(rc_context(add_master(secrets, rc_str_of(options->keys_master)), "keys.master"));
    return add_old_masters(secrets, options->keys_master_old);
}

rc_status rc_keyring_new(const struct rc_common_options *options, struct rc_keyring **ret_ring)
{
    RC_AUTO(rc_keyring) struct rc_keyring *ring = rc_malloc(sizeof *ring);

    *ring = (struct rc_keyring){.secrets = rc_secret_alloc(sizeof *ring->secrets),
                                .life_ms = options->keys_life_ms,
                                .packer = rc_packer_new()};
    RC_TRY(read_masters(options, ring->secrets));
    *ret_ring = rc_keyring_take(&ring);
    return RC_OK;
}

void rc_keyring_free(struct rc_keyring *ring)
{
    if (!ring) return;
    rc_secret_free(ring->secrets);
    rc_packer_free(ring->packer);
    rc_buf_done(&ring->packed);
    free(ring);
}

void rc_keyring_master_id(const struct rc_keyring *ring, char out[33])
{
    rc_hex(ring->secrets->masters[0].id, RC_SEAL_ID_BYTES, out);
}

/* ---- wrapping ---- */

void rc_keyring_wrap(const struct rc_keyring *ring, const char *district, const char *name,
                     struct rc_str key, struct rc_buf *out)
{
    const struct rc_seal_place place = {.district = rc_str_of(district), .field = rc_str_of(name)};

    rc_seal(&ring->secrets->masters[0], &place, RC_SEAL_RAW, key, out);
}

static const struct rc_seal_key *find_master(const struct rc_keyring *ring, const unsigned char *id)
{
    for (size_t i = 0; i < ring->secrets->master_count; i++)
        if (memcmp(ring->secrets->masters[i].id, id, RC_SEAL_ID_BYTES) == 0)
            return &ring->secrets->masters[i];
    return NULL;
}

static rc_status need_master(const struct rc_keyring *ring, const unsigned char *id,
                             const struct rc_seal_key **ret_master)
{
    char wanted[33];
    char have[33];

    *ret_master = find_master(ring, id);
    if (*ret_master) return RC_OK;
    rc_hex(id, RC_SEAL_ID_BYTES, wanted);
    rc_keyring_master_id(ring, have);
    return rc_fail(
        RC_FATAL,
        "it is wrapped by the master key of id %.8s…, and keys.master has id %.8s…: give "
        "this program the right key, or the former one in keys.master-old",
        wanted, have);
}

rc_status rc_keyring_unwrap(const struct rc_keyring *ring, const char *district, const char *name,
                            struct rc_str wrapped, unsigned char *out, size_t len)
{
    const struct rc_seal_place place = {.district = rc_str_of(district), .field = rc_str_of(name)};
    const struct rc_seal_key *master = NULL;
    struct rc_seal_head head;

    RC_TRY(rc_seal_head_parse(wrapped, &head));
    if (head.plain_len != len)
        return rc_fail(RC_REJECT, "a wrapped key of %zu bytes, and %zu are due", head.plain_len,
                       len);
    RC_TRY(need_master(ring, head.key_id, &master));
    return rc_seal_open(master, &place, wrapped, out);
}

rc_status rc_keyring_rewrap(const struct rc_keyring *ring, const char *district, const char *name,
                            struct rc_str wrapped, struct rc_buf *out)
{
    unsigned char key[RC_SEAL_KEY_BYTES * 2];
    struct rc_seal_head head;

    RC_TRY(rc_seal_head_parse(wrapped, &head));
    if (memcmp(head.key_id, ring->secrets->masters[0].id, sizeof head.key_id) == 0)
        return RC_NOT_FOUND;
    if (head.plain_len > sizeof key)
        return rc_fail(RC_REJECT, "a wrapped key of %zu bytes", head.plain_len);
    const rc_status status = rc_keyring_unwrap(ring, district, name, wrapped, key, head.plain_len);
    if (status == RC_OK)
        rc_keyring_wrap(ring, district, name, (struct rc_str){(const char *)key, head.plain_len},
                        out);
    rc_secret_wipe(key, sizeof key);
    return status;
}

rc_status rc_keyring_check(const struct rc_keyring *ring, struct rc_db *db)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const struct rc_seal_key *master = NULL;
    unsigned char id[RC_SEAL_ID_BYTES];

    const rc_status status = rc_db_one(db, "SELECT encode(master_id, 'hex') FROM key_master", 0,
                                       NULL, &rows);
    if (status == RC_NOT_FOUND) return RC_OK; /* nothing was wrapped yet */
    RC_TRY(status);
    if (!rc_unhex(rc_rows_text(rows, 0, 0), id, sizeof id))
        return rc_fail(RC_FATAL, "key_master holds no master key's id");
    return rc_context(need_master(ring, id, &master), "a key of the districts");
}

/* ---- data keys ---- */

void rc_keyring_key_name(const unsigned char *key_id, char out[RC_KEY_NAME])
{
    char hex[2 * RC_SEAL_ID_BYTES + 1];

    rc_hex(key_id, RC_SEAL_ID_BYTES, hex);
    snprintf(out, RC_KEY_NAME, "data-key:%s", hex);
}

void rc_keyring_key_new(const struct rc_keyring *ring, const char *district, char ret_id[33],
                        struct rc_buf *ret_wrapped)
{
    unsigned char id[RC_SEAL_ID_BYTES];
    unsigned char key[RC_SEAL_KEY_BYTES];
    char name[RC_KEY_NAME];
    char text[RC_ID_TEXT];

    rc_id_new(text);
    (void)rc_id_parse(rc_str_of(text), id);
    rc_hex(id, sizeof id, ret_id);
    rc_keyring_key_name(id, name);
    rc_seal_key_new(key);
    rc_keyring_wrap(ring, district, name, (struct rc_str){(const char *)key, sizeof key},
                    ret_wrapped);
    rc_secret_wipe(key, sizeof key);
}
