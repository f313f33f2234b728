#ifndef FETCHER_LANE_H
#define FETCHER_LANE_H

#include <stdbool.h>

#include "rollcall/worker/stage.h"
#include "version.h"

/* A lane's row in PostgreSQL, through the functions of schemas/sql/0002_protocol: each call is one
 * transaction and demands the take number (L1). Texts live in the message's arena. */

/* What fetch.requested names. */
struct lane_request {
    const char *district, *run, *lane; /* uuids */
    int64_t pass, step;
    const char *origin; /* JSON: where the request stood, for a dead letter */
};

/* What its profile knows of how the source is asked (schemas/profiles). */
struct lane_quirks {
    struct rc_str client_auth; /* of token requests, tried first; empty: basic */
    bool form_type;            /* every request says that it brings a form */
    bool unsorted;             /* it spoils or refuses sort */
    bool discovers;            /* its bearer stands in the list at token_url */
    bool first_parent;         /* the first agent of a student is the primary parent */
};

struct lane_source {
    const struct oneroster_version *version; /* NULL: not of OneRoster */
    struct rc_str id, base_url, auth, token_url;
    const char *ca_file; /* NULL: the system's */
    struct rc_str client_id, client_secret;
    struct lane_quirks quirks;
    struct rc_str old_id, old_secret; /* what they replace, until they have worked; else empty */
    struct rc_str read_at;            /* when, by PostgreSQL's clock */
};

/* What the source's host bears; 0: as the options say. */
struct lane_limits {
    int64_t requests, window_ms, concurrent;
    int64_t share;    /* requests of this source at a time */
    int64_t quiet_ms; /* the SIS is not asked for so long; 0: it may be */
};

/* What the run reads where its source is uploads. */
struct lane_upload {
    const char *id;    /* NULL: the source is asked */
    int64_t records;   /* of the collection */
    const char *doubt; /* why it is no evidence of who is gone; NULL: it is */
    bool delta;        /* changes alone: an empty one is whole */
};

/* What a delta asks for: later than since, up to before; ISO 8601 in UTC. */
struct lane_window {
    const char *since, *before; /* NULL: everything */
};

/* What the run reads where its source is Clever. */
struct lane_clever {
    bool is;                /* the source is Clever */
    bool events;            /* the lane reads the feed of events */
    struct rc_str district; /* its id there */
    struct rc_str next;     /* how the lane goes on; empty: it begins */
};

/* A taken lane and what its task must know. */
struct lane {
    struct lane_request request;
    struct lane_source source;
    struct lane_upload upload;
    struct lane_limits limits;
    struct lane_clever clever;
    struct rc_str format; /* of its pages: rc_format */
    struct rc_str collection;
    struct rc_str take; /* as text: it is only ever handed back */
    int64_t number, tries, cursor, received, pages;
    int64_t total; /* the pass's; -1: none yet */
    struct rc_str revision;
    int64_t page_size;
    int64_t until; /* where the next lane's range begins; -1: the range ends with the collection */
    int64_t parallel; /* lanes that this task's commit may make of the pass (L4); 1: none */
    int64_t room;     /* pages that the task may fetch (L7) */
    struct lane_window window;
    const char *revision_known; /* where an unchanged one makes do for reading; NULL: read */
    int64_t asked;              /* people whom a lane that verifies asks for (C4) */
};

/* Does the lane ask for missing people by id? */
bool lane_verifies(const struct lane *lane);
/* What the records of its pages are. */
struct rc_str lane_records(const struct lane *lane);
/* What a source's quirks say, JSON of source.quirks; text outlives them. */
RC_MUST_CHECK rc_status lane_quirks_read(struct rc_stage_env *env, struct rc_str text,
                                         struct lane_quirks *ret_quirks);

/* Reads the message. RC_REJECT: not a fetch.requested. */
RC_MUST_CHECK rc_status lane_request_parse(struct rc_stage_env *env, const struct rc_message *in,
                                           struct lane_request *ret_request);

/* RC_NOT_FOUND: old news, a live lease, not due, or over: the message is done. progress: the
 * checkpoint's cursor, "" without one. */
RC_MUST_CHECK rc_status lane_take(struct rc_stage_env *env, const struct lane_request *request,
                                  int64_t lease_ms, const char *progress, struct lane *ret_lane);
/* *ret_mine false: somebody else has it, or it is over. */
RC_MUST_CHECK rc_status lane_renew(struct rc_stage_env *env, const struct lane *lane,
                                   int64_t lease_ms, bool *ret_mine);

struct lane_step {
    struct rc_str facts; /* JSON array */
    int64_t cursor, total;
    struct rc_str revision;
    const char *end; /* "", "sealed", "unsealed" */
    const char *reason;
    int64_t due_ms;      /* not before; 0: at once */
    bool unchanged;      /* nothing was read: the collection's revision stood */
    const char *answers; /* of a lane that verifies: JSON [{"id", "answer"}]; NULL */
    const char *finding; /* a warning about the collection for the owner, NULL: none */
    struct rc_str next;  /* of Clever: how the lane goes on */
};

/* *ret_became in all of these: what the function says, or "stale". */
RC_MUST_CHECK rc_status lane_commit(struct rc_stage_env *env, const struct lane *lane,
                                    const struct lane_step *step, const char **ret_became);
/* Due again in due_ms; what was fetched before is committed. */
RC_MUST_CHECK rc_status lane_defer(struct rc_stage_env *env, const struct lane *lane,
                                   int64_t due_ms, const char *reason, const char **ret_became);
/* Due again in due_ms for a reason that is no trouble: the try does not count (lane_later). */
RC_MUST_CHECK rc_status lane_later(struct rc_stage_env *env, const struct lane *lane,
                                   int64_t due_ms, const char *reason, const char **ret_became);
/* For good; the run is parked (R4). */
RC_MUST_CHECK rc_status lane_fail(struct rc_stage_env *env, const struct lane *lane,
                                  const char *reason, const char **ret_became);
/* A new pass of the collection (L4). */
RC_MUST_CHECK rc_status lane_restart(struct rc_stage_env *env, const struct lane *lane,
                                     const char *reason, const char **ret_became);
/* Half the page size; due_ms 0: at once. */
RC_MUST_CHECK rc_status lane_shrink(struct rc_stage_env *env, const struct lane *lane,
                                    int64_t due_ms, const char *reason, const char **ret_became);
/* Due at once for any fetcher; the try does not count. */
RC_MUST_CHECK rc_status lane_release(struct rc_stage_env *env, const struct lane *lane,
                                     const char **ret_became);
/* After a lane failed: the run may wait for a person now (R4); a transaction of its own. */
RC_MUST_CHECK rc_status lane_park_run(struct rc_stage_env *env, const struct lane *lane);

/* The credentials in hand have worked, so that those they replace are forgotten. *ret_some: there
 * were such. */
RC_MUST_CHECK rc_status lane_settle_secret(struct rc_stage_env *env, const struct lane *lane,
                                           bool *ret_some);
/* The credentials in hand were refused, and those they were to replace serve. */
RC_MUST_CHECK rc_status lane_refused_secret(struct rc_stage_env *env, const struct lane *lane);

#endif
