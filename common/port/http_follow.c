/* Where an answer sends us: only within what its source's credentials are for. libcurl reads the
 * URLs, as it will when they are asked. */
#include "rollcall/port/http.h"

#include <curl/curl.h>

static void url_free_at(CURLU **url)
{
    curl_url_cleanup(*url);
}
#define AUTO_URL __attribute__((cleanup(url_free_at)))

static struct rc_str part_of(CURLU *url, CURLUPart part, unsigned flags, struct rc_arena *arena)
{
    char *text = NULL;

    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return (struct rc_str){0};
    const struct rc_str copy = rc_str_copy(arena, rc_str_of(text));
    curl_free(text);
    return copy;
}

struct place {
    struct rc_str scheme, host, port;
    bool standard; /* the scheme's own port */
};

static struct place place_of(CURLU *url, struct rc_arena *arena)
{
    return (struct place){
        .scheme = part_of(url, CURLUPART_SCHEME, 0, arena),
        .host = part_of(url, CURLUPART_HOST, 0, arena),
        .port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena),
        .standard = part_of(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, arena).len == 0,
    };
}

static bool may_follow(const struct place *from, const struct place *to)
{
    const bool same_scheme = rc_str_eq_fold(from->scheme, to->scheme);
    const bool to_tls = rc_str_eq_fold(from->scheme, RC_STR("http")) &&
                        rc_str_eq_fold(to->scheme, RC_STR("https"));

    if (!rc_str_eq_fold(from->host, to->host)) return false;
    if (same_scheme) return rc_str_eq(from->port, to->port);
    return to_tls && from->standard && to->standard;
}

rc_status rc_url_follow(const char *base, struct rc_str target, struct rc_arena *arena,
                        struct rc_str *ret_url)
{
    AUTO_URL CURLU *url = curl_url();

    if (curl_url_set(url, CURLUPART_URL, base, 0) != CURLUE_OK)
        return rc_fail(RC_REJECT, "a malformed URL cannot be followed");
    const struct place from = place_of(url, arena);
    if (target.len == 0 || memchr(target.data, '\0', target.len) ||
        curl_url_set(url, CURLUPART_URL, rc_str_copy(arena, target).data, CURLU_DISALLOW_USER) !=
            CURLUE_OK)
        return rc_fail(RC_REJECT, "%.*s sends us to what is no URL", RC_STR_ARG(from.host));
    const struct place to = place_of(url, arena);
    if (!may_follow(&from, &to))
        return rc_fail(RC_REJECT, "%.*s sends us elsewhere: %.*s://%.*s:%.*s",
                       RC_STR_ARG(from.host), RC_STR_ARG(to.scheme), RC_STR_ARG(to.host),
                       RC_STR_ARG(to.port));
    (void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    *ret_url = part_of(url, CURLUPART_URL, 0, arena);
    return ret_url->len > 0 ? RC_OK : rc_fail(RC_REJECT, "a malformed URL cannot be followed");
}
