#ifndef FETCHER_H
#define FETCHER_H

#include <stdint.h>

#include "oauth2.h"
#include "rollcall/intake/intake.h"
#include "rollcall/port/http.h"
#include "rollcall/worker/stage.h"

/* The fetcher as its skeleton sees it: options, the state of one worker thread, two intakes.
 * README.md names the files in reading order. */

struct fetcher_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    int64_t task_pages;              /* K of rule L2 */
    int64_t page_bytes;
    int64_t page_records;
    int64_t lease_ms;
    int64_t timeout_ms;
    int64_t connect_timeout_ms;
    int64_t stall_ms;
    int64_t retry_base_ms;
    int64_t retry_cap_ms;
    int64_t quick_retries;
    int64_t pickup_timeout_ms;
    struct rc_intake_limits uploads;
    char *allow_hosts;
    int64_t host_requests; /* of one SIS host, by all fetchers; 0: any number */
    int64_t host_window_ms;
    int64_t host_concurrent;
    int64_t source_concurrent; /* of one source, by all fetchers; 0: any number */
    int64_t task_ms;
    int64_t probe_every_ms;
    int64_t probe_timeout_ms;
    int64_t probe_budget_ms;
};

/* State of one worker thread. */
struct fetcher {
    const struct fetcher_options *options;
    struct rc_http *http;
    struct rc_guard *guard; /* where a source's URL may lead */
    struct rc_buf body;     /* the answer in hand */
    struct oauth2_tokens tokens;
};

/* run.requested: the run begins, where its source is free (R2). */
RC_MUST_CHECK rc_status fetcher_begin(void *self, struct rc_stage_env *env,
                                      const struct rc_message *in);
/* fetch.requested: one task of a lane (L1, L2, L6). */
RC_MUST_CHECK rc_status fetcher_task(void *self, struct rc_stage_env *env,
                                     const struct rc_message *in);
/* pickup.requested: one look for a zip at an SFTP server (0016_sftp). */
RC_MUST_CHECK rc_status fetcher_pickup(void *self, struct rc_stage_env *env,
                                       const struct rc_message *in);
/* A tick: one test of a source that is due, carried out (probe.c). */
RC_MUST_CHECK rc_status fetcher_probe(void *self, struct rc_stage_env *env);

#endif
