/* Pages on their way. */
#include "page_send.h"

#include "oneroster.h"
#include "rollcall/port/crypto.h"

static struct rc_str digest(struct rc_arena *arena, struct rc_str text)
{
    char hex[RC_HASH_TEXT];

    rc_digest_text(text, hex);
    return rc_str_copy(arena, rc_str_of(hex));
}

struct checkpoint_fact page_fact(const struct lane *lane, int64_t cursor, int64_t count,
                                 struct rc_str body, struct rc_arena *arena)
{
    const struct rc_str bytes = digest(arena, body);
    const struct rc_str name = rc_str_print(arena, "%s|%.*s|%lld|%lld|%lld|%.*s", lane->request.run,
                                            RC_STR_ARG(lane->collection),
                                            (long long)lane->request.pass, (long long)lane->number,
                                            (long long)cursor, RC_STR_ARG(bytes));

    return (struct checkpoint_fact){
        .id = digest(arena, name), .digest = bytes, .cursor = cursor, .count = count};
}

static void add_number(struct rc_headers *headers, const char *name, struct rc_arena *arena,
                       int64_t value)
{
    rc_headers_add(headers, name, rc_str_print(arena, "%lld", (long long)value));
}

rc_status page_send(struct rc_stage_env *env, const struct lane *lane,
                    const struct checkpoint_fact *fact, int64_t place, struct rc_str body)
{
    struct rc_outgoing page = {
        .topic = rc_topic_name(env->arena, "page.fetched"), .key = fact->id, .payload = body};

    rc_stage_headers(env, "page.fetched", fact->id, fact->id, &page.headers);
    rc_headers_add(&page.headers, "rc_source", lane->source.id);
    rc_headers_add(&page.headers, "rc_collection", lane_records(lane));
    add_number(&page.headers, "rc_pass", env->arena, lane->request.pass);
    add_number(&page.headers, "rc_lane", env->arena, lane->number);
    rc_headers_add(&page.headers, "rc_lane_id", rc_str_of(lane->request.lane));
    add_number(&page.headers, "rc_step", env->arena, lane->request.step);
    add_number(&page.headers, "rc_cursor", env->arena, fact->cursor);
    add_number(&page.headers, "rc_place", env->arena, place);
    rc_headers_add(&page.headers, "rc_page", fact->id);
    rc_headers_add(&page.headers, "rc_digest", fact->digest);
    rc_headers_add(&page.headers, "rc_format", lane->format);
    if (lane->source.quirks.first_parent)
        rc_headers_add(&page.headers, "rc_primary_parent", RC_STR("first-agent"));
    return rc_stage_send(env, &page, 1);
}
