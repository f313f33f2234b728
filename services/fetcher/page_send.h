#ifndef FETCHER_PAGE_SEND_H
#define FETCHER_PAGE_SEND_H

#include "checkpoint.h"
#include "lane.h"

/* A page goes to page.fetched as the bytes that the source sent, its facts in headers, and is
 * acknowledged before anything counts it (S2). */

/* The fact of a page (L3): its id is a digest over run, collection, pass, lane, cursor and the
 * digest of its bytes. In arena. */
struct checkpoint_fact page_fact(const struct lane *lane, int64_t cursor, int64_t count,
                                 struct rc_str body, struct rc_arena *arena);

/* place: the page's number in its lane. RC_RETRY: not acknowledged before the drain's end.
 * RC_REJECT: larger than the topic allows. */
RC_MUST_CHECK rc_status page_send(struct rc_stage_env *env, const struct lane *lane,
                                  const struct checkpoint_fact *fact, int64_t place,
                                  struct rc_str body);

#endif
