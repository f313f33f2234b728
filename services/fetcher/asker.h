#ifndef FETCHER_ASKER_H
#define FETCHER_ASKER_H

#include "fetcher.h"
#include "lease.h"
#include "rate.h"
#include "trouble.h"

/* Who asks: a task's thread, in the name of one lane and under its lease. */

struct asker {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    struct lane *lane; /* its credentials may fall back to those they replace */
    struct lease *lease;
    struct rate rate;
    int64_t limited_ms;    /* of TROUBLE_LIMITED: when it pays to ask again */
    bool unsorted;         /* the source refuses a sort; found out once a task */
    bool on_old;           /* signs with the credentials that are being replaced */
    bool worked;           /* the present credentials have worked in this task */
    struct rc_str refused; /* the bearer that the source refused in this task */
    bool unfiltered;       /* the source refuses a delta's filter */
    int64_t skew_ms;    /* how far its clock is ahead of ours, where it judges signatures by it */
    struct rc_str next; /* of Clever: the page to ask for */
};

/* Whose turn it is, and how fast: in the name of lane, under its lease. End with asker_done. */
struct asker asker_new(struct fetcher *fetcher, struct rc_stage_env *env, struct lane *lane,
                       struct lease *lease);
/* Gives its place at the host back. */
void asker_done(struct asker *asker);

/* One request with the fetcher's limits, in its turn among all fetchers: TROUBLE_NONE for any
 * answer that came whole, whatever its status; TROUBLE_LIMITED where its turn does not come soon.
 * The answer's body is the thread's, valid until the next request. */
enum trouble asker_send(struct asker *asker, const struct rc_http_request *request,
                        struct rc_http_answer *answer);

/* The source refused the credentials: true where others, which they replace, are to be tried. */
bool asker_fall_back(struct asker *asker);
/* A page came: credentials that were tried for the first time have worked. */
void asker_note_worked(struct asker *asker);

/* One answer of the lane's source into the metrics, under the source's kind: class is the first
 * digit of its status, 0 where none came. */
void asker_count(const struct asker *asker, long class, int64_t took_ms, size_t bytes);

#endif
