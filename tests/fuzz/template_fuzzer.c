/* Templates over fixed data: a refused one writes nothing, and only a raw tag brings a bare < into
 * HTML. */

#include "fuzz.h"
#include "rollcall/format/template.h"

static const char data_text[] =
    "{\"a\":\"<&\",\"b\":[{\"c\":1},{\"a\":\"<x>\"}],\"d\":{\"e\":\"<\"},\"f\":false,\"w\":[\"<\","
    "\"y\"]}";

static bool has_raw_tag(struct rc_str text)
{
    for (size_t i = 0; i + 2 < text.len; i++)
        if (memcmp(text.data + i, "{{{", 3) == 0) return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO_BUF struct rc_buf out = {0};
    const struct rc_str text = {(const char *)data,
                                size < 200 ? size : 200}; /* sections of sections multiply */
    const struct rc_json *value = NULL;

    FUZZ_ASSERT(rc_json_parse(rc_str_of(data_text), NULL, arena, &value) == RC_OK);
    const rc_status status = rc_template_render(text, RC_TEMPLATE_HTML, value, &out);
    FUZZ_ASSERT(status == RC_OK || (status == RC_REJECT && out.len == 0));
    const bool may_hold = (text.len > 0 && memchr(text.data, '<', text.len)) || has_raw_tag(text);
    if (out.len > 0 && !may_hold) FUZZ_ASSERT(!memchr(out.data, '<', out.len));
    return 0;
}
