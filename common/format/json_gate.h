#ifndef RC_FORMAT_JSON_GATE_H
#define RC_FORMAT_JSON_GATE_H

#include "rollcall/format/json.h"

/* The strict reader in front of cJSON, private to this layer. */

/* Where the numbers of a text stand, in order. */
struct rc_json_numbers {
    struct rc_str *items;
    size_t count;
    size_t cap;
};

/* Walks the whole text once. RC_REJECT names the offset and what is wrong. numbers may be NULL; it
 * grows in scratch, as does everything else that the walk must remember. */
RC_MUST_CHECK rc_status rc_json_gate(struct rc_str text, const struct rc_json_limits *limits,
                                     struct rc_arena *scratch, struct rc_json_numbers *numbers);

#endif
