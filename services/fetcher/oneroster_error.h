#ifndef FETCHER_ONEROSTER_ERROR_H
#define FETCHER_ONEROSTER_ERROR_H

#include "trouble.h"

/* Error payloads, in every shape that sources give them: 1.1's statusInfoSet, 1.2's top level and
 * what is seen instead of both, OAuth's. Pure. */

struct oneroster_error {
    struct rc_str word;   /* what the source calls it; empty: nothing that the standards list, which
                             is never shown: it may hold anything */
    enum trouble trouble; /* what it means where the status says 200 */
};

/* False: the body is no error payload. */
bool oneroster_error_read(struct rc_str body, struct rc_arena *arena,
                          struct oneroster_error *ret_error);

#endif
