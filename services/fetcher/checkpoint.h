#ifndef FETCHER_CHECKPOINT_H
#define FETCHER_CHECKPOINT_H

#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"

/* What a task has fetched so far, as one value in Redis, written whole after every acknowledged
 * page (L2): a stale fetcher may overwrite it, never mix it. It is believed only as a whole, and
 * only by a task whose lane stands where it began. Pure. */

enum { CHECKPOINT_PAGES_MAX = 64 };

/* A page that counts (L3). */
struct checkpoint_fact {
    struct rc_str id, digest;
    int64_t cursor, count;
};

struct checkpoint {
    int64_t from; /* the lane's cursor when the task began */
    int64_t page_size;
    int64_t total; /* -1: the source announced none */
    struct rc_str revision;
    struct rc_str next; /* of Clever: how the lane goes on */
    struct checkpoint_fact facts[CHECKPOINT_PAGES_MAX];
    size_t count;
};

/* Where the next page begins: from and the records received. */
int64_t checkpoint_cursor(const struct checkpoint *checkpoint);
/* "rollcall:checkpoint:<lane>:<pass>:<step>" */
struct rc_str checkpoint_key(struct rc_arena *arena, const char *lane, int64_t pass, int64_t step);
/* As Redis holds it; checkpoint_parse reads it. */
void checkpoint_print(const struct checkpoint *checkpoint, struct rc_buf *out);
/* The facts alone, as lane_step takes them. */
void checkpoint_print_facts(const struct checkpoint *checkpoint, struct rc_buf *out);
/* Views live in arena. RC_REJECT: not a whole checkpoint, treat as none. */
RC_MUST_CHECK rc_status checkpoint_parse(struct rc_str text, struct rc_arena *arena,
                                         struct checkpoint *ret_checkpoint);

#endif
