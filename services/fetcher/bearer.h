#ifndef FETCHER_BEARER_H
#define FETCHER_BEARER_H

#include "asker.h"

/* Bearers that do not expire: one that was entered, or a district's own, which its proxy lists
 * under our key and may change at any time. */

/* Under what the thread keeps a district's bearer. */
struct rc_str bearer_name(const struct asker *asker);
/* The bearer to send. After a refusal (asker->refused) the list is read again, and the same bearer
 * once more is TROUBLE_CREDENTIALS; *ret_code is the list's status where that is the trouble. */
enum trouble bearer_find(struct asker *asker, struct rc_str *ret_bearer, long *ret_code);

#endif
