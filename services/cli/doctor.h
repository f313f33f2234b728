#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli.h"

/* rollcall doctor: checks in order, each of which says lines. */

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL, VERDICT_COUNT_ };

enum { DOCTOR_LINES = 200, DOCTOR_COLUMNS = 4 };

struct doctor {
    struct cli *cli;
    struct rc_str cells[DOCTOR_LINES * DOCTOR_COLUMNS];
    size_t lines;
    size_t counts[VERDICT_COUNT_];
    bool database; /* it answers: what is asked of it can be asked */
};

/* One line: what was looked at, what was found, how to mend it (NULL or "": nothing to mend).
 * Texts are copied. */
void doctor_say(struct doctor *doctor, enum verdict verdict, const char *what, const char *found,
                const char *mend);
/* found made of parts, in the arena. */
const char *doctor_print(struct doctor *doctor, const char *format, ...) RC_PRINTF(2, 3);

/* The checks; each says its lines and fails for nothing but a bug. */
void doctor_database(struct doctor *doctor);
/* The server answers, and how it keeps what it is told. */
void doctor_redis(struct doctor *doctor);
/* Topics, partitions and groups as schemas/topics.csv declares them. */
void doctor_kafka(struct doctor *doctor);
/* The master key fits what is stored, and nothing lies there unsealed. */
void doctor_keys(struct doctor *doctor);
/* The notifier's server answers, over TLS or not. */
void doctor_mail(struct doctor *doctor);
/* Certificates of option files and of sources: readable, and for how long. */
void doctor_certificates(struct doctor *doctor);

/* Says how far a server's clock is from ours; asked_ms: ours before and after it was asked. */
void doctor_clock(struct doctor *doctor, const char *what, int64_t theirs_ms,
                  const int64_t asked_ms[2]);

#endif
