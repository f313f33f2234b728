#ifndef FETCHER_OAUTH2_H
#define FETCHER_OAUTH2_H

#include <stdint.h>

#include "rollcall/base/buf.h"

/* OAuth 2 client credentials: token requests and answers, and the tokens that a thread holds. Pure
 * but for the clock. */

enum { OAUTH2_TOKENS_MAX = 32 };

/* How the client shows who it is: a header; the form; a header, and the form behind the address
 * instead of in the body. */
enum oauth2_style { OAUTH2_BASIC, OAUTH2_BODY, OAUTH2_QUERY, OAUTH2_STYLE_COUNT_ };

/* The nth style to try: the one that is named first ("basic", "body", "query"; empty: none), then
 * the header and the form. OAUTH2_STYLE_COUNT_ past the last. */
enum oauth2_style oauth2_style_at(struct rc_str first, size_t nth);
/* The address to post to: in style OAUTH2_QUERY with the form behind it, which may have a query
 * already. In arena. */
struct rc_str oauth2_address(struct rc_str token_url, struct rc_str form, enum oauth2_style style,
                             struct rc_arena *arena);

struct oauth2_client {
    struct rc_str id, secret;
    struct rc_str scope; /* as little as will do: more may be refused as a whole */
};

/* The form that is posted. */
void oauth2_form(const struct oauth2_client *client, enum oauth2_style style, struct rc_buf *out);
/* "Authorization: Basic …", or empty where the style has none. */
struct rc_str oauth2_basic(const struct oauth2_client *client, enum oauth2_style style,
                           struct rc_arena *arena);

struct oauth2_grant {
    struct rc_str token;
    struct rc_str scope; /* between blanks; empty: the answer does not say, so what was asked for */
    int64_t lifetime_ms;
};

/* Reads the answer to a token request: access_token, scope, and expires_in as number or text
 * (absent: 5 minutes). RC_REJECT: no token in it. */
RC_MUST_CHECK rc_status oauth2_parse(struct rc_str body, struct rc_arena *arena,
                                     struct oauth2_grant *ret_grant);

/* ---- tokens in hand ---- */

struct oauth2_token {
    struct rc_buf name; /* whose: source, credentials and scope */
    struct rc_buf value;
    int64_t until_ms; /* of rc_clock_mono_ms */
};

struct oauth2_tokens {
    struct oauth2_token items[OAUTH2_TOKENS_MAX];
    size_t next; /* where the next one goes */
};

/* Frees them. */
void oauth2_tokens_done(struct oauth2_tokens *tokens);
/* The token, or empty when none is good for another minute. Borrowed until the next keep or drop.
 */
struct rc_str oauth2_tokens_find(const struct oauth2_tokens *tokens, struct rc_str name);
/* Takes the place of the name's old token, or of the oldest one. */
void oauth2_tokens_keep(struct oauth2_tokens *tokens, struct rc_str name, struct rc_str value,
                        int64_t lifetime_ms);
/* Is not given out again: the source refused it. */
void oauth2_tokens_drop(struct oauth2_tokens *tokens, struct rc_str name);

#endif
