/* Any bytes as an answer of Clever, read for any collection: each record stands in a row of the
 * answer, and a mapper takes each without harm. The first byte chooses the collection. */

#include "fuzz.h"
#include "rollcall/roster/clever.h"
#include "rollcall/roster/mapper.h"

enum { MOST = 500 };

static void ignore(void *self, const struct rc_finding *finding)
{
    (void)self;
    (void)finding;
}

static void map(const struct rc_clever_page *page, enum rc_collection collection)
{
    const struct rc_mapper_options options = {.max_string = 4096, .found = ignore};
    const struct rc_mapping *mapping = NULL;
    struct rc_record record = {0};

    FUZZ_ASSERT(rc_mapping_find(RC_STR(RC_CLEVER_FORMAT), collection, &mapping) == RC_OK);
    RC_AUTO(rc_mapper) struct rc_mapper *mapper = rc_mapper_new(mapping, &options);
    for (size_t i = 0; i < page->count; i++) {
        FUZZ_ASSERT(page->records[i].place < (int64_t)page->rows);
        rc_mapper_record(mapper, page->records[i].json, page->records[i].place, &record);
        FUZZ_ASSERT(record.dropped == (record.body.len == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const enum rc_collection collection = (enum rc_collection)(data[0] % RC_COLLECTION_COUNT_);
    const struct rc_str bytes = {(const char *)data + 1, size - 1};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    struct rc_clever_page page = {0};

    if (rc_clever_page_read(bytes, collection, MOST, arena, &page) != RC_OK) return 0;
    FUZZ_ASSERT(page.count <= MOST);
    map(&page, collection);
    return 0;
}
