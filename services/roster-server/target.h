#ifndef TARGET_H
#define TARGET_H

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"

/* What a request asks for: its path in segments and its query in pairs, decoded. Pure, and fuzzed:
 * it is the first thing that reads what a client sent. */

enum { TARGET_SEGMENTS_MAX = 12, TARGET_PAIRS_MAX = 24 };

struct target_pair {
    struct rc_str name, value; /* with a NUL behind */
};

struct target {
    struct rc_str segments[TARGET_SEGMENTS_MAX]; /* of "/v1/districts": "v1", "districts" */
    size_t segment_count;
    struct target_pair pairs[TARGET_PAIRS_MAX];
    size_t pair_count;
};

/* Decodes into arena. RC_REJECT with a text that names no value: not UTF-8, a NUL or control
 * character, a broken escape, too many segments or pairs, a name given twice. */
RC_MUST_CHECK rc_status target_parse(struct rc_str text, struct rc_arena *arena,
                                     struct target *ret_target);
/* The value of a name; data NULL: it was not given. */
struct rc_str target_value(const struct target *target, const char *name);

#endif
