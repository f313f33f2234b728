#ifndef FETCHER_OAUTH1_H
#define FETCHER_OAUTH1_H

#include "rollcall/base/buf.h"
#include "rollcall/port/crypto.h"

/* OAuth 1.0a without a token (RFC 5849, two-legged), for GET requests. Pure: nonce and time are
 * given. */

struct oauth1 {
    enum rc_hmac hmac;
    struct rc_str key, secret;
    struct rc_str nonce;
    struct rc_str timestamp; /* seconds since 1970 */
};

/* The text that is signed for GET url; its query is part of it, decoded and encoded anew. */
void oauth1_base_string(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena,
                        struct rc_buf *out);
/* Base64 of the signature. */
void oauth1_signature(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena,
                      struct rc_buf *out);
/* The whole header line: "Authorization: OAuth oauth_consumer_key=…". */
struct rc_str oauth1_header(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena);

#endif
