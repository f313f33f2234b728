/* Messages to mail rows. The row is committed before anybody speaks SMTP, and its unique key is
 * what makes a mail one (M1): the same message once more, on whichever notifier, plans nothing. */
#include "links.h"
#include "notifier.h"
#include "notifier_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/letter/alert.h"

/* ---- rows ---- */

static rc_status insert(struct notifier *self, struct rc_db *tx, const struct notice *notice,
                        const struct rc_rows *owners, size_t at, const struct rc_letter *letter,
                        struct rc_rows **ret_rows)
{
    const char *const values[] = {
        rc_rows_cstr(owners, at, 0),
        rc_rows_cstr(owners, at, 2),
        rc_letter_kind_name(notice->kind),
        notice->about,
        notice->held ? "true" : "false",
        letter->subject.data,
        letter->text.data,
        letter->html.data,
        self->options->domain,
        notice->traceparent,
        notice->optional ? "true" : "false",
        notice->thread,
    };

    return rc_db_run(tx, sql_mail_plan, COUNT_OF(values), values, ret_rows);
}

/* M1: what may not have arrived is named by this mail. */
static rc_status name_missed(struct rc_db *tx, const char *member, const char *mail)
{
    const char *const values[] = {member, mail};

    return rc_db_run(tx, sql_missed_told, COUNT_OF(values), values, NULL);
}

static rc_status plan_written(struct notifier *self, struct rc_db *tx, const struct notice *notice,
                              const struct rc_rows *owners, size_t at,
                              const struct rc_letter *letter)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(insert(self, tx, notice, owners, at, letter, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    RC_TRY(name_missed(tx, rc_rows_cstr(owners, at, 0), rc_rows_cstr(rows, 0, 0)));
    rc_log_info("mail.planned", "%s mail %s", rc_letter_kind_name(notice->kind),
                rc_rows_cstr(rows, 0, 0));
    return RC_OK;
}

static rc_status plan_for(struct notifier *self, struct rc_stage_env *env, struct rc_db *tx,
                          const struct notice *notice, const struct rc_rows *owners, size_t at)
{
    struct rc_letter_input in = {
        .kind = notice->kind,
        .console_url = rc_str_of(self->options->console_url),
        .optional = notice->optional,
        .stop_url = links_url(self->options, "stop", RC_STR(RC_LETTER_TOKEN), env->arena)};
    const struct rc_letter_about about = {.kind = notice->kind,
                                          .member = rc_rows_cstr(owners, at, 0),
                                          .zone = rc_rows_cstr(owners, at, 1),
                                          .run = notice->run,
                                          .alert = notice->alert};
    struct rc_letter letter = {0};

    RC_TRY(rc_letter_facts(env->arena, tx, &about, &in.facts));
    rc_status status = rc_letter_write(&in, env->arena, &letter);
    if (status == RC_OK) status = plan_written(self, tx, notice, owners, at, &letter);
    rc_letter_done(&letter);
    return status;
}

static rc_status find_alerted(const struct notifier *self, struct rc_db *tx,
                              const struct notice *notice, struct rc_rows **ret_rows)
{
    const char *operators = self->options->operators;
    const char *const told[] = {operators, notice->roles};
    const char *const values[] = {notice->when,  notice->optional ? "true" : "false",
                                  notice->roles, notice->only,
                                  operators,     notice->run};

    RC_TRY(rc_db_run(tx, sql_operators_add, COUNT_OF(told), told, NULL));
    return rc_db_run(tx, sql_alert_readers, COUNT_OF(values), values, ret_rows);
}

static rc_status find_readers(const struct notifier *self, struct rc_db *tx,
                              const struct notice *notice, struct rc_rows **ret_rows)
{
    const char *const values[] = {notice->when, notice->optional ? "true" : "false", notice->run};

    if (notice->roles) return find_alerted(self, tx, notice, ret_rows);
    return rc_db_run(tx, sql_owners, COUNT_OF(values), values, ret_rows);
}

rc_status notifier_tell(struct notifier *self, struct rc_stage_env *env,
                        const struct notice *notice)
{
    RC_AUTO(rc_rows) struct rc_rows *owners = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, notice->district, &tx));
    RC_TRY(find_readers(self, tx, notice, &owners));
    for (size_t i = 0; i < rc_rows_count(owners); i++)
        RC_TRY(plan_for(self, env, tx, notice, owners, i));
    /* What is optional may have no reader: each chose a digest, or nothing. */
    if (rc_rows_count(owners) == 0 && !notice->optional)
        rc_log_warn("mail.nobody",
                    "the district has no owner who is mailed: `member list` says why");
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("notifier.planned");
    return RC_OK;
}

/* ---- run.finished ---- */

/* Which states are told, and as what. The others came about by somebody's own doing. */
static const struct {
    const char *state;
    enum rc_letter_kind kind;
    bool optional;
} told[] = {
    {"Completed", RC_LETTER_RESULT, true},
    {"Completed with warnings", RC_LETTER_RESULT, true},
    {"Completed with errors", RC_LETTER_RESULT, true},
    {"Failed", RC_LETTER_RESULT, false},
    {"On hold", RC_LETTER_HELD, false},
};

static const char *copy(struct rc_stage_env *env, struct rc_str text)
{
    return rc_str_copy(env->arena, text).data;
}

/* The state as it stands now: the message only says "look". */
static rc_status run_state(struct rc_stage_env *env, const char *district, const char *run,
                           struct rc_str *ret_state, bool *ret_quiet)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_run_state, 1, &run, &rows));
    *ret_state = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0));
    *ret_quiet = rc_rows_bool(rows, 0, 1);
    return rc_db_commit(tx);
}

static rc_status tell_state(struct notifier *self, struct rc_stage_env *env, struct notice *notice,
                            struct rc_str state)
{
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        if (!rc_str_eq(state, rc_str_of(told[i].state))) continue;
        notice->kind = told[i].kind;
        notice->held = told[i].kind == RC_LETTER_HELD;
        notice->optional = told[i].optional;
        return notifier_tell(self, env, notice);
    }
    return RC_OK;
}

rc_status notifier_run_finished(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct notice notice = {0};
    struct rc_str state = {0};
    bool quiet = false;

    (void)in;
    if (env->envelope.district.len == 0 || env->envelope.run.len == 0)
        return rc_fail(RC_REJECT,
                       "the message must name a district and a run in rc_district and rc_run");
    notice.district = copy(env, env->envelope.district);
    notice.traceparent = copy(env, env->envelope.traceparent);
    notice.run = copy(env, env->envelope.run);
    notice.about = notice.run;
    notice.thread = rc_str_print(env->arena, "run:%s", notice.run).data;
    const rc_status status = run_state(env, notice.district, notice.run, &state, &quiet);
    if (status == RC_NOT_FOUND) return RC_OK; /* purged since */
    RC_TRY(status);
    return quiet ? RC_OK : tell_state(self, env, &notice, state);
}

/* ---- alert.raised ---- */

/* url: what its button leads to; may be empty. */
static const struct rc_json *alert_json(struct rc_stage_env *env, const struct rc_rows *rows,
                                        struct rc_str url)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out out = {.buf = &text};
    const struct rc_json *alert = NULL;

    rc_json_open(&out, NULL, '{');
    rc_json_put_text(&out, "kind", rc_rows_text(rows, 0, 1));
    rc_json_put_text(&out, "message", rc_rows_text(rows, 0, 2));
    rc_json_put_text(&out, "url", url);
    rc_json_close(&out, '}');
    rc_ignore(rc_json_parse(rc_str_copy(env->arena, rc_buf_str(&text)), NULL, env->arena, &alert));
    return alert;
}

/* Asks one address for a word. */
static struct rc_str ask_for_word(const struct notifier *self, struct rc_stage_env *env,
                                  const char *member, struct notice *notice)
{
    notice->only = member;
    if (self->options->links[0] == '\0')
        rc_log_warn("mail.no-links", "mail.links is empty: an address cannot be confirmed");
    return links_url(self->options, "confirm", RC_STR(RC_LETTER_TOKEN), env->arena);
}

static rc_status read_alert(const struct notifier *self, struct rc_stage_env *env, const char *id,
                            struct notice *notice)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, notice->district, &tx));
    RC_TRY(rc_db_one(tx, sql_alert_about, 1, &id, &rows));
    notice->about = copy(env, rc_rows_text(rows, 0, 0));
    notice->when = copy(env, rc_rows_text(rows, 0, 3));
    notice->run = rc_rows_null(rows, 0, 4) ? NULL : copy(env, rc_rows_text(rows, 0, 4));
    notice->thread = copy(env, rc_rows_text(rows, 0, 5));
    struct rc_str url = {0};
    if (rc_str_eq(rc_rows_text(rows, 0, 1), RC_STR("member.verify")))
        url = ask_for_word(self, env, copy(env, rc_rows_text(rows, 0, 6)), notice);
    notice->alert = alert_json(env, rows, url);
    const struct rc_alert_kind *kind = rc_alert_kind_of(rc_rows_text(rows, 0, 1));
    notice->roles = kind->roles;
    notice->optional = kind->optional;
    return rc_db_commit(tx);
}

rc_status notifier_alert_raised(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    /* It tells that a run waits for a person. */
    struct notice notice = {.kind = RC_LETTER_ALERT, .held = true};
    const struct rc_json *data = NULL;
    struct rc_str id = {0};

    if (env->envelope.district.len == 0)
        return rc_fail(RC_REJECT, "the message must name a district in rc_district");
    notice.district = copy(env, env->envelope.district);
    notice.traceparent = copy(env, env->envelope.traceparent);
    RC_TRY(rc_json_parse(in->payload, NULL, env->arena, &data));
    RC_TRY(rc_json_need_text(data, "alert", &id));
    const rc_status status = read_alert(self, env, copy(env, id), &notice);
    if (status == RC_NOT_FOUND) return RC_OK; /* purged since */
    RC_TRY(status);
    return notifier_tell(self, env, &notice);
}
