#ifndef RC_WORKER_HANDLE_H
#define RC_WORKER_HANDLE_H

#include "rollcall/worker/stage.h"

#include "attempts.h"
#include "hand.h"

/* One message through one function, with all that surrounds it: envelope, attempt count, log scope,
 * judgement, dead letter. */

enum outcome {
    OUTCOME_DONE,  /* the offset may move */
    OUTCOME_RETRY, /* the same again, later */
    OUTCOME_ALONE, /* nothing was begun: again, when nothing else runs */
    OUTCOME_FATAL, /* exit 1 */
    OUTCOME_BUG,   /* exit 70 */
    OUTCOME_COUNT_
};

enum { HANDLE_WHY_MAX = 300 };

struct handler {
    const struct rc_stage *stage;
    const char *const *topics; /* whole names, beside stage->intakes */
    struct rc_stage_env *env;
    void *self;
    /* Tells whoever may have to end the attempt in this thread's place what was begun. */
    void (*begun)(void *context, struct hand_item *item, const struct attempt *attempt);
    void *context;
    char why[HANDLE_WHY_MAX]; /* of the last RETRY */
};

/* Handles the item's message; item->attempt is read and begun is told of its changes. */
enum outcome handle_item(struct handler *handler, struct hand_item *item);

#endif
