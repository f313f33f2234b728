#ifndef RC_WORKER_CREW_H
#define RC_WORKER_CREW_H

#include <pthread.h>

#include "hand.h"
#include "handle.h"

/* The worker threads of a stage and the hand that they share with the main thread. Main puts
 * messages in and takes finished ones out; each thread takes the next that may run by itself. */

enum { CREW_MAX = 64 };

struct crew_thread {
    struct crew *crew;
    pthread_t thread;
    bool started;
    bool open; /* its connections and state stand */
    bool over; /* it has ended */
};

struct crew {
    const struct rc_stage *stage;
    const char *program;
    const char *const *topics;
    struct rc_process *process;
    struct rc_producer *producer;
    size_t size;
    struct crew_thread threads[CREW_MAX];
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t work;   /* a thread may find something to run */
    pthread_cond_t news;   /* something ended: main may look */
    struct hand hand;
    bool ending;
    char why[HANDLE_WHY_MAX];
};

/* Starts the threads; stage, topics, process, producer and program are borrowed. */
RC_MUST_CHECK rc_status crew_start(struct crew *crew, const struct rc_stage *stage,
                                   const char *program, const char *const *topics,
                                   struct rc_process *process, struct rc_producer *producer);
/* Waits until every thread can work. RC_RETRY: draining began first; RC_FATAL: one cannot. */
RC_MUST_CHECK rc_status crew_wait_open(struct crew *crew);
/* Ends and joins the threads; none may hang. */
void crew_end(struct crew *crew);

/* Takes the message over. */
void crew_add(struct crew *crew, struct rc_message *message, size_t intake);
/* No thread begins anything while frozen. */
void crew_freeze(struct crew *crew, bool frozen);
/* Waits for news, at most ms. */
void crew_wait_news(struct crew *crew, int64_t ms);
/* Takes out one finished item; NULL: none. */
struct hand_item *crew_take_done(struct crew *crew);
/* Drops what does not run of a partition (intake SIZE_MAX: of all). */
void crew_drop(struct crew *crew, size_t intake, int32_t partition);
/* The partition is gone: what becomes of what still runs of it does not count. */
void crew_disown(struct crew *crew, size_t intake, int32_t partition);
/* How many of a partition (intake SIZE_MAX: of all) run. */
size_t crew_running(struct crew *crew, size_t intake, int32_t partition);
/* Has the partition a handler that waits for its next try, or is being tried again? */
bool crew_troubled(struct crew *crew, size_t intake, int32_t partition);
/* Ends the attempts of what still runs in its thread's place: a drain's deadline has passed. */
void crew_undo_running(struct crew *crew, struct rc_kv *kv);
/* What /readyz and the flow want to know. */
struct crew_state {
    size_t count;
    size_t bytes;
    size_t waiting;  /* for their next try */
    size_t troubled; /* waiting, or being tried again */
    char why[HANDLE_WHY_MAX];
};
/* What all handlers do at this moment, for health and metrics. */
void crew_look(struct crew *crew, struct crew_state *ret_state);

#endif
