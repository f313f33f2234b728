/* What a person can do with one dead letter (R4, C2). What it held up decides how: a page of a run,
 * a lane, the message of a run's phase, or nothing but itself. The protocol's own functions move
 * the run; a page is read before they are called, so that a letter that retention took is refused
 * while nothing has moved, and sent after, since a run that does not hold its source's token would
 * drop it. */
#include "letter.h"

#include "cli_sql.h"

#include <string.h>

#include "rollcall/base/id.h"
#include "rollcall/worker/dead_letter.h"

static const char ready_topic[] = "rollcall.snapshot.ready.v1";

/* ---- finding, reading ---- */

enum {
    COLUMN_ID,
    COLUMN_SLUG,
    COLUMN_RUN,
    COLUMN_RUN_STATE,
    COLUMN_PAGE = 5,
    COLUMN_LANE,
    COLUMN_STATE = 11,
    COLUMN_ORIGIN = 16,
    COLUMN_TOPIC = 19,
    COLUMN_PARTITION,
    COLUMN_OFFSET,
    COLUMN_DISTRICT
};

static struct letter letter_of(struct cli *cli, const struct rc_rows *rows)
{
    return (struct letter){
        .id = cli_keep(cli, rows, 0, COLUMN_ID),
        .district = cli_keep(cli, rows, 0, COLUMN_DISTRICT),
        .slug = cli_keep(cli, rows, 0, COLUMN_SLUG),
        .run = cli_keep(cli, rows, 0, COLUMN_RUN),
        .run_state = cli_keep(cli, rows, 0, COLUMN_RUN_STATE),
        .page = cli_keep(cli, rows, 0, COLUMN_PAGE),
        .lane = cli_keep(cli, rows, 0, COLUMN_LANE),
        .state = cli_keep(cli, rows, 0, COLUMN_STATE),
        .origin_topic = cli_keep(cli, rows, 0, COLUMN_ORIGIN),
        .topic = cli_keep(cli, rows, 0, COLUMN_TOPIC),
        .partition = (int32_t)rc_rows_int(rows, 0, COLUMN_PARTITION),
        .offset = rc_rows_int(rows, 0, COLUMN_OFFSET),
    };
}

rc_status letter_find(struct cli *cli, const char *id, struct letter *ret_letter,
                      struct rc_rows **ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (!rc_id_valid(rc_str_of(id)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall dead-letter list` shows the ids.",
                          "\"%.60s\" is no dead letter's id", id);
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    const rc_status found = rc_db_one(tx, sql_dead_letter_show, 1, &id, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall dead-letter list --state all` shows all.",
                          "there is no dead letter %s", id);
    RC_TRY(found);
    *ret_letter = letter_of(cli, rows);
    if (ret_rows) *ret_rows = rc_rows_take(&rows);
    return rc_db_commit(tx);
}

static rc_status read_message(struct cli *cli, const char *topic, int32_t partition, int64_t offset,
                              struct rc_message **ret_message)
{
    const struct rc_bus_config bus = cli_bus(cli);
    const rc_status status = rc_bus_read_at(&bus, topic, partition, offset, ret_message);

    if (status == RC_OK) return RC_OK;
    if (status == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED,
                          "Discard it, or start a new run, which reads everything again.",
                          "the message is gone: %s no longer holds %d/%lld", topic, (int)partition,
                          (long long)offset);
    return cli_refuse(cli, CLI_FAILED,
                      "Are the brokers up, and is kafka.brokers (ROLLCALL_KAFKA_BROKERS) right?",
                      "%s", rc_error_text());
}

rc_status letter_read(struct cli *cli, const struct letter *letter, struct rc_message **ret_message)
{
    return read_message(cli, letter->topic, letter->partition, letter->offset, ret_message);
}

/* ---- the original message ---- */

/* The original, as views into the messages it was read from. */
struct original {
    struct rc_message *letter, *origin;
    struct rc_outgoing message;
};

static void original_done(struct original *original)
{
    rc_message_free(original->letter);
    rc_message_free(original->origin);
}
#define AUTO_ORIGINAL __attribute__((cleanup(original_done)))

/* A letter whose payload found no room says where the message lies. */
static rc_status read_origin(struct cli *cli, const struct letter *letter,
                             struct original *original)
{
    const struct rc_headers *headers = &original->letter->headers;
    int64_t partition = 0;
    int64_t offset = 0;

    RC_TRY(rc_str_int(rc_headers_get(headers, "rc_origin_partition"), 0, INT32_MAX, &partition));
    RC_TRY(rc_str_int(rc_headers_get(headers, "rc_origin_offset"), 0, INT64_MAX, &offset));
    RC_TRY(read_message(cli, letter->origin_topic, (int32_t)partition, offset, &original->origin));
    original->message = (struct rc_outgoing){.topic = original->origin->topic,
                                             .key = original->origin->key,
                                             .payload = original->origin->payload,
                                             .headers = original->origin->headers};
    return RC_OK;
}

static rc_status read_original(struct cli *cli, const struct letter *letter,
                               struct original *original)
{
    RC_TRY(letter_read(cli, letter, &original->letter));
    if (rc_headers_get(&original->letter->headers, "rc_payload_omitted").len > 0)
        return read_origin(cli, letter, original);
    return rc_dead_letter_origin(original->letter, &original->message);
}

static rc_status send_original(struct cli *cli, const struct original *original)
{
    RC_AUTO(rc_producer) struct rc_producer *producer = NULL;
    const struct rc_bus_config bus = cli_bus(cli);

    rc_status status = rc_producer_open(&bus, &producer);
    if (status == RC_OK) status = rc_producer_send(producer, &original->message, 1, NULL);
    if (status == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Replay it once more when the brokers answer.",
                      "the message was not sent: %s", rc_error_text());
}

/* ---- one statement of the protocol ---- */

/* Calls a function that gives NULL, or words why not; with its trace, in one transaction. */
static rc_status call(struct cli *cli, const struct letter *letter, const char *sql,
                      const char *const values[], const char **ret_words)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const size_t count = strstr(sql, "$4") ? 4 : strstr(sql, "$3") ? 3 : 2;

    RC_TRY(rc_db_tx(cli->db, letter->district, &tx));
    RC_TRY(rc_db_one(tx, sql, count, values, &rows));
    *ret_words = cli_keep(cli, rows, 0, 0);
    RC_TRY(cli_audit(cli, tx,
                     rc_str_print(cli->arena, "dead-letter.%s", cli->args.command->verb).data,
                     rc_str_print(cli->arena, "{\"dead_letter\":\"%s\"}", letter->id)));
    return rc_db_commit(tx);
}

static rc_status end_letter(struct cli *cli, const struct letter *letter, const char *state,
                            const char *reason)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {letter->id, state, cli->who, reason};

    RC_TRY(rc_db_tx(cli->db, letter->district, &tx));
    RC_TRY(rc_db_run(tx, sql_dead_letter_end, COUNT_OF(values), values, NULL));
    RC_TRY(cli_audit(
        cli, tx, "dead-letter.end",
        rc_str_print(cli->arena, "{\"dead_letter\":\"%s\",\"state\":\"%s\"}", letter->id, state)));
    return rc_db_commit(tx);
}

/* ---- replay ---- */

static rc_status is_staged(struct cli *cli, const struct letter *letter, bool *ret_staged)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {letter->run, letter->page};

    RC_TRY(rc_db_tx(cli->db, letter->district, &tx));
    RC_TRY(rc_db_one(tx, sql_page_staged, COUNT_OF(values), values, &rows));
    *ret_staged = rc_rows_bool(rows, 0, 0);
    return rc_db_commit(tx);
}

static rc_status replay_page(struct cli *cli, const struct letter *letter, const char **ret_refused)
{
    AUTO_ORIGINAL struct original original = {0};
    const char *const values[] = {letter->run, letter->page, cli->who, letter->id};
    bool staged = false;

    RC_TRY(is_staged(cli, letter, &staged));
    if (staged) {
        *ret_refused = "the page has been stored meanwhile";
        return RC_OK;
    }
    RC_TRY(read_original(cli, letter, &original));
    RC_TRY(
        call(cli, letter, "SELECT page_replay($1::uuid, $2, $3, $4::uuid)", values, ret_refused));
    return *ret_refused ? RC_OK : send_original(cli, &original);
}

static rc_status replay_lane(struct cli *cli, const struct letter *letter, const char **ret_refused)
{
    const char *const values[] = {letter->lane, cli->who};

    return call(cli, letter, "SELECT lane_reopen($1::uuid, $2)", values, ret_refused);
}

static rc_status replay_phase(struct cli *cli, const struct letter *letter,
                              const char **ret_refused)
{
    const char *const values[] = {letter->run, cli->who};

    return call(cli, letter, "SELECT run_replay($1::uuid, $2)", values, ret_refused);
}

static rc_status replay_message(struct cli *cli, const struct letter *letter,
                                const char **ret_refused)
{
    AUTO_ORIGINAL struct original original = {0};

    *ret_refused = NULL;
    RC_TRY(read_original(cli, letter, &original));
    RC_TRY(send_original(cli, &original));
    return end_letter(cli, letter, "replayed", NULL);
}

/* A replay that broke off before its message was sent may be said again. */
static const char *pointless(const struct letter *letter)
{
    if (strcmp(letter->state, "open") == 0) return NULL;
    if (strcmp(letter->state, "replayed") == 0 && letter->page) return NULL;
    return "it is not open any more";
}

rc_status letter_replay(struct cli *cli, const struct letter *letter, const char **ret_refused)
{
    *ret_refused = pointless(letter);
    if (*ret_refused) return RC_OK;
    if (letter->run && letter->page) return replay_page(cli, letter, ret_refused);
    if (letter->lane) return replay_lane(cli, letter, ret_refused);
    if (letter->run && strcmp(letter->origin_topic, ready_topic) == 0)
        return replay_phase(cli, letter, ret_refused);
    return replay_message(cli, letter, ret_refused);
}

/* ---- discard ---- */

static rc_status note_reason(struct cli *cli, const struct letter *letter)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {letter->id, args_value(&cli->args, "reason")};

    RC_TRY(rc_db_tx(cli->db, letter->district, &tx));
    RC_TRY(rc_db_run(tx, sql_dead_letter_reason, COUNT_OF(values), values, NULL));
    return rc_db_commit(tx);
}

static rc_status discard_page(struct cli *cli, const struct letter *letter, const char **ret_told)
{
    const char *const values[] = {letter->run, letter->page, cli->who};

    RC_TRY(call(cli, letter, "SELECT page_discard($1::uuid, $2, $3)", values, ret_told));
    return note_reason(cli, letter);
}

static rc_status discard_lane(struct cli *cli, const struct letter *letter, const char **ret_told)
{
    const char *const values[] = {letter->lane, cli->who};

    RC_TRY(call(cli, letter, "SELECT lane_discard($1::uuid, $2)", values, ret_told));
    return note_reason(cli, letter);
}

static rc_status discard_message(struct cli *cli, const struct letter *letter,
                                 const char **ret_told)
{
    *ret_told = NULL;
    return end_letter(cli, letter, "discarded", args_value(&cli->args, "reason"));
}

/* The run cannot go on without the message of its phase: giving that up ends it. */
static rc_status discard_phase(struct cli *cli, const struct letter *letter, const char **ret_told)
{
    const char *reason = args_value(&cli->args, "reason");
    const char *const values[] = {letter->run,
                                  rc_str_print(cli->arena, "given up: %s", reason).data};

    RC_TRY(discard_message(cli, letter, ret_told));
    return call(cli, letter,
                "SELECT CASE WHEN run_fail($1::uuid, $2, 'Cancelled') THEN 'its run was cancelled' "
                "ELSE 'its run was over already' END",
                values, ret_told);
}

rc_status letter_discard(struct cli *cli, const struct letter *letter, const char **ret_told)
{
    *ret_told = "it is not open any more";
    if (strcmp(letter->state, "open") != 0) return RC_OK;
    if (letter->run && letter->page) return discard_page(cli, letter, ret_told);
    if (letter->lane) return discard_lane(cli, letter, ret_told);
    if (letter->run && strcmp(letter->origin_topic, ready_topic) == 0)
        return discard_phase(cli, letter, ret_told);
    return discard_message(cli, letter, ret_told);
}
