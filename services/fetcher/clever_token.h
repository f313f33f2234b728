#ifndef FETCHER_CLEVER_TOKEN_H
#define FETCHER_CLEVER_TOKEN_H

#include "asker.h"

/* A district's token at Clever: given by hand, or found by the district's id on the list of all who
 * share with our application, which is where a rotated one shows. */

/* The Authorization header, in arena. Asks for the list where no token is in hand; *ret_code is the
 * list's status then. TROUBLE_CLEVER_MISSING: the list is there, the district is not on it. */
enum trouble clever_sign(struct asker *asker, struct rc_str *ret_header, long *ret_code);
/* After a 401, or to know how things stand: true when the list may have another token. */
bool clever_sign_anew(struct asker *asker);

/* The newest token of the district on a list. RC_NOT_FOUND: it is not on it. RC_REJECT: no list.
 * Texts live in arena. Pure. */
RC_MUST_CHECK rc_status clever_token_find(struct rc_str list, struct rc_str district,
                                          struct rc_arena *arena, struct rc_str *ret_token);

#endif
