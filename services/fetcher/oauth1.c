/* Signing requests. What goes wrong elsewhere: query parameters left out, encoded once instead of
 * twice, ' and * left as they are, the default port kept. The vectors of RFC 5849 and of both
 * hashes are tests. */
#include "oauth1.h"

#include <stdlib.h>

#include "rollcall/port/http.h"

enum { PARAMETERS_MAX = 64 };

struct parameter {
    struct rc_str name, value; /* encoded */
};

struct parameters {
    struct parameter items[PARAMETERS_MAX];
    size_t count;
};

static const char *const method_names[] = {
    [RC_HMAC_SHA1] = "HMAC-SHA1", [RC_HMAC_SHA256] = "HMAC-SHA256"};

static struct rc_str encoded(struct rc_arena *arena, struct rc_str text)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_url_encode(&out, text);
    return rc_str_copy(arena, rc_buf_str(&out));
}

static struct rc_str decoded(struct rc_arena *arena, struct rc_str text)
{
    char *out = rc_arena_copy(arena, text.data, text.len);

    return (struct rc_str){out, rc_url_decode(out, text.len)};
}

static void add(struct parameters *list, struct rc_arena *arena, struct rc_str name,
                struct rc_str value)
{
    /* Our own URLs have four or five. */
    if (list->count == PARAMETERS_MAX) return;
    list->items[list->count++] = (struct parameter){encoded(arena, name), encoded(arena, value)};
}

static void add_query(struct parameters *list, struct rc_arena *arena, struct rc_str query)
{
    while (query.data) {
        struct rc_str value = rc_str_cut(&query, '&');
        const struct rc_str name = rc_str_cut(&value, '=');
        if (name.len > 0) add(list, arena, decoded(arena, name), decoded(arena, value));
    }
}

static void add_protocol(struct parameters *list, const struct oauth1 *sign, struct rc_arena *arena)
{
    add(list, arena, RC_STR("oauth_consumer_key"), sign->key);
    add(list, arena, RC_STR("oauth_nonce"), sign->nonce);
    add(list, arena, RC_STR("oauth_signature_method"), rc_str_of(method_names[sign->hmac]));
    add(list, arena, RC_STR("oauth_timestamp"), sign->timestamp);
    add(list, arena, RC_STR("oauth_version"), RC_STR("1.0"));
}

static int compare(const void *a, const void *b)
{
    const struct parameter *left = a;
    const struct parameter *right = b;
    const int by_name = rc_str_cmp(left->name, right->name);

    return by_name != 0 ? by_name : rc_str_cmp(left->value, right->value);
}

/* scheme://host[:port]/path in the form that is signed: lower case, without a default port. */
static struct rc_str signed_address(struct rc_arena *arena, struct rc_str url)
{
    const struct rc_str host = rc_url_host(url);
    const size_t scheme_len = (size_t)(host.data - url.data);
    const struct rc_str scheme = rc_str_lower(arena, (struct rc_str){url.data, scheme_len});
    const struct rc_str path = {host.data + host.len, url.len - scheme_len - host.len};
    struct rc_str plain = rc_str_lower(arena, host);

    if (rc_str_eq(scheme, RC_STR("https://")) && rc_str_ends(plain, RC_STR(":443"))) plain.len -= 4;
    if (rc_str_eq(scheme, RC_STR("http://")) && rc_str_ends(plain, RC_STR(":80"))) plain.len -= 3;
    return rc_str_print(arena, "%.*s%.*s%.*s", RC_STR_ARG(scheme), RC_STR_ARG(plain),
                        RC_STR_ARG(path.len > 0 ? path : RC_STR("/")));
}

static void print_parameters(const struct parameters *list, struct rc_buf *out)
{
    for (size_t i = 0; i < list->count; i++)
        rc_buf_print(out, "%s%.*s=%.*s", i > 0 ? "&" : "", RC_STR_ARG(list->items[i].name),
                     RC_STR_ARG(list->items[i].value));
}

void oauth1_base_string(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena,
                        struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf joined = {0};
    struct parameters *list = rc_arena_alloc(arena, sizeof *list);
    struct rc_str query = url;
    const struct rc_str address = rc_str_cut(&query, '?');

    add_query(list, arena, query);
    add_protocol(list, sign, arena);
    qsort(list->items, list->count, sizeof list->items[0], compare);
    print_parameters(list, &joined);
    rc_buf_add_str(out, RC_STR("GET&"));
    rc_url_encode(out, signed_address(arena, address));
    rc_buf_add_char(out, '&');
    rc_url_encode(out, rc_buf_str(&joined));
}

void oauth1_signature(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena,
                      struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    RC_AUTO_BUF struct rc_buf key = {0};

    oauth1_base_string(sign, url, arena, &text);
    rc_url_encode(&key, sign->secret);
    rc_buf_add_char(&key, '&');
    rc_hmac_base64(sign->hmac, rc_buf_str(&key), rc_buf_str(&text), out);
}

struct rc_str oauth1_header(const struct oauth1 *sign, struct rc_str url, struct rc_arena *arena)
{
    RC_AUTO_BUF struct rc_buf line = {0};
    RC_AUTO_BUF struct rc_buf signature = {0};
    struct parameters *list = rc_arena_alloc(arena, sizeof *list);

    oauth1_signature(sign, url, arena, &signature);
    add_protocol(list, sign, arena);
    add(list, arena, RC_STR("oauth_signature"), rc_buf_str(&signature));
    for (size_t i = 0; i < list->count; i++)
        rc_buf_print(&line, "%s%.*s=\"%.*s\"", i > 0 ? ", " : "Authorization: OAuth ",
                     RC_STR_ARG(list->items[i].name), RC_STR_ARG(list->items[i].value));
    return rc_str_copy(arena, rc_buf_str(&line));
}
