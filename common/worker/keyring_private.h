#ifndef RC_WORKER_KEYRING_PRIVATE_H
#define RC_WORKER_KEYRING_PRIVATE_H

#include "rollcall/port/pack.h"
#include "rollcall/port/seal.h"
#include "rollcall/worker/keyring.h"

/* What the files keyring*.c share. */

enum { KEYRING_MASTERS_MAX = 8, KEYRING_SLOTS = 1024 };

/* A data key as it is kept: the key and how long it is believed. */
struct keyring_slot {
    unsigned char district[RC_SEAL_ID_BYTES];
    struct rc_seal_key key;
    int64_t until_ms; /* 0: empty */
};

/* Each key has one place, found by its id (or its district's), whose last bytes are of chance; two
 * that meet there take turns. */
struct keyring_secrets {
    struct rc_seal_key masters[KEYRING_MASTERS_MAX]; /* [0] wraps; all unwrap */
    size_t master_count;
    struct keyring_slot opening[KEYRING_SLOTS]; /* by key id */
    struct keyring_slot sealing[KEYRING_SLOTS]; /* by district: its active key */
};

struct rc_keyring {
    struct keyring_secrets *secrets; /* in memory of its own (rc_secret_alloc) */
    int64_t life_ms;
    struct rc_packer *packer;
    struct rc_buf packed; /* kept, so that its memory is */
};

/* The data key of that id. RC_REJECT: there is none, or it was destroyed. */
RC_MUST_CHECK rc_status keyring_key_by_id(struct rc_keyring *ring, struct rc_db *db,
                                          const char *district, const unsigned char *key_id,
                                          struct rc_seal_key *ret_key);
/* The district's active data key, made where the district has none. RC_REJECT: destroyed. */
RC_MUST_CHECK rc_status keyring_key_active(struct rc_keyring *ring, struct rc_db *db,
                                           const char *district, struct rc_seal_key *ret_key);

#endif
