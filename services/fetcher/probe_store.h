#ifndef FETCHER_PROBE_STORE_H
#define FETCHER_PROBE_STORE_H

#include "probe_ask.h"

/* A test's row in PostgreSQL (schemas/sql/0019_probe): one transaction each. */

/* The oldest test that nobody is at, taken. RC_NOT_FOUND: there is none. */
RC_MUST_CHECK rc_status probe_take(struct probe *probe, int64_t lease_ms);
/* *ret_mine false: it is somebody else's now. lease_ms 0 gives it back. */
RC_MUST_CHECK rc_status probe_renew(const struct probe *probe, int64_t lease_ms, bool *ret_mine);
/* Due again in wait_ms, or when a person asks for it. */
RC_MUST_CHECK rc_status probe_put_off(const struct probe *probe, int64_t wait_ms);
/* What matters of the source's last test, NULL: there was none. */
RC_MUST_CHECK rc_status probe_before(const struct probe *probe, const struct rc_json **ret_before);

struct probe_end {
    const char *verdict;
    struct rc_str report, matters, changes; /* JSON */
    const char *alert;                      /* for the owners; NULL: nothing */
};
/* Ends it; nothing happens where it is somebody else's now. */
RC_MUST_CHECK rc_status probe_finish(const struct probe *probe, const struct probe_end *end);

#endif
