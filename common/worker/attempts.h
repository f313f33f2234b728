#ifndef RC_WORKER_ATTEMPTS_H
#define RC_WORKER_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"
#include "rollcall/port/kv.h"

/* How often a message ended the process that handled it (S3). Redis holds, at
 * rollcall:attempts:<topic>:<partition>:<offset>, a line for each life of a process that began the
 * message without an end: "<life> together" or "<life> alone". A process adds its line before the
 * handler and takes it back at every end: done (the key goes), RETRY, revocation, drain. Lines of
 * other lives are therefore starts without an end; one's own line never counts, so that it may be
 * written again, and an uncertain write (a timeout) does no harm. */

enum {
    ATTEMPTS_ALONE_MAX = 2, /* starts alone without an end, then it is set aside */
    ATTEMPTS_TTL_MS = 7 * 24 * 3600 * 1000,
    ATTEMPT_KEY_MAX = 320,
    ATTEMPT_TEXT_MAX = 512,
};

struct attempt_id {
    struct rc_str topic;
    int32_t partition;
    int64_t offset;
};

enum attempt_verdict {
    ATTEMPT_RUN,
    ATTEMPT_ALONE,     /* nothing was begun: begin again once nothing else runs */
    ATTEMPT_SET_ASIDE, /* nothing was begun: do not read it */
};

/* A start that has not ended; zero-initialised is none. */
struct attempt {
    char key[ATTEMPT_KEY_MAX];
    char others[ATTEMPT_TEXT_MAX]; /* lines of other lives */
    bool open;                     /* our line stands, or may stand */
};

/* Notes the start, unless the verdict says otherwise. alone: nothing else runs. */
RC_MUST_CHECK rc_status attempts_begin(struct rc_kv *kv, struct rc_arena *arena, const char *life,
                                       const struct attempt_id *id, bool alone,
                                       struct attempt *attempt, enum attempt_verdict *ret_verdict);
/* The message is done: forgets everything about it. */
RC_MUST_CHECK rc_status attempts_finish(struct rc_kv *kv, struct attempt *attempt);
/* An end without being done: takes our line back. Does nothing when it does not stand. */
RC_MUST_CHECK rc_status attempts_undo(struct rc_kv *kv, struct attempt *attempt);

#endif
