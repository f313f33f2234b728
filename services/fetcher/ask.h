#ifndef FETCHER_ASK_H
#define FETCHER_ASK_H

#include "fetcher.h"
#include "lease.h"
#include "trouble.h"

/* One page from a source: signed, asked for, judged; asked again in passing where that may help. */

struct ask {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    const struct lane *lane;
    struct lease *lease;
    bool unsorted; /* the source refuses a sort; found out once a task */
};

struct ask_answer {
    struct rc_http_answer http; /* its body is the thread's, valid until the next ask */
    int64_t count;
    enum trouble trouble;
    struct rc_str words; /* for owners; empty without trouble */
};

/* The page at cursor. Never fails: what goes wrong with a source is in the answer. */
void ask_page(struct ask *ask, int64_t cursor, struct ask_answer *ret_answer);

/* One request with the fetcher's limits, under the lease: TROUBLE_NONE for any answer that came
 * whole, whatever its status. */
enum trouble ask_raw(struct ask *ask, const struct rc_http_request *request,
                     struct rc_http_answer *answer);

/* ---- sign.c ---- */

/* The Authorization header for url, in arena. Asks for a token where none is in hand; *ret_code is
 * the token address's status then. */
enum trouble ask_sign(struct ask *ask, struct rc_str url, struct rc_str *ret_header,
                      long *ret_code);
/* After a 401: true when a fresh token may help (the old one is dropped then). */
bool ask_sign_anew(struct ask *ask);

#endif
