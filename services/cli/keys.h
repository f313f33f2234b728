#ifndef CLI_KEYS_H
#define CLI_KEYS_H

#include "cli.h"

#include "rollcall/worker/keyring.h"

/* What commands do with districts' keys. Each works in the transaction of the district in hand. */

/* The ring made of keys.master, opened at first need and kept. CLI_CONFIG: there is no master key.
 */
RC_MUST_CHECK rc_status keys_ring(struct cli *cli, struct rc_keyring **ret_ring);

/* The first data key of a district; nothing where it has (or had) one. */
RC_MUST_CHECK rc_status keys_first(struct cli *cli, struct rc_db *tx, const char *district);
/* A new data key, active; there must be no other active one. */
RC_MUST_CHECK rc_status keys_add(struct cli *cli, struct rc_db *tx, const char *district);
/* A new hash key (N4), wrapped. */
RC_MUST_CHECK rc_status keys_add_hash(struct cli *cli, struct rc_db *tx, const char *district);

/* Seals a source's credential and stores it. */
RC_MUST_CHECK rc_status keys_put_credential(struct cli *cli, struct rc_db *tx, const char *district,
                                            const char *source, const char *name,
                                            const char *value);
/* The same, tried first beside the one that it replaces, which serves until it has worked. */
RC_MUST_CHECK rc_status keys_rotate_credential(struct cli *cli, struct rc_db *tx,
                                               const char *district, const char *source,
                                               const char *name, const char *value);
/* Seals every credential of the district with its active key that is plain or sealed with another.
 */
RC_MUST_CHECK rc_status keys_seal_credentials(struct cli *cli, struct rc_db *tx,
                                              const char *district, int64_t *ret_count);
/* Wraps the hash key where it lies plain. */
RC_MUST_CHECK rc_status keys_wrap_hash(struct cli *cli, struct rc_db *tx, const char *district,
                                       int64_t *ret_count);
/* Wraps all that is wrapped under a former master key under the present one. */
RC_MUST_CHECK rc_status keys_rewrap(struct cli *cli, struct rc_db *tx, const char *district,
                                    int64_t *ret_count);

#endif
