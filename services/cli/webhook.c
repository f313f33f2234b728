/* rollcall webhook: where applications are told of changes by POST, instead of asking the feed. A
 * secret is shown once; what is kept of it is sealed under the district's key. */
#include "cli.h"
#include "keys.h"
#include "nouns.h"
#include "source_fields.h"
#include "wait.h"

#include "cli_sql.h"

#include <inttypes.h>
#include <string.h>

#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/http.h"
#include "rollcall/port/seal.h"

enum { SECRET_BYTES = 32, CA_FILE_LONGEST = 1000 };

#define DAY_MS INT64_C(86400000)

/* The application that a command is about, in the district in hand. */
struct webhook {
    const char *district, *name, *application;
    bool revoked, granted, set;
};

/* ---- finding ---- */

static rc_status begin(struct cli *cli, struct webhook *webhook, struct rc_db **ret_tx)
{
    RC_TRY(cli_district(cli, &webhook->district));
    return rc_db_tx(cli->db, webhook->district, ret_tx);
}

static rc_status find(struct cli *cli, struct rc_db *tx, struct webhook *ret)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    ret->name = args_word(&cli->args, 0);
    if (!ret->name)
        return cli_refuse(cli, CLI_USAGE, "`rollcall application list` shows all.",
                          "NAME, the application's, is missing");
    const rc_status found = rc_db_one(tx, sql_webhook_find, 1, &ret->name, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall application list` shows all.",
                          "there is no application \"%.70s\"", ret->name);
    RC_TRY(found);
    ret->application = cli_keep(cli, rows, 0, 0);
    ret->revoked = rc_rows_bool(rows, 0, 1);
    ret->granted = rc_rows_bool(rows, 0, 2);
    ret->set = rc_rows_bool(rows, 0, 3);
    return RC_OK;
}

static rc_status find_set(struct cli *cli, struct rc_db *tx, struct webhook *ret)
{
    RC_TRY(find(cli, tx, ret));
    if (ret->set) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall webhook set` makes one.",
                      "%.70s has no webhook in this district", ret->name);
}

static rc_status check_granted(struct cli *cli, const struct webhook *webhook)
{
    if (webhook->revoked)
        return cli_refuse(cli, CLI_FAILED, "Add another one: `rollcall application add`.",
                          "the application was revoked, which is for ever");
    if (webhook->granted) return RC_OK;
    return cli_refuse(cli, CLI_FAILED,
                      "`rollcall application grant NAME --read …,changes` gives it that.",
                      "%.70s may not read the changes of this district", webhook->name);
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act,
                       const struct webhook *webhook, const char *url)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "application", rc_str_of(webhook->application));
    /* The rest of an address may be something that its owner keeps to himself. */
    if (url) rc_json_put_text(&json, "host", rc_url_host(rc_str_of(url)));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

/* ---- secrets ---- */

/* *ret_text is what the application is to be given. */
static rc_status make_secret(struct cli *cli, struct rc_db *tx, const struct webhook *webhook,
                             struct rc_buf *ret_text)
{
    RC_AUTO_BUF struct rc_buf sealed = {0};
    unsigned char bytes[SECRET_BYTES];
    const struct rc_str secret = {(const char *)bytes, sizeof bytes};
    struct rc_keyring *ring = NULL;

    RC_TRY(keys_ring(cli, &ring));
    rc_random(bytes, sizeof bytes);
    rc_buf_add_str(ret_text, RC_STR("whsec_"));
    rc_base64(secret, ret_text);
    const rc_status status = rc_keyring_seal(ring, tx, webhook->district, "credential:webhook",
                                             secret, &sealed);
    rc_secret_wipe(bytes, sizeof bytes);
    RC_TRY(status);
    const char *const values[] = {webhook->application, rc_db_hex(cli->arena, rc_buf_str(&sealed)),
                                  cli->who};
    return rc_db_run(tx, sql_webhook_secret_add, COUNT_OF(values), values, NULL);
}

static void show_secret(struct cli *cli, const struct webhook *webhook, const struct rc_buf *secret)
{
    const struct out_fact facts[] = {{"application_id", webhook->application},
                                     {"name", webhook->name},
                                     {"secret", secret->data}};

    out_act(&cli->out, facts, COUNT_OF(facts), "%s", secret->data);
    out_note(&cli->out, "The secret that messages to %s are signed with; it is shown this once.",
             webhook->name);
}

/* ---- set, rotate ---- */

static rc_status store(struct cli *cli, struct rc_db *tx, const struct webhook *webhook,
                       const char **ret_state)
{
    const char *const values[] = {webhook->application, args_value(&cli->args, "url"), cli->who,
                                  args_value(&cli->args, "ca-file")};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_webhook_set, COUNT_OF(values), values, &rows));
    *ret_state = cli_keep(cli, rows, 0, 1);
    return audit(cli, tx, "webhook.set", webhook, values[1]);
}

static void show_set(struct cli *cli, const struct webhook *webhook, const char *state)
{
    const struct out_fact facts[] = {
        {"application_id", webhook->application}, {"name", webhook->name}, {"state", state}};

    out_act(&cli->out, facts, COUNT_OF(facts), "The webhook of %s leads there now; it is %s.",
            webhook->name, state);
    if (strcmp(state, "paused") == 0)
        out_note(&cli->out, "`rollcall webhook resume` lets it go on.");
}

static rc_status check_ca_file(struct cli *cli)
{
    const char *file = args_value(&cli->args, "ca-file");

    if (!file || file[0] == '\0' || (file[0] == '/' && strlen(file) < CA_FILE_LONGEST))
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "It is read where rollcall-webhook runs.",
                      "--ca-file: a path is due that starts with /");
}

static rc_status set(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf secret = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct webhook webhook = {0};
    const char *state = NULL;

    RC_TRY(source_check_token_url(cli, "--url", args_value(&cli->args, "url")));
    RC_TRY(check_ca_file(cli));
    RC_TRY(begin(cli, &webhook, &tx));
    RC_TRY(find(cli, tx, &webhook));
    RC_TRY(check_granted(cli, &webhook));
    RC_TRY(store(cli, tx, &webhook, &state));
    if (!webhook.set) RC_TRY(make_secret(cli, tx, &webhook, &secret));
    RC_TRY(rc_db_commit(tx));
    if (webhook.set)
        show_set(cli, &webhook, state);
    else
        show_secret(cli, &webhook, &secret);
    return RC_OK;
}

static rc_status rotate(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf secret = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct webhook webhook = {0};
    const int64_t overlap_ms = args_number(&cli->args, "overlap", DAY_MS);

    RC_TRY(begin(cli, &webhook, &tx));
    RC_TRY(find_set(cli, tx, &webhook));
    const char *const values[] = {webhook.application,
                                  rc_str_print(cli->arena, "%" PRId64, overlap_ms).data};
    RC_TRY(rc_db_run(tx, sql_webhook_secret_end, COUNT_OF(values), values, NULL));
    RC_TRY(make_secret(cli, tx, &webhook, &secret));
    RC_TRY(audit(cli, tx, "webhook.rotate", &webhook, NULL));
    RC_TRY(rc_db_commit(tx));
    show_secret(cli, &webhook, &secret);
    return RC_OK;
}

/* ---- acts of one statement ---- */

static const struct act {
    const char *verb, *sql, *act;
    const char *said;    /* with the application's name */
    const char *nothing; /* why it changed nothing */
} acts[] = {
    {"pause", sql_webhook_pause, "webhook.pause",
     "Nothing is sent to %s any more; what changes waits in the feed.", "it is paused already"},
    {"resume", sql_webhook_resume, "webhook.resume", "Messages are sent to %s again.",
     "it is neither paused nor in trouble"},
    {"resync", sql_webhook_resync, "webhook.resync",
     "The next message tells %s to read the whole directory.", "it was removed meanwhile"},
    {"remove", sql_webhook_remove, "webhook.remove", "%s has no webhook here any more.",
     "it was removed meanwhile"},
};

static const struct act *act_of(const struct cli *cli)
{
    size_t at = 0;

    while (at + 1 < COUNT_OF(acts) && strcmp(acts[at].verb, cli->args.command->verb) != 0)
        at++;
    return &acts[at];
}

static rc_status do_act(struct cli *cli)
{
    const struct act *act = act_of(cli);
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct webhook webhook = {0};

    RC_TRY(begin(cli, &webhook, &tx));
    RC_TRY(find_set(cli, tx, &webhook));
    const char *const values[] = {webhook.application, cli->who};
    const rc_status changed = rc_db_change(tx, act->sql, COUNT_OF(values), values, NULL);
    if (changed == RC_NOT_FOUND) return cli_refuse(cli, CLI_NOTHING, NULL, "%s", act->nothing);
    RC_TRY(changed);
    RC_TRY(audit(cli, tx, act->act, &webhook, NULL));
    RC_TRY(rc_db_commit(tx));
    const char *before =
        rc_str_print(cli->arena, "%.*s", (int)strcspn(act->said, "%"), act->said).data;
    const struct out_fact facts[] = {{"application_id", webhook.application},
                                     {"name", webhook.name}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s%s%s", before, webhook.name,
            strchr(act->said, '%') + 2);
    return RC_OK;
}

static rc_status remove_it(struct cli *cli)
{
    RC_TRY(cli_confirm(cli, 1, "Its secret is forgotten; another webhook begins with a resync."));
    return do_act(cli);
}

/* ---- test ---- */

struct watch {
    const char *district, *delivery;
    const char *state, *found, *took_ms;
};

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct watch *watch = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, watch->district, &tx));
    RC_TRY(rc_db_one(tx, sql_webhook_tested, 1, &watch->delivery, &rows));
    RC_TRY(rc_db_commit(tx));
    watch->state = cli_keep(cli, rows, 0, 0);
    watch->found = cli_keep(cli, rows, 0, 1);
    watch->took_ms = cli_keep(cli, rows, 0, 2);
    *ret_done = strcmp(watch->state, "open") != 0;
    if (!*ret_done) rc_buf_add_str(line, RC_STR("waits for rollcall-webhook to send it"));
    return RC_OK;
}

static rc_status ask_for_test(struct cli *cli, struct webhook *webhook, struct watch *watch)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(begin(cli, webhook, &tx));
    RC_TRY(find_set(cli, tx, webhook));
    watch->district = webhook->district;
    RC_TRY(check_granted(cli, webhook));
    const char *const values[] = {webhook->application};
    RC_TRY(rc_db_one(tx, sql_webhook_test, 1, values, &rows));
    watch->delivery = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit(cli, tx, "webhook.test", webhook, NULL));
    return rc_db_commit(tx);
}

static rc_status test(struct cli *cli)
{
    struct webhook webhook = {0};
    struct watch watch = {0};
    const struct wait wait = {
        .what = "the test",
        .stop =
            "`rollcall webhook deliveries` shows its end; without a running rollcall-webhook "
            "there is none.",
        .look = look,
        .self = &watch,
    };

    RC_TRY(ask_for_test(cli, &webhook, &watch));
    RC_TRY(wait_until_done(cli, &wait));
    if (strcmp(watch.state, "accepted") != 0)
        return cli_refuse(cli, CLI_FAILED,
                          "A receiver answers 2xx; https and an address that is public or in "
                          "webhook.allow-hosts are due.",
                          "%s did not accept the test: %s", webhook.name,
                          watch.found ? watch.found : watch.state);
    const struct out_fact facts[] = {{"application_id", webhook.application},
                                     {"state", watch.state},
                                     {"took_ms", watch.took_ms}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s accepted the test after %s ms.", webhook.name,
            watch.took_ms);
    return RC_OK;
}

/* ---- list, show, deliveries ---- */

static rc_status list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"district", OUT_TEXT, false},    {"name", OUT_TEXT, false},
        {"state", OUT_TEXT, false},       {"since", OUT_TIME, false},
        {"accepted_at", OUT_TIME, false}, {"failed_in_a_row", OUT_NUMBER, false},
        {"url", OUT_TEXT, false},         {"application_id", OUT_TEXT, true},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;

    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_webhook_list, 1, &district, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

static const struct out_column show_columns[] = {
    {"name", OUT_TEXT, false},
    {"url", OUT_TEXT, false},
    {"state", OUT_TEXT, false},
    {"since", OUT_TIME, false},
    {"why", OUT_TEXT, false},
    {"position", OUT_NUMBER, false},
    {"changes_behind", OUT_NUMBER, false},
    {"resync_due", OUT_BOOL, false},
    {"failed_in_a_row", OUT_NUMBER, false},
    {"failing_since", OUT_TIME, false},
    {"next_attempt_at", OUT_TIME, false},
    {"accepted_at", OUT_TIME, false},
    {"set_by", OUT_TEXT, false},
    {"set_at", OUT_TIME, false},
    {"ca_file", OUT_TEXT, false},
    {"application_id", OUT_TEXT, false},
};
static const struct out_column secret_columns[] = {
    {"secret_id", OUT_TEXT, false}, {"state", OUT_TEXT, false},      {"made_by", OUT_TEXT, false},
    {"made_at", OUT_TIME, false},   {"expires_at", OUT_TIME, false}, {"key", OUT_TEXT, true},
};

static rc_status show(struct cli *cli)
{
    static const struct cli_rows parts[] = {
        {"secrets", sql_webhook_secrets, 1, secret_columns, COUNT_OF(secret_columns)},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct webhook webhook = {0};

    RC_TRY(begin(cli, &webhook, &tx));
    RC_TRY(find_set(cli, tx, &webhook));
    const char *const values[] = {webhook.application};
    RC_TRY(rc_db_one(tx, sql_webhook_show, 1, values, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), values));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

static rc_status deliveries(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"at", OUT_TIME, false},
        {"kind", OUT_TEXT, false},
        {"state", OUT_TEXT, false},
        {"attempts", OUT_NUMBER, false},
        {"answer", OUT_TEXT, false},
        {"took_ms", OUT_NUMBER, false},
        {"changes", OUT_NUMBER, false},
        {"last_at", OUT_TIME, false},
        {"first_position", OUT_NUMBER, true},
        {"last_position", OUT_NUMBER, true},
        {"detail", OUT_TEXT, true},
        {"webhook_id", OUT_TEXT, false},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct webhook webhook = {0};

    RC_TRY(begin(cli, &webhook, &tx));
    RC_TRY(find(cli, tx, &webhook)); /* the ledger outlives the webhook */
    const char *limit =
        rc_str_print(cli->arena, "%" PRId64, args_number(&cli->args, "limit", 50)).data;
    const char *const values[] = {webhook.application, args_value(&cli->args, "state"), limit};
    RC_TRY(rc_db_run(tx, sql_webhook_deliveries, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

/* ---- the table ---- */

static const struct cli_option set_options[] = {
    OPTION_DISTRICT,
    {"url", 0, "URL", NULL, OPTION_REQUIRED, 0, 0,
     "Where messages are posted: https, without user or password."},
    {"ca-file", 0, "FILE", NULL, 0, 0, 0,
     "Certificates that the receiver is trusted by, a file where rollcall-webhook runs (the "
     "system's)."},
    OPTION_END,
};
static const struct cli_option one_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option any_options[] = {OPTION_ANY_DISTRICT, OPTION_END};
static const struct cli_option rotate_options[] = {
    OPTION_DISTRICT,
    {"overlap", 0, "TIME", NULL, OPTION_DURATION, 0, 30 * DAY_MS,
     "How long the former secret still signs beside the new one (1d)."},
    OPTION_END,
};
static const struct cli_option test_options[] = {OPTION_DISTRICT, OPTION_TIMEOUT, OPTION_END};
static const struct cli_option remove_options[] = {OPTION_DISTRICT, OPTION_YES, OPTION_END};
static const struct cli_option deliveries_options[] = {
    OPTION_DISTRICT,
    {"state", 0, "STATE", "open|accepted|refused|superseded", 0, 0, 0, "Only those in this state."},
    OPTION_LIMIT,
    OPTION_END,
};

const struct command webhook_commands[] = {
    {"set",
     "NAME",
     "Tells an application of a district's changes at an address, or at another one.",
     "The application must be granted `changes`. A new webhook's secret is shown once; its first\n"
     "message is a resync.",
     set_options,
     {"webhook set learning-portal --district maple-county --url https://portal.example/rollcall"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     set},
    {"list",
     NULL,
     "All webhooks, and how they do.",
     NULL,
     any_options,
     {"webhook list", "webhook list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     list},
    {"show",
     "NAME",
     "One webhook: how far it has come, what is wrong, its secrets' ages.",
     NULL,
     one_options,
     {"webhook show learning-portal --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     show},
    {"deliveries",
     "NAME",
     "The ledger of its messages, newest first: attempts, answers, times.",
     "Kept for retention.deliveries, also after the webhook was removed. Bodies are not kept.",
     deliveries_options,
     {"webhook deliveries learning-portal --district maple-county --state open"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     deliveries},
    {"test",
     "NAME",
     "Sends a test message once, also while paused, and waits for the answer.",
     NULL,
     test_options,
     {"webhook test learning-portal --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     test},
    {"rotate",
     "NAME",
     "Makes another secret and shows it once; both sign for a while.",
     NULL,
     rotate_options,
     {"webhook rotate learning-portal --district maple-county --overlap 2h"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     rotate},
    {"pause",
     "NAME",
     "Sends nothing until it is resumed.",
     NULL,
     one_options,
     {"webhook pause learning-portal --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     do_act},
    {"resume",
     "NAME",
     "Goes on, from the first message that was not accepted, at once.",
     NULL,
     one_options,
     {"webhook resume learning-portal --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     do_act},
    {"resync",
     "NAME",
     "Tells the application to read the whole directory, then what changes from there on.",
     "Changes that it was not told of yet are not sent: what it reads has them.",
     one_options,
     {"webhook resync learning-portal --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     do_act},
    {"remove",
     "NAME",
     "Takes a webhook away, with its secrets.",
     NULL,
     remove_options,
     {"webhook remove learning-portal --district maple-county --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     remove_it},
    {0},
};
