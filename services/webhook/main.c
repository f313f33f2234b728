/* rollcall-webhook: tells applications of changes by POST, signed, in order, until each is
 * accepted.
 */
#include "webhook.h"

#include <stddef.h>

#include "rollcall/worker/keyring.h"

#define FIELD(name) offsetof(struct webhook_options, name)
#define DAY_MS      INT64_C(86400000)

static const struct rc_option webhook_table[] = {
    {"webhook.parallel", RC_OPTION_INT, FIELD(parallel), "4", 1, RC_CREW_MAX,
     "Webhooks that are sent to side by side; each has its own connection to PostgreSQL."},
    {"webhook.every", RC_OPTION_MILLIS, FIELD(every_ms), "1s", 20, 60000,
     "How often webhooks with something to send are looked for."},
    {"webhook.batch", RC_OPTION_INT, FIELD(batch), "200", 1, 1000,
     "Changes that one message tells at most."},
    {"webhook.timeout", RC_OPTION_MILLIS, FIELD(timeout_ms), "20s", 100, 60000,
     "How long a receiver may take to answer."},
    {"webhook.retry-base", RC_OPTION_MILLIS, FIELD(retry_base_ms), "5s", 10, 3600000,
     "Unit of the waits after a message that was not accepted; they double, with jitter."},
    {"webhook.retry-cap", RC_OPTION_MILLIS, FIELD(retry_cap_ms), "15m", 10, DAY_MS,
     "Longest such wait; a receiver's Retry-After may ask for up to a day."},
    {"webhook.failing-after", RC_OPTION_MILLIS, FIELD(failing_after_ms), "1h", 0, 30 * DAY_MS,
     "How long nothing is accepted before the district's people are told."},
    {"webhook.pause-after", RC_OPTION_MILLIS, FIELD(pause_after_ms), "72h", 0, 30 * DAY_MS,
     "How long nothing is accepted before the webhook is paused, until somebody resumes it."},
    {"webhook.allow-hosts", RC_OPTION_TEXT, FIELD(allow_hosts), "", 0, 0,
     "Hosts, addresses and networks of our own that a webhook may lead to all the same "
     "(app.internal, .internal, 10.1.0.0/16)."},
    {.name = NULL},
};

static const struct rc_option *const webhook_tables[] = {rc_common_option_table,
                                                         rc_key_option_table, webhook_table, NULL};

static rc_status open_sender(void *self, struct rc_stage_env *env)
{
    struct sender *sender = self;

    if (!env->db)
        return rc_fail(RC_REJECT, "database.url is empty: webhooks stand in tables; set it");
    sender->options = env->config;
    if (rc_guard_new(sender->options->allow_hosts, &sender->guard) != RC_OK) {
        rc_process_fail(env->process, RC_EXIT_CONFIG);
        return rc_fail(RC_FATAL, "webhook.allow-hosts: %s", rc_error_text());
    }
    return rc_http_open("rollcall-webhook", &sender->http);
}

static void close_sender(void *self)
{
    struct sender *sender = self;

    rc_http_free(sender->http);
    rc_guard_free(sender->guard);
    rc_buf_done(&sender->body);
    rc_buf_done(&sender->answer);
}

static const struct rc_tick webhook_ticks[] = {
    {"gauges", 15000, gauges_tell, 0, true},
    {0},
};

static const struct rc_tick webhook_crew[] = {
    {"send", 0, sender_round, FIELD(every_ms), true},
    {0},
};

static const struct rc_ticker webhook = {
    .name = "webhook",
    .ticks = webhook_ticks,
    .tables = webhook_tables,
    .config_size = sizeof(struct webhook_options),
    .state_size = sizeof(struct sender),
    .open = open_sender,
    .close = close_sender,
    .database_only = true,
    .crew = webhook_crew,
    .crew_at = FIELD(parallel),
};

int main(int argc, char **argv)
{
    return rc_ticker_main(&webhook, argc, argv);
}
