/* The names behind /metrics, in one table: who reads a dashboard should find each of them explained
 * in one place, and a name must not mean two things in two programs. */
#include "metric_table.h"

#include <string.h>

#include "rollcall/base/auto.h"

static const char *const kind_names[] = {
    [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};
_Static_assert(COUNT_OF(kind_names) == METRIC_KIND_COUNT_, "a name for every kind");

const double metric_bounds[METRIC_BUCKETS] = {0.005, 0.025, 0.1, 0.25, 0.5, 1,
                                              2.5,   5,     10,  30,   60,  300};

#define COUNTER   METRIC_COUNTER
#define GAUGE     METRIC_GAUGE
#define HISTOGRAM METRIC_HISTOGRAM

const struct metric_row metric_table[] = {
    /* every program */
    {"rollcall_build_info", GAUGE, "version commit", "all", "Always 1; what runs."},
    {"rollcall_ready", GAUGE, "", "all", "1 while /readyz says ready."},
    {"rollcall_database_connections", GAUGE, "", "all",
     "Connections to PostgreSQL that this process holds now."},
    {"rollcall_log_suppressed_total", COUNTER, "", "all",
     "Log lines left out because they repeated one just written."},
    {"process_resident_memory_bytes", GAUGE, "", "all", "Memory that the process occupies."},
    {"process_virtual_memory_bytes", GAUGE, "", "all", "Address space that the process has."},
    {"process_cpu_seconds_total", COUNTER, "", "all", "Processor time spent."},
    {"process_open_fds", GAUGE, "", "all", "Open file descriptors."},
    {"rollcall_certificate_expiry_timestamp_seconds", GAUGE, "option", "all",
     "When the certificates end that an option names, Unix time: of our own the first of the "
     "chain, "
     "of those to trust the last. Read anew each time; absent where none can be read."},
    {"process_start_time_seconds", GAUGE, "", "all", "When the process began, Unix time."},
    {"rollcall_outbox_sent_total", COUNTER, "", "all",
     "Outbox rows that became messages, by whichever program relayed them (S2)."},
    {"rollcall_ticks_total", COUNTER, "tick outcome", "scheduler notifier",
     "Rounds of work by the clock."},
    {"rollcall_tick_duration_seconds", HISTOGRAM, "tick", "scheduler notifier",
     "How long a round took."},
    /* every stage */
    {"rollcall_messages_consumed_total", COUNTER, "topic outcome",
     "fetcher normalizer reconciler notifier", "Messages handled, by what became of them."},
    {"rollcall_batch_duration_seconds", HISTOGRAM, "stage",
     "fetcher normalizer reconciler notifier", "How long one message took."},
    {"rollcall_batches_failed_total", COUNTER, "stage class",
     "fetcher normalizer reconciler notifier",
     "Messages set aside as dead letters: refused, or having ended the program three times (S3)."},
    {"rollcall_dead_letters_unrecorded_total", COUNTER, "", "reconciler",
     "Dead letters that could not be recorded and stay on their topic."},
    {"rollcall_stage_messages_in_hand", GAUGE, "", "fetcher normalizer reconciler notifier",
     "Messages taken and not done."},
    {"rollcall_stage_messages_waiting", GAUGE, "", "fetcher normalizer reconciler notifier",
     "Messages that wait for a shared dependency to come back."},
    /* a record's way */
    {"rollcall_fetch_requests_total", COUNTER, "kind code_class", "fetcher",
     "Requests to sources, by their kind (oneroster-rest, oneroster-csv, clever); code_class is "
     "2xx to "
     "5xx, "
     "or none where no answer came. A page of an upload counts as 2xx once it is read."},
    {"rollcall_fetch_duration_seconds", HISTOGRAM, "kind", "fetcher", "How long a request took."},
    {"rollcall_fetch_bytes_total", COUNTER, "kind", "fetcher", "Bytes of answers, as they came."},
    {"rollcall_pickup_looks_total", COUNTER, "outcome", "fetcher",
     "Looks for zips at SFTP servers: fine, or the trouble that they ran into."},
    {"rollcall_fetch_turned_away_total", COUNTER, "why", "fetcher",
     "Lanes sent away until their turn comes: host (its rate or its number of requests at a time), "
     "share (one source's part of the fetchers), told (the source's own Retry-After), quiet (quiet "
     "hours)."},
    {"rollcall_pages_total", COUNTER, "stage", "fetcher normalizer",
     "Pages fetched, pages normalized."},
    {"rollcall_records_total", COUNTER, "collection change", "fetcher normalizer reconciler",
     "Records: fetched; normalized or dropped (unreadable); staged (new or changed) or seen (as in "
     "the mirror)."},
    {"rollcall_record_errors_total", COUNTER, "collection rule", "normalizer",
     "Errors that dropped a record's values (N1), by the rule that they broke."},
    {"rollcall_record_warnings_total", COUNTER, "collection", "normalizer",
     "Warnings that dropped or mended one value."},
    {"rollcall_items_total", COUNTER, "outcome", "reconciler",
     "Items of plans: applied to the directory, or overtaken by another change (P6)."},
    {"rollcall_runs_ended_total", COUNTER, "state", "scheduler",
     "Runs that ended or came to wait for a person, by their state."},
    {"rollcall_emails_total", COUNTER, "outcome", "notifier",
     "Mails handed to the mail server, by its answer."},
    {"rollcall_mail_beat_timestamp_seconds", GAUGE, "", "notifier",
     "When due mails were last looked through to the end, on this instance."},
    /* over the database and Kafka's groups: told by every scheduler alike */
    {"rollcall_sweep_acts_total", COUNTER, "sweep", "scheduler",
     "Things a sweep set going because they stood still."},
    {"rollcall_sync_age_seconds_max", GAUGE, "", "scheduler",
     "Age of the oldest newest snapshot among sources that sync by themselves."},
    {"rollcall_sources_stale", GAUGE, "", "scheduler",
     "Sources that sync by themselves and have had no snapshot for 26 hours."},
    {"rollcall_runs", GAUGE, "phase", "scheduler", "Runs in hand, by phase; parked ones apart."},
    {"rollcall_run_age_seconds_max", GAUGE, "", "scheduler",
     "Age of the oldest run that works now (neither on hold nor parked)."},
    {"rollcall_plans_held", GAUGE, "", "scheduler", "Plans that wait for a person."},
    {"rollcall_lanes_due", GAUGE, "", "scheduler",
     "Lanes that could be fetched now and are not: what fetchers scale by."},
    {"rollcall_lanes_open", GAUGE, "", "scheduler", "Lanes that have not ended."},
    {"rollcall_lane_lateness_seconds_max", GAUGE, "", "scheduler",
     "How long the lane that is due longest has waited."},
    {"rollcall_deadletter_depth", GAUGE, "stage", "scheduler", "Open dead letters."},
    {"rollcall_causes", GAUGE, "kind", "scheduler",
     "What lasts and a person was told of, by its kind: hold.unanswered, owner.unreachable, "
     "mail.silent, mail.bouncing ..."},
    {"rollcall_replay_total", COUNTER, "outcome", "scheduler",
     "Dead letters that a person or a new pass closed: replayed, discarded, closed."},
    {"rollcall_emails_due", GAUGE, "", "scheduler", "Mails planned and not yet taken by a server."},
    {"rollcall_email_age_seconds_max", GAUGE, "", "scheduler",
     "How long the mail that is due longest has waited."},
    {"rollcall_emails_refused", GAUGE, "", "scheduler",
     "Mails refused for good or of unknown fate within a day."},
    {"rollcall_outbox_rows", GAUGE, "", "scheduler", "Events that wait for the relay."},
    {"rollcall_outbox_age_seconds_max", GAUGE, "", "scheduler", "Age of the oldest of them."},
    {"rollcall_database_size_bytes", GAUGE, "", "scheduler", "Size of the database."},
    {"rollcall_consumer_lag", GAUGE, "group topic partition", "scheduler",
     "Messages that the group has not finished; absent where nothing was committed yet."},
    {"rollcall_retention_rows_total", COUNTER, "what", "scheduler",
     "Rows removed or emptied because their time was over."},
    /* applications that ask */
    {"rollcall_http_requests_total", COUNTER, "route code", "roster-server",
     "Requests of applications, by their route as the manual writes it and the code answered."},
    {"rollcall_http_request_duration_seconds", HISTOGRAM, "route", "roster-server",
     "How long a request took to answer."},
    /* applications that are told */
    {"rollcall_webhook_deliveries_total", COUNTER, "outcome", "webhook",
     "Attempts to deliver a message: accepted, refused by an answer, failed without one."},
    {"rollcall_webhook_delivery_duration_seconds", HISTOGRAM, "", "webhook",
     "How long an attempt took."},
    {"rollcall_webhooks", GAUGE, "state", "webhook", "Webhooks that are active, failing, paused."},
    {"rollcall_webhook_changes_behind_max", GAUGE, "", "webhook",
     "Changes that a webhook which is not paused has not been told of yet, at most."},
    {"rollcall_webhook_failing_seconds_max", GAUGE, "", "webhook",
     "For how long one of them has accepted nothing, at most."},
    {.name = NULL},
};

const struct metric_row *metric_row_of(const char *name)
{
    for (const struct metric_row *row = metric_table; row->name; row++)
        if (strcmp(row->name, name) == 0) return row;
    return NULL;
}

const char *metric_kind_name(enum metric_kind kind)
{
    return kind_names[kind];
}
