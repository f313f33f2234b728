/* Tokens are asked for once and used until a minute before their end, not once per page. */
#include "oauth2.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/clock.h"
#include "rollcall/format/json.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/http.h"

enum { EARLY_MS = 60 * 1000, LIFETIME_UNKNOWN_S = 300, LIFETIME_MAX_S = 7 * 24 * 3600 };

/* ---- requests ---- */

static const char *const style_names[] = {
    [OAUTH2_BASIC] = "basic", [OAUTH2_BODY] = "body", [OAUTH2_QUERY] = "query"};
static const enum oauth2_style usual[] = {OAUTH2_BASIC, OAUTH2_BODY};

static enum oauth2_style style_of(struct rc_str name)
{
    int style = OAUTH2_BASIC;

    while (style < OAUTH2_STYLE_COUNT_ && !rc_str_eq(name, rc_str_of(style_names[style])))
        style++;
    return (enum oauth2_style)style;
}

enum oauth2_style oauth2_style_at(struct rc_str first, size_t nth)
{
    const enum oauth2_style named = style_of(first);

    if (named != OAUTH2_STYLE_COUNT_ && nth-- == 0) return named;
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        if (usual[i] != named && nth-- == 0) return usual[i];
    return OAUTH2_STYLE_COUNT_;
}

struct rc_str oauth2_address(struct rc_str token_url, struct rc_str form, enum oauth2_style style,
                             struct rc_arena *arena)
{
    const bool query = token_url.len > 0 && memchr(token_url.data, '?', token_url.len);

    if (style != OAUTH2_QUERY) return token_url;
    return rc_str_print(arena, "%.*s%c%.*s", RC_STR_ARG(token_url), query ? '&' : '?',
                        RC_STR_ARG(form));
}

static void add_field(struct rc_buf *out, const char *name, struct rc_str value)
{
    rc_buf_print(out, "&%s=", name);
    rc_url_encode(out, value);
}

void oauth2_form(const struct oauth2_client *client, enum oauth2_style style, struct rc_buf *out)
{
    rc_buf_add_str(out, RC_STR("grant_type=client_credentials"));
    add_field(out, "scope", client->scope);
    if (style != OAUTH2_BODY) return;
    add_field(out, "client_id", client->id);
    add_field(out, "client_secret", client->secret);
}

struct rc_str oauth2_basic(const struct oauth2_client *client, enum oauth2_style style,
                           struct rc_arena *arena)
{
    RC_AUTO_BUF struct rc_buf pair = {0};
    RC_AUTO_BUF struct rc_buf line = {0};

    if (style == OAUTH2_BODY) return (struct rc_str){0};
    /* RFC 6749, 2.3.1: form-encoded before base64; it shows only in odd characters. */
    rc_url_encode(&pair, client->id);
    rc_buf_add_char(&pair, ':');
    rc_url_encode(&pair, client->secret);
    rc_buf_add_str(&line, RC_STR("Authorization: Basic "));
    rc_base64(rc_buf_str(&pair), &line);
    return rc_str_copy(arena, rc_buf_str(&line));
}

/* ---- answers ---- */

static bool printable(struct rc_str token)
{
    for (size_t i = 0; i < token.len; i++)
        if (token.data[i] < 0x21 || token.data[i] > 0x7e) return false;
    return token.len > 0 && token.len <= 16384;
}

rc_status oauth2_parse(struct rc_str body, struct rc_arena *arena, struct oauth2_grant *ret_grant)
{
    const struct rc_json_limits limits = {.max_bytes = 65536, .max_string = 32768, .max_depth = 8};
    const struct rc_json *root = NULL;
    int64_t lifetime_s = LIFETIME_UNKNOWN_S;

    RC_TRY(rc_json_parse(body, &limits, arena, &root));
    const struct rc_str token = rc_json_text(rc_json_get(root, "access_token"));
    if (!printable(token))
        return rc_fail(RC_REJECT, "the token address answered without an access_token");
    const struct rc_str expires = rc_json_text(rc_json_get(root, "expires_in"));
    if (rc_str_int(expires, 1, LIFETIME_MAX_S, &lifetime_s) != RC_OK)
        lifetime_s = LIFETIME_UNKNOWN_S;
    *ret_grant = (struct oauth2_grant){
        .token = rc_str_copy(arena, token),
        .scope = rc_str_copy(arena, rc_str_trim(rc_json_text(rc_json_get(root, "scope")))),
        .lifetime_ms = lifetime_s * 1000};
    return RC_OK;
}

/* ---- tokens in hand ---- */

void oauth2_tokens_done(struct oauth2_tokens *tokens)
{
    for (size_t i = 0; i < OAUTH2_TOKENS_MAX; i++) {
        rc_buf_done(&tokens->items[i].name);
        rc_buf_done(&tokens->items[i].value);
    }
}

static size_t place_of(const struct oauth2_tokens *tokens, struct rc_str name)
{
    size_t i = 0;

    while (i < OAUTH2_TOKENS_MAX &&
           !(tokens->items[i].name.len > 0 && rc_str_eq(rc_buf_str(&tokens->items[i].name), name)))
        i++;
    return i;
}

struct rc_str oauth2_tokens_find(const struct oauth2_tokens *tokens, struct rc_str name)
{
    const size_t at = place_of(tokens, name);

    if (at == OAUTH2_TOKENS_MAX || tokens->items[at].until_ms <= rc_clock_mono_ms())
        return (struct rc_str){0};
    return rc_buf_str(&tokens->items[at].value);
}

void oauth2_tokens_keep(struct oauth2_tokens *tokens, struct rc_str name, struct rc_str value,
                        int64_t lifetime_ms)
{
    size_t at = place_of(tokens, name);

    if (at == OAUTH2_TOKENS_MAX) {
        at = tokens->next;
        tokens->next = (tokens->next + 1) % OAUTH2_TOKENS_MAX;
    }
    struct oauth2_token *token = &tokens->items[at];
    rc_buf_clear(&token->name);
    rc_buf_clear(&token->value);
    rc_buf_add_str(&token->name, name);
    rc_buf_add_str(&token->value, value);
    /* A token that lives a minute or less is good for half its time. */
    const int64_t good_ms = lifetime_ms > (int64_t)2 * EARLY_MS ? lifetime_ms - EARLY_MS
                                                                : lifetime_ms / 2;
    token->until_ms = rc_clock_mono_ms() + good_ms;
}

void oauth2_tokens_drop(struct oauth2_tokens *tokens, struct rc_str name)
{
    const size_t at = place_of(tokens, name);

    if (at < OAUTH2_TOKENS_MAX) tokens->items[at].until_ms = 0;
}
