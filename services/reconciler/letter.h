#ifndef RECONCILER_LETTER_H
#define RECONCILER_LETTER_H

#include "rollcall/port/bus.h"

/* What a message of dead.letter says, in either of its two forms: a message that a stage set aside
 * (headers rc_origin_*), or the end of a lane, written by the transaction that ended it (a JSON
 * object from the outbox; common/PROTOCOL.md L6). Pure. */
struct letter {
    struct rc_str run, page, lane, collection; /* empty: not known */
    struct rc_str origin_topic, origin_key;
    int64_t origin_partition, origin_offset;
    struct rc_str stage, version, error_class, error;
};

/* RC_REJECT with what is missing. Views live in the message and the arena. */
RC_MUST_CHECK rc_status letter_parse(const struct rc_message *in,
                                     const struct rc_envelope *envelope, struct rc_arena *arena,
                                     struct letter *ret_letter);

#endif
