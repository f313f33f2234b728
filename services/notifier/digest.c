/* The daily digest by the clock. A reader's row is held while the mail is planned, and the mail,
 * what was told of and the next date are one transaction: two notifiers share the readers, a crash
 * leaves the digest due, and no local day has two (M1). */
#include "digest.h"
#include "attach.h"
#include "links.h"

#include <stdio.h>

#include "notifier_sql.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

enum { ROUND_MS = 10000 };

/* One reader in hand. */
struct planning {
    struct notifier *self;
    struct rc_arena *arena;
    struct rc_db *tx;
    const char *reader; /* in hex */
    const char *due;    /* NULL: only when the next is due is to be found out */
    bool may_wait;
    struct rc_digest digest;
    struct attach attach;
    const char *mail; /* NULL: none was planned */
};

static const char *keep(const struct planning *planning, const struct rc_rows *rows, int column)
{
    if (rc_rows_null(rows, 0, column)) return NULL;
    return rc_str_copy(planning->arena, rc_rows_text(rows, 0, column)).data;
}

static rc_status claim(struct planning *planning)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(planning->tx, sql_digest_claim, 0, NULL, &rows));
    planning->reader = keep(planning, rows, 0);
    planning->due = keep(planning, rows, 1);
    planning->may_wait = rc_rows_bool(rows, 0, 2);
    return RC_OK;
}

static rc_status is_busy(const struct planning *planning, bool *ret_busy)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    *ret_busy = false;
    if (!planning->may_wait) return RC_OK;
    RC_TRY(rc_db_one(planning->tx, sql_digest_busy, 1, &planning->reader, &rows));
    *ret_busy = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

/* ---- the mail ---- */

/* In the first part's district, where rc_digest_read has left the transaction. */
static rc_status insert(struct planning *planning, const struct rc_letter *letter)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *member = planning->digest.parts[0].member;
    const char *const values[] = {member,
                                  planning->digest.day,
                                  letter->subject.data,
                                  letter->text.data,
                                  letter->html.data,
                                  planning->self->options->domain};

    RC_TRY(rc_db_run(planning->tx, sql_digest_plan, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    planning->mail = keep(planning, rows, 0);
    RC_TRY(attach_store(planning->tx, &planning->attach, &planning->digest, planning->mail));
    const char *const told[] = {member, planning->mail};
    return rc_db_run(planning->tx, sql_missed_told, COUNT_OF(told), told, NULL);
}

static rc_status write(struct planning *planning)
{
    struct rc_letter_input in = {.kind = RC_LETTER_DIGEST,
                                 .facts = planning->digest.facts,
                                 .console_url = rc_str_of(planning->self->options->console_url),
                                 .optional = true,
                                 .stop_url = links_url(planning->self->options, "stop",
                                                       RC_STR(RC_LETTER_TOKEN), planning->arena)};
    struct rc_letter letter = {0};

    RC_TRY(attach_read(planning->arena, planning->tx, &planning->digest,
                       planning->self->options->attachments_max, &planning->attach));
    in.left_out = planning->attach.left_out;
    rc_status status = rc_letter_write(&in, planning->arena, &letter);
    if (status == RC_OK) status = insert(planning, &letter);
    rc_letter_done(&letter);
    return status;
}

static rc_status note_told(const struct planning *planning)
{
    for (size_t i = 0; i < planning->digest.count; i++) {
        const struct rc_digest_part *part = &planning->digest.parts[i];
        const char *const values[] = {part->member, part->since};
        RC_TRY(rc_db_enter(planning->tx, part->district));
        RC_TRY(rc_db_run(planning->tx, sql_digest_told, COUNT_OF(values), values, NULL));
    }
    return RC_OK;
}

/* ---- one reader ---- */

static rc_status set_next(const struct planning *planning)
{
    const struct rc_digest *digest = &planning->digest;
    char hour[24];
    const char *const values[] = {planning->reader, planning->mail ? digest->day : NULL, hour,
                                  digest->zone, digest->weekly_only ? "true" : "false"};

    snprintf(hour, sizeof hour, "%d", (int)digest->hour);
    if (!digest->zone) return rc_db_run(planning->tx, sql_digest_drop, 1, values, NULL);
    return rc_db_run(planning->tx, sql_digest_next, COUNT_OF(values), values, NULL);
}

static rc_status plan(struct planning *planning)
{
    const struct rc_digest_ask ask = {
        .reader = planning->reader, .due = planning->due, .choices_only = !planning->due};
    bool busy = false;

    RC_TRY(is_busy(planning, &busy));
    if (busy) return rc_db_run(planning->tx, sql_digest_later, 1, &planning->reader, NULL);
    RC_TRY(rc_digest_read(planning->arena, planning->tx, &ask, &planning->digest));
    if (planning->digest.count > 0) RC_TRY(write(planning));
    if (planning->mail) RC_TRY(note_told(planning));
    return set_next(planning);
}

static rc_status claim_and_plan(struct planning *planning, struct rc_db *db)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(db, NULL, &tx));
    planning->tx = tx;
    RC_TRY(claim(planning));
    RC_TRY(plan(planning));
    return rc_db_commit(tx);
}

/* What cannot be written now, as for a time zone that PostgreSQL does not know, must not stay first
 * for ever and keep the others from theirs. */
static rc_status put_off(const struct planning *planning, struct rc_db *db)
{
    const char *why = rc_str_copy(planning->arena, rc_str_of(rc_error_text())).data;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(db, sql_digest_put_off, 1, &planning->reader, &rows));
    if (rc_rows_count(rows) > 0)
        rc_log_error("mail.digest-failed", "the digest of member %.*s: %s",
                     RC_STR_ARG(rc_rows_text(rows, 0, 0)), why);
    return RC_OK;
}

/* RC_NOT_FOUND: no reader is due. */
static rc_status plan_next(struct notifier *self, struct rc_stage_env *env, struct rc_arena *arena)
{
    struct planning planning = {.self = self, .arena = arena};

    const rc_status status = claim_and_plan(&planning, env->db);
    if (status == RC_REJECT && planning.reader) return put_off(&planning, env->db);
    RC_TRY(status);
    if (!planning.mail) return RC_OK;
    rc_log_info("mail.planned", "digest mail %s", planning.mail);
    rc_fault_point("notifier.planned");
    return RC_OK;
}

rc_status notifier_digest(void *self, struct rc_stage_env *env)
{
    const int64_t until_ms = rc_clock_mono_ms() + ROUND_MS;
    rc_status status = RC_OK;

    while (status == RC_OK && !rc_process_flag(env->stop) && rc_clock_mono_ms() < until_ms) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        status = plan_next(self, env, arena);
    }
    return status == RC_NOT_FOUND ? RC_OK : status;
}
