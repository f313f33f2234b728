#ifndef RC_FORMAT_PAGE_H
#define RC_FORMAT_PAGE_H

#include <stdbool.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"

/* Cuts a collection's answer into its records without parsing them: one bad record then costs
 * itself, not its page, and no page has to stand in memory seven times over (cJSON's measured
 * factor). Finds the array under one of the envelope's names at the top level, {"users":[…], …}, or
 * a bare array, and gives each element as a view of the page's bytes. Source: OneRoster 1.1
 * envelopes (collections answer under the plural name; schools under orgs …). */

struct rc_page {
    struct rc_str *records; /* each an element's bytes, borrowed from the text */
    size_t count;
    bool bare;              /* a bare array instead of an envelope */
    struct rc_str envelope; /* the name found; empty for a bare array */
};

/* envelope: the name that the array must stand under. Structure (brackets, strings, commas) is
 * checked over the whole text; the records' own contents are left to the gate (rc_json_check),
 * record by record. RC_REJECT: not JSON-shaped ("an HTML page", "cut off at byte n"), no such
 * array, more than max_records. RC_NOT_FOUND is never returned: a 200 without its envelope is a
 * failure. */
RC_MUST_CHECK rc_status rc_page_split(struct rc_str text, struct rc_str envelope,
                                      size_t max_records, struct rc_arena *arena,
                                      struct rc_page *ret_page);

#endif
