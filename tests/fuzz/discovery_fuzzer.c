/* A proxy's list of districts: whatever comes, a bearer that is given out can stand in a header. */

#include "discovery.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    const struct rc_str text = {(const char *)data, size};
    struct rc_str bearer = {0};

    const rc_status status = discovery_bearer(text, RC_STR("MoY%3D"), arena, &bearer);
    FUZZ_ASSERT(status == RC_OK || status == RC_NOT_FOUND || status == RC_REJECT);
    FUZZ_ASSERT((status == RC_OK) == (bearer.len > 0));
    for (size_t i = 0; i < bearer.len; i++)
        FUZZ_ASSERT(bearer.data[i] > 0x20 && bearer.data[i] < 0x7f);
    return 0;
}
