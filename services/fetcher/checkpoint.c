/* The checkpoint's one value. */
#include "checkpoint.h"

#include <stdio.h>

#include "rollcall/format/json.h"

int64_t checkpoint_cursor(const struct checkpoint *checkpoint)
{
    int64_t cursor = checkpoint->from;

    for (size_t i = 0; i < checkpoint->count; i++)
        cursor += checkpoint->facts[i].count;
    return cursor;
}

struct rc_str checkpoint_key(struct rc_arena *arena, const char *lane, int64_t pass, int64_t step)
{
    return rc_str_print(arena, "rollcall:checkpoint:%s:%lld:%lld", lane, (long long)pass,
                        (long long)step);
}

/* ---- printing ---- */

static void put_fact(struct rc_json_out *json, const struct checkpoint_fact *fact)
{
    char cursor[24];

    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "id", fact->id);
    rc_json_put_text(json, "digest", fact->digest);
    snprintf(cursor, sizeof cursor, "%lld", (long long)fact->cursor);
    rc_json_put_text(json, "cursor", rc_str_of(cursor));
    rc_json_put_int(json, "count", fact->count);
    rc_json_close(json, '}');
}

static void put_facts(struct rc_json_out *json, const char *name,
                      const struct checkpoint *checkpoint)
{
    rc_json_open(json, name, '[');
    for (size_t i = 0; i < checkpoint->count; i++)
        put_fact(json, &checkpoint->facts[i]);
    rc_json_close(json, ']');
}

void checkpoint_print_facts(const struct checkpoint *checkpoint, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};

    put_facts(&json, NULL, checkpoint);
}

void checkpoint_print(const struct checkpoint *checkpoint, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};

    rc_json_open(&json, NULL, '{');
    rc_json_put_int(&json, "from", checkpoint->from);
    rc_json_put_int(&json, "page_size", checkpoint->page_size);
    rc_json_put_int(&json, "total", checkpoint->total);
    rc_json_put_text(&json, "revision", checkpoint->revision);
    rc_json_put_text(&json, "next", checkpoint->next);
    put_facts(&json, "facts", checkpoint);
    rc_json_close(&json, '}');
}

/* ---- parsing ---- */

static rc_status parse_fact(const struct rc_json *value, struct checkpoint_fact *fact)
{
    struct rc_str cursor = {0};

    RC_TRY(rc_json_need_text(value, "id", &fact->id));
    RC_TRY(rc_json_need_text(value, "digest", &fact->digest));
    RC_TRY(rc_json_need_text(value, "cursor", &cursor));
    RC_TRY(rc_str_int(cursor, 0, INT64_MAX / 2, &fact->cursor));
    RC_TRY(rc_json_need_int(value, "count", &fact->count));
    if (fact->count <= 0 || fact->count > INT32_MAX)
        return rc_fail(RC_REJECT, "a fact's count is out of range");
    return RC_OK;
}

/* Each page begins where the one before it ended. */
static rc_status parse_facts(const struct rc_json *facts, struct checkpoint *checkpoint)
{
    for (const struct rc_json *at = rc_json_first(facts); at; at = rc_json_next(at)) {
        const int64_t due = checkpoint_cursor(checkpoint);
        if (checkpoint->count == CHECKPOINT_PAGES_MAX) return rc_fail(RC_REJECT, "too many facts");
        struct checkpoint_fact *fact = &checkpoint->facts[checkpoint->count];
        RC_TRY(parse_fact(at, fact));
        if (fact->cursor != due) return rc_fail(RC_REJECT, "the facts have a gap");
        checkpoint->count++;
    }
    return RC_OK;
}

rc_status checkpoint_parse(struct rc_str text, struct rc_arena *arena,
                           struct checkpoint *ret_checkpoint)
{
    const struct rc_json *root = NULL;
    struct checkpoint checkpoint = {0};

    RC_TRY(rc_json_parse(text, NULL, arena, &root));
    RC_TRY(rc_json_need_int(root, "from", &checkpoint.from));
    RC_TRY(rc_json_need_int(root, "page_size", &checkpoint.page_size));
    RC_TRY(rc_json_need_int(root, "total", &checkpoint.total));
    checkpoint.revision = rc_json_text(rc_json_get(root, "revision"));
    checkpoint.next = rc_json_text(rc_json_get(root, "next"));
    RC_TRY(parse_facts(rc_json_get(root, "facts"), &checkpoint));
    *ret_checkpoint = checkpoint;
    return RC_OK;
}
