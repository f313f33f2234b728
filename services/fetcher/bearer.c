/* Bearers that do not expire. */
#include "bearer.h"

#include "discovery.h"
#include "oneroster.h"
#include "rollcall/port/crypto.h"

/* A change of key or address is another's; else it is read anew once a day. */
enum { KEPT_MS = 24 * 3600 * 1000 };

struct rc_str bearer_name(const struct asker *asker)
{
    const struct lane_source *source = &asker->lane->source;
    char digest[RC_HASH_TEXT];

    rc_digest_text(rc_str_print(asker->env->arena, "bearer\n%.*s\n%.*s\n%.*s\n%.*s",
                                RC_STR_ARG(source->id), RC_STR_ARG(source->token_url),
                                RC_STR_ARG(source->client_id), RC_STR_ARG(source->client_secret)),
                   digest);
    return rc_str_copy(asker->env->arena, rc_str_of(digest));
}

static struct rc_str held(const struct asker *asker)
{
    return oauth2_tokens_find(&asker->fetcher->tokens, bearer_name(asker));
}

static enum trouble read_list(struct asker *asker, struct rc_str body)
{
    const struct lane_source *source = &asker->lane->source;
    struct rc_str bearer = {0};
    const rc_status status = discovery_bearer(body, source->client_id, asker->env->arena, &bearer);

    if (status != RC_OK) return status == RC_NOT_FOUND ? TROUBLE_NOT_LISTED : TROUBLE_TOKEN;
    if (asker->refused.len > 0 && rc_str_eq(bearer, asker->refused)) return TROUBLE_CREDENTIALS;
    oauth2_tokens_keep(&asker->fetcher->tokens, bearer_name(asker), bearer, KEPT_MS);
    return TROUBLE_NONE;
}

static enum trouble ask_list(struct asker *asker, long *ret_code)
{
    const struct lane_source *source = &asker->lane->source;
    const char *bearer = rc_str_print(asker->env->arena, "Authorization: Bearer %.*s",
                                      RC_STR_ARG(source->client_secret))
                             .data;
    const char *const headers[] = {"Accept: application/json", bearer, NULL};
    const struct rc_http_request request = {.url = source->token_url.data, .headers = headers};
    struct rc_http_answer answer = {.body = &asker->fetcher->body};
    enum trouble trouble = asker_send(asker, &request, &answer);

    if (trouble != TROUBLE_NONE) return trouble;
    trouble = oneroster_judge_code(answer.code);
    if (trouble == TROUBLE_NONE) return read_list(asker, rc_buf_str(answer.body));
    *ret_code = answer.code;
    return trouble == TROUBLE_NOT_FOUND ? TROUBLE_TOKEN : trouble;
}

enum trouble bearer_find(struct asker *asker, struct rc_str *ret_bearer, long *ret_code)
{
    const struct lane_source *source = &asker->lane->source;

    *ret_bearer = source->client_secret;
    if (!source->quirks.discovers) return TROUBLE_NONE;
    if (held(asker).len == 0) {
        const enum trouble trouble = ask_list(asker, ret_code);
        if (trouble != TROUBLE_NONE) return trouble;
    }
    *ret_bearer = held(asker);
    return TROUBLE_NONE;
}
