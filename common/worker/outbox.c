/* Events of a change in PostgreSQL are rows of the same transaction, so that neither can be without
 * the other (S2). The table's trigger wakes the relays. */
#include "rollcall/worker/stage.h"

static const char insert_sql[] =
    "INSERT INTO outbox (district_id, run_id, topic, key, data, traceparent) "
    "VALUES ($1::uuid, $2::uuid, $3, $4, $5::jsonb, $6)";

rc_status rc_outbox_add(struct rc_db *db, struct rc_arena *arena, const struct rc_event *event,
                        struct rc_str traceparent)
{
    const char *const values[] = {
        event->district,
        event->run,
        event->topic,
        rc_str_copy(arena, event->key).data,
        rc_str_copy(arena, event->data).data,
        rc_trace_child(arena, traceparent).data,
    };

    return rc_context(rc_db_run(db, insert_sql, COUNT_OF(values), values, NULL), "outbox: %s",
                      event->topic);
}
