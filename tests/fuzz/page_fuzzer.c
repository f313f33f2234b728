/* The page splitter: each record is a view within the page, they do not overlap, and whatever is
 * whole JSON for the gate and has the envelope is a page for the splitter. */

#include "fuzz.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"

static void check_views(struct rc_str text, const struct rc_page *page)
{
    const char *from = text.data;

    for (size_t i = 0; i < page->count; i++) {
        FUZZ_ASSERT(page->records[i].data >= from && page->records[i].len > 0);
        from = page->records[i].data + page->records[i].len;
        FUZZ_ASSERT(from < text.data + text.len);
    }
}

static void compare_with_tree(struct rc_str text, rc_status status, const struct rc_page *page,
                              struct rc_arena *arena)
{
    const struct rc_json *value = NULL;

    if (rc_json_parse(text, NULL, arena, &value) != RC_OK) return;
    const struct rc_json *list = rc_json_kind(value) == RC_JSON_ARRAY ? value
                                                                      : rc_json_get(value, "users");
    if (status == RC_OK) FUZZ_ASSERT(page->count == rc_json_count(list));
    /* a name written with escapes is the one thing that the splitter does not see */
    if (rc_json_kind(list) == RC_JSON_ARRAY && rc_json_count(list) <= 1000 &&
        !memchr(text.data, '\\', text.len))
        FUZZ_ASSERT(status == RC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    const struct rc_str text = {(const char *)data, size};
    struct rc_page page = {0};

    const rc_status status = rc_page_split(text, RC_STR("users"), 1000, arena, &page);
    FUZZ_ASSERT(status == RC_OK || (status == RC_REJECT && !page.records && page.count == 0));
    check_views(text, &page);
    compare_with_tree(text, status, &page, arena);
    return 0;
}
