#ifndef NORMALIZER_KEYS_H
#define NORMALIZER_KEYS_H

#include "rollcall/base/arena.h"
#include "rollcall/base/map.h"
#include "rollcall/worker/keyring.h"

/* The districts' hash keys (N4), read from PostgreSQL and kept for a short while: a page then costs
 * no statement, and a key that was changed is not used for long. One per worker thread. */

struct keys {
    struct rc_arena *arena; /* of the table; NULL until first use */
    struct rc_map *table;
    int64_t life_ms;
    const struct rc_keyring *ring; /* unwraps them */
};

/* life_ms: so long a key is used without asking PostgreSQL again. */
void keys_init(struct keys *keys, const struct rc_keyring *ring, int64_t life_ms);
/* Frees them, and what they were told. */
void keys_done(struct keys *keys);

/* The key of a district (a valid uuid); borrowed until the next call. RC_REJECT: there is none. */
RC_MUST_CHECK rc_status keys_get(struct keys *keys, struct rc_db *db, struct rc_str district,
                                 struct rc_str *ret_key);

#endif
