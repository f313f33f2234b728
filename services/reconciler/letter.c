/* Reads dead letters. They tell of trouble, so as little as possible is demanded of them: only what
 * makes one of them that one. */
#include "letter.h"

#include "rollcall/base/id.h"
#include "rollcall/format/json.h"

static struct rc_str first_of(struct rc_str a, struct rc_str b)
{
    return a.len > 0 ? a : b;
}

static struct rc_str only_id(struct rc_str text)
{
    return rc_id_valid(text) ? text : (struct rc_str){0};
}

/* A request for a lane has the lane as its key. */
static struct rc_str lane_of(const struct rc_headers *headers, struct rc_str topic,
                             struct rc_str key)
{
    const struct rc_str named = only_id(rc_headers_get(headers, "rc_origin.rc_lane_id"));

    if (!rc_str_eq(topic, RC_STR("rollcall.fetch.requested.v1"))) return (struct rc_str){0};
    return first_of(named, only_id(key));
}

static rc_status read_headers(const struct rc_headers *headers, struct letter *letter)
{
    struct rc_str partition = {0};
    struct rc_str offset = {0};

    RC_TRY(rc_headers_need(headers, "rc_origin_topic", &letter->origin_topic));
    RC_TRY(rc_headers_need(headers, "rc_origin_partition", &partition));
    RC_TRY(rc_headers_need(headers, "rc_origin_offset", &offset));
    RC_TRY(rc_str_int(partition, 0, INT32_MAX, &letter->origin_partition));
    RC_TRY(rc_str_int(offset, 0, INT64_MAX, &letter->origin_offset));
    letter->origin_key = rc_headers_get(headers, "rc_origin_key");
    letter->page = rc_headers_get(headers, "rc_origin.rc_page");
    letter->collection = rc_headers_get(headers, "rc_origin.rc_collection");
    letter->lane = lane_of(headers, letter->origin_topic, letter->origin_key);
    letter->stage = rc_headers_get(headers, "rc_stage");
    letter->version = rc_headers_get(headers, "rc_version");
    letter->error_class = rc_headers_get(headers, "rc_error_class");
    letter->error = rc_headers_get(headers, "rc_error");
    return RC_OK;
}

/* The sweep ends lanes without any message: then the event itself is the origin ("outbox-17"). */
static rc_status read_event_origin(const struct rc_json *root, const struct rc_envelope *envelope,
                                   struct letter *letter)
{
    const struct rc_str topic = rc_json_text(rc_json_get(root, "topic"));
    struct rc_str row = envelope->id;

    if (topic.len > 0) {
        letter->origin_topic = topic;
        RC_TRY(rc_json_need_int(root, "partition", &letter->origin_partition));
        return rc_json_need_int(root, "offset", &letter->origin_offset);
    }
    rc_str_cut(&row, '-');
    letter->origin_topic = RC_STR("outbox");
    return rc_context(rc_str_int(row, 0, INT64_MAX, &letter->origin_offset), "ce_id");
}

static rc_status read_event(struct rc_str payload, const struct rc_envelope *envelope,
                            struct rc_arena *arena, struct letter *letter)
{
    const struct rc_json *root = NULL;

    RC_TRY(rc_json_parse(payload, NULL, arena, &root));
    RC_TRY(read_event_origin(root, envelope, letter));
    letter->run = only_id(rc_json_text(rc_json_get(root, "run")));
    letter->lane = only_id(rc_json_text(rc_json_get(root, "lane")));
    letter->collection = rc_json_text(rc_json_get(root, "collection"));
    letter->origin_key = rc_json_text(rc_json_get(root, "key"));
    letter->stage = first_of(rc_json_text(rc_json_get(root, "stage")),
                             RC_STR("rollcall-scheduler"));
    letter->version = rc_json_text(rc_json_get(root, "version"));
    letter->error_class = rc_json_text(rc_json_get(root, "class"));
    letter->error = rc_json_text(rc_json_get(root, "error"));
    return RC_OK;
}

rc_status letter_parse(const struct rc_message *in, const struct rc_envelope *envelope,
                       struct rc_arena *arena, struct letter *ret_letter)
{
    const bool set_aside = rc_headers_get(&in->headers, "rc_origin_topic").len > 0;
    struct letter letter = {0};

    RC_TRY(set_aside ? read_headers(&in->headers, &letter)
                     : read_event(in->payload, envelope, arena, &letter));
    letter.run = first_of(letter.run, envelope->run);
    letter.error_class = first_of(letter.error_class, RC_STR("reject"));
    *ret_letter = letter;
    return RC_OK;
}
