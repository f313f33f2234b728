/* rollcall-fetcher: reads the rosters of sources page by page, in bounded tasks of lanes, and sends
 * the pages on as they came. */
#include "fetcher.h"

#include <stddef.h>

#include "rollcall/worker/keyring.h"

#define FIELD(name) offsetof(struct fetcher_options, name)

static const struct rc_option fetcher_table[] = {
    {.name = "fetch.task-pages",
     .kind = RC_OPTION_INT,
     .offset = FIELD(task_pages),
     .fallback = "8",
     .min = 1,
     .max = 64,
     .help = "Pages that a task fetches before its lane goes to the end of the queue."},
    {.name = "fetch.page-bytes",
     .kind = RC_OPTION_BYTES,
     .offset = FIELD(page_bytes),
     .fallback = "8MiB",
     .min = 4096,
     .max = (int64_t)15 * 1024 * 1024,
     .help = "Largest page; a larger one is asked for again with fewer records."},
    {.name = "fetch.page-records",
     .kind = RC_OPTION_INT,
     .offset = FIELD(page_records),
     .fallback = "50000",
     .min = 1,
     .max = 1000000,
     .help = "Most records of a page, whatever was asked for."},
    {.name = "fetch.lease",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(lease_ms),
     .fallback = "8s",
     .min = 300,
     .max = 600000,
     .help = "How long a lane stays this fetcher's without a sign of life."},
    {.name = "fetch.timeout",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(timeout_ms),
     .fallback = "3m",
     .min = 100,
     .max = 1800000,
     .help = "Longest wait for one whole page."},
    {.name = "fetch.connect-timeout",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(connect_timeout_ms),
     .fallback = "15s",
     .min = 100,
     .max = 300000,
     .help = "Longest wait for a connection to a source."},
    {.name = "fetch.stall-timeout",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(stall_ms),
     .fallback = "60s",
     .min = 1000,
     .max = 1800000,
     .help = "Longest wait for the next byte of a page."},
    {.name = "fetch.retry-base",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(retry_base_ms),
     .fallback = "1s",
     .min = 1,
     .max = 60000,
     .help = "Unit of the waits after trouble with a source."},
    {.name = "fetch.retry-cap",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(retry_cap_ms),
     .fallback = "15m",
     .min = 1,
     .max = 86400000,
     .help = "Longest wait of our own after trouble; a source's Retry-After may be longer."},
    {.name = "fetch.quick-retries",
     .kind = RC_OPTION_INT,
     .offset = FIELD(quick_retries),
     .fallback = "2",
     .min = 0,
     .max = 10,
     .help = "How often a page that failed in passing is asked for again within the task."},
    {.name = "fetch.pickup-timeout",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(pickup_timeout_ms),
     .fallback = "30m",
     .min = 1000,
     .max = 86400000,
     .help = "Longest wait for one whole zip from an SFTP server."},
    {.name = "fetch.allow-hosts",
     .kind = RC_OPTION_TEXT,
     .offset = FIELD(allow_hosts),
     .fallback = "",
     .help =
         "Hosts, addresses and networks of our own that a source's URL may lead to all the same "
         "(sis.internal, .internal, 10.1.0.0/16)."},
    {.name = "fetch.host-requests",
     .kind = RC_OPTION_INT,
     .offset = FIELD(host_requests),
     .fallback = "6000",
     .min = 0,
     .max = 1000000,
     .help = "Most requests to one SIS host in fetch.host-window, by all fetchers together; 0: any "
             "number. A source's own number goes before."},
    {.name = "fetch.host-window",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(host_window_ms),
     .fallback = "1m",
     .min = 100,
     .max = 86400000,
     .help = "The window of fetch.host-requests."},
    {.name = "fetch.host-concurrent",
     .kind = RC_OPTION_INT,
     .offset = FIELD(host_concurrent),
     .fallback = "16",
     .min = 0,
     .max = 1000,
     .help = "Most requests to one SIS host at a time, by all fetchers together; 0: any number."},
    {.name = "fetch.source-concurrent",
     .kind = RC_OPTION_INT,
     .offset = FIELD(source_concurrent),
     .fallback = "8",
     .min = 0,
     .max = 1000,
     .help =
         "Most requests of one source at a time, by all fetchers together; at most half of what "
         "they can do keeps a large district from slowing others to less than half. 0: any "
         "number."},
    {.name = "fetch.task-time",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(task_ms),
     .fallback = "10s",
     .min = 10,
     .max = 3600000,
     .help =
         "No page is begun in a task after it: lanes of slow sources do not keep others waiting."},
    {.name = "fetch.probe-every",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(probe_every_ms),
     .fallback = "1s",
     .min = 50,
     .max = 3600000,
     .help = "How often tests of sources that somebody asked for are looked for."},
    {.name = "fetch.probe-timeout",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(probe_timeout_ms),
     .fallback = "20s",
     .min = 100,
     .max = 600000,
     .help = "Longest wait for one answer while a source is tested."},
    {.name = "fetch.probe-budget",
     .kind = RC_OPTION_MILLIS,
     .offset = FIELD(probe_budget_ms),
     .fallback = "2m",
     .min = 1000,
     .max = 1800000,
     .help = "After so long a test of a source asks nothing more and says so."},
    {0},
};

static struct rc_option upload_table[RC_INTAKE_OPTION_COUNT + 1];

static const struct rc_option *const fetcher_tables[] = {
    rc_common_option_table, rc_key_option_table, fetcher_table, upload_table, NULL};

static rc_status open_state(void *self, struct rc_stage_env *env)
{
    struct fetcher *fetcher = self;

    fetcher->options = env->config;
    if (rc_guard_new(fetcher->options->allow_hosts, &fetcher->guard) != RC_OK) {
        rc_process_fail(env->process, RC_EXIT_CONFIG);
        return rc_fail(RC_FATAL, "fetch.allow-hosts: %s", rc_error_text());
    }
    return rc_http_open("rollcall-fetcher", &fetcher->http);
}

static void close_state(void *self)
{
    struct fetcher *fetcher = self;

    rc_http_free(fetcher->http);
    rc_guard_free(fetcher->guard);
    rc_buf_done(&fetcher->body);
    oauth2_tokens_done(&fetcher->tokens);
}

static const struct rc_intake fetcher_intakes[] = {
    {"run.requested", fetcher_begin},
    {"fetch.requested", fetcher_task},
    {"pickup.requested", fetcher_pickup},
    {0},
};

static const struct rc_tick fetcher_ticks[] = {
    {"probe", 0, fetcher_probe, offsetof(struct fetcher_options, probe_every_ms), true},
    {0},
};

static const struct rc_stage fetcher = {
    .name = "fetcher",
    .intakes = fetcher_intakes,
    .tables = fetcher_tables,
    .config_size = sizeof(struct fetcher_options),
    .state_size = sizeof(struct fetcher),
    .open = open_state,
    .close = close_state,
    .relays = true,
    .ticks = fetcher_ticks,
};

int main(int argc, char **argv)
{
    rc_intake_option_table(FIELD(uploads), upload_table);
    return rc_stage_main(&fetcher, argc, argv);
}
