/* Sealing at the edge of the stage, so that no service can forget it: payloads with personal data
 * are readable in the memory of the programs that work on them, and nowhere between. */
#include "sealing.h"

#include "rollcall/port/seal.h"
#include "rollcall/worker/keyring.h"

/* dead.letter is not among them: a letter carries the original payload as it came, sealed. */
static const char *const sealed_topics[] = {"page.fetched", "batch.normalized"};

enum { PREFIX = sizeof "rollcall." - 1, SUFFIX = sizeof ".v1" - 1 };

/* "page.fetched" of "rollcall.page.fetched.v1". */
static struct rc_str short_name(struct rc_str topic)
{
    if (!rc_str_starts(topic, RC_STR("rollcall.")) || topic.len < PREFIX + SUFFIX) return topic;
    return (struct rc_str){topic.data + PREFIX, topic.len - PREFIX - SUFFIX};
}

bool sealing_is_due(struct rc_str topic)
{
    const struct rc_str name = short_name(topic);

    for (size_t i = 0; i < COUNT_OF(sealed_topics); i++)
        if (rc_str_eq(name, rc_str_of(sealed_topics[i]))) return true;
    return false;
}

/* ---- the place of a payload ---- */

/* Which event it is, and what a service believes of it; not what travels along for others, as the
 * trace. Nothing of it changes between the two ends, nor when a dead letter is replayed. */
static bool is_fact(struct rc_str name)
{
    if (rc_str_eq(name, RC_STR("rc_sealed"))) return false; /* is added behind the sealing */
    return rc_str_starts(name, RC_STR("rc_")) || rc_str_eq(name, RC_STR("ce_id"));
}

/* With lengths, so that no two sets of headers give the same text. */
static struct rc_str facts_of(struct rc_arena *arena, const struct rc_headers *headers)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    for (size_t i = 0; i < headers->count; i++) {
        const struct rc_header *header = &headers->items[i];
        if (!is_fact(header->name)) continue;
        rc_buf_print(&text, "%zu:", header->name.len);
        rc_buf_add_str(&text, header->name);
        rc_buf_print(&text, "%zu:", header->value.len);
        rc_buf_add_str(&text, header->value);
    }
    return rc_str_copy(arena, rc_buf_str(&text));
}

/* Without the facts, whoever writes to the topic could put one page's bytes under the headers of
 * another. */
static struct rc_seal_place place_of(const struct rc_stage_env *env, struct rc_str topic,
                                     struct rc_str district, const struct rc_headers *headers)
{
    return (struct rc_seal_place){
        .district = rc_str_copy(env->arena, district),
        .field = rc_str_print(env->arena, "topic:%.*s", RC_STR_ARG(short_name(topic))),
        .facts = facts_of(env->arena, headers),
    };
}

/* ---- out ---- */

static rc_status seal_one(struct rc_stage_env *env, struct rc_outgoing *message)
{
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_str district = {0};

    RC_TRY(rc_headers_need(&message->headers, "rc_district", &district));
    const struct rc_seal_place place = place_of(env, message->topic, district, &message->headers);
    RC_TRY(rc_keyring_seal_at(env->keys, env->db, &place, message->payload, &sealed));
    message->payload = rc_str_copy(env->arena, rc_buf_str(&sealed));
    message->packed = true;
    rc_headers_add(&message->headers, "rc_sealed", RC_STR("1"));
    return RC_OK;
}

rc_status sealing_seal(struct rc_stage_env *env, const struct rc_outgoing *messages, size_t count,
                       const struct rc_outgoing **ret_messages)
{
    struct rc_outgoing *copies = rc_arena_array(env->arena, count, sizeof *copies);

    for (size_t i = 0; i < count; i++) {
        copies[i] = messages[i];
        if (env->keys && sealing_is_due(copies[i].topic)) RC_TRY(seal_one(env, &copies[i]));
    }
    *ret_messages = copies;
    return RC_OK;
}

/* ---- in ---- */

static rc_status take_plain(const struct rc_stage_env *env, const struct rc_message *in)
{
    const struct rc_common_options *common = rc_process_options(env->process);

    if (common->keys_accept_plain) return RC_OK;
    return rc_fail(RC_REJECT,
                   "the payload on %.*s is not sealed; what an older version sent is taken with "
                   "keys.accept-plain",
                   RC_STR_ARG(in->topic));
}

rc_status sealing_open(struct rc_stage_env *env, const struct rc_message *in,
                       struct rc_message *ret_opened)
{
    const struct rc_str district = env->envelope.district;
    struct rc_seal_head head;

    *ret_opened = *in;
    if (!env->keys || !sealing_is_due(in->topic)) return RC_OK;
    if (rc_headers_get(&in->headers, "rc_sealed").len == 0 &&
        rc_seal_head_parse(in->payload, &head) != RC_OK)
        return take_plain(env, in);
    if (district.len == 0) return rc_fail(RC_REJECT, "header rc_district is missing");
    const struct rc_seal_place place = place_of(env, in->topic, district, &in->headers);
    return rc_keyring_open_at(env->keys, env->db, &place, in->payload, env->arena,
                              &ret_opened->payload);
}
