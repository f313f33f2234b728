#ifndef FETCHER_ONEROSTER_H
#define FETCHER_ONEROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "trouble.h"
#include "version.h"

/* OneRoster REST as a consumer sees it: what to ask for a page, and what an answer is. Pure. */

struct oneroster_question {
    const struct oneroster_version *version;
    struct rc_str base_url; /* as an administrator pasted it */
    struct rc_str collection;
    int64_t limit, offset;
    bool sorted; /* ask for a stable order; some sources refuse it */
};

/* The URL of one page, in arena. */
struct rc_str oneroster_url(const struct oneroster_question *question, struct rc_arena *arena);

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
/* By status alone; also for token requests. TROUBLE_NONE for 200 to 299. */
enum trouble oneroster_judge_code(long code);

#endif
