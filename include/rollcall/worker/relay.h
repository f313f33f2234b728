#ifndef RC_WORKER_RELAY_H
#define RC_WORKER_RELAY_H

#include "rollcall/worker/stage.h"

/* Sends outbox rows to their topics: by state, not by id (a row may commit after one with a higher
 * id), one relay per district at a time (an advisory lock in the relay's transaction), in the order
 * of ids within a district, woken by NOTIFY rollcall_outbox, looking every second besides. A row is
 * removed in the transaction that saw it acknowledged; a crash between sends it again, with the
 * same ce_id (S2). */

struct rc_relay;

/* Starts the relay's thread with its own connection. */
RC_MUST_CHECK rc_status rc_relay_start(struct rc_process *process,
                                       const struct rc_common_options *options,
                                       struct rc_producer *producer, struct rc_relay **ret_relay);
/* Stops and joins; rows left are for the next relay. */
void rc_relay_free(struct rc_relay *relay);
RC_AUTO_DEFINE(rc_relay)

/* One round over the districts that have rows, one transaction each: how many rows went out. What
 * the thread calls; public for tests and for the CLI. RC_RETRY: a dependency is away, or some rows
 * were left (another relay's district does not count); the others went out all the same. */
RC_MUST_CHECK rc_status rc_relay_round(struct rc_db *db, struct rc_producer *producer,
                                       struct rc_arena *arena, const volatile int *stop,
                                       int64_t *ret_sent);

#endif
