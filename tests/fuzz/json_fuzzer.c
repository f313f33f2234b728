/* The gate and the parser behind it: whatever passes the gate is parsed, printed again, and then
 * stays what it is. */

#include "fuzz.h"
#include "rollcall/format/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rc_json_limits limits = {.max_bytes = 1 << 16, .max_depth = 32};
    const struct rc_json_limits wide = {
        .max_bytes = 1 << 20, .max_string = 1 << 20, .max_depth = 32};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO_BUF struct rc_buf first = {0};
    RC_AUTO_BUF struct rc_buf second = {0};
    const struct rc_str text = {(const char *)data, size};
    const struct rc_json *value = NULL;

    const rc_status status = rc_json_parse(text, &limits, arena, &value);
    FUZZ_ASSERT(rc_json_check(text, &limits) == status);
    FUZZ_ASSERT(status == RC_OK || (status == RC_REJECT && !value));
    if (status != RC_OK) return 0;
    rc_json_print(&first, value);
    FUZZ_ASSERT(rc_json_parse(rc_buf_str(&first), &wide, arena, &value) == RC_OK);
    rc_json_print(&second, value);
    FUZZ_ASSERT(rc_str_eq(rc_buf_str(&first), rc_buf_str(&second)));
    return 0;
}
