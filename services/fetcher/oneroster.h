#ifndef FETCHER_ONEROSTER_H
#define FETCHER_ONEROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/buf.h"
#include "trouble.h"
#include "version.h"

/* OneRoster REST as a consumer sees it: what to ask for a page, and what an answer is. Pure. */

struct oneroster_question {
    const struct oneroster_version *version;
    struct rc_str base_url; /* as an administrator pasted it */
    struct rc_str collection;
    int64_t limit, offset;
    bool sorted;                /* ask for a stable order; some sources refuse it */
    const char *since, *before; /* a delta's window, ISO 8601 in UTC; NULL: everything */
};

/* The URL of one page, in arena. */
struct rc_str oneroster_url(const struct oneroster_question *question, struct rc_arena *arena);

/* The URL of one record by its id. */
struct rc_str oneroster_single_url(const struct oneroster_question *question, struct rc_str id,
                                   struct rc_arena *arena);

struct oneroster_answer {
    long code;
    struct rc_str type; /* content-type, lower case, without parameters */
    struct rc_str body;
    struct rc_str collection;
    int64_t max_records;
};

/* TROUBLE_NONE, and *ret_count records in the body; else what is wrong. A 200 without its list is
 * never an empty roster. The parser's own words stand in rc_error_text() for TROUBLE_BROKEN_BODY.
 */
enum trouble oneroster_judge(const struct oneroster_answer *answer, struct rc_arena *arena,
                             int64_t *ret_count);
/* An answer to a question for one user: the record's JSON appended to out, TROUBLE_NONE. Sources
 * that wrap it in a list are understood. A 200 that carries no record of this very id answers
 * nothing: TROUBLE_NO_ENVELOPE. TROUBLE_NOT_FOUND: the source does not know the id. */
enum trouble oneroster_judge_single(const struct oneroster_answer *answer, struct rc_str id,
                                    struct rc_arena *arena, struct rc_buf *out);
/* By status alone; also for token requests. TROUBLE_NONE for 200 to 299. */
enum trouble oneroster_judge_code(long code);

#endif
