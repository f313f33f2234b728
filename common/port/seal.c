/* The frame of sealed bytes. Additional data is the frame's own head and the place, so that nothing
 * of either can be changed; the rest is libsodium's XChaCha20-Poly1305, whose nonces are long
 * enough to be of chance. */
#include "rollcall/port/seal.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/id.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

enum { MAGIC = 3, VERSION_AT = 3, FORM_AT = 4, ID_AT = 5 };

/* Bound to its place; and to the facts of the place, too. */
enum { VERSION_PLACE = 1, VERSION_FACTS = 2 };

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

static const unsigned char magic[MAGIC] = {'R', 'c', 'S'};

_Static_assert(RC_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a key's length");
_Static_assert(RC_SEAL_OVERHEAD == RC_SEAL_HEAD_BYTES + NONCE + TAG, "a frame's parts");
_Static_assert(RC_SEAL_MASTER_TEXT ==
                   sodium_base64_ENCODED_LEN(RC_SEAL_KEY_BYTES, sodium_base64_VARIANT_ORIGINAL),
               "a master key's text");

/* ---- additional data ---- */

/* The district's id has one length and a field no line break, so no two places give the same bytes.
 */
static void bind(const unsigned char *head, const struct rc_seal_place *place, struct rc_buf *out)
{
    rc_buf_add(out, (const char *)head, RC_SEAL_HEAD_BYTES);
    rc_buf_add_str(out, place->district);
    rc_buf_add_char(out, '\n');
    rc_buf_add_str(out, place->field);
    if (head[VERSION_AT] == VERSION_PLACE) return;
    rc_buf_add_char(out, '\n');
    rc_buf_add_str(out, place->facts);
}

/* ---- sealing ---- */

void rc_seal(const struct rc_seal_key *key, const struct rc_seal_place *place,
             enum rc_seal_form form, struct rc_str plain, struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf bound = {0};

    rc_buf_reserve(out, plain.len + RC_SEAL_OVERHEAD);
    unsigned char *head = (unsigned char *)out->data + out->len;
    unsigned char *nonce = head + RC_SEAL_HEAD_BYTES;

    memcpy(head, magic, MAGIC);
    head[VERSION_AT] = place->facts.len > 0 ? VERSION_FACTS : VERSION_PLACE;
    head[FORM_AT] = (unsigned char)form;
    memcpy(head + ID_AT, key->id, RC_SEAL_ID_BYTES);
    randombytes_buf(nonce, NONCE);
    bind(head, place, &bound);
    /* It cannot fail: lengths are bounded by memory. */
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE, NULL, (const unsigned char *)(plain.data ? plain.data : ""), plain.len,
        (const unsigned char *)bound.data, bound.len, NULL, nonce, key->bytes);
    out->len += plain.len + RC_SEAL_OVERHEAD;
    rc_buf_add(out, "", 0);
}

/* ---- opening ---- */

rc_status rc_seal_head_parse(struct rc_str sealed, struct rc_seal_head *ret_head)
{
    if (sealed.len < RC_SEAL_OVERHEAD || memcmp(sealed.data, magic, MAGIC) != 0)
        return rc_fail(RC_REJECT, "%zu bytes that are not sealed, or cut short", sealed.len);
    const unsigned char version = (unsigned char)sealed.data[VERSION_AT];
    if (version != VERSION_PLACE && version != VERSION_FACTS)
        return rc_fail(RC_REJECT, "sealed in version %u, which this version does not know",
                       version);
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
    RC_AUTO_BUF struct rc_buf bound = {0};

    bind(head, place, &bound);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out, NULL, NULL, nonce + NONCE, sealed.len - RC_SEAL_HEAD_BYTES - NONCE,
               (const unsigned char *)bound.data, bound.len, nonce, key->bytes) == 0;
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
    return rc_fail(RC_REJECT,
                   "the seal is broken: the bytes%s were changed, or were sealed for another "
                   "%sdistrict or field than %.*s",
                   place->facts.len > 0 ? " or what is said of them" : "",
                   place->facts.len > 0 ? "message, " : "", RC_STR_ARG(place->field));
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
