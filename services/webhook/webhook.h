#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "rollcall/port/guard.h"
#include "rollcall/port/http.h"
#include "rollcall/worker/ticker.h"

/* What the files of rollcall-webhook share. A webhook is an application's address in one district;
 * a message is a row of its ledger, opened before its first attempt and repeated under the same id
 * until it is accepted; the next one comes after it. All of that is the schema's (0048_webhook):
 * here are the sending and what is sent. */

struct webhook_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    int64_t parallel;
    int64_t every_ms;
    int64_t batch; /* changes in a message at most */
    int64_t timeout_ms;
    int64_t retry_base_ms, retry_cap_ms;
    int64_t failing_after_ms, pause_after_ms;
    char *allow_hosts;
};

/* Of one sender: a thread of the crew. */
struct sender {
    const struct webhook_options *options;
    struct rc_http *http;
    struct rc_guard *guard;
    struct rc_buf body;   /* of the message */
    struct rc_buf answer; /* read and forgotten */
};

/* One round: webhooks that are due, each until nothing more is, for a bounded time. */
RC_MUST_CHECK rc_status sender_round(void *self, struct rc_stage_env *env);

/* The state of all webhooks as numbers. */
RC_MUST_CHECK rc_status gauges_tell(void *self, struct rc_stage_env *env);

#endif
