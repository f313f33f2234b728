/* rollcall-notifier: tells the owners what became of a run, what waits for them and what is wrong.
 */
#include "digest.h"
#include "links.h"
#include "notifier.h"

#include <inttypes.h>
#include <stddef.h>

#include "rollcall/base/log.h"
#include "rollcall/format/mail.h"

#define AT(member) offsetof(struct notifier_options, member)
#define TEXT(name_, member, default_, text)                                                    \
    {                                                                                          \
        .name = (name_), .kind = RC_OPTION_TEXT, .offset = AT(member), .fallback = (default_), \
        .help = (text)                                                                         \
    }
#define MILLIS(name_, member, default_, least, most, text)                                       \
    {                                                                                            \
        .name = (name_), .kind = RC_OPTION_MILLIS, .offset = AT(member), .fallback = (default_), \
        .min = (least), .max = (most), .help = (text)                                            \
    }

#define ANY_TOKEN "00000000000000000000000000000000" /* as long as each */

/* A tick stays below 30 s (worker/ticker.h): one mail's timeout and a round's 10 s. */
enum { TIMEOUT_MAX_MS = 18000, GOODBYE_MS = 1000, DAY_MS = 86400000, WEEK_MS = 604800000 };

static const struct rc_option notifier_table[] = {
    TEXT("smtp.url", smtp_url, "smtp://127.0.0.1:25", "Mail server: smtp:// or smtps://."),
    TEXT("smtp.user", smtp_user, "", "Name to sign in with; empty: none."),
    {.name = "smtp.password",
     .kind = RC_OPTION_SECRET,
     .offset = AT(smtp_password),
     .fallback = "",
     .help = "Password to sign in with."},
    TEXT("smtp.ca-file", smtp_ca_file, "", "Certificates to trust; empty: the system's."),
    {.name = "smtp.starttls",
     .kind = RC_OPTION_BOOL,
     .offset = AT(smtp_starttls),
     .fallback = "false",
     .help = "Demand STARTTLS on smtp://."},
    MILLIS("smtp.timeout", smtp_timeout_ms, "15s", 100, TIMEOUT_MAX_MS,
           "Longest time for handing over one mail."),
    TEXT("mail.from", from, "Rollcall <rollcall@localhost>", "Sender of all mails."),
    TEXT("mail.domain", domain, "rollcall.localhost", "Right side of Message-IDs."),
    TEXT(
        "mail.operators", operators, "",
        "Addresses of those who run Rollcall, parted by commas: told of districts without an owner "
        "who can be mailed, and of mails that stand still; empty: nobody."),
    TEXT("mail.bounce-address", bounce_address, "",
         "Where mails come back to: bounces@example.org sends each from "
         "bounces+<token>@example.org, "
         "for `rollcall mail bounce`; empty: to mail.from."),
    TEXT("mail.links", links, "",
         "Where links in mails lead, as owners reach mail.links-port through a proxy: "
         "https://rollcall.example.org/mail; empty: none."),
    TEXT("mail.links-address", links_address, "127.0.0.1",
         "Address that links in mails are listened for; TLS is left to a proxy in front."),
    {.name = "mail.links-port",
     .kind = RC_OPTION_INT,
     .offset = AT(links_port),
     .fallback = "0",
     .max = 65535,
     .help = "Port for links in mails; 0: none are listened for."},
    TEXT("mail.console-url", console_url, "", "Address of the owners' console; empty: no links."),
    {.name = "mail.attachments-max",
     .kind = RC_OPTION_BYTES,
     .offset = AT(attachments_max),
     .fallback = "4MiB",
     .min = 0,
     .max = 64 << 20,
     .help =
         "Most bytes of all CSV files that a digest brings; it names those that found no room."},
    MILLIS("mail.send-every", send_every_ms, "1s", 50, 60000,
           "How often due mails are looked for."),
    {.name = "mail.parallel",
     .kind = RC_OPTION_INT,
     .offset = AT(parallel),
     .fallback = "4",
     .min = 1,
     .max = 16,
     .help = "Digests written and mails handed over side by side; each has its own connections."},
    MILLIS("mail.retry-base", retry_base_ms, "1m", 1, DAY_MS,
           "First wait before a mail that was not taken is tried again."),
    MILLIS("mail.retry-cap", retry_cap_ms, "30m", 1, DAY_MS, "Longest such wait."),
    MILLIS("mail.try-for", try_for_ms, "4h", 1, WEEK_MS,
           "A mail is tried until its owner's day ends, and so long at least."),
    MILLIS("mail.found-after", found_after_ms, "1m", 1, DAY_MS,
           "A mail handed over so long ago was left by a crash; longer than smtp.timeout."),
    {0},
};

static const struct rc_option *const notifier_tables[] = {rc_common_option_table, notifier_table,
                                                          NULL};

static const char *set_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

/* Else a mail that is still being handed over would be taken for one that a crash left. */
static rc_status check_times(const struct notifier_options *options)
{
    if (options->found_after_ms >= options->smtp_timeout_ms + GOODBYE_MS) return RC_OK;
    return rc_fail(RC_REJECT,
                   "mail.found-after (%" PRId64 " ms) must be longer than smtp.timeout (%" PRId64
                   " ms), by a second at least: raise it",
                   options->found_after_ms, options->smtp_timeout_ms);
}

/* Else every mail would be refused for its return address. */
static rc_status check_bounce_address(const struct notifier_options *options,
                                      struct rc_arena *arena)
{
    const struct rc_str path = send_return_path(options, RC_STR(ANY_TOKEN), arena);

    if (options->bounce_address[0] == '\0' || rc_mail_is_address(path)) return RC_OK;
    return rc_fail(RC_REJECT,
                   "mail.bounce-address must be local@domain, with at most 31 characters before "
                   "the @: set it so, or leave it empty");
}

/* Else those who are to hear of the worst would hear of nothing. */
static rc_status check_operators(const struct notifier_options *options)
{
    struct rc_str rest = rc_str_trim(rc_str_of(options->operators));

    while (rest.len > 0) {
        const struct rc_str address = rc_str_trim(rc_str_cut(&rest, ','));
        if (!rc_mail_is_address(address))
            return rc_fail(RC_REJECT,
                           "mail.operators: \"%.*s\" is no address: set name@example.org, further "
                           "ones after commas",
                           RC_STR_ARG(address));
    }
    return RC_OK;
}

/* Not refused: a relay on the same host or wire may know no TLS. */
static void warn_of_plain_login(const struct notifier_options *options)
{
    const bool plain = rc_str_starts(rc_str_of(options->smtp_url), RC_STR("smtp://"));

    if (options->smtp_user[0] != '\0' && plain && !options->smtp_starttls)
        rc_log_warn("smtp.login-in-clear",
                    "smtp.user signs in without TLS, so that its password can be read on the way: "
                    "set smtp.starttls=true, or give smtp.url as smtps://");
}

static rc_status open_state(void *self, struct rc_stage_env *env)
{
    struct notifier *notifier = self;
    const struct notifier_options *options = env->config;
    const struct rc_smtp_config smtp = {
        .url = options->smtp_url,
        .user = set_or_null(options->smtp_user),
        .password = set_or_null(options->smtp_password),
        .ca_file = set_or_null(options->smtp_ca_file),
        .starttls = options->smtp_starttls,
        .timeout_ms = options->smtp_timeout_ms,
    };

    if (!env->db) return rc_fail(RC_REJECT, "database.url is empty: mails stand in tables; set it");
    RC_TRY(check_times(options));
    RC_TRY(check_bounce_address(options, env->arena));
    RC_TRY(check_operators(options));
    warn_of_plain_login(options);
    notifier->options = options;
    return rc_smtp_open(&smtp, &notifier->smtp);
}

static void close_state(void *self)
{
    struct notifier *notifier = self;

    links_free(notifier->links);
    rc_smtp_free(notifier->smtp);
}

rc_status notifier_links(void *self, struct rc_stage_env *env)
{
    struct notifier *notifier = self;

    if (notifier->links || notifier->options->links_port == 0) return RC_OK;
    return links_open(notifier->options, env->db, &notifier->links);
}

static const struct rc_intake notifier_intakes[] = {
    {"run.finished", notifier_run_finished},
    {"alert.raised", notifier_alert_raised},
    {0},
};

/* Its connection is the listener's from then on: no further tick may stand here. */
static const struct rc_tick notifier_ticks[] = {
    {"links", 0, notifier_links, AT(send_every_ms), true},
    {0},
};

/* On mail.parallel threads of every notifier: each run takes its work for itself. */
static const struct rc_tick notifier_crew[] = {
    {"digest", 0, notifier_digest, AT(send_every_ms), true},
    {"send", 0, notifier_send, AT(send_every_ms), true},
    {0},
};

static const struct rc_stage notifier = {
    .name = "notifier",
    .intakes = notifier_intakes,
    .tables = notifier_tables,
    .config_size = sizeof(struct notifier_options),
    .state_size = sizeof(struct notifier),
    .open = open_state,
    .close = close_state,
    .ticks = notifier_ticks,
    .tick_crew = notifier_crew,
    .tick_crew_at = AT(parallel),
};

int main(int argc, char **argv)
{
    return rc_stage_main(&notifier, argc, argv);
}
