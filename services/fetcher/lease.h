#ifndef FETCHER_LEASE_H
#define FETCHER_LEASE_H

#include "lane.h"

/* The holding of a lane while its task works: PostgreSQL's lease, renewed by the very thread that
 * waits for the source, and the Redis lock in front of it, which only saves double work (R2). */

struct lease {
    struct rc_stage_env *env;
    const struct lane *lane;
    int64_t lease_ms;
    int64_t renewed_ms; /* of rc_clock_mono_ms */
    bool lost;
};

/* The lock in front of a take. False: another fetcher is at this very step. True also while Redis
 * is away. */
bool lease_lock(struct rc_stage_env *env, const struct lane_request *request, int64_t lease_ms);
/* Where it is still ours. */
void lease_unlock(struct rc_stage_env *env, const struct lane_request *request);

/* Renews when a third of the time has passed. False once the lane is somebody else's: stop.
 * PostgreSQL being away is no answer: the task's commit will tell. Has the shape of
 * rc_http_request.keep. */
bool lease_keep(void *lease);

#endif
