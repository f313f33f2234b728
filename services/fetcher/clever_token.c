/* Tokens of Clever. */
#include "clever_token.h"

#include "clever.h"
#include "oauth2.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"
#include "rollcall/port/crypto.h"

enum { LIFE_MS = 10 * 60 * 1000, LIST_MAX = 100000 };

/* ---- the list ---- */

static bool is_of(const struct rc_json *entry, struct rc_str district)
{
    return district.len > 0 &&
           rc_str_eq(rc_json_text(rc_json_get(rc_json_get(entry, "owner"), "id")), district);
}

rc_status clever_token_find(struct rc_str list, struct rc_str district, struct rc_arena *arena,
                            struct rc_str *ret_token)
{
    struct rc_str newest = {0};
    struct rc_str token = {0};
    struct rc_page page = {0};

    RC_TRY(rc_page_split(list, RC_STR("data"), LIST_MAX, arena, &page));
    for (size_t i = 0; i < page.count; i++) {
        const struct rc_json *entry = NULL;
        if (rc_json_parse(page.records[i], NULL, arena, &entry) != RC_OK) continue;
        const struct rc_str created = rc_json_text(rc_json_get(entry, "created"));
        const struct rc_str given = rc_json_text(rc_json_get(entry, "access_token"));
        if (!is_of(entry, district) || given.len == 0) continue;
        if (token.len > 0 && rc_str_cmp(created, newest) <= 0) continue;
        newest = created;
        token = given;
    }
    if (token.len == 0) return RC_NOT_FOUND;
    *ret_token = rc_str_copy(arena, token);
    return RC_OK;
}

/* Other credentials or another district are another's token. */
static struct rc_str token_name(const struct asker *asker)
{
    const struct lane_source *source = &asker->lane->source;
    char digest[RC_HASH_TEXT];

    rc_digest_text(rc_str_print(asker->env->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\nclever",
                                RC_STR_ARG(source->id), RC_STR_ARG(source->token_url),
                                RC_STR_ARG(source->client_id), RC_STR_ARG(source->client_secret),
                                RC_STR_ARG(asker->lane->clever.district)),
                   digest);
    return rc_str_copy(asker->env->arena, rc_str_of(digest));
}

static struct rc_str list_url(const struct asker *asker)
{
    RC_AUTO_BUF struct rc_buf url = {0};

    rc_buf_add_str(&url, asker->lane->source.token_url);
    rc_buf_add_str(&url, RC_STR("?owner_type=district&district="));
    rc_url_encode(&url, asker->lane->clever.district);
    return rc_str_copy(asker->env->arena, rc_buf_str(&url));
}

static enum trouble ask_list(struct asker *asker, struct rc_http_answer *answer)
{
    const struct lane_source *source = &asker->lane->source;
    const struct oauth2_client client = {.id = source->client_id, .secret = source->client_secret};
    const struct rc_str basic = oauth2_basic(&client, OAUTH2_BASIC, asker->env->arena);
    const char *const headers[] = {"Accept: application/json", basic.data, NULL};
    const struct rc_http_request request = {.url = list_url(asker).data, .headers = headers};

    return asker_send(asker, &request, answer);
}

static enum trouble read_list(struct asker *asker, const struct rc_http_answer *answer)
{
    struct rc_str token = {0};

    switch (clever_token_find(rc_buf_str(answer->body), asker->lane->clever.district,
                              asker->env->arena, &token)) {
    case RC_OK:
        oauth2_tokens_keep(&asker->fetcher->tokens, token_name(asker), token, LIFE_MS);
        return TROUBLE_NONE;
    case RC_NOT_FOUND:
        return TROUBLE_CLEVER_MISSING;
    case RC_RETRY:
    case RC_REJECT:
    case RC_FATAL:
        break;
    }
    return TROUBLE_TOKEN;
}

static enum trouble fetch_token(struct asker *asker, long *ret_code)
{
    struct rc_http_answer answer = {.body = &asker->fetcher->body};
    enum trouble trouble = ask_list(asker, &answer);

    if (trouble != TROUBLE_NONE) return trouble;
    trouble = clever_judge_code(&answer);
    if (trouble == TROUBLE_NONE) return read_list(asker, &answer);
    *ret_code = answer.code;
    if (answer.code == 400) return TROUBLE_CREDENTIALS;
    return trouble == TROUBLE_NOT_FOUND ? TROUBLE_TOKEN : trouble;
}

/* ---- signing ---- */

static bool is_given(const struct asker *asker)
{
    return asker->lane->source.client_id.len == 0;
}

enum trouble clever_sign(struct asker *asker, struct rc_str *ret_header, long *ret_code)
{
    struct rc_str token = asker->lane->source.client_secret;

    if (token.len == 0) return TROUBLE_NO_CREDENTIALS;
    if (!is_given(asker)) {
        token = oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker));
        const enum trouble trouble = token.len > 0 ? TROUBLE_NONE : fetch_token(asker, ret_code);
        if (trouble != TROUBLE_NONE) return trouble;
        token = oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker));
    }
    *ret_header = rc_str_print(asker->env->arena, "Authorization: Bearer %.*s", RC_STR_ARG(token));
    return TROUBLE_NONE;
}

bool clever_sign_anew(struct asker *asker)
{
    if (is_given(asker)) return false;
    if (oauth2_tokens_find(&asker->fetcher->tokens, token_name(asker)).len == 0) return false;
    oauth2_tokens_drop(&asker->fetcher->tokens, token_name(asker));
    return true;
}
