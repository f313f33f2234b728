#ifndef RC_WORKER_KEYRING_H
#define RC_WORKER_KEYRING_H

#include "rollcall/port/crypto.h"
#include "rollcall/port/db.h"
#include "rollcall/port/seal.h"
#include "rollcall/worker/process.h"

/* The keys of districts. Each district has data keys of its own (table district_data_key): one is
 * active and seals, those it replaced still open. They lie in PostgreSQL wrapped by a master key,
 * which comes from a file or the environment (keys.master); keys.master-old names former ones, so
 * that a master key is replaced without a pause. Unwrapped keys live in memory only, for keys.life;
 * a ring therefore costs no statement per message. One ring per thread.
 *
 * db may be in a transaction of the district: keys are then read in it, and one that is made there
 * lives or dies with it. Else the ring uses a transaction of its own. */

struct rc_keyring;

/* keys.master and what goes with it; for the tables of programs that seal or open. */
extern const struct rc_option rc_key_option_table[];

/* RC_REJECT: keys.master is missing or no key; the text says how to make one. */
RC_MUST_CHECK rc_status rc_keyring_new(const struct rc_common_options *options,
                                       struct rc_keyring **ret_ring);
/* Wipes the keys; NULL is nothing. */
void rc_keyring_free(struct rc_keyring *ring);
RC_AUTO_DEFINE(rc_keyring)

/* Appends plain (of at most 16 MiB), sealed under the district's active key; the district's first
 * key is made here where it has none. field says what it is and is demanded again when opening:
 * "topic:page.fetched", "credential:client_secret", "upload:<collection>:<digest>". RC_REJECT: the
 * district's keys were destroyed. RC_FATAL: its key is wrapped by a master key that this program
 * was not given. */
RC_MUST_CHECK rc_status rc_keyring_seal(struct rc_keyring *ring, struct rc_db *db,
                                        const char *district, const char *field,
                                        struct rc_str plain, struct rc_buf *out);
/* The same, compressed first: for payloads. */
RC_MUST_CHECK rc_status rc_keyring_seal_packed(struct rc_keyring *ring, struct rc_db *db,
                                               const char *district, const char *field,
                                               struct rc_str plain, struct rc_buf *out);
/* What was sealed, packed or not, in arena with a NUL behind; at most 16 MiB. RC_REJECT: not
 * sealed, changed, of another district or field, or its key was destroyed. RC_FATAL: as above. */
RC_MUST_CHECK rc_status rc_keyring_open(struct rc_keyring *ring, struct rc_db *db,
                                        const char *district, const char *field,
                                        struct rc_str sealed, struct rc_arena *arena,
                                        struct rc_str *ret_plain);
/* The last two at a place that may have facts (port/seal.h); district and field end with a NUL. */
RC_MUST_CHECK rc_status rc_keyring_seal_at(struct rc_keyring *ring, struct rc_db *db,
                                           const struct rc_seal_place *place, struct rc_str plain,
                                           struct rc_buf *out);
/* As rc_keyring_open, at a place with facts; bytes that were sealed for another place are
 * RC_REJECT. */
RC_MUST_CHECK rc_status rc_keyring_open_at(struct rc_keyring *ring, struct rc_db *db,
                                           const struct rc_seal_place *place, struct rc_str sealed,
                                           struct rc_arena *arena, struct rc_str *ret_plain);

/* A digest of text under a key of the district's active data key, as hex: equal texts have equal
 * ones until that key is replaced, and without the key it says nothing about the text. RC_REJECT,
 * RC_FATAL: as rc_keyring_seal. */
RC_MUST_CHECK rc_status rc_keyring_digest(struct rc_keyring *ring, struct rc_db *db,
                                          const char *district, struct rc_str text,
                                          char out[RC_HASH_TEXT]);

/* Other keys of a district, wrapped by the master key itself: name is "hash-key". */
void rc_keyring_wrap(const struct rc_keyring *ring, const char *district, const char *name,
                     struct rc_str key, struct rc_buf *out);
/* Into out, of exactly len bytes. RC_REJECT: another length, or changed bytes. RC_FATAL: wrapped by
 * a master key that this program was not given. */
RC_MUST_CHECK rc_status rc_keyring_unwrap(const struct rc_keyring *ring, const char *district,
                                          const char *name, struct rc_str wrapped,
                                          unsigned char *out, size_t len);
/* Wrapped anew under keys.master; RC_NOT_FOUND: it is so already. */
RC_MUST_CHECK rc_status rc_keyring_rewrap(const struct rc_keyring *ring, const char *district,
                                          const char *name, struct rc_str wrapped,
                                          struct rc_buf *out);

/* The name under which a data key is wrapped: "data-key:<32 hex digits>". */
#define RC_KEY_NAME 42
/* key_id: 16 bytes. */
void rc_keyring_key_name(const unsigned char *key_id, char out[RC_KEY_NAME]);
/* A new data key: its id as 32 hex digits, and its wrapped form. */
void rc_keyring_key_new(const struct rc_keyring *ring, const char *district, char ret_id[33],
                        struct rc_buf *ret_wrapped);
/* The present master key's id, as 32 hex digits: what tells it from others, and no secret. */
void rc_keyring_master_id(const struct rc_keyring *ring, char out[33]);
/* Are the keys that lie in the database wrapped by a master key of this ring? RC_FATAL in words
 * where not: before anything is taken, rather than in the midst. */
RC_MUST_CHECK rc_status rc_keyring_check(const struct rc_keyring *ring, struct rc_db *db);
/* Forgets what was read: the next use reads it again. */
void rc_keyring_forget(struct rc_keyring *ring);

#endif
