#ifndef RECONCILER_KNOWN_H
#define RECONCILER_KNOWN_H

#include "batch.h"

#include "rollcall/base/map.h"

/* What the mirror knows of a batch's ids, and which of its records are merely seen (C1). Pure. */

struct known_row {
    const char *row_no;
    struct rc_str hash; /* hex */
    bool dated;
    int64_t modified; /* microseconds */
    bool plain;       /* present, readable, in no countdown, hashed as today */
};

/* Is the record exactly what the mirror holds, so that nothing has to be written? A deleted or
 * dropped one never is (N1). honest: dateLastModified moves with the record; else the hash alone
 * decides. */
bool known_same(const struct known_row *row, const struct batch_record *record, bool honest);

/* Splits a batch: ret_seen gets the row numbers as an array literal, records that are to be staged
 * are moved to the front of batch->records, their order kept; returns how many those are and how
 * many of them are readable. */
struct known_split {
    size_t staged;   /* all that go to the stage */
    size_t readable; /* of those, the ones with values */
};
struct known_split known_sort_out(const struct rc_map *known, bool honest, struct batch *batch,
                                  struct rc_buf *ret_seen);

#endif
