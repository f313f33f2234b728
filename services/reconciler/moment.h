#ifndef RECONCILER_MOMENT_H
#define RECONCILER_MOMENT_H

#include "rollcall/base/str.h"

/* dateLastModified as a moment: what is none is told of before PostgreSQL refuses the whole batch.
 */

/* RFC 3339 ("2026-08-01T10:00:00.000Z", "...+02:00") to microseconds since 1970, digits beyond the
 * sixth cut off. RC_REJECT with a text when it is not such a time. */
RC_MUST_CHECK rc_status moment_parse(struct rc_str text, int64_t *ret_micros);

#endif
