#ifndef FETCHER_ASK_H
#define FETCHER_ASK_H

#include "asker.h"

/* One page from a source: signed, asked for, judged; asked again in passing where that may help. */

struct ask_answer {
    struct rc_http_answer http; /* its body is the thread's, valid until the next ask */
    int64_t count;
    enum trouble trouble;
    struct rc_str words; /* for owners; empty without trouble */
    struct rc_str next;  /* of Clever: how the lane goes on */
};

/* The page at cursor. Never fails: what goes wrong with a source is in the answer. */
void ask_page(struct asker *asker, int64_t cursor, struct ask_answer *ret_answer);
/* One user by id, appended to out as JSON; TROUBLE_NOT_FOUND: the source does not know the id. */
void ask_single(struct asker *asker, struct rc_str id, struct rc_buf *out,
                struct ask_answer *ret_answer);

#endif
