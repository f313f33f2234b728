#ifndef RC_WORKER_HAND_H
#define RC_WORKER_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rollcall/port/bus.h"

#include "attempts.h"

/* The messages in hand, in the order in which they came, and the rule which of them may run next.
 * Pure: no thread, no clock, no lock; the crew guards it. */

enum hand_state {
    HAND_QUEUED,
    HAND_RUNNING,
    HAND_WAITING, /* for its next try (S3) */
    HAND_DONE,
};

struct hand_item {
    struct rc_message *message;
    size_t intake;
    enum hand_state state;
    bool alone;     /* nothing may run beside it (S3) */
    bool dropped;   /* its partition is gone: what becomes of it does not count */
    unsigned tries; /* that ended with RETRY */
    int64_t due_ms; /* of the next try */
    struct attempt attempt;
};

struct hand {
    struct hand_item **items;
    size_t count;
    size_t room;
    size_t bytes;
    bool frozen; /* nothing is handed out: a rebalance or a drain */
};

/* Frees what is left, messages included. */
void hand_done(struct hand *hand);

/* Takes the message over. */
struct hand_item *hand_add(struct hand *hand, struct rc_message *message, size_t intake);
/* The next to run, already marked as running, or NULL. A message waits for an earlier one of its
 * topic with the same key; one that must run alone waits until nothing runs, and holds up all
 * others until it has ended. */
struct hand_item *hand_next(struct hand *hand, int64_t now_ms);
/* Takes the item out, without freeing it. */
void hand_remove(struct hand *hand, struct hand_item *item);
/* Frees an item that was taken out. */
void hand_item_free(struct hand_item *item);

/* How many items are in that state, over all partitions. */
size_t hand_count(const struct hand *hand, enum hand_state state);
/* Has the partition an item that waits for its next try, or is being tried again? */
bool hand_troubled(const struct hand *hand, size_t intake, int32_t partition);
/* How many such items there are in all. */
size_t hand_count_troubled(const struct hand *hand);
/* How many items of the partition run. */
size_t hand_running(const struct hand *hand, size_t intake, int32_t partition);
/* Takes out one item of the partition that neither runs nor is done (any partition: intake
 * SIZE_MAX); NULL: none left. */
struct hand_item *hand_drop(struct hand *hand, size_t intake, int32_t partition);
/* Marks what runs of the partition as dropped. */
void hand_disown(struct hand *hand, size_t intake, int32_t partition);
/* Takes out one item that is done; NULL: none left. */
struct hand_item *hand_take_done(struct hand *hand);

#endif
