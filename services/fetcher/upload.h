#ifndef FETCHER_UPLOAD_H
#define FETCHER_UPLOAD_H

#include "ask.h"

/* Pages of a source whose roster comes as uploads: they lie sealed in PostgreSQL, cut when the
 * upload came in, and are read by number where others ask a SIS. */

/* The page of the lane's upload at cursor, opened. What is wrong with it is in the answer.
 * RC_RETRY: PostgreSQL is away. RC_FATAL: its key is not to be had. */
RC_MUST_CHECK rc_status upload_ask(struct asker *asker, int64_t cursor,
                                   struct ask_answer *ret_answer);

#endif
