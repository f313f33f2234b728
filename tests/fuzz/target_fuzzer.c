/* What a client asks for: whatever comes, what is taken is text that PostgreSQL takes too, and
 * finds at most one row of the table. */

#include "fuzz.h"
#include "route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    const struct rc_str text = {(const char *)data, size};
    const char *ids[CALL_IDS_MAX] = {0};
    struct target target = {0};
    struct rc_str allowed;

    if (target_parse(text, arena, &target) != RC_OK) return 0;
    FUZZ_ASSERT(target.segment_count >= 1 && target.segment_count <= TARGET_SEGMENTS_MAX);
    for (size_t i = 0; i < target.segment_count; i++)
        FUZZ_ASSERT(rc_str_is_text(target.segments[i]));
    for (size_t i = 0; i < target.pair_count; i++) {
        FUZZ_ASSERT(rc_str_is_text(target.pairs[i].value));
        const struct rc_str value = target_value(&target, target.pairs[i].name.data);
        FUZZ_ASSERT(value.data == target.pairs[i].value.data);
    }
    const struct route *row = route_find(routes, "GET", &target, arena, ids, &allowed);
    FUZZ_ASSERT(!row || row->answer);
    return 0;
}
