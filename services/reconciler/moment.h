#ifndef RECONCILER_MOMENT_H
#define RECONCILER_MOMENT_H

#include "rollcall/base/str.h"

/* dateLastModified as a number, so that the mirror's value and the source's compare as moments and
 * not as texts (C1). */

/* RFC 3339 ("2026-08-01T10:00:00.000Z", "...+02:00") to microseconds since 1970, digits beyond the
 * sixth cut off. RC_REJECT with a text when it is not such a time. */
RC_MUST_CHECK rc_status moment_parse(struct rc_str text, int64_t *ret_micros);
/* As PostgreSQL reads it: "2026-08-01 10:00:00.000000Z". out holds MOMENT_TEXT bytes. */
#define MOMENT_TEXT 96
void moment_print(int64_t micros, char out[MOMENT_TEXT]);

#endif
