#ifndef FETCHER_CLEVER_H
#define FETCHER_CLEVER_H

#include "ask.h"
#include "paging.h"

/* Clever's Data API 3.1 as the lanes see it. Its pages have no numbers: each names the next, so
 * beside the count of records a lane keeps where it goes on, "<part>/<starting_after>", or
 * CLEVER_END. A collection may have several parts, one after the other (the district, then its
 * schools). A lane of a delta reads the feed of events instead. */

#define CLEVER_KIND    "clever"
#define CLEVER_VERSION "3.1"
#define CLEVER_END     "end"

/* The URL of the page at asker->next, in arena. */
struct rc_str clever_url(struct asker *asker);
/* The address of a path behind the version, in arena. */
struct rc_str clever_address(const struct asker *asker, struct rc_str path);
/* What came: TROUBLE_NONE with the answer's count and next; else what is wrong. */
enum trouble clever_judge(struct asker *asker, struct ask_answer *answer);
/* By status alone, for every answer of Clever; a wait that it asks for goes into the answer. */
enum trouble clever_judge_code(struct rc_http_answer *answer);

/* What a lane has come to behind a page. Pure. */
struct clever_facts {
    struct rc_str collection;
    struct rc_str next; /* as the page left it */
    struct rc_str from; /* as it found it */
    bool events;
    int64_t received, pages;
};
/* Whether it goes on; *ret_reason is set for PAGING_UNSEALED. */
enum paging_way clever_decide(const struct clever_facts *facts, const char **ret_reason);
/* Where a lane goes on behind a page whose next link starts after after (empty: none). In arena. */
struct rc_str clever_next(struct rc_str collection, struct rc_str from, bool events,
                          struct rc_str after, struct rc_arena *arena);

#endif
