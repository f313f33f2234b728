#ifndef RC_PORT_CRYPTO_H
#define RC_PORT_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* Digests and signatures, through libsodium and OpenSSL. Pure: no state, safe for all threads. */

#define RC_HASH_BYTES 16
#define RC_HASH_TEXT  33 /* hex and NUL */

/* Record hash (N4): BLAKE2b-128 keyed with the district's hash key (16 to 64 bytes). */
void rc_hash_keyed(struct rc_str key, struct rc_str text, unsigned char out[RC_HASH_BYTES]);
/* Digest of a page's raw bytes and of ids made from content: BLAKE2b-128, unkeyed, as hex. */
void rc_digest_text(struct rc_str text, char out[RC_HASH_TEXT]);

#define RC_SHA256_BYTES 32
/* What others name their keys by. */
void rc_sha256(struct rc_str text, unsigned char out[RC_SHA256_BYTES]);

#define RC_TOKEN_BYTES 32
/* What is kept of a bearer token of ours, which is too long to be guessed: BLAKE2b-256. */
void rc_token_digest(struct rc_str token, unsigned char out[RC_TOKEN_BYTES]);
/* Are the bytes the same? Takes as long when they are not. */
bool rc_same_secret(const unsigned char *a, const unsigned char *b, size_t len);

enum rc_hmac { RC_HMAC_SHA1, RC_HMAC_SHA256 };
/* Base64 of the HMAC, appended. */
void rc_hmac_base64(enum rc_hmac which, struct rc_str key, struct rc_str text, struct rc_buf *out);
/* Appended, with padding. */
void rc_base64(struct rc_str bytes, struct rc_buf *out);
/* count random bytes as hex; out holds 2 × count + 1. */
void rc_random_hex(size_t count, char *out);
/* Must be called once before threads start. RC_FATAL when the library does not work here. */
RC_MUST_CHECK rc_status rc_crypto_setup(void);

/* libsodium that runs: "1.0.18". */
const char *rc_crypto_version(void);

#endif
