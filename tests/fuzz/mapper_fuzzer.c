/* Any bytes as a record of any collection: a record is either used, and then whole and canonical,
 * or dropped, and then an error says why. The first byte chooses the mapping. */

#include "../../common/roster/mapper_private.h"
#include "fuzz.h"

struct seen {
    size_t errors;
    struct rc_buf text;
};

static void note(void *self, const struct rc_finding *finding)
{
    struct seen *seen = self;
    struct rc_json_out out = {.buf = &seen->text};

    seen->errors += finding->severity == RC_ERROR;
    rc_buf_clear(&seen->text);
    rc_finding_print(finding, &out);
    FUZZ_ASSERT(rc_json_check(rc_buf_str(&seen->text), NULL) == RC_OK);
}

/* Names in order and each once, all the way down; nothing empty. */
static void check_canonical(const struct rc_json *value)
{
    struct rc_str before = {0};

    FUZZ_ASSERT(rc_json_kind(value) != RC_JSON_NULL && rc_json_kind(value) != RC_JSON_NUMBER);
    for (const struct rc_json *at = rc_json_first(value); at; at = rc_json_next(at)) {
        if (rc_json_kind(value) == RC_JSON_OBJECT) {
            FUZZ_ASSERT(rc_str_cmp(before, rc_json_name(at)) < 0);
            before = rc_json_name(at);
        }
        FUZZ_ASSERT(rc_json_has_value(at) || rc_json_kind(at) == RC_JSON_BOOL);
        check_canonical(at);
    }
}

static void check_used(const struct rc_record *record, struct rc_arena *arena)
{
    RC_AUTO_BUF struct rc_buf printed = {0};
    const struct rc_json *body = NULL;

    FUZZ_ASSERT(record->id.len > 0 && record->id.len <= RC_ID_MAX);
    FUZZ_ASSERT(rc_str_utf8(record->id, NULL));
    FUZZ_ASSERT(rc_json_parse(record->body, NULL, arena, &body) == RC_OK);
    check_canonical(body);
    rc_json_print(&printed, body);
    FUZZ_ASSERT(rc_str_eq(rc_buf_str(&printed), record->body));
    FUZZ_ASSERT(rc_str_ends(record->text, record->body));
}

/* What is rescued from a record that cannot be read must be what reading would have given. */
static void check_rescue(struct rc_str bytes, struct rc_arena *arena)
{
    const struct rc_str rescued = rc_record_rescue_id(bytes);
    const struct rc_json *value = NULL;

    if (rescued.len == 0 || rc_json_parse(bytes, NULL, arena, &value) != RC_OK) return;
    const struct rc_json *id = rc_json_get(value, "sourcedId");
    FUZZ_ASSERT(rc_str_eq(rescued, rc_trim_all(rc_json_text(id))));
}

static const struct rc_mapping *mapping_of(uint8_t choice)
{
    size_t count = 0;

    while (rc_mapping_at(count))
        count++;
    return rc_mapping_at(choice % count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    struct seen seen = {0};
    const struct rc_mapper_options options = {.max_string = 4096, .found = note, .self = &seen};
    const struct rc_str bytes = {(const char *)data + 1, size - 1};
    RC_AUTO(rc_mapper)
    struct rc_mapper *mapper = rc_mapper_new(mapping_of(data[0]), &options);
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    struct rc_record record = {0};

    rc_mapper_record(mapper, bytes, 0, &record);
    FUZZ_ASSERT(record.dropped == (seen.errors > 0));
    FUZZ_ASSERT(record.dropped == (record.body.len == 0));
    if (!record.dropped) check_used(&record, arena);
    check_rescue(bytes, arena);
    rc_buf_done(&seen.text);
    return 0;
}
