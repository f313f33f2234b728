/* An answer to a question for one user: what is taken is one whole record of the id that was asked
 * for; of everything else nothing is. */

#include "fuzz.h"
#include "oneroster.h"
#include "rollcall/format/json.h"

static void check_record(struct rc_str record, struct rc_str id, struct rc_arena *arena)
{
    const struct rc_json *value = NULL;

    FUZZ_ASSERT(rc_json_parse(record, NULL, arena, &value) == RC_OK);
    FUZZ_ASSERT(rc_json_kind(value) == RC_JSON_OBJECT);
    FUZZ_ASSERT(rc_str_eq(rc_json_text(rc_json_get(value, "sourcedId")), id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO_BUF struct rc_buf out = {0};
    const struct oneroster_answer answer = {.code = 200,
                                            .type = RC_STR("application/json"),
                                            .body = {(const char *)data, size},
                                            .collection = RC_STR("verify"),
                                            .max_records = 1000};

    if (oneroster_judge_single(&answer, RC_STR("7"), arena, &out) == TROUBLE_NONE)
        check_record(rc_buf_str(&out), RC_STR("7"), arena);
    else
        FUZZ_ASSERT(out.len == 0);
    return 0;
}
