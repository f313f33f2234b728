#ifndef RC_BASE_FAULT_H
#define RC_BASE_FAULT_H

/* Named points where a test may kill, stop or fail the process: the moments between an effect and
 * its acknowledgement that protocol.md's promises are about. Compiled only with RC_FAULT_POINTS; in
 * a release every point is nothing.
 *
 *   ROLLCALL_FAULT="fetcher.page.acked:kill"          at the first pass through
 *   ROLLCALL_FAULT="fetcher.page.acked:kill@3"        at the third
 *   ROLLCALL_FAULT="normalizer.page:kill=<text>"      each time the point's detail contains <text>
 *   actions: kill (SIGKILL to oneself), stop (SIGSTOP), hang (sleep 1 h), retry, reject, fatal (the
 * point returns that status) several, separated by commas
 *
 * Every point stands in tests/data/fault-points.txt; a test compares the list with the source. */

#include <stddef.h>

#include "rollcall/base/error.h"

#ifdef RC_FAULT_POINTS
/* detail may be NULL. Returns RC_OK or the status that the environment asks for. */
rc_status rc_fault_at(const char *point, const char *detail);
#else
static inline rc_status rc_fault_at(const char *point, const char *detail)
{
    (void)point;
    (void)detail;
    return RC_OK;
}
#endif

/* A point that may only kill, stop or hang. */
static inline void rc_fault_point(const char *point)
{
    rc_ignore(rc_fault_at(point, NULL));
}

#endif
