/* Who we are to a source: OAuth 1.0a signs each request, OAuth 2 asks for a token now and then. */
#include "sign.h"

#include <stdio.h>

#include "oauth1.h"
#include "oneroster.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"

/* ---- OAuth 1.0a ---- */

static enum trouble sign_oauth1(struct asker *asker, enum rc_hmac hmac, struct rc_str url,
                                struct rc_str *ret_header)
{
    const struct lane_source *source = &asker->lane->source;
    char nonce[33];
    char timestamp[24];

    rc_random_hex(16, nonce);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)(rc_clock_now_ms() / 1000));
    const struct oauth1 sign = {hmac, source->client_id, source->client_secret, rc_str_of(nonce),
                                rc_str_of(timestamp)};
    *ret_header = oauth1_header(&sign, url, asker->env->arena);
    return TROUBLE_NONE;
}

static enum trouble sign_sha1(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                              long *ret_code)
{
    (void)ret_code;
    return sign_oauth1(asker, RC_HMAC_SHA1, url, ret_header);
}

static enum trouble sign_sha256(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                                long *ret_code)
{
    (void)ret_code;
    return sign_oauth1(asker, RC_HMAC_SHA256, url, ret_header);
}

/* ---- OAuth 2 ---- */

static struct oauth2_client client_of(const struct asker *asker)
{
    const struct lane_source *source = &asker->lane->source;

    return (struct oauth2_client){source->client_id, source->client_secret,
                                  oauth2_scope(asker->lane->collection)};
}

/* Other credentials or another address are another token's. */
static struct rc_str token_name(const struct asker *asker)
{
    const struct oauth2_client client = client_of(asker);
    const struct lane_source *source = &asker->lane->source;
    char digest[RC_HASH_TEXT];

    rc_digest_text(rc_str_print(asker->env->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
                                RC_STR_ARG(source->id), RC_STR_ARG(source->token_url),
                                RC_STR_ARG(client.id), RC_STR_ARG(client.secret),
                                RC_STR_ARG(client.scope)),
                   digest);
    return rc_str_copy(asker->env->arena, rc_str_of(digest));
}

static enum trouble ask_token(struct asker *asker, enum oauth2_style style,
                              struct rc_http_answer *answer)
{
    const struct oauth2_client client = client_of(asker);
    const struct rc_str basic = oauth2_basic(&client, style, asker->env->arena);
    RC_AUTO_BUF struct rc_buf form = {0};
    const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                   "Accept: application/json", basic.len > 0 ? basic.data : NULL,
                                   NULL};

    oauth2_form(&client, style, &form);
    const struct rc_http_request request = {.method = "POST",
                                            .url = asker->lane->source.token_url.data,
                                            .headers = headers,
                                            .body = rc_buf_str(&form)};
    return asker_send(asker, &request, answer);
}

/* A refusal may mean that the client is to show who it is in another way. */
static bool may_mean_style(long code)
{
    return code == 400 || code == 401;
}

/* What the token address's status means for the collection: an optional scope that is not granted
 * forbids only what it is for. */
static enum trouble judge_token_code(const struct asker *asker, long code)
{
    const enum trouble trouble = oneroster_judge_code(code);

    if (!may_mean_style(code)) return trouble == TROUBLE_NOT_FOUND ? TROUBLE_TOKEN : trouble;
    return rc_str_eq(asker->lane->collection, RC_STR("demographics")) ? TROUBLE_FORBIDDEN
                                                                      : TROUBLE_CREDENTIALS;
}

static enum trouble keep_token(struct asker *asker, struct rc_str body)
{
    struct rc_str token = {0};
    int64_t lifetime_ms = 0;

    if (oauth2_parse(body, asker->env->arena, &token, &lifetime_ms) != RC_OK) return TROUBLE_TOKEN;
    oauth2_tokens_keep(&asker->fetcher->tokens, token_name(asker), token, lifetime_ms);
    return TROUBLE_NONE;
}

static enum trouble fetch_token(struct asker *asker, long *ret_code)
{
    struct rc_http_answer answer = {.body = &asker->fetcher->body};
    enum trouble trouble = TROUBLE_NONE;

    for (enum oauth2_style style = 0; style < OAUTH2_STYLE_COUNT_; style++) {
        trouble = ask_token(asker, style, &answer);
        if (trouble != TROUBLE_NONE || !may_mean_style(answer.code)) break;
    }
    if (trouble != TROUBLE_NONE) return trouble;
    *ret_code = answer.code;
    if (oneroster_judge_code(answer.code) != TROUBLE_NONE)
        return judge_token_code(asker, answer.code);
    return keep_token(asker, rc_buf_str(answer.body));
}

static enum trouble sign_oauth2(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                                long *ret_code)
{
    struct rc_str token = oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker));

    (void)url;
    if (token.len == 0) {
        const enum trouble trouble = fetch_token(asker, ret_code);
        if (trouble != TROUBLE_NONE) return trouble;
        token = oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker));
    }
    *ret_header = rc_str_print(asker->env->arena, "Authorization: Bearer %.*s", RC_STR_ARG(token));
    return TROUBLE_NONE;
}

/* ---- the kinds of a source's sign-in ---- */

static const struct {
    const char *auth;
    enum trouble (*sign)(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                         long *ret_code);
    bool tokens;
} kinds[] = {
    {"oauth1-sha1", sign_sha1, false},
    {"oauth1-sha256", sign_sha256, false},
    {"oauth2", sign_oauth2, true},
};

static size_t kind_of(const struct asker *asker)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(kinds) &&
           !rc_str_eq(asker->lane->source.auth, rc_str_of(kinds[i].auth)))
        i++;
    return i;
}

enum trouble sign_url(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                      long *ret_code)
{
    if (asker->lane->source.client_id.len == 0 || asker->lane->source.client_secret.len == 0)
        return TROUBLE_NO_CREDENTIALS;
    return kinds[kind_of(asker)].sign(asker, url, ret_header, ret_code);
}

bool sign_anew(struct asker *asker)
{
    if (!kinds[kind_of(asker)].tokens) return false;
    if (oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker)).len == 0) return false;
    oauth2_tokens_drop(&asker->fetcher->tokens, token_name(asker));
    return true;
}
