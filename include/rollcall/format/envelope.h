#ifndef RC_FORMAT_ENVELOPE_H
#define RC_FORMAT_ENVELOPE_H

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* A message's headers: CloudEvents 1.0 in binary mode (ce_specversion, ce_id, ce_source, ce_type,
 * ce_time, ce_subject, content-type), W3C traceparent, and Rollcall's own (rc_district, rc_run,
 * rc_source; rc_page … for pages). ce_id is derived from what the message says, never from time or
 * chance: said twice, it is the same event. */

struct rc_header {
    struct rc_str name;
    struct rc_str value;
};

#define RC_HEADERS_MAX 64 /* a dead letter carries another message's beside its own */

struct rc_headers {
    struct rc_header items[RC_HEADERS_MAX];
    size_t count;
};

/* What every message carries. Empty views mean absent. */
struct rc_envelope {
    struct rc_str id;           /* ce_id */
    struct rc_str source;       /* ce_source: "/rollcall/fetcher" */
    struct rc_str type;         /* ce_type: the topic's name, "rollcall.page.fetched.v1" */
    struct rc_str time;         /* ce_time, RFC 3339 */
    struct rc_str subject;      /* ce_subject: the key */
    struct rc_str content_type; /* content-type */
    struct rc_str traceparent;
    struct rc_str district; /* rc_district */
    struct rc_str run;      /* rc_run */
};

/* Reads and checks: specversion 1.0, id, source and type present, each at most 1,024 bytes, uuids
 * where uuids are due (rc_district, rc_run), traceparent in form. RC_REJECT names the header. Views
 * are borrowed from headers. */
RC_MUST_CHECK rc_status rc_envelope_parse(const struct rc_headers *headers,
                                          struct rc_envelope *ret_envelope);
/* Appends the headers of the envelope; absent ones are left out. */
void rc_envelope_print(const struct rc_envelope *envelope, struct rc_headers *headers);

/* Appends one header. Beyond RC_HEADERS_MAX the process ends: the sets are fixed by the schemas. */
void rc_headers_add(struct rc_headers *headers, const char *name, struct rc_str value);
/* The value of the last header of that name, or the empty view. */
struct rc_str rc_headers_get(const struct rc_headers *headers, const char *name);
/* The value; RC_REJECT names the header when it is missing or empty. */
RC_MUST_CHECK rc_status rc_headers_need(const struct rc_headers *headers, const char *name,
                                        struct rc_str *ret_value);

/* A child of a traceparent (same trace, new span), or a new trace where parent is empty or
 * malformed. In arena. */
struct rc_str rc_trace_child(struct rc_arena *arena, struct rc_str parent);
/* The 32 hex digits of the trace, or empty. */
struct rc_str rc_trace_id(struct rc_str traceparent);

#endif
