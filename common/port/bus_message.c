/* A message as the rest of the program sees it: views into librdkafka's memory, or into a copy that
 * outlives the client. */
#include "bus_private.h"

/* What stands behind a message; the message itself is first, so that one pointer is the other. */
struct box {
    struct rc_message message;
    rd_kafka_message_t *raw; /* the views' memory, or NULL */
    struct rc_arena *copy;   /* the views' memory, or NULL */
    atomic_size_t *out;      /* the consumer's count of messages in hands, or NULL */
};

static void read_headers(const rd_kafka_message_t *raw, struct rc_headers *headers)
{
    rd_kafka_headers_t *native = NULL;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;

    if (rd_kafka_message_headers(raw, &native) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    /* A stranger's message may have more: what we need is then missing, and the envelope says so.
     */
    for (size_t i = 0; i < RC_HEADERS_MAX; i++) {
        if (rd_kafka_header_get_all(native, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        headers->items[i] = (struct rc_header){rc_str_of(name), {value, size}};
        headers->count = i + 1;
    }
}

static struct box *read_message(const rd_kafka_message_t *raw)
{
    struct box *box = rc_malloc(sizeof *box);

    *box = (struct box){
        .message = {.topic = rc_str_of(raw->rkt ? rd_kafka_topic_name(raw->rkt) : ""),
                    .partition = raw->partition,
                    .offset = raw->offset,
                    .timestamp_ms = rd_kafka_message_timestamp(raw, NULL),
                    .key = {raw->key, raw->key_len},
                    .payload = {raw->payload, raw->len}},
    };
    read_headers(raw, &box->message.headers);
    box->message.native = box;
    return box;
}

struct rc_message *rc_message_wrap(rd_kafka_message_t *raw, atomic_size_t *out)
{
    struct box *box = read_message(raw);

    box->raw = raw;
    box->out = out;
    atomic_fetch_add(out, 1);
    return &box->message;
}

struct rc_message *rc_message_copy(const rd_kafka_message_t *raw)
{
    struct box *box = read_message(raw);
    struct rc_message *message = &box->message;

    box->copy = rc_arena_new(0);
    message->topic = rc_str_copy(box->copy, message->topic);
    message->key = rc_str_copy(box->copy, message->key);
    message->payload = rc_str_copy(box->copy, message->payload);
    for (size_t i = 0; i < message->headers.count; i++) {
        struct rc_header *header = &message->headers.items[i];
        header->name = rc_str_copy(box->copy, header->name);
        header->value = rc_str_copy(box->copy, header->value);
    }
    return message;
}

void rc_message_free(struct rc_message *message)
{
    if (!message) return;
    struct box *box = message->native;
    if (box->raw) rd_kafka_message_destroy(box->raw);
    rc_arena_free(box->copy);
    if (box->out) atomic_fetch_sub(box->out, 1);
    free(box);
}
