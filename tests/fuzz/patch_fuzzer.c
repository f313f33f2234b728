/* What an application sends to change an account: whatever comes, what is taken has no member that
 * was not asked about. */

#include "fuzz.h"
#include "patch.h"

static bool not_status(const void *self, const char *name)
{
    return !rc_str_eq(rc_str_of(name), rc_str_of(self));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    const struct rc_str text = {(const char *)data, size};
    const struct rc_json *patch = NULL;
    const char *refused = NULL;

    const rc_status any = patch_parse(text, PATCH_OF_ACCOUNT, NULL, NULL, arena, &refused);
    const rc_status some = patch_parse(text, PATCH_OF_ACCOUNT, not_status, "status", arena,
                                       &refused);
    FUZZ_ASSERT(any == RC_OK || any == RC_REJECT);
    const rc_status nobody = patch_parse(text, PATCH_OF_NOBODY, NULL, NULL, arena, &refused);
    if (any != RC_OK && nobody != RC_OK) return 0;
    FUZZ_ASSERT(rc_json_parse(text, NULL, arena, &patch) == RC_OK);
    if (any == RC_OK) FUZZ_ASSERT((some == RC_NOT_FOUND) == (rc_json_get(patch, "status") != NULL));
    if (any == RC_OK) FUZZ_ASSERT(!rc_json_get(patch, "roles"));
    if (nobody == RC_OK)
        FUZZ_ASSERT(rc_json_get(patch, "family_name") || rc_json_get(patch, "given_name"));
    return 0;
}
