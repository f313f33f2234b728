#ifndef RECONCILER_SEEN_H
#define RECONCILER_SEEN_H

#include "batch.h"

/* Which records of a batch the mirror has just so (C1): the same hash, the same date where the
 * source's dates are honest. Pure. */

/* A row of the mirror about which a sight would change nothing. */
struct seen_row {
    int64_t row_no;
    struct rc_str id;
    struct rc_str hash;     /* 32 hex digits */
    struct rc_str modified; /* as timestamptz_send makes it, 16 hex digits; empty: undated */
};

/* A record by its id. */
struct seen_place {
    struct rc_str id;
    uint32_t record;
};

struct seen {
    const struct batch *batch;
    bool honest;
    struct seen_place *order; /* of the batch's records, by id */
    int64_t *rows; /* of each record: the row that it stands for; 0: none, it has to be staged */
    bool *met;     /* of each record: a row of its id was there */
    size_t next;   /* in order, where the row after the last one is looked for first */
    size_t count;  /* of rows that came unchanged */
};

/* Ready to be told of rows; lives in arena. The batch must stay as it is meanwhile. */
void seen_init(struct seen *seen, const struct batch *batch, bool honest, struct rc_arena *arena);
/* The least and the greatest id, byte by byte; the batch is not empty. */
struct rc_str seen_first(const struct seen *seen);
struct rc_str seen_last(const struct seen *seen);
/* A row of the mirror, in any order; it stands for one record at most. */
void seen_tell(struct seen *seen, const struct seen_row *row);
/* The rows that came unchanged, as an int8multirange: "{[5,9),[12,13)}". */
void seen_ranges(const struct seen *seen, struct rc_arena *arena, struct rc_buf *out);

#endif
