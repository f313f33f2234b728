/* The frame of sealed bytes. Additional data is the frame's own head and the place, so that nothing
 * of either can be changed; the rest is libsodium's XChaCha20-Poly1305, whose nonces are long
 * enough to be of chance. */
#include "rollcall/port/seal.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/id.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

enum { MAGIC = 4, FORM_AT = 4, ID_AT = 5, PLACE_MAX = 300 };

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

static const unsigned char magic[MAGIC] = {'R', 'c', 'S', 1};

_Static_assert(RC_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a key's length");
_Static_assert(RC_SEAL_OVERHEAD == RC_SEAL_HEAD_BYTES + NONCE + TAG, "a frame's parts");
_Static_assert(RC_SEAL_MASTER_TEXT ==
                   sodium_base64_ENCODED_LEN(RC_SEAL_KEY_BYTES, sodium_base64_VARIANT_ORIGINAL),
               "a master key's text");

/* ---- additional data ---- */

struct bound {
    unsigned char bytes[RC_SEAL_HEAD_BYTES + PLACE_MAX];
    size_t len;
};

static void add(struct bound *bound, struct rc_str text)
{
    memcpy(bound->bytes + bound->len, text.data, text.len);
    bound->len += text.len;
}

/* The district's id has one length, so no two places give the same bytes. */
static struct bound bind(const unsigned char *head, const struct rc_seal_place *place)
{
    struct bound bound = {.len = 0};

    assert(place->district.len + place->field.len + 1 <= PLACE_MAX);
    add(&bound, (struct rc_str){(const char *)head, RC_SEAL_HEAD_BYTES});
    add(&bound, place->district);
    add(&bound, RC_STR("\n"));
    add(&bound, place->field);
    return bound;
}

/* ---- sealing ---- */

void rc_seal(const struct rc_seal_key *key, const struct rc_seal_place *place,
             enum rc_seal_form form, struct rc_str plain, struct rc_buf *out)
{
    rc_buf_reserve(out, plain.len + RC_SEAL_OVERHEAD);
    unsigned char *head = (unsigned char *)out->data + out->len;
    unsigned char *nonce = head + RC_SEAL_HEAD_BYTES;

    memcpy(head, magic, MAGIC);
    head[FORM_AT] = (unsigned char)form;
    memcpy(head + ID_AT, key->id, RC_SEAL_ID_BYTES);
    randombytes_buf(nonce, NONCE);
    const struct bound bound = bind(head, place);
    /* It cannot fail: lengths are bounded by memory. */
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE, NULL, (const unsigned char *)(plain.data ? plain.data : ""), plain.len,
        bound.bytes, bound.len, NULL, nonce, key->bytes);
    out->len += plain.len + RC_SEAL_OVERHEAD;
    rc_buf_add(out, "", 0);
}

/* ---- opening ---- */

rc_status rc_seal_head_parse(struct rc_str sealed, struct rc_seal_head *ret_head)
{
    if (sealed.len < RC_SEAL_OVERHEAD || memcmp(sealed.data, magic, MAGIC) != 0)
        return rc_fail(RC_REJECT, "%zu bytes that are not sealed, or cut short", sealed.len);
    const unsigned char form = (unsigned char)sealed.data[FORM_AT];
    if (form >= RC_SEAL_FORM_COUNT_)
        return rc_fail(RC_REJECT, "sealed in form %u, which this version does not know", form);
    *ret_head = (struct rc_seal_head){.form = (enum rc_seal_form)form,
                                      .plain_len = sealed.len - RC_SEAL_OVERHEAD};
    memcpy(ret_head->key_id, sealed.data + ID_AT, RC_SEAL_ID_BYTES);
    return RC_OK;
}

static bool open_frame(const struct rc_seal_key *key, const struct rc_seal_place *place,
                       struct rc_str sealed, unsigned char *out)
{
    const unsigned char *head = (const unsigned char *)sealed.data;
    const unsigned char *nonce = head + RC_SEAL_HEAD_BYTES;
    const struct bound bound = bind(head, place);

    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out, NULL, NULL, nonce + NONCE, sealed.len - RC_SEAL_HEAD_BYTES - NONCE, bound.bytes,
               bound.len, nonce, key->bytes) == 0;
}

rc_status rc_seal_open(const struct rc_seal_key *key, const struct rc_seal_place *place,
                       struct rc_str sealed, void *out)
{
    struct rc_seal_head head = {.plain_len = 0};

    RC_TRY(rc_seal_head_parse(sealed, &head));
    if (sodium_memcmp(head.key_id, key->id, sizeof key->id) != 0)
        return rc_fail(RC_REJECT, "sealed with another key than the one at hand");
    if (open_frame(key, place, sealed, out)) return RC_OK;
    sodium_memzero(out, head.plain_len);
    return rc_fail(
        RC_REJECT,
        "the seal is broken: the bytes were changed, or were sealed for another district "
        "or field than %.*s",
        RC_STR_ARG(place->field));
}

/* ---- keys ---- */

void rc_seal_key_new(unsigned char out[RC_SEAL_KEY_BYTES])
{
    randombytes_buf(out, RC_SEAL_KEY_BYTES);
}

/* The id tells master keys apart and gives nothing of them away. */
static void derive_id(struct rc_seal_key *key)
{
    static const char what[] = "rollcall master key id 1";

    (void)crypto_generichash(key->id, sizeof key->id, (const unsigned char *)what, sizeof what - 1,
                             key->bytes, sizeof key->bytes);
}

rc_status rc_seal_master_parse(struct rc_str text, struct rc_seal_key *ret_key)
{
    const struct rc_str trimmed = rc_str_trim(text);
    size_t len = 0;

    if (sodium_base642bin(ret_key->bytes, sizeof ret_key->bytes, trimmed.data, trimmed.len, NULL,
                          &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        len != sizeof ret_key->bytes) {
        sodium_memzero(ret_key, sizeof *ret_key);
        return rc_fail(RC_REJECT,
                       "a master key is 32 bytes in base64: `rollcall key generate` makes one");
    }
    derive_id(ret_key);
    return RC_OK;
}

void rc_seal_master_new(char out[RC_SEAL_MASTER_TEXT])
{
    unsigned char key[RC_SEAL_KEY_BYTES];

    randombytes_buf(key, sizeof key);
    sodium_bin2base64(out, RC_SEAL_MASTER_TEXT, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(key, sizeof key);
}

/* ---- memory ---- */

void *rc_secret_alloc(size_t bytes)
{
    void *at = sodium_malloc(bytes);

    if (!at) {
        fprintf(stderr, "rollcall: no memory for %zu bytes of keys\n", bytes);
        abort();
    }
    sodium_memzero(at, bytes);
    return at;
}

void rc_secret_free(void *at)
{
    sodium_free(at);
}

void rc_secret_wipe(void *at, size_t len)
{
    sodium_memzero(at, len);
}

void rc_secret_no_dumps(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
