#ifndef RC_WORKER_FLOW_H
#define RC_WORKER_FLOW_H

#include "crew.h"
#include "marks.h"

/* A stage's side towards Kafka: polls, pauses, commits, gives partitions back. Used by the main
 * thread only. */

struct flow_part {
    size_t intake;
    int32_t partition;
    bool held;
    bool paused; /* by us: exactly these are resumed (S4) */
    struct marks marks;
};

struct flow {
    struct crew *crew;
    struct rc_process *process;
    const char *const *topics; /* NULL-terminated */
    struct rc_consumer *consumer;
    struct flow_part *parts;
    size_t count;
    size_t room;
    size_t capacity;       /* messages in hand */
    int64_t revoke_ms;     /* how long a revocation waits for what runs */
    int64_t full_since_ms; /* 0: there is room */
    bool all_paused;
    bool paused; /* some partition is */
    bool rebalancing;
    int64_t revoke_until_ms;
    int64_t commit_at_ms; /* not before */
    size_t finished;      /* since the last commit */
    int64_t trouble_until_ms;
    bool no_commit; /* fatal: nothing is committed any more */
    rc_status failed;
};

/* Joins the group. crew, process and topics are borrowed. */
RC_MUST_CHECK rc_status flow_open(struct flow *flow, struct crew *crew,
                                  const struct rc_stage *stage, const char *const *topics,
                                  struct rc_process *process);
/* Leaves the group: what runs of its partitions must have ended. */
void flow_close(struct flow *flow);

/* One round of the main loop, at most some 300 ms. RC_FATAL ends the stage. */
RC_MUST_CHECK rc_status flow_turn(struct flow *flow);
/* Ends what is in hand: nothing new is begun, what runs has until_ms (of rc_clock_mono_ms). true:
 * nothing runs any more. */
bool flow_drain(struct flow *flow, int64_t until_ms);
/* Takes what is done into account and commits the low-water marks that moved. */
void flow_settle(struct flow *flow);

#endif
