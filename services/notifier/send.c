/* Due rows to an SMTP server. The row says "handed over" before the first byte is sent, so that a
 * crash leaves no doubt about which mails are in doubt (M1): of these, one that tells of something
 * that waits is sent again with the same Message-ID, any other is left, and the owner's next mail
 * says so. */
#include "links.h"
#include "notifier.h"
#include "notifier_sql.h"

#include <inttypes.h>
#include <stdio.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/port/crypto.h"

enum { ROUND_MAILS = 50, ROUND_MS = 10000, WORDS_MAX = 300, TOKEN_LEN = 32 };

enum send_fate send_fate(enum rc_smtp_outcome outcome, bool held)
{
    static const enum send_fate fates[][2] = {
        [RC_SMTP_ACCEPTED] = {SEND_ACCEPTED, SEND_ACCEPTED},
        [RC_SMTP_REFUSED] = {SEND_REFUSED, SEND_REFUSED},
        [RC_SMTP_TRY_LATER] = {SEND_AGAIN, SEND_AGAIN},
        [RC_SMTP_UNKNOWN] = {SEND_UNKNOWN, SEND_AGAIN},
    };

    return fates[outcome][held];
}

/* One mail in hand. */
struct sending {
    struct notifier *self;
    struct rc_stage_env *env;
    struct rc_arena *arena;
    const char *district, *mail;
    const char *attempt; /* its number: what a slower sender of the same row must not overwrite */
    int64_t attempts;
    bool held;
    const char *barred;        /* why it must not be sent any more, or NULL */
    char token[TOKEN_LEN + 1]; /* of its links, this time */
    const char *digest;        /* of the token; NULL: there are no links */
    bool came;                 /* it may have come, so that its links must work */
    struct rc_mail letter;
    int code;
    const char *words;
};

/* ---- the ledger ---- */

static struct rc_str at(const struct sending *sending, const struct rc_rows *rows, int column)
{
    return rc_str_copy(sending->arena, rc_rows_text(rows, 0, column));
}

static struct rc_str date_of(const struct sending *sending, int64_t unix_ms)
{
    char date[40];

    rc_mail_date(unix_ms, date);
    return rc_str_copy(sending->arena, rc_str_of(date));
}

/* An address of this mail alone (VERP), so that what comes back tells by itself which mail it was.
 */
struct rc_str send_return_path(const struct notifier_options *options, struct rc_str token,
                               struct rc_arena *arena)
{
    struct rc_str domain = rc_str_of(options->bounce_address);
    const struct rc_str local = rc_str_cut(&domain, '@');

    if (local.len == 0) return (struct rc_str){0};
    return rc_str_print(arena, "%.*s+%.*s@%.*s", RC_STR_ARG(local), RC_STR_ARG(token),
                        RC_STR_ARG(domain));
}

/* Only what is optional can be stopped. */
static struct rc_str unsubscribe(const struct sending *sending, bool optional)
{
    if (!optional) return (struct rc_str){0};
    return links_url(sending->self->options, "stop", rc_str_of(sending->token), sending->arena);
}

/* A text of the mail, with the token in its links. */
static struct rc_str with_token(const struct sending *sending, const struct rc_rows *rows,
                                int column)
{
    const struct rc_str text = rc_rows_text(rows, 0, column);
    char *copy = rc_arena_copy(sending->arena, text.data, text.len);

    _Static_assert(sizeof RC_LETTER_TOKEN == TOKEN_LEN + 1, "one takes the place of the other");
    for (char *at = copy; (at = strstr(at, RC_LETTER_TOKEN)) != NULL; at += TOKEN_LEN)
        memcpy(at, sending->token, TOKEN_LEN);
    return (struct rc_str){copy, text.len};
}

static void take(struct sending *sending, const struct rc_rows *rows)
{
    sending->letter = (struct rc_mail){
        .from = rc_str_of(sending->self->options->from),
        .to = at(sending, rows, 0),
        .subject = at(sending, rows, 1),
        .text = with_token(sending, rows, 2),
        .html = with_token(sending, rows, 3),
        .message_id = at(sending, rows, 4),
        .date = date_of(sending, rc_rows_int(rows, 0, 5)),
        .refers_to = at(sending, rows, 9),
        .return_path = send_return_path(sending->self->options, rc_rows_text(rows, 0, 10),
                                        sending->env->arena),
        .unsubscribe = unsubscribe(sending, rc_rows_bool(rows, 0, 11)),
    };
    sending->attempt = at(sending, rows, 6).data;
    sending->attempts = rc_rows_int(rows, 0, 6);
    sending->held = rc_rows_bool(rows, 0, 7);
    sending->barred = rc_rows_null(rows, 0, 8) ? NULL : at(sending, rows, 8).data;
}

static rc_status take_attachments(struct sending *sending, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_attach_read, 1, &sending->mail, &rows));
    const size_t count = rc_rows_count(rows);
    struct rc_mail_attachment *all = rc_arena_array(sending->arena, count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i].name = rc_str_copy(sending->arena, rc_rows_text(rows, i, 0));
        all[i].content = rc_str_copy(sending->arena, rc_rows_text(rows, i, 1));
    }
    sending->letter.attachments = all;
    sending->letter.attachment_count = count;
    return RC_OK;
}

static void make_token(struct sending *sending)
{
    rc_random_hex(TOKEN_LEN / 2, sending->token);
    if (sending->self->options->links[0] == '\0') return;
    sending->digest = links_digest(rc_str_of(sending->token), sending->arena);
}

/* RC_NOT_FOUND: somebody else has it, or it is over. */
static rc_status hand_over(struct sending *sending)
{
    const char *const values[] = {sending->mail, sending->digest};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(sending->env->db, sending->district, &tx));
    RC_TRY(rc_db_one(tx, sql_mail_hand, COUNT_OF(values), values, &rows));
    take(sending, rows);
    RC_TRY(take_attachments(sending, tx));
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("notifier.handed-over");
    return RC_OK;
}

static rc_status note_alert(struct sending *sending, struct rc_db *tx, struct rc_str state)
{
    if (!rc_str_eq(state, RC_STR("refused")) || sending->barred) return RC_OK;
    rc_log_error("mail.refused", "mail %s: code %d", sending->mail, sending->code);
    RC_TRY(rc_db_run(tx, sql_mail_barred, 1, &sending->mail, NULL));
    return rc_db_run(tx, sql_mail_alert, 1, &sending->mail, NULL);
}

/* A token that nobody got is no use to anybody. */
static rc_status drop_link(const struct sending *sending, struct rc_db *tx)
{
    const char *const values[] = {sending->mail, sending->digest};

    if (sending->came || !sending->digest) return RC_OK;
    return rc_db_run(tx, sql_link_drop, COUNT_OF(values), values, NULL);
}

/* Runs a statement that ends the try and gives the row's new state. */
static rc_status record(struct sending *sending, const char *sql, const char *const *values,
                        size_t count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(sending->env->db, sending->district, &tx));
    const rc_status status = rc_db_one(tx, sql, count, values, &rows);
    if (status == RC_NOT_FOUND) return RC_OK; /* found in the meantime: whoever did decided */
    RC_TRY(status);
    RC_TRY(note_alert(sending, tx, rc_rows_text(rows, 0, 0)));
    RC_TRY(drop_link(sending, tx));
    return rc_db_commit(tx);
}

static const char *number(const struct sending *sending, int64_t value)
{
    return rc_str_print(sending->arena, "%" PRId64, value).data;
}

static rc_status record_end(struct sending *sending, const char *state)
{
    const char *code = sending->code > 0 ? number(sending, sending->code) : NULL;
    const char *const values[] = {sending->mail, sending->attempt, state, code, sending->words};

    return record(sending, sql_mail_end, values, COUNT_OF(values));
}

/* over: the state once it is not tried again. */
static rc_status record_later(struct sending *sending, const char *over)
{
    const struct notifier_options *options = sending->self->options;
    const char *code = sending->code > 0 ? number(sending, sending->code) : NULL;
    const int64_t wait_ms = rc_backoff_ms((unsigned)sending->attempts, options->retry_base_ms,
                                          options->retry_cap_ms);
    const char *const values[] = {sending->mail,
                                  sending->attempt,
                                  over,
                                  code,
                                  sending->words,
                                  number(sending, wait_ms),
                                  number(sending, options->try_for_ms)};

    rc_log_warn("mail.later", "mail %s: code %d", sending->mail, sending->code);
    return record(sending, sql_mail_later, values, COUNT_OF(values));
}

static rc_status record_fate(struct sending *sending, enum send_fate fate,
                             enum rc_smtp_outcome outcome)
{
    static const char *const states[] = {
        [SEND_ACCEPTED] = "accepted", [SEND_REFUSED] = "refused", [SEND_UNKNOWN] = "unknown"};

    /* What may have arrived is not called refused. */
    if (fate == SEND_AGAIN)
        return record_later(sending, outcome == RC_SMTP_UNKNOWN ? "unknown" : "refused");
    return record_end(sending, states[fate]);
}

/* ---- one mail ---- */

/* A mail that cannot be written, as to an address that is none, is refused by ourselves. */
static rc_status speak(struct sending *sending, enum rc_smtp_outcome *ret_outcome)
{
    const rc_status status = rc_smtp_send(sending->self->smtp, &sending->letter, ret_outcome,
                                          &sending->code);

    if (status == RC_REJECT) *ret_outcome = RC_SMTP_REFUSED;
    if (status != RC_OK && status != RC_REJECT) return status;
    if (*ret_outcome != RC_SMTP_ACCEPTED) {
        const struct rc_str words = rc_str_of(rc_error_text());
        sending->words = rc_str_print(sending->arena, "%.*s", WORDS_MAX, words.data).data;
    }
    return RC_OK;
}

static void count(enum rc_smtp_outcome outcome)
{
    static const char *const labels[] = {[RC_SMTP_ACCEPTED] = "outcome=\"accepted\"",
                                         [RC_SMTP_REFUSED] = "outcome=\"refused\"",
                                         [RC_SMTP_TRY_LATER] = "outcome=\"later\"",
                                         [RC_SMTP_UNKNOWN] = "outcome=\"unknown\""};

    rc_metric_add("rollcall_emails_total", labels[outcome], 1);
}

/* Planned before its member's address was barred: that is known already, so nobody is alerted. */
static rc_status bar(struct sending *sending)
{
    sending->words = rc_str_print(sending->arena, "not sent, the member's standing is: %s",
                                  sending->barred)
                         .data;
    return record_end(sending, "refused");
}

/* *ret_reached: a server answered; else the others would fare no better now. */
static rc_status send_one(struct sending *sending, bool *ret_reached)
{
    enum rc_smtp_outcome outcome = RC_SMTP_REFUSED;

    make_token(sending);
    RC_TRY(hand_over(sending));
    if (sending->barred) return bar(sending);
    RC_TRY(speak(sending, &outcome));
    rc_fault_point("notifier.sent");
    count(outcome);
    sending->came = outcome == RC_SMTP_ACCEPTED || outcome == RC_SMTP_UNKNOWN;
    *ret_reached = sending->code > 0 || outcome != RC_SMTP_TRY_LATER;
    return record_fate(sending, send_fate(outcome, sending->held), outcome);
}

/* ---- rounds ---- */

/* One of the mails that are due. */
static rc_status send_at(struct notifier *self, struct rc_stage_env *env, const struct rc_rows *due,
                         size_t at, bool *ret_reached)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct sending sending = {.self = self,
                              .env = env,
                              .arena = arena,
                              .district = rc_rows_cstr(due, at, 0),
                              .mail = rc_rows_cstr(due, at, 1)};
    RC_LOG_SCOPE("district", sending.district);

    const rc_status status = send_one(&sending, ret_reached);
    return status == RC_NOT_FOUND ? RC_OK : status;
}

/* *ret_more: there may be further ones, and a server that takes them. */
static rc_status send_round(struct notifier *self, struct rc_stage_env *env, int64_t until_ms,
                            bool *ret_more)
{
    RC_AUTO(rc_rows) struct rc_rows *due = NULL;
    const char *limit = rc_str_print(env->arena, "%d", ROUND_MAILS).data;
    bool reached = true;
    size_t i = 0;

    RC_TRY(rc_db_run(env->db, sql_mails_due, 1, &limit, &due));
    for (; i < rc_rows_count(due) && reached; i++) {
        if (rc_process_flag(env->stop) || rc_clock_mono_ms() > until_ms) break;
        RC_TRY(send_at(self, env, due, i, &reached));
    }
    *ret_more = reached && i == ROUND_MAILS;
    return RC_OK;
}

static rc_status send_due(struct notifier *self, struct rc_stage_env *env)
{
    const int64_t until_ms = rc_clock_mono_ms() + ROUND_MS;
    bool more = true;

    while (more && !rc_process_flag(env->stop))
        RC_TRY(send_round(self, env, until_ms, &more));
    return RC_OK;
}

static rc_status decide_found(struct rc_stage_env *env, const struct rc_rows *found, size_t at_row,
                              const char *age)
{
    const char *const values[] = {rc_rows_cstr(found, at_row, 1), age};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, rc_rows_cstr(found, at_row, 0), &tx));
    RC_TRY(rc_db_run(tx, sql_mail_found, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    if (rc_rows_count(rows) > 0)
        rc_log_warn("mail.found", "mail %s was left handed over: now %s", values[0],
                    rc_rows_cstr(rows, 0, 0));
    return RC_OK;
}

static rc_status decide_all_found(struct notifier *self, struct rc_stage_env *env)
{
    RC_AUTO(rc_rows) struct rc_rows *found = NULL;
    const char *age = rc_str_print(env->arena, "%" PRId64, self->options->found_after_ms).data;

    RC_TRY(rc_db_run(env->db, sql_mails_found, 1, &age, &found));
    for (size_t i = 0; i < rc_rows_count(found); i++)
        RC_TRY(decide_found(env, found, i, age));
    return RC_OK;
}

rc_status notifier_send(void *self, struct rc_stage_env *env)
{
    RC_TRY(decide_all_found(self, env));
    RC_TRY(send_due(self, env));
    rc_metric_set("rollcall_mail_beat_timestamp_seconds", NULL, (double)rc_clock_now_ms() / 1000.0);
    return RC_OK;
}
