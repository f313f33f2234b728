#ifndef RC_WORKER_MARKS_H
#define RC_WORKER_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One partition's low-water mark (S1): which offsets are in hand, which of them are done, and from
 * where on a new owner would have to read. Zero-initialised is empty and valid. */
struct marks {
    struct marks_entry *entries; /* in order of offsets, from .first on */
    size_t first;
    size_t count;
    size_t room;
    bool any;          /* something was added since the last reset */
    int64_t last;      /* highest offset added */
    int64_t next;      /* every offset below is done */
    int64_t committed; /* what was committed last */
};

struct marks_entry {
    int64_t offset;
    bool done;
};

/* Frees what the marks hold, not the struct. */
void marks_done(struct marks *marks);

/* Forgets everything: the partition was given away, or came. */
void marks_reset(struct marks *marks);
/* Takes an offset into hand. false: it came before in this assignment, and is in hand or done. */
bool marks_add(struct marks *marks, int64_t offset);
/* The message at offset is done. */
void marks_finish(struct marks *marks, int64_t offset);
/* The mark, where it lies above what was committed; else -1. */
int64_t marks_due(const struct marks *marks);
/* The mark was committed; a lower one than before is nothing. */
void marks_commit(struct marks *marks, int64_t offset);

#endif
