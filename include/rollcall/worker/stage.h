#ifndef RC_WORKER_STAGE_H
#define RC_WORKER_STAGE_H

#include "rollcall/worker/process.h"
#include "rollcall/worker/ticker.h"

/* A stage: takes messages, makes their effects durable, sends what follows, then commits the offset
 * (S1). This is the only code that knows consumer groups. A service is a constant table and a
 * function per topic:
 *
 *   int main(int argc, char **argv) { return rc_stage_main(&normalizer, argc, argv); }
 *
 * The main thread polls Kafka, stage.parallel worker threads call the functions. Each worker thread
 * has its own state, arena, database and Redis connection; the producer is shared. Messages of one
 * topic with the same key are handled one after another, in their order; others side by side. A
 * function returns for that one message:
 *   RC_OK      effects in PostgreSQL are committed and outputs acknowledged; the offset may move
 *   RC_RETRY   a shared dependency is away: the message's partition is paused and polled, the same
 *              message comes again after a backoff with jitter, without limit (S3); the program is
 *              not ready meanwhile
 *   RC_REJECT  to rollcall.dead.letter.v1 with origin and reason (worker/dead_letter.h), then done
 *   RC_FATAL   nothing committed, the process exits 1;  RC_NOT_FOUND must not escape: exit 70
 * One message's failure touches no other. Offsets follow each partition's low-water mark. Attempts
 * are counted in Redis by (topic, partition, offset); a message that began once without an end is
 * handled alone from then on, one that began alone twice without an end is set aside unread (S3).
 */

struct rc_stage_env; /* what a function works with: worker/ticker.h */

struct rc_intake {
    const char *topic; /* short name: "page.fetched"; NULL ends the table */
    rc_status (*handle)(void *self, struct rc_stage_env *env, const struct rc_message *in);
};

struct rc_stage {
    const char *name; /* "fetcher": program and group are rollcall-<name> */
    const struct rc_intake *intakes;
    const struct rc_option *const *tables; /* with rc_common_option_table; NULL-terminated */
    size_t config_size;
    size_t state_size; /* zeroed memory per worker thread, handed over as self */
    /* Called on each worker thread before its first message and after its last; either may be NULL.
     * open may return RC_RETRY (called again on zeroed memory after a backoff) or RC_FATAL. */
    rc_status (*open)(void *self, struct rc_stage_env *env);
    void (*close)(void *self);
    bool static_members; /* reconcilers: group.instance.id = stage.instance (S4) */
    bool relays;         /* run an outbox relay beside the stage (worker/relay.h) */
    /* Work by the clock beside the messages, on a thread with its own state; NULL: none. */
    const struct rc_tick *ticks;
    /* As rc_ticker.crew: ticks that are everywhere, on so many further threads as the option at
     * tick_crew_at says. NULL: none. */
    const struct rc_tick *tick_crew;
    size_t tick_crew_at;
};

/* The whole program; returns its exit code. */
int rc_stage_main(const struct rc_stage *stage, int argc, char **argv);

/* Sends now and waits for the acknowledgement: for pages and batches, which go straight to Kafka
 * before the state that counts them moves (S2); payloads of sealed topics (schemas/topics.csv) are
 * packed and sealed here, and the stage that takes them opens them. Not within a transaction.
 * RC_RETRY: not acknowledged before the drain's end. */
RC_MUST_CHECK rc_status rc_stage_send(struct rc_stage_env *env, const struct rc_outgoing *messages,
                                      size_t count);

/* The envelope of a message that follows from the one in hand: source, time, a child of its trace,
 * its district and run, "application/json". topic is a short name ("page.fetched"); id must derive
 * from what the message says, never from time or chance; subject is the key. Views live in the
 * arena or where they came from. */
struct rc_envelope rc_stage_envelope(struct rc_stage_env *env, const char *topic, struct rc_str id,
                                     struct rc_str subject);
/* The same, appended to out. */
void rc_stage_headers(struct rc_stage_env *env, const char *topic, struct rc_str id,
                      struct rc_str subject, struct rc_headers *out);

/* An event of a change in PostgreSQL, as an outbox row of the transaction in hand (S2); a relay
 * sends it with the id "outbox-<row>". */
struct rc_event {
    const char *topic;    /* short name: "fetch.requested" */
    const char *district; /* uuid */
    const char *run;      /* uuid or NULL */
    struct rc_str key;    /* also the subject */
    struct rc_str data;   /* JSON */
};
/* traceparent: of the message in hand (env->envelope.traceparent), or empty. */
RC_MUST_CHECK rc_status rc_outbox_add(struct rc_db *db, struct rc_arena *arena,
                                      const struct rc_event *event, struct rc_str traceparent);

/* "rollcall.<name>.v1" of a short name, in arena. */
struct rc_str rc_topic_name(struct rc_arena *arena, const char *short_name);

#endif
