/* Data keys, read from PostgreSQL and kept for a short while. A key that is made in a transaction
 * that somebody else ends is not kept: were that rolled back, the next seal would be made with a
 * key that nobody has. */
#include "keyring_private.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"

#include <string.h>

/* ---- what is kept ---- */

static struct keyring_slot *slot_of(struct keyring_slot *slots, const unsigned char *id)
{
    return &slots[(id[14] * 256U + id[15]) % KEYRING_SLOTS];
}

static void keep(const struct rc_keyring *ring, struct keyring_slot *slot,
                 const unsigned char *district, const struct rc_seal_key *key)
{
    memcpy(slot->district, district, sizeof slot->district);
    slot->key = *key;
    slot->until_ms = rc_clock_mono_ms() + ring->life_ms;
}

static bool is_kept(const struct keyring_slot *slot, const unsigned char *district)
{
    return slot->until_ms > rc_clock_mono_ms() &&
           memcmp(slot->district, district, sizeof slot->district) == 0;
}

void rc_keyring_forget(struct rc_keyring *ring)
{
    rc_secret_wipe(ring->secrets->opening, sizeof ring->secrets->opening);
    rc_secret_wipe(ring->secrets->sealing, sizeof ring->secrets->sealing);
}

/* ---- rows ---- */

/* key_id and wrapped of the row, as hex. */
static rc_status read_key(const struct rc_keyring *ring, const char *district,
                          const struct rc_rows *rows, struct rc_seal_key *ret_key)
{
    const struct rc_str hex = rc_rows_text(rows, 0, 1);
    unsigned char wrapped[RC_SEAL_KEY_BYTES + RC_SEAL_OVERHEAD];
    char name[RC_KEY_NAME];

    (void)rc_unhex(rc_rows_text(rows, 0, 0), ret_key->id, sizeof ret_key->id);
    if (hex.len == 0)
        return rc_fail(RC_REJECT, "key %.32s was destroyed: nothing opens what it sealed",
                       rc_rows_text(rows, 0, 0).data);
    if (!rc_unhex(hex, wrapped, sizeof wrapped))
        return rc_fail(RC_FATAL, "key %.32s in district_data_key is no wrapped key",
                       rc_rows_text(rows, 0, 0).data);
    rc_keyring_key_name(ret_key->id, name);
    const rc_status status = rc_keyring_unwrap(
        ring, district, name, (struct rc_str){(const char *)wrapped, sizeof wrapped},
        ret_key->bytes, sizeof ret_key->bytes);
    /* A key that does not unwrap is trouble of the installation, not of the message. */
    if (status == RC_REJECT)
        return rc_context(RC_FATAL, "key %.32s of district %s", rc_rows_text(rows, 0, 0).data,
                          district);
    return rc_context(status, "key %.32s of district %s", rc_rows_text(rows, 0, 0).data, district);
}

static const char by_id_sql[] =
    "SELECT encode(uuid_send(key_id), 'hex'), encode(wrapped, 'hex') FROM district_data_key "
    "WHERE district_id = tenant() AND key_id = $1::uuid";
static const char active_sql[] =
    "SELECT encode(uuid_send(key_id), 'hex'), encode(wrapped, 'hex') FROM district_data_key "
    "WHERE district_id = tenant() AND state = 'active'";

static rc_status find_by_id(const struct rc_keyring *ring, struct rc_db *tx, const char *district,
                            const unsigned char *key_id, struct rc_seal_key *ret_key)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    char hex[2 * RC_SEAL_ID_BYTES + 1];
    const char *const values[] = {hex};

    rc_hex(key_id, RC_SEAL_ID_BYTES, hex);
    const rc_status status = rc_db_one(tx, by_id_sql, COUNT_OF(values), values, &rows);
    if (status == RC_NOT_FOUND)
        return rc_fail(RC_REJECT, "the district has no key %s: it was sealed for another one", hex);
    RC_TRY(status);
    return read_key(ring, district, rows, ret_key);
}

static rc_status find_active(const struct rc_keyring *ring, struct rc_db *tx, const char *district,
                             struct rc_seal_key *ret_key)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, active_sql, 0, NULL, &rows));
    return read_key(ring, district, rows, ret_key);
}

/* Where the district never had a key; several programs may come here at once, and one key stays. */
static rc_status make_first(const struct rc_keyring *ring, struct rc_db *tx, const char *district)
{
    RC_AUTO_BUF struct rc_buf wrapped = {0};
    char hex[2 * (RC_SEAL_KEY_BYTES + RC_SEAL_OVERHEAD) + 1];
    char id[2 * RC_SEAL_ID_BYTES + 1];
    const char *const values[] = {id, hex};

    rc_keyring_key_new(ring, district, id, &wrapped);
    rc_hex((const unsigned char *)wrapped.data, wrapped.len, hex);
    return rc_db_run(tx, "SELECT data_key_first($1::uuid, decode($2, 'hex'))", COUNT_OF(values),
                     values, NULL);
}

static rc_status find_or_make_active(const struct rc_keyring *ring, struct rc_db *tx,
                                     const char *district, struct rc_seal_key *ret_key)
{
    const rc_status found = find_active(ring, tx, district, ret_key);

    if (found != RC_NOT_FOUND) return found;
    RC_TRY(make_first(ring, tx, district));
    const rc_status again = find_active(ring, tx, district, ret_key);
    if (again != RC_NOT_FOUND) return again;
    return rc_fail(RC_REJECT, "the keys of district %s were destroyed: nothing is sealed for it",
                   district);
}

/* ---- in whose transaction ---- */

static rc_status read_by_id(const struct rc_keyring *ring, struct rc_db *db, const char *district,
                            const unsigned char *key_id, struct rc_seal_key *ret_key)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (rc_db_in_tx(db)) return find_by_id(ring, db, district, key_id, ret_key);
    RC_TRY(rc_db_tx(db, district, &tx));
    RC_TRY(find_by_id(ring, tx, district, key_id, ret_key));
    return rc_db_commit(tx);
}

static rc_status read_active(const struct rc_keyring *ring, struct rc_db *db, const char *district,
                             struct rc_seal_key *ret_key)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (rc_db_in_tx(db)) return find_or_make_active(ring, db, district, ret_key);
    RC_TRY(rc_db_tx(db, district, &tx));
    RC_TRY(find_or_make_active(ring, tx, district, ret_key));
    return rc_db_commit(tx);
}

rc_status keyring_key_by_id(struct rc_keyring *ring, struct rc_db *db, const char *district,
                            const unsigned char *key_id, struct rc_seal_key *ret_key)
{
    struct keyring_slot *slot = slot_of(ring->secrets->opening, key_id);
    unsigned char tenant[RC_SEAL_ID_BYTES];

    (void)rc_id_parse(rc_str_of(district), tenant);
    if (is_kept(slot, tenant) && memcmp(slot->key.id, key_id, sizeof slot->key.id) == 0) {
        *ret_key = slot->key;
        return RC_OK;
    }
    RC_TRY(read_by_id(ring, db, district, key_id, ret_key));
    keep(ring, slot, tenant, ret_key);
    return RC_OK;
}

rc_status keyring_key_active(struct rc_keyring *ring, struct rc_db *db, const char *district,
                             struct rc_seal_key *ret_key)
{
    unsigned char tenant[RC_SEAL_ID_BYTES];

    (void)rc_id_parse(rc_str_of(district), tenant);
    struct keyring_slot *slot = slot_of(ring->secrets->sealing, tenant);
    if (is_kept(slot, tenant)) {
        *ret_key = slot->key;
        return RC_OK;
    }
    const bool theirs = rc_db_in_tx(db);
    RC_TRY(read_active(ring, db, district, ret_key));
    if (!theirs) keep(ring, slot, tenant, ret_key);
    return RC_OK;
}
