#ifndef RC_WORKER_STAGE_H
#define RC_WORKER_STAGE_H

#include "rollcall/worker/process.h"

/* A stage: takes messages, makes their effects durable, sends what follows, then commits the offset
 * (S1). This is the only code that knows consumer groups. A service is a constant table and a
 * function per topic:
 *
 *   int main(int argc, char **argv) { return rc_stage_main(&normalizer, argc, argv); }
 *
 * The main thread polls Kafka, stage.parallel worker threads call the functions. Each worker thread
 * has its own state, arena, database and Redis connection; the producer is shared. A function
 * returns for that one message: RC_OK      effects in PostgreSQL are committed and outputs
 * acknowledged; the offset may move RC_RETRY   a shared dependency is away: the message's partition
 * is paused and polled, the same message comes again after a backoff with jitter, without limit
 * (S3); the program is not ready meanwhile RC_REJECT  to rollcall.dead.letter.v1 with origin and
 * reason, then done RC_FATAL   nothing committed, the process exits 1;  RC_NOT_FOUND must not
 * escape: exit 70 One message's failure touches no other. Offsets follow each partition's low-water
 * mark. Attempts are counted in Redis by (topic, partition, offset); a message that began twice
 * without an end is handled alone, one that began alone twice more without an end is set aside
 * unread (S3). */

struct rc_stage_env; /* what a function works with; see below */

struct rc_intake {
    const char *topic; /* NULL ends the table */
    rc_status (*handle)(void *self, struct rc_stage_env *env, const struct rc_message *in);
};

struct rc_stage {
    const char *name; /* "fetcher": group rollcall-<name>, log and metric prefix */
    const struct rc_intake *intakes;
    const struct rc_option *const *tables; /* with rc_common_option_table; NULL-terminated */
    size_t config_size;
    size_t state_size; /* zeroed memory per worker thread, handed over as self */
    /* Called on each worker thread before its first message and after its last; either may be NULL.
     */
    rc_status (*open)(void *self, struct rc_stage_env *env);
    void (*close)(void *self);
    bool static_members; /* reconcilers: group.instance.id = stage.instance (S4) */
    bool relays;         /* run an outbox relay beside the stage (worker/relay.h) */
};

/* The whole program; returns its exit code. */
int rc_stage_main(const struct rc_stage *stage, int argc, char **argv);

/* One per worker thread. The arena is reset after each message, and before a message is tried
 * again. */
struct rc_stage_env {
    struct rc_process *process;
    const void *config;
    struct rc_arena *arena;
    struct rc_db *db;
    struct rc_kv *kv;
    struct rc_producer *producer;
    struct rc_envelope envelope; /* of the message in hand, checked */
    const char *program;         /* "rollcall-fetcher" */
    const char *version;
    const volatile int *
        stop; /* non-zero: end what you can end soon; RC_RETRY is right for what was not finished */
};

/* Sends now and waits for the acknowledgement: for pages and batches, which go straight to Kafka
 * before the state that counts them moves (S2). */
RC_MUST_CHECK rc_status rc_stage_send(struct rc_stage_env *env, const struct rc_outgoing *messages,
                                      size_t count);

/* An event of a change in PostgreSQL, as an outbox row of the transaction in hand (S2); a relay
 * sends it. subject becomes the key. */
struct rc_event {
    const char *topic;    /* short name: "fetch.requested" */
    const char *district; /* uuid */
    const char *run;      /* uuid or NULL */
    struct rc_str key;
    struct rc_str data; /* JSON */
};
RC_MUST_CHECK rc_status rc_outbox_add(struct rc_db *db, struct rc_arena *arena,
                                      const struct rc_event *event, struct rc_str traceparent);

/* "rollcall.<name>.v1" of a short name, in arena. */
struct rc_str rc_topic_name(struct rc_arena *arena, const char *short_name);

#endif
