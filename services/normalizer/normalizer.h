#ifndef NORMALIZER_NORMALIZER_H
#define NORMALIZER_NORMALIZER_H

#include "keys.h"
#include "rollcall/worker/stage.h"

/* page.fetched → batch.normalized. */

struct normalizer_options {
    struct rc_common_options common;
    int64_t max_records;
    int64_t max_string;
    int64_t max_findings;
    int64_t key_life_ms;
};
extern const struct rc_option normalizer_option_table[];

/* Of one worker thread. */
struct normalizer {
    struct keys keys;
    struct rc_buf payload; /* kept, so that its memory is */
};

/* self: a struct normalizer, a thread's own. RC_FATAL: without a database there are no keys. */
RC_MUST_CHECK rc_status normalizer_open(void *self, struct rc_stage_env *env);
/* Frees it. */
void normalizer_close(void *self);
/* Sends the batch of a page, part by part, and waits for its acknowledgement. RC_REJECT: the page
 * will never work. */
RC_MUST_CHECK rc_status normalizer_page(void *self, struct rc_stage_env *env,
                                        const struct rc_message *in);

/* Which part of a page's batch: part of parts, from 1. */
struct normalizer_part {
    struct rc_str page;
    size_t part, parts;
};
/* The headers of a part, made of its page's. */
void normalizer_headers(struct rc_stage_env *env, const struct rc_message *in,
                        const struct normalizer_part *part, struct rc_headers *out);

#endif
