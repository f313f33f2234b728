/* Message headers, from lines of name=value: what is taken and printed is taken again as the same.
 */

#include "fuzz.h"
#include "rollcall/format/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    struct rc_headers headers = {0};
    struct rc_headers printed = {0};
    struct rc_envelope envelope = {0};
    struct rc_envelope again = {0};
    struct rc_str rest = {(const char *)data, size};

    while (rest.len > 0 && headers.count < RC_HEADERS_MAX) {
        struct rc_str value = rc_str_cut(&rest, '\n');
        const struct rc_str name = rc_str_copy(arena, rc_str_cut(&value, '='));
        rc_headers_add(&headers, name.data, value);
    }
    if (rc_envelope_parse(&headers, &envelope) != RC_OK) {
        FUZZ_ASSERT(!envelope.id.data);
        return 0;
    }
    rc_envelope_print(&envelope, &printed);
    FUZZ_ASSERT(rc_envelope_parse(&printed, &again) == RC_OK);
    FUZZ_ASSERT(rc_str_eq(envelope.id, again.id) && rc_str_eq(envelope.run, again.run));
    const struct rc_str child = rc_trace_child(arena, envelope.traceparent);
    FUZZ_ASSERT(rc_trace_id(child).len == 32);
    if (envelope.traceparent.len > 0)
        FUZZ_ASSERT(rc_str_eq(rc_trace_id(child), rc_trace_id(envelope.traceparent)));
    return 0;
}
