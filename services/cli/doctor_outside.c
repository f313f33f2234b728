/* What the doctor asks of Kafka and of the mail server. */
#include "doctor.h"
#include "topics_ask.h"

#include <inttypes.h>
#include <string.h>

#include "rollcall/port/smtp.h"

/* ---- Kafka ---- */

static const char *const apply_mend = "rollcall topics apply.";

/* How many topics are not as declared; -1: Kafka did not answer. */
static int say_topic(struct doctor *doctor, const struct topic *topic)
{
    static const char *const words[] = {
        [RC_TOPIC_CREATED] = "is missing",
        [RC_TOPIC_CHANGED] = "has other partitions, retention or message sizes than declared",
        [RC_TOPIC_TOO_FEW] = "has more partitions than declared",
    };
    const struct rc_bus_config bus = cli_bus(doctor->cli);
    const struct rc_topic_spec spec = {
        .name = topic->name,
        .partitions = (int)topic->partitions,
        .replication = -1,
        .settings = topic_settings(topic, -1, doctor->cli->arena),
    };
    enum rc_topic_outcome outcome = RC_TOPIC_SAME;

    if (rc_bus_topic_apply(&bus, &spec, true, &outcome) != RC_OK) return -1;
    if (outcome == RC_TOPIC_SAME) return 0;
    const bool more = outcome == RC_TOPIC_TOO_FEW;
    doctor_say(doctor, more ? VERDICT_OK : VERDICT_FAIL, topic->name, words[outcome],
               more ? NULL : apply_mend);
    return more ? 0 : 1;
}

static bool topics(struct doctor *doctor, const struct topics *declared)
{
    int wrong = 0;

    for (size_t i = 0; i < declared->count; i++) {
        const int more = say_topic(doctor, &declared->items[i]);
        if (more < 0) {
            doctor_say(doctor, VERDICT_FAIL, "Kafka", rc_error_text(),
                       "Start the brokers, or mend kafka.brokers (ROLLCALL_KAFKA_BROKERS).");
            return false;
        }
        wrong += more;
    }
    if (wrong == 0)
        doctor_say(doctor, VERDICT_OK, "Kafka, topics",
                   doctor_print(doctor, "%zu as declared", declared->count), NULL);
    return wrong == 0;
}

/* A group without a start would stop its program at its first message (auto.offset.reset=error). */
static void say_group(struct doctor *doctor, const char *group, const struct topic *topic)
{
    struct topic_lag lag = {0};

    if (topics_behind(doctor->cli, group, topic, &lag) != RC_OK)
        doctor_say(doctor, VERDICT_FAIL, group, rc_error_text(), apply_mend);
    else if (lag.unset > 0)
        doctor_say(doctor, VERDICT_FAIL, group,
                   doctor_print(doctor, "no start for %" PRId64 " partitions of %s", lag.unset,
                                topic->name),
                   apply_mend);
    else
        doctor_say(doctor, VERDICT_OK, group,
                   doctor_print(doctor,
                                "%" PRId64 " behind in %s, which keeps %" PRId64 " messages",
                                lag.behind, topic->name, lag.messages),
                   NULL);
}

static void groups(struct doctor *doctor, const struct topics *declared)
{
    for (size_t i = 0; i < declared->count; i++) {
        struct rc_str rest = declared->items[i].consumers;
        while (rest.len > 0) {
            const struct rc_str consumer = rc_str_cut(&rest, ' ');
            if (consumer.len == 0) continue;
            say_group(doctor, topics_group(doctor->cli, consumer), &declared->items[i]);
        }
    }
}

void doctor_kafka(struct doctor *doctor)
{
    struct topics *declared = rc_arena_array(doctor->cli->arena, 1, sizeof *declared);

    if (topics_load(doctor->cli, NULL, declared) != RC_OK) {
        doctor->cli->exit = CLI_DONE; /* what was refused is a line of ours */
        doctor_say(doctor, VERDICT_FAIL, "Kafka, topics", rc_error_text(),
                   "Run the doctor where the schemas folder is.");
        return;
    }
    if (topics(doctor, declared)) groups(doctor, declared);
}

/* ---- the mail server ---- */

enum { SMTP_MS = 10000 };

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

static rc_status ask_server(const struct operator_options *options)
{
    RC_AUTO(rc_smtp) struct rc_smtp *smtp = NULL;
    const struct rc_smtp_config config = {
        .url = options->smtp_url,
        .user = or_null(options->smtp_user),
        .password = or_null(options->smtp_password),
        .ca_file = or_null(options->smtp_ca_file),
        .starttls = options->smtp_starttls,
        .timeout_ms = SMTP_MS,
    };

    RC_TRY(rc_smtp_open(&config, &smtp));
    return rc_smtp_check(smtp);
}

void doctor_mail(struct doctor *doctor)
{
    const struct operator_options *options = &doctor->cli->operation;

    if (!or_null(options->smtp_url)) {
        doctor_say(doctor, VERDICT_WARN, "mail server", "not asked: its address is not known here",
                   "Set smtp.url, or run the doctor with the notifier's environment.");
        return;
    }
    const bool tls = options->smtp_starttls || strncmp(options->smtp_url, "smtps:", 6) == 0;
    if (ask_server(options) != RC_OK)
        doctor_say(doctor, VERDICT_FAIL, "mail server", rc_error_text(),
                   "Mend the notifier's smtp.* options, or the server and its certificate.");
    else
        doctor_say(doctor, tls ? VERDICT_OK : VERDICT_WARN, "mail server",
                   tls ? "answers, over TLS" : "answers, without TLS",
                   tls ? NULL
                       : "Set smtp.starttls, or an smtps:// address, unless it is this host.");
}
