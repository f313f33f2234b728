/* The outbox relay (S2): rows written with a change become messages. It reads state, not events: a
 * row that is there is to be sent, whichever program wrote it and whenever it was committed. */
#include "rollcall/worker/relay.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

#include "env.h"

enum { LOOK_MS = 1000, BACKOFF_BASE_MS = 200, BACKOFF_CAP_MS = 5000 };

/* Rows of a district sent at once: so many that a first load's accounts are not a message each to
 * PostgreSQL and to Kafka. */
#define ROUND_ROWS "1000"

/* A jump from district to district along the primary key: the cost follows the number of districts
 * with rows, not the number of rows. */
static const char districts_sql[] =
    "WITH RECURSIVE at AS ("
    "(SELECT district_id FROM outbox ORDER BY district_id LIMIT 1) UNION ALL "
    "SELECT (SELECT o.district_id FROM outbox o WHERE o.district_id > at.district_id "
    "ORDER BY o.district_id LIMIT 1) FROM at WHERE at.district_id IS NOT NULL) "
    "SELECT district_id FROM at WHERE district_id IS NOT NULL";

/* With it how PostgreSQL is to go about the rows, of which it knows no number: along the key, and
 * by no plan that was made when there were few. */
static const char lock_sql[] =
    "SELECT pg_try_advisory_xact_lock(hashtextextended('rollcall.outbox/' || $1, 0)), "
    "set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), "
    "set_config('plan_cache_mode', 'force_custom_plan', true)";

#define ROW_COLUMNS                                                                 \
    "SELECT outbox_id, topic, key, data, traceparent, coalesce(run_id::text, ''), " \
    "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') "  \
    "FROM outbox WHERE district_id = $1::uuid AND topic "

/* What moves a run goes before what tells of the directory, of which a first load leaves a hundred
 * thousand rows: a mail does not wait for them. Within a topic the order is that of writing. */
#define OF_DIRECTORY "('roster.changed', 'list.changed')"
static const char rows_sql[] = "(" ROW_COLUMNS "NOT IN " OF_DIRECTORY
                               " ORDER BY outbox_id LIMIT " ROUND_ROWS
                               ") UNION ALL "
                               "(" ROW_COLUMNS "IN " OF_DIRECTORY
                               " ORDER BY outbox_id LIMIT " ROUND_ROWS ") LIMIT " ROUND_ROWS;

static const char delete_sql[] =
    "DELETE FROM outbox WHERE district_id = $1::uuid AND outbox_id = ANY ($2::bigint[])";

/* One district's turn. */
struct turn {
    struct rc_db *db;
    struct rc_producer *producer;
    struct rc_arena *arena;
    const volatile int *stop;
    const char *district;
    const struct rc_rows *rows;
    struct rc_outgoing *messages;
    size_t count;
    struct rc_buf sent; /* ids, as an array literal */
    size_t sent_count;
};

/* ---- rows to messages ---- */

static struct rc_str at(const struct turn *turn, size_t row, int column)
{
    return rc_str_copy(turn->arena, rc_rows_text(turn->rows, row, column));
}

static void build_message(struct turn *turn, size_t row)
{
    struct rc_outgoing *message = &turn->messages[row];
    const struct rc_str topic = rc_topic_name(turn->arena, rc_rows_cstr(turn->rows, row, 1));
    const struct rc_envelope envelope = {
        .id = rc_str_print(turn->arena, "outbox-%s", rc_rows_cstr(turn->rows, row, 0)),
        .source = RC_STR("/rollcall/outbox"),
        .type = topic,
        .time = at(turn, row, 6),
        .subject = at(turn, row, 2),
        .content_type = RC_STR("application/json"),
        .traceparent = at(turn, row, 4),
        .district = rc_str_of(turn->district),
        .run = at(turn, row, 5),
    };

    message->topic = topic;
    message->key = envelope.subject;
    message->payload = at(turn, row, 3);
    rc_envelope_print(&envelope, &message->headers);
}

static void note_sent(struct turn *turn, size_t row)
{
    rc_db_array_add(&turn->sent, rc_rows_text(turn->rows, row, 0));
    turn->sent_count++;
}

/* One of them is refused: each by itself, so that it holds up no other. It stays, and is told. */
static rc_status send_singly(struct turn *turn)
{
    bool refused = false;

    for (size_t i = 0; i < turn->count; i++) {
        const rc_status status = rc_producer_send(turn->producer, &turn->messages[i], 1,
                                                  turn->stop);
        if (status == RC_FATAL || status == RC_RETRY) return status;
        if (status == RC_OK) note_sent(turn, i);
        if (status != RC_REJECT) continue;
        refused = true;
        rc_log_error("relay.refused", "outbox row %s: %s", rc_rows_cstr(turn->rows, i, 0),
                     rc_error_text());
    }
    return refused ? rc_fail(RC_RETRY, "Kafka refuses a row of the outbox") : RC_OK;
}

static rc_status send_rows(struct turn *turn)
{
    const rc_status status = rc_producer_send(turn->producer, turn->messages, turn->count,
                                              turn->stop);

    if (status == RC_REJECT) return send_singly(turn);
    RC_TRY(status);
    for (size_t i = 0; i < turn->count; i++)
        note_sent(turn, i);
    return RC_OK;
}

/* ---- one district ---- */

/* false: another relay has this district now. */
static rc_status lock_district(struct turn *turn, bool *ret_mine)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {turn->district};

    RC_TRY(rc_db_one(turn->db, lock_sql, COUNT_OF(values), values, &rows));
    *ret_mine = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

static rc_status remove_sent(struct turn *turn)
{
    rc_db_array_close(&turn->sent); /* which may move it */
    const char *const values[] = {turn->district, turn->sent.data};

    return turn->sent_count > 0 ? rc_db_run(turn->db, delete_sql, COUNT_OF(values), values, NULL)
                                : RC_OK;
}

static void build_messages(struct turn *turn)
{
    turn->count = rc_rows_count(turn->rows);
    turn->messages = rc_arena_array(turn->arena, turn->count, sizeof *turn->messages);
    for (size_t i = 0; i < turn->count; i++)
        build_message(turn, i);
    rc_db_array_open(&turn->sent);
}

/* What was acknowledged is removed even where a later one failed. */
static rc_status send_and_remove(struct turn *turn, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {turn->district};

    RC_TRY(rc_db_run(tx, rows_sql, COUNT_OF(values), values, &rows));
    turn->rows = rows;
    build_messages(turn);
    if (turn->count == 0) return RC_OK;
    const rc_status status = send_rows(turn);
    rc_fault_point("relay.sent");
    RC_TRY(remove_sent(turn));
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("relay.removed");
    return status;
}

static rc_status relay_district(struct turn *turn)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    bool mine = false;

    RC_TRY(rc_db_tx(turn->db, turn->district, &tx));
    RC_TRY(lock_district(turn, &mine));
    return mine ? send_and_remove(turn, tx) : RC_OK;
}

/* ---- one round ---- */

rc_status rc_relay_round(struct rc_db *db, struct rc_producer *producer, struct rc_arena *arena,
                         const volatile int *stop, int64_t *ret_sent)
{
    RC_AUTO(rc_rows) struct rc_rows *districts = NULL;
    rc_status worst = RC_OK;

    *ret_sent = 0;
    RC_TRY(rc_db_run(db, districts_sql, 0, NULL, &districts));
    for (size_t i = 0; i < rc_rows_count(districts) && !rc_process_flag(stop); i++) {
        struct turn turn = {.db = db, .producer = producer, .arena = arena, .stop = stop};
        turn.district = rc_rows_cstr(districts, i, 0);
        const rc_status status = relay_district(&turn);
        *ret_sent += (int64_t)turn.sent_count;
        rc_buf_done(&turn.sent);
        rc_arena_reset(arena);
        if (status > worst) worst = status;
        if (status == RC_FATAL) return status;
    }
    return worst;
}

/* ---- the thread ---- */

struct rc_relay {
    struct rc_process *process;
    struct rc_stage_env env;
    pthread_t thread;
    volatile int stop; /* written and read atomically */
};

static rc_status look(struct rc_relay *relay, int64_t *ret_sent)
{
    const rc_status status = rc_relay_round(relay->env.db, relay->env.producer, relay->env.arena,
                                            &relay->stop, ret_sent);

    if (*ret_sent > 0) rc_metric_add("rollcall_outbox_sent_total", NULL, (double)*ret_sent);
    return status;
}

/* More may be there when something was sent; else the next word or second. */
static rc_status look_and_wait(struct rc_relay *relay)
{
    int64_t sent = 0;

    RC_TRY(look(relay, &sent));
    if (sent > 0) return RC_OK;
    const rc_status status = rc_db_wait(relay->env.db, "rollcall_outbox", LOOK_MS);
    return status == RC_NOT_FOUND ? RC_OK : status;
}

static void wait_after(struct rc_relay *relay, unsigned failures)
{
    int64_t left_ms = rc_backoff_ms(failures, BACKOFF_BASE_MS, BACKOFF_CAP_MS);

    for (; left_ms > 0 && !rc_process_flag(&relay->stop); left_ms -= 100)
        rc_clock_sleep_ms(left_ms < 100 ? left_ms : 100);
}

static bool judge(struct rc_relay *relay, rc_status status, unsigned *failures)
{
    if (status == RC_OK) {
        if (*failures > 0) rc_process_ready(relay->process, "relay", NULL);
        *failures = 0;
        return true;
    }
    if (status == RC_FATAL) {
        rc_log_error("relay.fatal", "%s", rc_error_text());
        rc_process_fail(relay->process, RC_EXIT_FAILED);
        return false;
    }
    *failures += 1;
    if ((*failures & (*failures - 1)) == 0) rc_log_warn("relay.retry", "%s", rc_error_text());
    rc_process_ready(relay->process, "relay", rc_error_text());
    wait_after(relay, *failures);
    return true;
}

static void *relay_run(void *context)
{
    struct rc_relay *relay = context;
    unsigned failures = 0;

    while (!rc_process_flag(&relay->stop)) {
        const rc_status status = look_and_wait(relay);
        if (rc_process_flag(&relay->stop) || !judge(relay, status, &failures)) break;
    }
    return NULL;
}

static rc_status open_relay(struct rc_relay *relay, struct rc_process *process,
                            struct rc_producer *producer)
{
    relay->process = process;
    RC_TRY(env_open(process, producer, rc_process_name(process), &relay->env));
    if (!relay->env.db)
        return rc_fail(RC_REJECT,
                       "database.url is empty: the outbox cannot be read; set it, or "
                       "relay.enabled = false");
    if (pthread_create(&relay->thread, NULL, relay_run, relay) != 0)
        return rc_fail(RC_FATAL, "no thread can be started");
    return RC_OK;
}

rc_status rc_relay_start(struct rc_process *process, const struct rc_common_options *options,
                         struct rc_producer *producer, struct rc_relay **ret_relay)
{
    struct rc_relay *relay = rc_malloc(sizeof *relay);

    (void)options;
    memset(relay, 0, sizeof *relay);
    const rc_status status = open_relay(relay, process, producer);
    if (status == RC_OK) {
        *ret_relay = relay;
        return RC_OK;
    }
    env_close(&relay->env);
    free(relay);
    return status;
}

void rc_relay_free(struct rc_relay *relay)
{
    if (!relay) return;
    __atomic_store_n(&relay->stop, 1, __ATOMIC_RELEASE);
    pthread_join(relay->thread, NULL);
    env_close(&relay->env);
    free(relay);
}
