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

static const char *field_of(struct rc_stage_env *env, struct rc_str topic)
{
    return rc_str_print(env->arena, "topic:%.*s", RC_STR_ARG(short_name(topic))).data;
}

/* ---- out ---- */

static rc_status seal_one(struct rc_stage_env *env, struct rc_outgoing *message)
{
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_str district = {0};

    RC_TRY(rc_headers_need(&message->headers, "rc_district", &district));
    RC_TRY(rc_keyring_seal_packed(env->keys, env->db, rc_str_copy(env->arena, district).data,
                                  field_of(env, message->topic), message->payload, &sealed));
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
    return rc_keyring_open(env->keys, env->db, rc_str_copy(env->arena, district).data,
                           field_of(env, in->topic), in->payload, env->arena, &ret_opened->payload);
}
