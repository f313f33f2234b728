#ifndef FETCHER_CREDENTIAL_H
#define FETCHER_CREDENTIAL_H

#include "lane.h"

/* A source's credential as it lies in PostgreSQL: sealed under its district's key for the field
 * "credential:<name>", or plain where it is of before there were keys (`rollcall key seal-all`). */

/* From columns at (hex) and at + 1 (is it sealed?). One that cannot be opened is as good as none:
 * empty, so that the lane waits and its trouble says so; the reason is logged. */
RC_MUST_CHECK rc_status credential_read(struct rc_stage_env *env, const struct lane *lane,
                                        const struct rc_rows *rows, int at, const char *name,
                                        struct rc_str *ret_value);

#endif
