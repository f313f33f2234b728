/* Sealing and opening with a district's keys. Where keys come from is keyring_keys.c; master keys
 * and wrapping are keyring_master.c. */
#include "keyring_private.h"

#include "rollcall/base/id.h"

enum { PLAIN_MAX = 16 << 20, PACKED_KEPT = 4 << 20 };

static struct rc_seal_place place_of(const char *district, const char *field)
{
    return (struct rc_seal_place){.district = rc_str_of(district), .field = rc_str_of(field)};
}

/* What is sealed here can be opened here: packed bytes say how many they are unpacked. */
static rc_status check_size(struct rc_str plain)
{
    if (plain.len <= PLAIN_MAX) return RC_OK;
    return rc_fail(RC_REJECT, "%zu bytes are too many to seal: at most %d", plain.len, PLAIN_MAX);
}

/* ---- sealing ---- */

static rc_status seal_form(struct rc_keyring *ring, struct rc_db *db,
                           const struct rc_seal_place *place, enum rc_seal_form form,
                           struct rc_str plain, struct rc_buf *out)
{
    struct rc_seal_key key;

    RC_TRY(rc_context(keyring_key_active(ring, db, place->district.data, &key), "sealing %s",
                      place->field.data));
    rc_seal(&key, place, form, plain, out);
    rc_secret_wipe(&key, sizeof key);
    return RC_OK;
}

rc_status rc_keyring_seal(struct rc_keyring *ring, struct rc_db *db, const char *district,
                          const char *field, struct rc_str plain, struct rc_buf *out)
{
    const struct rc_seal_place place = place_of(district, field);

    RC_TRY(check_size(plain));
    return seal_form(ring, db, &place, RC_SEAL_RAW, plain, out);
}

rc_status rc_keyring_seal_packed(struct rc_keyring *ring, struct rc_db *db, const char *district,
                                 const char *field, struct rc_str plain, struct rc_buf *out)
{
    const struct rc_seal_place place = place_of(district, field);

    return rc_keyring_seal_at(ring, db, &place, plain, out);
}

rc_status rc_keyring_seal_at(struct rc_keyring *ring, struct rc_db *db,
                             const struct rc_seal_place *place, struct rc_str plain,
                             struct rc_buf *out)
{
    RC_TRY(check_size(plain));
    rc_buf_clear(&ring->packed);
    rc_pack(ring->packer, plain, &ring->packed);
    const rc_status status = seal_form(ring, db, place, RC_SEAL_PACKED, rc_buf_str(&ring->packed),
                                       out);
    /* One huge page does not keep its memory for ever. */
    if (ring->packed.cap > PACKED_KEPT) rc_buf_done(&ring->packed);
    return status;
}

/* ---- telling equal texts ---- */

rc_status rc_keyring_digest(struct rc_keyring *ring, struct rc_db *db, const char *district,
                            struct rc_str text, char out[RC_HASH_TEXT])
{
    struct rc_seal_key key;
    unsigned char own[RC_HASH_BYTES]; /* the data key itself encrypts and does nothing else */
    unsigned char digest[RC_HASH_BYTES];

    RC_TRY(rc_context(keyring_key_active(ring, db, district, &key), "a digest"));
    rc_hash_keyed((struct rc_str){(const char *)key.bytes, sizeof key.bytes},
                  RC_STR("rollcall digest"), own);
    rc_secret_wipe(&key, sizeof key);
    rc_hash_keyed((struct rc_str){(const char *)own, sizeof own}, text, digest);
    rc_secret_wipe(own, sizeof own);
    rc_hex(digest, sizeof digest, out);
    return RC_OK;
}

/* ---- opening ---- */

static rc_status take_raw(struct rc_keyring *ring, struct rc_str opened, struct rc_arena *arena,
                          struct rc_str *ret_plain)
{
    (void)ring;
    (void)arena;
    *ret_plain = opened;
    return RC_OK;
}

static rc_status take_packed(struct rc_keyring *ring, struct rc_str opened, struct rc_arena *arena,
                             struct rc_str *ret_plain)
{
    return rc_unpack(ring->packer, opened, PLAIN_MAX, arena, ret_plain);
}

static rc_status (*const takes[])(struct rc_keyring *ring, struct rc_str opened,
                                  struct rc_arena *arena, struct rc_str *ret_plain) = {
    [RC_SEAL_RAW] = take_raw,
    [RC_SEAL_PACKED] = take_packed,
};
_Static_assert(COUNT_OF(takes) == RC_SEAL_FORM_COUNT_, "every form can be opened");

static rc_status open_frame(struct rc_keyring *ring, struct rc_db *db,
                            const struct rc_seal_place *place, struct rc_str sealed,
                            struct rc_arena *arena, struct rc_str *ret_plain)
{
    struct rc_seal_head head;
    struct rc_seal_key key;

    RC_TRY(rc_seal_head_parse(sealed, &head));
    if (head.plain_len > PLAIN_MAX)
        return rc_fail(RC_REJECT, "%zu sealed bytes, and at most %d are taken", head.plain_len,
                       PLAIN_MAX);
    RC_TRY(keyring_key_by_id(ring, db, place->district.data, head.key_id, &key));
    char *opened = rc_arena_bytes(arena, head.plain_len + 1);
    const rc_status status = rc_seal_open(&key, place, sealed, opened);
    rc_secret_wipe(&key, sizeof key);
    RC_TRY(status);
    opened[head.plain_len] = '\0';
    return takes[head.form](ring, (struct rc_str){opened, head.plain_len}, arena, ret_plain);
}

rc_status rc_keyring_open(struct rc_keyring *ring, struct rc_db *db, const char *district,
                          const char *field, struct rc_str sealed, struct rc_arena *arena,
                          struct rc_str *ret_plain)
{
    const struct rc_seal_place place = place_of(district, field);

    return rc_keyring_open_at(ring, db, &place, sealed, arena, ret_plain);
}

rc_status rc_keyring_open_at(struct rc_keyring *ring, struct rc_db *db,
                             const struct rc_seal_place *place, struct rc_str sealed,
                             struct rc_arena *arena, struct rc_str *ret_plain)
{
    return rc_context(open_frame(ring, db, place, sealed, arena, ret_plain),
                      "opening %s of district %s", place->field.data, place->district.data);
}
