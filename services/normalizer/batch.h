#ifndef NORMALIZER_BATCH_H
#define NORMALIZER_BATCH_H

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/format/envelope.h"
#include "rollcall/roster/entity.h"

/* A page's bytes into a batch's (batch.normalized). Pure: the same page, key and version give the
 * same bytes, so that a page normalized twice is one batch (N3). */

/* Moves with whatever makes the same page give another batch. */
#define NORMALIZER_VERSION "1"

/* What the headers of page.fetched say. Borrowed from them. */
struct page_facts {
    struct rc_str page;
    struct rc_str format; /* "oneroster-rest/1.1" */
    struct rc_str cursor;
    enum rc_collection collection;
    int64_t pass;
    int64_t lane;
};

/* RC_REJECT names the header that is missing or wrong. */
RC_MUST_CHECK rc_status page_facts_read(const struct rc_headers *headers,
                                        struct page_facts *ret_facts);

struct batch_limits {
    size_t max_records;
    size_t max_string;   /* bytes of one string of a record */
    size_t max_findings; /* listed ones of a page */
};

struct batch_counts {
    size_t records;
    size_t dropped;
    size_t findings; /* all, listed or not */
};

/* Appends the batch to out. RC_REJECT: the page cannot be cut into records, or its format is not
 * known; the text says what and where. */
RC_MUST_CHECK rc_status batch_write(struct rc_str bytes, const struct page_facts *facts,
                                    struct rc_str hash_key, const struct batch_limits *limits,
                                    struct rc_arena *arena, struct rc_buf *out,
                                    struct batch_counts *ret_counts);

#endif
