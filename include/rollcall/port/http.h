#ifndef RC_PORT_HTTP_H
#define RC_PORT_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"
#include "rollcall/port/guard.h"

/* HTTP client, through libcurl. One handle per thread keeps its connections and cookies. No
 * redirect is followed (the caller signs again and asks again, see rc_url_follow), no proxy or
 * netrc from the environment, http and https only, TLS verified always, every size bounded. The
 * answer's status is the caller's to judge: any answer that arrived whole is RC_OK here. */

struct rc_http;

struct rc_http_request {
    const char *method; /* NULL: GET */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
    struct rc_str body;
    const char *ca_file;          /* trusted certificates of this source; NULL: the system's */
    const struct rc_guard *guard; /* the URL is a tenant's, who may lead us no further than this:
                                     asked for each address before it is connected to; without TLS
                                     only to what it lists. NULL: the URL is our own */
    int64_t connect_timeout_ms;   /* 0: 15 s */
    int64_t timeout_ms;           /* whole transfer; 0: 5 min */
    int64_t stall_ms;             /* no byte for so long ends it; 0: 60 s */
    size_t max_bytes;             /* of the body after decompression; 0: 16 MiB */
    const char *session; /* whose cookies these are (a source's id); another's request drops them.
                            NULL: none are kept */
    const volatile int *stop; /* non-zero ends the transfer with RC_RETRY; read and to be written
                                 atomically; may be NULL */
    bool (*keep)(void *self); /* asked about once a second while waiting; false ends the transfer
                                 with RC_RETRY; may be NULL */
    void *keep_self;
};

/* What kept an answer from coming whole. */
enum rc_http_fault {
    RC_HTTP_WHOLE,
    RC_HTTP_BROKEN, /* name, connection, TLS, cut off, stopped */
    RC_HTTP_LATE,   /* asked, and not answered in time */
    RC_HTTP_LARGE,  /* above max_bytes, or too many headers */
    RC_HTTP_INWARD, /* the guard does not let us there */
    RC_HTTP_URL,    /* no URL that is taken */
};

struct rc_http_answer {
    enum rc_http_fault fault; /* set on failure too; nothing else but the body is then */
    long code;
    struct rc_buf *body; /* given by the caller, cleared first */
    struct rc_str type;  /* content-type, lower case, without parameters */
    struct rc_str link;  /* all Link headers, joined with ", " */
    struct rc_str location;
    int64_t total;          /* X-Total-Count; -1 absent or no number */
    int64_t retry_after_ms; /* Retry-After as a wait from now, seconds or HTTP date; with a 429 that
                               has none, X-RateLimit-Reset; -1 absent */
    int64_t date_ms;        /* Date header, for clock skew; -1 absent */
    struct rc_str revision; /* x-perm-rev, the source's own word for its state; empty when absent */
    int64_t took_ms;
};

/* One for a thread: connections are kept between requests. */
RC_MUST_CHECK rc_status rc_http_open(const char *user_agent, struct rc_http **ret_http);
/* Closes its connections; NULL is nothing. */
void rc_http_free(struct rc_http *http);
RC_AUTO_DEFINE(rc_http)

/* One request. Texts of the answer live in arena. RC_RETRY: name, connection, TLS, time-out, reset,
 * cut off (the text says which, and names host and port only). RC_REJECT: a malformed URL, a scheme
 * or an address that is not allowed, a body above max_bytes. answer->fault tells them apart. */
RC_MUST_CHECK rc_status rc_http_ask(struct rc_http *http, const struct rc_http_request *request,
                                    struct rc_arena *arena, struct rc_http_answer *answer);

/* Percent-encodes all but A-Z a-z 0-9 - . _ ~ (RFC 3986), upper-case hex. */
void rc_url_encode(struct rc_buf *out, struct rc_str text);
/* Undoes percent-encoding in place, gives the new length; a percent sign without two digits stays.
 */
size_t rc_url_decode(char *text, size_t len);
/* host[:port] of a URL for logs and rate limits, without a login, as it is written (compare with
 * rc_str_eq_fold); borrowed from url. Empty when there is none. */
struct rc_str rc_url_host(struct rc_str url);
/* The URL that an answer of base names (a redirect's Location, a next link; relative or whole), in
 * arena, where it may be asked with base's credentials: the same host and port, and never without
 * TLS behind TLS. RC_REJECT: it leads elsewhere, or is none; the text names hosts only. */
RC_MUST_CHECK rc_status rc_url_follow(const char *base, struct rc_str target,
                                      struct rc_arena *arena, struct rc_str *ret_url);

/* libcurl that runs: "7.88.1". */
const char *rc_http_version(void);

#endif
