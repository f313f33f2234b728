#ifndef NORMALIZER_BATCH_H
#define NORMALIZER_BATCH_H

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/format/envelope.h"
#include "rollcall/roster/entity.h"

/* A page's bytes into its batch (batch.normalized), in parts of bounded size, so that neither this
 * program nor the one behind it holds a whole page twice. Pure: the same page, key and version give
 * the same parts, byte by byte, so that a page normalized twice is one batch (N3). */

/* Moves with whatever makes the same page give other bytes, the bounds of a part included. */
#define NORMALIZER_VERSION "2"

/* A page of more records or bytes than this comes in parts. No options: two programs of one version
 * must cut alike. */
enum { BATCH_PART_RECORDS = 5000, BATCH_PART_BYTES = 2 * 1024 * 1024 };

/* What the headers of page.fetched say. Borrowed from them. */
struct page_facts {
    struct rc_str page;
    struct rc_str format; /* "oneroster-rest/1.1" */
    struct rc_str cursor;
    enum rc_collection collection;
    int64_t pass;
    int64_t lane;
    bool keeps_agents; /* their order says who is the primary parent */
};

/* RC_REJECT names the header that is missing or wrong. */
RC_MUST_CHECK rc_status page_facts_read(const struct rc_headers *headers,
                                        struct page_facts *ret_facts);

struct batch_limits {
    size_t max_records;
    size_t max_string;   /* bytes of one string of a record */
    size_t max_findings; /* listed ones of a page */
    size_t part_records; /* BATCH_PART_RECORDS, and less in tests */
    size_t part_bytes;
};

struct batch_counts {
    size_t records;
    size_t dropped;
    size_t findings; /* all, listed or not */
};

struct batch;

/* Cuts the page; facts, limits, key and bytes are borrowed until batch_free. RC_REJECT: it cannot
 * be cut into records, or its format is not known; the text says what and where. */
RC_MUST_CHECK rc_status batch_open(struct rc_str bytes, const struct page_facts *facts,
                                   struct rc_str hash_key, const struct batch_limits *limits,
                                   struct rc_arena *arena, struct batch **ret_batch);
/* NULL is nothing. */
void batch_free(struct batch *batch);
RC_AUTO_DEFINE(batch)

/* How many parts there are; at least one. */
size_t batch_parts(const struct batch *batch);
/* Appends the next part. Each record stands on a line of its own, its members in one order and the
 * body last, so that a reader need not parse what it does not want. */
void batch_next(struct batch *batch, struct rc_buf *out);
/* Of the parts written so far. */
struct batch_counts batch_counts(const struct batch *batch);

#endif
