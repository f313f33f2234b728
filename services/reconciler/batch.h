#ifndef RECONCILER_BATCH_H
#define RECONCILER_BATCH_H

#include "rollcall/base/arena.h"
#include "rollcall/format/json.h"

/* A message of batch.normalized as stage needs it (schemas/messages). Views point into the payload
 * and the arena. Bodies stay text: most are never looked at, and PostgreSQL reads the others. */

struct batch_record {
    struct rc_str id;
    int64_t place;
    struct rc_str hash;     /* 32 hex digits; empty: dropped */
    struct rc_str modified; /* RFC 3339; empty: undated */
    bool deleted;
    struct rc_str user, klass; /* enrollments */
    struct rc_str body;        /* JSON; empty: an error dropped its values, not its presence (N1) */
};

struct batch {
    struct rc_str page, collection, normalizer;
    int64_t pass, part, parts;
    struct batch_record *records; /* readable ones first, then the dropped ones that have an id */
    size_t readable, count;
    int64_t nameless;               /* dropped, and not even the id could be read (N2) */
    const struct rc_json *findings; /* array */
    size_t finding_count;
};

/* RC_REJECT names the member that is missing or wrong; *ret_batch untouched then. */
RC_MUST_CHECK rc_status batch_parse(struct rc_str payload, struct rc_arena *arena,
                                    struct batch *ret_batch);

/* Takes a record that stands as the normalizer writes it, members in its order and without escapes
 * (batch_line.c). False: it does not, which says nothing against it. */
bool batch_line_read(struct rc_str line, struct batch_record *ret_record);

#endif
