#ifndef RC_PORT_SEAL_H
#define RC_PORT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* Authenticated encryption (XChaCha20-Poly1305, IETF) of what must not be read where it lies:
 * payloads on topics, credentials, uploads, and keys themselves. What is sealed opens only with its
 * key, and only as what it was: the district, the field's name and the key's id are additional data
 * of the seal, so that bytes moved to another district or field are refused. Pure: no state, safe
 * for all threads. Who has which key: worker/keyring.h.
 *
 * The frame: "RcS" and a version byte · form (1) · key id (16) · nonce (24) · ciphertext and tag
 * (16). Version 1 is bound to its place alone; version 2 to the facts of the place too, which is
 * what payloads on topics have, whose place many messages share. */

enum {
    RC_SEAL_KEY_BYTES = 32,
    RC_SEAL_ID_BYTES = 16,
    RC_SEAL_HEAD_BYTES = 5 + RC_SEAL_ID_BYTES,
    RC_SEAL_OVERHEAD = RC_SEAL_HEAD_BYTES + 24 + 16, /* a frame's length above its plain text's */
    RC_SEAL_MASTER_TEXT = 45                         /* a master key in base64 and a NUL */
};

struct rc_seal_key {
    unsigned char id[RC_SEAL_ID_BYTES];
    unsigned char bytes[RC_SEAL_KEY_BYTES];
};

/* What the plain text is before it is sealed; known from the frame, and protected by it. */
enum rc_seal_form { RC_SEAL_RAW, RC_SEAL_PACKED, RC_SEAL_FORM_COUNT_ };

/* Where the bytes belong: they open nowhere else. field is a name such as "topic:page.fetched";
 * facts is what is said of them beside, empty where the field names but one thing. A frame of
 * version 1 opens in a place with facts, too: such frames lie on topics since before there were
 * facts. */
struct rc_seal_place {
    struct rc_str district;
    struct rc_str field;
    struct rc_str facts;
};

/* Appends the frame of plain. Every frame has a nonce of its own, of chance. */
void rc_seal(const struct rc_seal_key *key, const struct rc_seal_place *place,
             enum rc_seal_form form, struct rc_str plain, struct rc_buf *out);

/* What a frame says about itself. */
struct rc_seal_head {
    enum rc_seal_form form;
    unsigned char key_id[RC_SEAL_ID_BYTES];
    size_t plain_len;
};
/* RC_REJECT: no frame, of another version, or cut short. */
RC_MUST_CHECK rc_status rc_seal_head_parse(struct rc_str sealed, struct rc_seal_head *ret_head);

/* Opens into out, which holds head.plain_len bytes. RC_REJECT: other bytes, another key, another
 * district, another field or other facts than when it was sealed; out is then zeroed. */
RC_MUST_CHECK rc_status rc_seal_open(const struct rc_seal_key *key,
                                     const struct rc_seal_place *place, struct rc_str sealed,
                                     void *out);

/* A key of chance. id is left alone. */
void rc_seal_key_new(unsigned char out[RC_SEAL_KEY_BYTES]);
/* A master key from its text (base64 of 32 bytes, blanks around it allowed); its id derives from
 * it. RC_REJECT says how to make one. */
RC_MUST_CHECK rc_status rc_seal_master_parse(struct rc_str text, struct rc_seal_key *ret_key);
/* The text of a new master key. */
void rc_seal_master_new(char out[RC_SEAL_MASTER_TEXT]);

/* Memory for secrets: zeroed, kept out of swap where the system's limits allow it, wiped when
 * freed. */
void *rc_secret_alloc(size_t bytes);
/* Wipes first; NULL is nothing. */
void rc_secret_free(void *at);
/* Overwrites; not optimised away. */
void rc_secret_wipe(void *at, size_t len);
/* No core file of this process, and no other of the same user reads its memory. */
void rc_secret_no_dumps(void);

#endif
