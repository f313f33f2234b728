/* Hash keys of districts, kept per district with a short life. */

#include "keys.h"

#include "rollcall/base/clock.h"
#include "rollcall/port/seal.h"

enum { KEY_MAX = 64, KEPT_MAX = 4096 };

struct entry {
    unsigned char key[KEY_MAX];
    size_t len;
    int64_t until_ms;
};

void keys_init(struct keys *keys, const struct rc_keyring *ring, int64_t life_ms)
{
    *keys = (struct keys){.arena = rc_arena_new(0), .life_ms = life_ms, .ring = ring};
    keys->table = rc_map_new(keys->arena);
}

void keys_done(struct keys *keys)
{
    rc_arena_free(keys->arena);
    *keys = (struct keys){0};
}

/* Districts that are gone leave their entries behind; so a full table starts anew. */
static void make_room(struct keys *keys)
{
    if (rc_map_count(keys->table) < KEPT_MAX) return;
    rc_arena_reset(keys->arena);
    keys->table = rc_map_new(keys->arena);
}

static struct entry *entry_of(struct keys *keys, struct rc_str district)
{
    struct entry *entry = rc_map_get(keys->table, district);

    if (entry) return entry;
    make_room(keys);
    entry = rc_arena_alloc(keys->arena, sizeof *entry);
    (void)rc_map_put(keys->table, rc_str_copy(keys->arena, district), entry);
    return entry;
}

/* A key of before there was a master key lies there plain, until `rollcall key seal-all`. */
static rc_status take_key(const struct keys *keys, const char *district, const struct rc_rows *rows,
                          struct entry *entry)
{
    RC_AUTO(rc_arena) struct rc_arena *scratch = rc_arena_new(256);
    const struct rc_str plain = rc_rows_bytes(rows, 0, 0, scratch);
    const struct rc_str wrapped = rc_rows_bytes(rows, 0, 1, scratch);

    if (plain.len > 0 && plain.len <= KEY_MAX) {
        memcpy(entry->key, plain.data, plain.len);
        entry->len = plain.len;
        return RC_OK;
    }
    if (wrapped.len <= RC_SEAL_OVERHEAD || wrapped.len > KEY_MAX + RC_SEAL_OVERHEAD)
        return rc_fail(RC_REJECT, "the district's hash key was destroyed");
    entry->len = wrapped.len - RC_SEAL_OVERHEAD;
    /* A key that does not unwrap is trouble of the installation, not of the page. */
    return rc_keyring_unwrap(keys->ring, district, "hash-key", wrapped, entry->key, entry->len) ==
                   RC_OK
               ? RC_OK
               : rc_context(RC_FATAL, "hash key");
}

static rc_status read_key(const struct keys *keys, struct rc_db *db, const char *district,
                          struct entry *entry)
{
    static const char sql[] =
        "SELECT encode(hash_key, 'hex'), encode(hash_wrapped, 'hex') FROM "
        "district_key WHERE district_id = $1::uuid";
    const char *const values[] = {district};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(db, district, &tx));
    RC_TRY(rc_db_one(tx, sql, COUNT_OF(values), values, &rows));
    RC_TRY(take_key(keys, district, rows, entry));
    return rc_db_commit(tx);
}

rc_status keys_get(struct keys *keys, struct rc_db *db, struct rc_str district,
                   struct rc_str *ret_key)
{
    struct entry *entry = entry_of(keys, district);

    if (entry->until_ms <= rc_clock_mono_ms()) {
        RC_AUTO(rc_arena) struct rc_arena *scratch = rc_arena_new(256);
        const rc_status status = read_key(keys, db, rc_str_copy(scratch, district).data, entry);
        if (status == RC_NOT_FOUND)
            return rc_fail(RC_REJECT,
                           "district %.*s has no hash key: it was removed, or never made whole",
                           RC_STR_ARG(district));
        RC_TRY(rc_context(status, "hash key of district %.*s", RC_STR_ARG(district)));
        entry->until_ms = rc_clock_mono_ms() + keys->life_ms;
    }
    *ret_key = (struct rc_str){(const char *)entry->key, entry->len};
    return RC_OK;
}
