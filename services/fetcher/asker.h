#ifndef FETCHER_ASKER_H
#define FETCHER_ASKER_H

#include "fetcher.h"
#include "lease.h"
#include "trouble.h"

/* Who asks: a task's thread, in the name of one lane and under its lease. */

struct asker {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    const struct lane *lane;
    struct lease *lease;
    bool unsorted;   /* the source refuses a sort; found out once a task */
    int64_t skew_ms; /* how far its clock is ahead of ours, where it judges signatures by it */
};

/* One request with the fetcher's limits: TROUBLE_NONE for any answer that came whole, whatever its
 * status. The answer's body is the thread's, valid until the next request. */
enum trouble asker_send(struct asker *asker, const struct rc_http_request *request,
                        struct rc_http_answer *answer);

/* One answer of the lane's source into the metrics, under the source's kind: class is the first
 * digit of its status, 0 where none came. */
void asker_count(const struct asker *asker, long class, int64_t took_ms, size_t bytes);

#endif
