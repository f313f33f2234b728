/* What a stage's functions send by themselves: pages and batches, which go straight to Kafka before
 * the state that counts them moves (S2). */
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/worker/stage.h"

#include "sealing.h"

struct rc_str rc_topic_name(struct rc_arena *arena, const char *short_name)
{
    if (strncmp(short_name, "rollcall.", 9) == 0) return rc_str_copy(arena, rc_str_of(short_name));
    return rc_str_print(arena, "rollcall.%s.v1", short_name);
}

rc_status rc_stage_send(struct rc_stage_env *env, const struct rc_outgoing *messages, size_t count)
{
    const struct rc_outgoing *sealed = NULL;

    RC_TRY(sealing_seal(env, messages, count, &sealed));
    RC_TRY(rc_producer_send(env->producer, sealed, count, rc_process_abandoned(env->process)));
    rc_fault_point("stage.sent");
    return RC_OK;
}

static struct rc_str source_name(struct rc_stage_env *env)
{
    const char *dash = strchr(env->program, '-');

    return rc_str_print(env->arena, "/rollcall/%s", dash ? dash + 1 : env->program);
}

struct rc_envelope rc_stage_envelope(struct rc_stage_env *env, const char *topic, struct rc_str id,
                                     struct rc_str subject)
{
    char now[25];

    rc_clock_print(rc_clock_now_ms(), now);
    return (struct rc_envelope){
        .id = id,
        .source = source_name(env),
        .type = rc_topic_name(env->arena, topic),
        .time = rc_str_copy(env->arena, rc_str_of(now)),
        .subject = subject,
        .content_type = RC_STR("application/json"),
        .traceparent = rc_trace_child(env->arena, env->envelope.traceparent),
        .district = env->envelope.district,
        .run = env->envelope.run,
    };
}

void rc_stage_headers(struct rc_stage_env *env, const char *topic, struct rc_str id,
                      struct rc_str subject, struct rc_headers *out)
{
    const struct rc_envelope envelope = rc_stage_envelope(env, topic, id, subject);

    rc_envelope_print(&envelope, out);
}
