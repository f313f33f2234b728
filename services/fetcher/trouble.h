#ifndef FETCHER_TROUBLE_H
#define FETCHER_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/str.h"

/* What can be wrong with a source's answer, and what follows from each (L6): one table. The words
 * are for owners: what, and what to do about it. */

enum trouble {
    TROUBLE_NONE,
    TROUBLE_STOPPED, /* not the source's fault: a drain, or the lane is somebody else's now */
    TROUBLE_TRANSPORT,
    TROUBLE_SERVER,
    TROUBLE_OVERLOAD,
    TROUBLE_BUSY,
    TROUBLE_CREDENTIALS,
    TROUBLE_NO_CREDENTIALS,
    TROUBLE_TOKEN,
    TROUBLE_FORBIDDEN,
    TROUBLE_NOT_FOUND,
    TROUBLE_REDIRECT,
    TROUBLE_QUESTION,
    TROUBLE_BAD_URL,
    TROUBLE_HTML,
    TROUBLE_EMPTY_BODY,
    TROUBLE_ERROR_BODY,
    TROUBLE_NO_ENVELOPE,
    TROUBLE_BROKEN_BODY,
    TROUBLE_TOO_LARGE,
    TROUBLE_UPLOAD_GONE,
    TROUBLE_UPLOAD_SEALED,
    TROUBLE_NOT_LISTED,
    TROUBLE_LATE,
    TROUBLE_INWARD,
    TROUBLE_LIMITED, /* not the source's fault either: the lane waits for its turn */
    TROUBLE_CLEVER_MISSING,
    TROUBLE_COUNT_
};

/* How long the lane waits before the next try. */
enum trouble_pace {
    TROUBLE_SOON,  /* waiting mends nothing, a person does: a few quick tries, then said (1, 2, 3, 4
                      units) */
    TROUBLE_LATER, /* passes by itself: 5, 20, 80, 320 units */
    TROUBLE_NEVER, /* no try would differ */
};

struct trouble_row {
    const char *name; /* in logs and metrics */
    enum trouble_pace pace;
    bool in_passing; /* worth asking again within the task */
    bool shrinks;    /* a smaller page may help, from the second try on */
    const char *words;
};

/* Of the table; never NULL. */
const struct trouble_row *trouble_row(enum trouble trouble);

/* Wait before the next try after tries of them. told_ms: the source's Retry-After, -1: none; it is
 * honoured in full. */
int64_t trouble_wait_ms(enum trouble trouble, int64_t tries, int64_t base_ms, int64_t cap_ms,
                        int64_t told_ms);

/* The words with their details: the status (0: none) and what the transport or the parser said (may
 * be empty). */
struct rc_str trouble_words(enum trouble trouble, long code, const char *detail,
                            struct rc_arena *arena);

#endif
