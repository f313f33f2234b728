#ifndef FETCHER_DISCOVERY_H
#define FETCHER_DISCOVERY_H

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"

/* A proxy's list of the districts that it lets us read, each with a bearer of its own. Pure. */

/* The bearer of the application that is called id, in arena: by its id for OneRoster, which the
 * list has percent-encoded. RC_NOT_FOUND: the list does not name it, or names no bearer.
 * RC_REJECT: no such list. */
RC_MUST_CHECK rc_status discovery_bearer(struct rc_str body, struct rc_str id,
                                         struct rc_arena *arena, struct rc_str *ret_bearer);

#endif
