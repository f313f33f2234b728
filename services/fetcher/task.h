#ifndef FETCHER_TASK_H
#define FETCHER_TASK_H

#include "checkpoint.h"
#include "fetcher.h"
#include "lane.h"
#include "paging.h"
#include "trouble.h"

/* A task while it is worked on; lives in the message's arena. */
struct task {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    struct lane lane;
    struct checkpoint checkpoint;
    int64_t began_ms; /* of rc_clock_mono_ms */
    /* how it came to its end */
    enum paging_way way;
    const char *reason;  /* of PAGING_UNSEALED */
    const char *restart; /* the pass contradicts itself: why; NULL */
    enum trouble trouble;
    struct rc_str words; /* of the trouble, for owners */
    long code;
    int64_t told_ms; /* the source's Retry-After, -1: none */
    bool lost;       /* the lane is somebody else's */
    bool unchanged;  /* the collection's revision stood: nothing was read */
};

/* One task of a lane that asks for people by id (verify.c); outcomes as of fetcher_task. */
RC_MUST_CHECK rc_status task_verify(struct task *task);

/* Commits what the task has come to, in one transaction (task_end.c). RC_RETRY: nothing was
 * committed, the message comes again. */
RC_MUST_CHECK rc_status task_end(struct task *task);

#endif
