#ifndef FETCHER_PAGING_H
#define FETCHER_PAGING_H

#include <stdint.h>

#include "rollcall/base/str.h"

/* Is there a next page? Decided after each page from what came, never from what was asked for:
 * sources clamp the page size without a word, leave out totals and links, or send links that never
 * end. Pure. */

enum paging_link {
    PAGING_LINK_ABSENT, /* no Link header at all */
    PAGING_LINK_NEXT,   /* it names a next page */
    PAGING_LINK_LAST,   /* it names other pages only */
};

enum paging_way { PAGING_ON, PAGING_SEALED, PAGING_UNSEALED };

struct paging_facts {
    int64_t count;    /* records of this page */
    int64_t received; /* up to here, this page included: the records of the lane and, where lanes
                         read side by side, what stands before its range */
    int64_t total;    /* what the source announces; -1: nothing */
    int64_t pages;    /* of the lane, this page included */
    enum paging_link link;
    int64_t until; /* where the lane's range ends (L4); not above 0: with the collection */
};

/* Reads the joined Link headers as leniently as sources write them: rel unquoted, in single quotes,
 * in capitals, relative addresses. */
enum paging_link paging_link_of(struct rc_str header);

/* *ret_reason is set for PAGING_UNSEALED: why what came proves nothing about what did not come
 * (L5). */
enum paging_way paging_decide(const struct paging_facts *facts, const char **ret_reason);

#endif
