#ifndef PATCH_H
#define PATCH_H

#include "rollcall/format/json.h"

/* What an application sends to change or make an account: a JSON merge patch (RFC 7396) of the
 * fields that an account has. Pure, and fuzzed. */

enum patch_kind {
    PATCH_OF_ACCOUNT, /* fields, and status */
    PATCH_OF_NOBODY   /* of somebody to be made: none of them null, a name among them; and roles */
};

/* Whose leave a field needs: called for each name in the patch; NULL: everything may. */
typedef bool patch_allows_fn(const void *self, const char *name);

/* Parses and checks. *ret_refused is set to the first name that is not allowed, and RC_NOT_FOUND
 * returned. RC_REJECT: what is wrong, in a text that repeats nothing that was sent. */
RC_MUST_CHECK rc_status patch_parse(struct rc_str body, enum patch_kind kind,
                                    patch_allows_fn *allows, const void *self,
                                    struct rc_arena *arena, const char **ret_refused);

#endif
