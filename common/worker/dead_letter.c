/* Dead letters: what a message needs to be understood, and handled once more, after its stage gave
 * it up. The list of headers stands in the public header; this file is its only writer. */
#include "rollcall/worker/dead_letter.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"

#define ORIGIN_PREFIX "rc_origin."
enum { ERROR_MAX_BYTES = 1000 };

static const char *const class_names[] = {[RC_DEAD_REJECT] = "reject", [RC_DEAD_CRASH] = "crash"};
_Static_assert(COUNT_OF(class_names) == RC_DEAD_CLASS_COUNT_, "a name for every class");

const char *rc_dead_class_name(enum rc_dead_class which)
{
    return class_names[which];
}

/* ---- building ---- */

/* The original may be what is wrong with it: only ids that are ids are taken over. */
static struct rc_str valid_id(const struct rc_message *message, const char *header)
{
    const struct rc_str id = rc_headers_get(&message->headers, header);

    return rc_id_valid(id) ? id : (struct rc_str){0};
}

/* Texts of errors should hold no bytes of a message; a header must not break where one does. */
static struct rc_str safe_text(struct rc_arena *arena, const char *error)
{
    struct rc_str text = rc_str_of(error);

    if (text.len > ERROR_MAX_BYTES) text.len = ERROR_MAX_BYTES;
    char *copy = rc_arena_copy(arena, text.data, text.len);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)copy[i] < 0x20 || (unsigned char)copy[i] > 0x7e) copy[i] = '?';
    return (struct rc_str){copy, text.len};
}

static bool is_printable(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e) return false;
    return text.len > 0 && text.len <= 100;
}

static struct rc_envelope letter_envelope(struct rc_stage_env *env,
                                          const struct rc_message *message)
{
    const struct rc_str id = rc_str_print(env->arena, "dead:%.*s:%d:%lld",
                                          RC_STR_ARG(message->topic), (int)message->partition,
                                          (long long)message->offset);
    const struct rc_str district = valid_id(message, "rc_district");
    struct rc_envelope envelope = rc_stage_envelope(env, RC_DEAD_LETTER_TOPIC, id, district);
    const struct rc_str type = rc_headers_get(&message->headers, "content-type");

    envelope.content_type = is_printable(type) ? type : RC_STR("application/octet-stream");
    envelope.traceparent = rc_trace_child(env->arena,
                                          rc_headers_get(&message->headers, "traceparent"));
    envelope.district = district;
    envelope.run = valid_id(message, "rc_run");
    return envelope;
}

static void add_origin(struct rc_stage_env *env, const struct rc_message *message,
                       struct rc_headers *out)
{
    char at[25];

    rc_clock_print(message->timestamp_ms, at);
    rc_headers_add(out, "rc_origin_topic", message->topic);
    rc_headers_add(out, "rc_origin_partition",
                   rc_str_print(env->arena, "%d", (int)message->partition));
    rc_headers_add(out, "rc_origin_offset",
                   rc_str_print(env->arena, "%lld", (long long)message->offset));
    rc_headers_add(out, "rc_origin_timestamp", rc_str_copy(env->arena, rc_str_of(at)));
    if (message->key.len > 0) rc_headers_add(out, "rc_origin_key", message->key);
}

static void add_reason(struct rc_stage_env *env, enum rc_dead_class which, const char *error,
                       struct rc_headers *out)
{
    rc_headers_add(out, "rc_stage", rc_str_of(env->program));
    rc_headers_add(out, "rc_version", rc_str_of(env->version));
    rc_headers_add(out, "rc_error_class", rc_str_of(class_names[which]));
    rc_headers_add(out, "rc_error", safe_text(env->arena, error));
}

/* Two places are kept for what is said about omissions. */
static void add_original_headers(struct rc_stage_env *env, const struct rc_headers *original,
                                 struct rc_headers *out)
{
    size_t taken = 0;

    for (; taken < original->count && out->count + 2 < RC_HEADERS_MAX; taken++) {
        const struct rc_header *header = &original->items[taken];
        const struct rc_str name = rc_str_print(env->arena, ORIGIN_PREFIX "%.*s",
                                                RC_STR_ARG(header->name));
        rc_headers_add(out, name.data, header->value);
    }
    if (taken < original->count)
        rc_headers_add(out, "rc_headers_omitted",
                       rc_str_print(env->arena, "%zu", original->count - taken));
}

void rc_dead_letter_build(struct rc_stage_env *env, const struct rc_message *message,
                          enum rc_dead_class which, const char *error,
                          struct rc_outgoing *ret_letter)
{
    const struct rc_envelope envelope = letter_envelope(env, message);

    *ret_letter = (struct rc_outgoing){
        .topic = RC_STR(RC_DEAD_LETTER_TOPIC),
        .key = envelope.subject,
        .payload = message->payload,
        .packed = true,
    };
    rc_envelope_print(&envelope, &ret_letter->headers);
    add_origin(env, message, &ret_letter->headers);
    add_reason(env, which, error, &ret_letter->headers);
    add_original_headers(env, &message->headers, &ret_letter->headers);
}

/* ---- sending ---- */

static rc_status send_letter(struct rc_stage_env *env, struct rc_outgoing *letter)
{
    const volatile int *stop = rc_process_abandoned(env->process);
    const rc_status status = rc_producer_send(env->producer, letter, 1, stop);

    if (status != RC_REJECT) return status;
    /* Too large even here: the origin still holds the payload, and the letter says where. */
    letter->payload = (struct rc_str){0};
    rc_headers_add(&letter->headers, "rc_payload_omitted", RC_STR("true"));
    const rc_status again = rc_producer_send(env->producer, letter, 1, stop);
    return again == RC_REJECT ? rc_context(RC_FATAL, "dead letter without payload") : again;
}

/* A dead letter that cannot be handled is set aside already: it stays where it is, and whoever
 * watches is told. Sending it to its own topic would never end. */
static rc_status leave_letter(const struct rc_message *message, const char *error)
{
    rc_log_error("dead-letter.unrecorded", "dead letter at %d/%lld could not be recorded: %s",
                 (int)message->partition, (long long)message->offset, error);
    rc_metric_add("rollcall_dead_letters_unrecorded_total", NULL, 1);
    return RC_OK;
}

static void count_letter(const struct rc_stage_env *env, enum rc_dead_class which)
{
    const char *dash = strchr(env->program, '-');

    rc_metric_count("rollcall_batches_failed_total", 1, "stage=\"%s\",class=\"%s\"",
                    dash ? dash + 1 : env->program, class_names[which]);
}

rc_status rc_dead_letter_send(struct rc_stage_env *env, const struct rc_message *message,
                              enum rc_dead_class which, const char *error)
{
    struct rc_outgoing letter;
    const char *reason = safe_text(env->arena, error).data;

    if (rc_str_eq(message->topic, RC_STR(RC_DEAD_LETTER_TOPIC)))
        return leave_letter(message, reason);
    rc_dead_letter_build(env, message, which, reason, &letter);
    RC_TRY(rc_context(send_letter(env, &letter), "dead letter"));
    rc_fault_point("stage.rejected");
    rc_log_error("stage.rejected", "%.*s %d/%lld set aside (%s): %s", RC_STR_ARG(message->topic),
                 (int)message->partition, (long long)message->offset, class_names[which], reason);
    count_letter(env, which);
    return RC_OK;
}

/* ---- reading ---- */

static void take_headers(const struct rc_headers *letter, struct rc_headers *out)
{
    static const struct rc_str prefix = {ORIGIN_PREFIX, sizeof ORIGIN_PREFIX - 1};

    for (size_t i = 0; i < letter->count; i++) {
        const struct rc_header *header = &letter->items[i];
        if (!rc_str_starts(header->name, prefix)) continue;
        out->items[out->count++] = (struct rc_header){
            {header->name.data + prefix.len, header->name.len - prefix.len}, header->value};
    }
}

rc_status rc_dead_letter_origin(const struct rc_message *letter, struct rc_outgoing *ret_original)
{
    struct rc_outgoing original = {.payload = letter->payload,
                                   .key = rc_headers_get(&letter->headers, "rc_origin_key")};
    const struct rc_str partition = rc_headers_get(&letter->headers, "rc_origin_partition");
    const struct rc_str offset = rc_headers_get(&letter->headers, "rc_origin_offset");

    RC_TRY(rc_headers_need(&letter->headers, "rc_origin_topic", &original.topic));
    if (rc_headers_get(&letter->headers, "rc_payload_omitted").len > 0)
        return rc_fail(RC_REJECT,
                       "its payload was too large for a dead letter: it lies in %.*s %.*s/%.*s",
                       RC_STR_ARG(original.topic), RC_STR_ARG(partition), RC_STR_ARG(offset));
    take_headers(&letter->headers, &original.headers);
    *ret_original = original;
    return RC_OK;
}
