/* Digests and signatures. Two libraries stand behind it: libsodium for what we choose ourselves
 * (BLAKE2b, randomness, base64 in constant time), OpenSSL for what OAuth 1.0a demands (HMAC-SHA1,
 * HMAC-SHA256). No other file sees either of them. */
#include "rollcall/port/crypto.h"

#include "rollcall/base/id.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define RANDOM_BLOCK 32

_Static_assert(RC_SHA256_BYTES == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(RC_HASH_BYTES == crypto_generichash_BYTES_MIN, "BLAKE2b-128");

/* A digest that cannot be computed leaves nothing sensible to go on with, and no input can cause
 * it. */
static void must(bool worked, const char *what)
{
    if (worked) return;
    fprintf(stderr, "rollcall: %s failed: the cryptographic library does not work here\n", what);
    abort();
}

static const unsigned char *bytes_of(struct rc_str text)
{
    return (const unsigned char *)(text.data ? text.data : "");
}

void rc_hash_keyed(struct rc_str key, struct rc_str text, unsigned char out[RC_HASH_BYTES])
{
    assert(key.len >= crypto_generichash_KEYBYTES_MIN &&
           key.len <= crypto_generichash_KEYBYTES_MAX);
    must(crypto_generichash(out, RC_HASH_BYTES, bytes_of(text), text.len, bytes_of(key), key.len) ==
             0,
         "BLAKE2b with a key");
}

void rc_digest_text(struct rc_str text, char out[RC_HASH_TEXT])
{
    unsigned char digest[RC_HASH_BYTES];

    must(crypto_generichash(digest, sizeof digest, bytes_of(text), text.len, NULL, 0) == 0,
         "BLAKE2b");
    rc_hex(digest, sizeof digest, out);
}

void rc_sha256(struct rc_str text, unsigned char out[RC_SHA256_BYTES])
{
    must(crypto_hash_sha256(out, bytes_of(text), text.len) == 0, "SHA-256");
}

void rc_token_digest(struct rc_str token, unsigned char out[RC_TOKEN_BYTES])
{
    must(crypto_generichash(out, RC_TOKEN_BYTES, bytes_of(token), token.len, NULL, 0) == 0,
         "BLAKE2b");
}

bool rc_same_secret(const unsigned char *a, const unsigned char *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

static const EVP_MD *hmac_digest(enum rc_hmac which)
{
    return which == RC_HMAC_SHA1 ? EVP_sha1() : EVP_sha256();
}

void rc_hmac_base64(enum rc_hmac which, struct rc_str key, struct rc_str text, struct rc_buf *out)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    assert(key.len <= INT_MAX);
    must(HMAC(hmac_digest(which), bytes_of(key), (int)key.len, bytes_of(text), text.len, mac,
              &len) != NULL,
         "HMAC");
    rc_base64((struct rc_str){(const char *)mac, len}, out);
}

void rc_base64(struct rc_str bytes, struct rc_buf *out)
{
    const size_t room = sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL);

    rc_buf_reserve(out, room);
    sodium_bin2base64(out->data + out->len, room, bytes_of(bytes), bytes.len,
                      sodium_base64_VARIANT_ORIGINAL);
    out->len += room - 1;
}

void rc_random_hex(size_t count, char *out)
{
    unsigned char block[RANDOM_BLOCK];

    *out = '\0';
    while (count > 0) {
        const size_t some = count < sizeof block ? count : sizeof block;
        randombytes_buf(block, some);
        rc_hex(block, some, out);
        out += 2 * some;
        count -= some;
    }
}

rc_status rc_crypto_setup(void)
{
    if (sodium_init() >= 0) return RC_OK;
    return rc_fail(RC_FATAL, "libsodium cannot start: is /dev/urandom readable?");
}

const char *rc_crypto_version(void)
{
    return sodium_version_string();
}
