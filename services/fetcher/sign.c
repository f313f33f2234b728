/* Who we are to a source: OAuth 1.0a signs each request, OAuth 2 asks for a token now and then. */
#include "sign.h"

#include <stdio.h>

#include "bearer.h"
#include "oauth1.h"
#include "oneroster.h"
#include "oneroster_error.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"

enum { SKEW_LEAST_MS = 30 * 1000, SKEW_MOST_MS = 24 * 3600 * 1000 };

/* ---- OAuth 1.0a ---- */

static enum trouble sign_oauth1(struct asker *asker, enum rc_hmac hmac, struct rc_str url,
                                struct rc_str *ret_header)
{
    const struct lane_source *source = &asker->lane->source;
    char nonce[33];
    char timestamp[24];

    rc_random_hex(16, nonce);
    snprintf(timestamp, sizeof timestamp, "%lld",
             (long long)((rc_clock_now_ms() + asker->skew_ms) / 1000));
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

static struct rc_str scope_of(const struct asker *asker, size_t nth)
{
    return oneroster_scope(asker->lane->source.version, asker->lane->collection, nth);
}

/* Other credentials, another address or another scope are another token's. */
static struct rc_str token_name(const struct asker *asker)
{
    const struct lane_source *source = &asker->lane->source;
    const struct rc_str scope = scope_of(asker, 0);
    char digest[RC_HASH_TEXT];

    rc_digest_text(rc_str_print(asker->env->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
                                RC_STR_ARG(source->id), RC_STR_ARG(source->token_url),
                                RC_STR_ARG(source->client_id), RC_STR_ARG(source->client_secret),
                                RC_STR_ARG(scope)),
                   digest);
    return rc_str_copy(asker->env->arena, rc_str_of(digest));
}

static enum trouble ask_token(struct asker *asker, enum oauth2_style style, struct rc_str scope,
                              struct rc_http_answer *answer)
{
    const struct lane_source *source = &asker->lane->source;
    const struct oauth2_client client = {source->client_id, source->client_secret, scope};
    const struct rc_str basic = oauth2_basic(&client, style, asker->env->arena);
    RC_AUTO_BUF struct rc_buf form = {0};
    const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                   "Accept: application/json", basic.len > 0 ? basic.data : NULL,
                                   NULL};

    oauth2_form(&client, style, &form);
    const struct rc_str url = oauth2_address(source->token_url, rc_buf_str(&form), style,
                                             asker->env->arena);
    const struct rc_http_request request = {.method = "POST",
                                            .url = url.data,
                                            .headers = headers,
                                            .body = style == OAUTH2_QUERY ? RC_STR("")
                                                                          : rc_buf_str(&form)};
    return asker_send(asker, &request, answer);
}

/* A refusal may mean that the client is to show who it is in another way. */
static bool may_mean_style(long code)
{
    return code == 400 || code == 401;
}

static bool refuses_scope(const struct asker *asker, const struct rc_http_answer *answer)
{
    struct oneroster_error error = {0};

    return may_mean_style(answer->code) &&
           oneroster_error_read(rc_buf_str(answer->body), asker->env->arena, &error) &&
           rc_str_eq(error.word, RC_STR("invalid_scope"));
}

/* In each style, until one is not refused. */
static enum trouble ask_styles(struct asker *asker, struct rc_str scope,
                               struct rc_http_answer *answer)
{
    enum trouble trouble = TROUBLE_NONE;

    for (size_t nth = 0;; nth++) {
        const enum oauth2_style style = oauth2_style_at(asker->lane->source.quirks.client_auth,
                                                        nth);
        if (style == OAUTH2_STYLE_COUNT_) break;
        trouble = ask_token(asker, style, scope, answer);
        if (trouble != TROUBLE_NONE || !may_mean_style(answer->code)) break;
        if (refuses_scope(asker, answer)) break;
    }
    return trouble;
}

/* What the token address's status means for the collection: a scope that is not granted forbids
 * only what it is for. */
static enum trouble judge_token(const struct asker *asker, const struct rc_http_answer *answer)
{
    const enum trouble trouble = oneroster_judge_code(answer->code);

    if (!may_mean_style(answer->code))
        return trouble == TROUBLE_NOT_FOUND ? TROUBLE_TOKEN : trouble;
    const bool forbids = oneroster_is_optional(asker->lane->collection) ||
                         refuses_scope(asker, answer);
    return forbids ? TROUBLE_FORBIDDEN : TROUBLE_CREDENTIALS;
}

static enum trouble keep_token(struct asker *asker, struct rc_str body)
{
    struct oauth2_grant grant = {0};

    if (oauth2_parse(body, asker->env->arena, &grant) != RC_OK) return TROUBLE_TOKEN;
    if (!oneroster_scope_serves(grant.scope, asker->lane->collection)) return TROUBLE_FORBIDDEN;
    oauth2_tokens_keep(&asker->fetcher->tokens, token_name(asker), grant.token, grant.lifetime_ms);
    return TROUBLE_NONE;
}

static enum trouble fetch_token(struct asker *asker, long *ret_code)
{
    struct rc_http_answer answer = {.body = &asker->fetcher->body};
    enum trouble trouble = TROUBLE_NONE;

    for (size_t nth = 0; scope_of(asker, nth).len > 0; nth++) {
        trouble = ask_styles(asker, scope_of(asker, nth), &answer);
        if (trouble != TROUBLE_NONE || !refuses_scope(asker, &answer)) break;
    }
    if (trouble != TROUBLE_NONE) return trouble;
    if (oneroster_judge_code(answer.code) == TROUBLE_NONE)
        return keep_token(asker, rc_buf_str(answer.body));
    *ret_code = answer.code;
    return judge_token(asker, &answer);
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

/* ---- bearers ---- */

static enum trouble sign_bearer(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                                long *ret_code)
{
    struct rc_str bearer = {0};
    const enum trouble trouble = bearer_find(asker, &bearer, ret_code);

    (void)url;
    if (trouble == TROUBLE_NONE)
        *ret_header = rc_str_print(asker->env->arena, "Authorization: Bearer %.*s",
                                   RC_STR_ARG(bearer));
    return trouble;
}

/* ---- the kinds of a source's sign-in ---- */

static const struct {
    const char *auth;
    enum trouble (*sign)(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                         long *ret_code);
    struct rc_str (*token_name)(const struct asker *asker); /* NULL: nothing is kept */
    bool needs_id;
} kinds[] = {
    {"oauth1-sha1", sign_sha1, NULL, true},
    {"oauth1-sha256", sign_sha256, NULL, true},
    {"oauth2", sign_oauth2, token_name, true},
    {"bearer", sign_bearer, bearer_name, false},
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
    const struct lane_source *source = &asker->lane->source;
    const size_t kind = kind_of(asker);
    const bool nameless = kinds[kind].needs_id && source->client_id.len == 0;

    if (nameless || source->client_secret.len == 0) return TROUBLE_NO_CREDENTIALS;
    return kinds[kind].sign(asker, url, ret_header, ret_code);
}

/* A source whose clock is wrong refuses a good signature for its time. Its Date tells; one that is
 * days off is no clock. */
static bool adopt_clock(struct asker *asker, int64_t date_ms)
{
    const int64_t skew_ms = date_ms - rc_clock_now_ms();
    const int64_t size_ms = skew_ms < 0 ? -skew_ms : skew_ms;

    if (date_ms < 0 || asker->skew_ms != 0 || size_ms < SKEW_LEAST_MS || size_ms > SKEW_MOST_MS)
        return false;
    rc_log_warn("source.clock", "the SIS's clock is %lld s %s: requests are signed by it",
                (long long)(size_ms / 1000), skew_ms < 0 ? "behind" : "ahead");
    asker->skew_ms = skew_ms;
    return true;
}

bool sign_anew(struct asker *asker, int64_t date_ms)
{
    struct oauth2_tokens *tokens = &asker->fetcher->tokens;
    const size_t kind = kind_of(asker);

    if (!kinds[kind].token_name) return adopt_clock(asker, date_ms);
    const struct rc_str name = kinds[kind].token_name(asker);
    const struct rc_str refused = oauth2_tokens_find(tokens, name);
    if (refused.len == 0) return false;
    asker->refused = rc_str_copy(asker->env->arena, refused);
    oauth2_tokens_drop(tokens, name);
    return true;
}
