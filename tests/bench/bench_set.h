#ifndef BENCH_SET_H
#define BENCH_SET_H

#include <stddef.h>
#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/error.h"
#include "rollcall/base/str.h"

/* The files that sets.py makes, mapped into memory: any page of a collection on a day is a row of
 * copies, whatever its offset and limit. */

enum { BENCH_DAYS = 2, BENCH_COLLECTIONS = 7 };

struct bench_entry {
    uint64_t offset;
    uint32_t len;
    uint32_t unused;
};

struct bench_map {
    void *at;
    size_t len;
};

struct bench_collection {
    const char *name;
    struct bench_map data;
    struct bench_map index[BENCH_DAYS];
};

struct bench_set {
    struct bench_collection collections[BENCH_COLLECTIONS];
};

/* Maps the set of a folder. RC_FATAL: a file is not there. */
RC_MUST_CHECK rc_status bench_set_open(const char *folder, struct bench_set **ret_set);
void bench_set_free(struct bench_set *set);
RC_AUTO_DEFINE(bench_set)

/* NULL: there is none of this name. */
const struct bench_collection *bench_set_find(const struct bench_set *set, struct rc_str name);
/* How many records it has on day 1 or 2. */
size_t bench_set_count(const struct bench_collection *collection, int day);
/* The record at a place of the order by sourcedId. */
struct rc_str bench_set_record(const struct bench_collection *collection, int day, size_t place);
/* The record with this sourcedId; no data: there is none. */
struct rc_str bench_set_single(const struct bench_collection *collection, int day,
                               struct rc_str id);
/* Appends the page of at most limit records from offset on, as OneRoster shows it. */
void bench_set_page(const struct bench_collection *collection, int day, size_t offset, size_t limit,
                    struct rc_buf *out);

#endif
