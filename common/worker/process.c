/* The life of a program around its work: command line and options, log, signals, admin port. A
 * program that is wrongly configured says everything that is wrong, one line each, and ends with
 * 78; whatever may come right by itself (a server that is away) is waited for later and elsewhere.
 */
#include "rollcall/worker/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/httpd.h"
#include "rollcall/port/seal.h"
#include "rollcall/worker/keyring.h"

#include "arguments.h"
#include "health.h"
#include "metrics.h"
#include "probe.h"
#include "signals.h"

extern char **environ;

struct rc_process {
    const char *name;
    char instance[192];
    char life[RC_ID_TEXT];
    const struct rc_option *const *tables;
    void *config;
    struct signals signals;
    struct health health;
    struct rc_httpd *httpd;
    int exit_code; /* written and read atomically */
};

#define COMMON(field) offsetof(struct rc_common_options, field)

const struct rc_option rc_common_option_table[] = {
    {"kafka.brokers", RC_OPTION_TEXT, COMMON(kafka_brokers), "127.0.0.1:9092", 0, 0,
     "Kafka brokers, host:port separated by commas."},
    {"kafka.settings", RC_OPTION_SECRET, COMMON(kafka_settings), "", 0, 0,
     "Further librdkafka settings, name=value separated by semicolons (TLS, SASL)."},
    {"redis.url", RC_OPTION_SECRET, COMMON(redis_url), "redis://127.0.0.1:6379/0", 0, 0,
     "Redis, as redis://[user:password@]host[:port][/db]."},
    {"database.url", RC_OPTION_SECRET, COMMON(database_url), "postgresql:///rollcall", 0, 0,
     "PostgreSQL, as postgresql://user[:password]@host[:port]/database."},
    {"database.connections", RC_OPTION_INT, COMMON(database_connections), "0", 0, 1000,
     "Connections to PostgreSQL that this process may hold; 0: as many as it needs "
     "(stage.parallel, "
     "one for the relay, one for work by the clock)."},
    {"database.statement-timeout", RC_OPTION_MILLIS, COMMON(database_statement_ms), "30m", 0,
     86400000, "Longest statement; what runs longer is ended and tried again. 0: no limit."},
    {"database.lock-timeout", RC_OPTION_MILLIS, COMMON(database_lock_ms), "5m", 0, 86400000,
     "Longest wait for a lock of the database, then it is tried again. 0: no limit."},
    {"admin.address", RC_OPTION_TEXT, COMMON(admin_address), "127.0.0.1", 0, 0,
     "Address of the admin port, which serves /healthz, /readyz and /metrics."},
    {"admin.port", RC_OPTION_INT, COMMON(admin_port), "0", 0, 65535, "Admin port; 0: none."},
    {"log.level", RC_OPTION_TEXT, COMMON(log_level), "info", 0, 0,
     "Least level that is logged: debug, info, warn or error."},
    {"log.format", RC_OPTION_TEXT, COMMON(log_format), "json", 0, 0,
     "Lines as json, or as text for people."},
    {"drain.timeout", RC_OPTION_MILLIS, COMMON(drain_timeout_ms), "25s", 100, 600000,
     "After SIGTERM: how long work in hand may take before it is left to the next start."},
    {"stage.parallel", RC_OPTION_INT, COMMON(parallel), "4", 1, 64,
     "Messages handled side by side; each has its own connections."},
    {"stage.instance", RC_OPTION_TEXT, COMMON(instance), "", 0, 0,
     "Static member id in the consumer group, one per running instance; empty: dynamic."},
    {"stage.assignor", RC_OPTION_TEXT, COMMON(assignor), "range", 0, 0,
     "How partitions are shared out, the same in a whole group: range or roundrobin."},
    {"stage.session-timeout", RC_OPTION_MILLIS, COMMON(session_timeout_ms), "0ms", 0, 3600000,
     "Silence after which a member counts as gone; 0: 10 s, for static members 30 s."},
    {"relay.enabled", RC_OPTION_BOOL, COMMON(relay), "true", 0, 0,
     "Send outbox rows from this program, where it is one that does."},
    {.name = NULL},
};

/* ---- words on the terminal ---- */

static int print_help(const char *name, const struct rc_option *const *tables)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_options_help(tables, &text);
    printf(
        "usage: %s [--config FILE] [--set NAME=VALUE]... [--check | --healthcheck | --help | "
        "--version | --options-md | --options-mdoc | --metrics-md] [--log-format json|text]\n\n"
        "An option is read from its default, then the file, then the environment\n"
        "(kafka.brokers is ROLLCALL_KAFKA_BROKERS), then --set.\n\noptions:\n%s",
        name, text.data ? text.data : "");
    return RC_EXIT_OK;
}

static int print_version(const char *name, const struct rc_option *const *tables)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)tables;
    rc_build_print(name, &text);
    fputs(text.data, stdout);
    return RC_EXIT_OK;
}

static int print_markdown(const char *name, const struct rc_option *const *tables)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)name;
    rc_options_markdown(tables, &text);
    fputs(text.data ? text.data : "", stdout);
    return RC_EXIT_OK;
}

static int print_mdoc(const char *name, const struct rc_option *const *tables)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)name;
    rc_options_mdoc(tables, &text);
    fputs(text.data ? text.data : "", stdout);
    return RC_EXIT_OK;
}

static int print_metrics(const char *name, const struct rc_option *const *tables)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)name, (void)tables;
    metrics_markdown(&text);
    fputs(text.data, stdout);
    return RC_EXIT_OK;
}

/* What ends the program before any option is read. */
static int (*const early_acts[])(const char *name, const struct rc_option *const *tables) = {
    [ARGUMENTS_HELP] = print_help,         [ARGUMENTS_VERSION] = print_version,
    [ARGUMENTS_MARKDOWN] = print_markdown, [ARGUMENTS_MDOC] = print_mdoc,
    [ARGUMENTS_METRICS] = print_metrics,   [ARGUMENTS_HEALTHCHECK] = NULL,
};

static int print_checked(const struct rc_process *process)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_options_dump(process->tables, process->config, &text);
    fputs(text.data ? text.data : "", stdout);
    return RC_EXIT_OK;
}

static int ask_health(const struct rc_process *process)
{
    return probe_health(process->config);
}

/* What ends the program once the options are read and found right. */
static int (*const late_acts[])(const struct rc_process *process) = {
    [ARGUMENTS_CHECK] = print_checked,
    [ARGUMENTS_HEALTHCHECK] = ask_health,
};

/* ---- start ---- */

/* Words of a closed set are checked here: an option's kind knows ranges only. */
static rc_status setup_log(const struct rc_process *process)
{
    const struct rc_common_options *common = process->config;
    enum rc_log_level level = RC_LOG_INFO;
    const bool text = strcmp(common->log_format, "text") == 0;

    if (!rc_log_level_parse(common->log_level, &level))
        return rc_fail(RC_REJECT, "log.level: \"%s\" is none of debug, info, warn, error",
                       common->log_level);
    if (!text && strcmp(common->log_format, "json") != 0)
        return rc_fail(RC_REJECT, "log.format: \"%s\" is neither json nor text",
                       common->log_format);
    rc_log_setup(process->name, level, text ? RC_LOG_TEXT : RC_LOG_JSON);
    return RC_OK;
}

static rc_status load_options(struct rc_process *process, const struct arguments *arguments)
{
    RC_AUTO_BUF struct rc_buf problems = {0};
    const struct rc_option_sources sources = {
        .file = arguments->file, .environment = environ, .sets = arguments->sets};
    const rc_status status = rc_options_load(process->tables, &sources, process->config, &problems);

    if (status == RC_OK) return setup_log(process);
    const char *text = problems.data ? problems.data : rc_error_text();
    fprintf(stderr, "%s%s", text, text[0] && text[strlen(text) - 1] == '\n' ? "" : "\n");
    return rc_fail(RC_REJECT, "the configuration has problems");
}

static rc_status open_admin(struct rc_process *process)
{
    const struct rc_common_options *common = process->config;

    if (common->admin_port == 0) return RC_OK;
    health_watch(&process->health, process->tables, process->config);
    return rc_httpd_open(common->admin_address, (uint16_t)common->admin_port, health_routes,
                         &process->health, &process->httpd);
}

static void name_instance(struct rc_process *process)
{
    char host[100] = "localhost";

    gethostname(host, sizeof host - 1);
    snprintf(process->instance, sizeof process->instance, "%.60s@%s/%ld", process->name, host,
             (long)getpid());
    rc_id_new(process->life);
}

/* A program with keys cannot do without the master key, and its memory is nobody's business. */
static rc_status check_keys(const struct rc_process *process, const struct arguments *arguments)
{
    const struct rc_common_options *common = process->config;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = NULL;

    if (!common->keys_master || arguments->act == ARGUMENTS_HEALTHCHECK) return RC_OK;
    rc_secret_no_dumps();
    RC_TRY(rc_crypto_setup());
    return rc_keyring_new(common, &ring);
}

static rc_status setup_process(struct rc_process *process)
{
    RC_TRY(rc_crypto_setup());
    name_instance(process);
    RC_TRY(signals_start(&process->signals)); /* first: every later thread inherits the mask */
    return open_admin(process);
}

/* Reads the options and, with --check, ends there. A process on the way out is returned as NULL. */
static struct rc_process *begin_process(struct rc_process *process,
                                        const struct arguments *arguments, int *ret_exit)
{
    if (load_options(process, arguments) != RC_OK || check_keys(process, arguments) != RC_OK) {
        fprintf(stderr, "%s: %s\n", process->name, rc_error_text());
        *ret_exit = RC_EXIT_CONFIG;
        return NULL;
    }
    if (late_acts[arguments->act]) {
        *ret_exit = late_acts[arguments->act](process);
        return NULL;
    }
    if (setup_process(process) != RC_OK) {
        rc_log_error("process.failed", "%s", rc_error_text());
        *ret_exit = RC_EXIT_FAILED;
        return NULL;
    }
    return process;
}

static struct rc_process *new_process(const char *name, const struct rc_option *const *tables,
                                      void *config)
{
    struct rc_process *process = rc_malloc(sizeof *process);

    memset(process, 0, sizeof *process);
    process->name = name;
    process->tables = tables;
    process->config = config;
    return process;
}

static void tell_build(void)
{
    char labels[120];

    snprintf(labels, sizeof labels, "version=\"%s\",commit=\"%s\"", rc_build_version(),
             rc_build_commit());
    rc_metric_set("rollcall_build_info", labels, 1);
    rc_metric_set("process_start_time_seconds", NULL, (double)rc_clock_now_ms() / 1000.0);
}

static struct rc_process *run_process(struct rc_process *process, const struct arguments *arguments,
                                      int *ret_exit)
{
    signals_init(&process->signals);
    health_init(&process->health, &process->signals.stopping);
    if (begin_process(process, arguments, ret_exit)) {
        tell_build();
        rc_log_info("process.started", "%s %s, commit %s", process->instance, rc_build_version(),
                    rc_build_commit());
        return process;
    }
    rc_process_free(process);
    return NULL;
}

struct rc_process *rc_process_start(const char *name, const struct rc_option *const *tables,
                                    void *config, int argc, char **argv, int *ret_exit)
{
    struct arguments arguments;

    if (arguments_parse(argc, argv, &arguments) != RC_OK) {
        fprintf(stderr, "%s: %s\n%s --help says more\n", name, rc_error_text(), name);
        *ret_exit = RC_EXIT_USAGE;
        return NULL;
    }
    if (early_acts[arguments.act]) {
        *ret_exit = early_acts[arguments.act](name, tables);
        return NULL;
    }
    return run_process(new_process(name, tables, config), &arguments, ret_exit);
}

void rc_process_free(struct rc_process *process)
{
    if (!process) return;
    rc_httpd_free(process->httpd);
    signals_done(&process->signals);
    health_done(&process->health);
    rc_options_done(process->tables, process->config);
    free(process);
}

/* ---- what others ask it ---- */

const char *rc_process_name(const struct rc_process *process)
{
    return process->name;
}

const char *rc_process_instance(const struct rc_process *process)
{
    return process->instance;
}

const char *rc_process_life(const struct rc_process *process)
{
    return process->life;
}

const struct rc_common_options *rc_process_options(const struct rc_process *process)
{
    return process->config;
}

const volatile int *rc_process_stopping(const struct rc_process *process)
{
    return &process->signals.stopping;
}

const volatile int *rc_process_abandoned(const struct rc_process *process)
{
    return &process->signals.abandoned;
}

bool rc_process_flag(const volatile int *flag)
{
    return flag_read(flag);
}

void rc_process_stop(struct rc_process *process)
{
    signals_stop(&process->signals);
}

void rc_process_fail(struct rc_process *process, enum rc_exit code)
{
    int none = RC_EXIT_OK;

    __atomic_compare_exchange_n(&process->exit_code, &none, (int)code, false, __ATOMIC_ACQ_REL,
                                __ATOMIC_ACQUIRE);
    rc_process_stop(process);
}

int rc_process_exit_code(const struct rc_process *process)
{
    return __atomic_load_n(&process->exit_code, __ATOMIC_ACQUIRE);
}

void rc_process_abandon(struct rc_process *process)
{
    signals_abandon(&process->signals);
}

bool rc_process_wait(struct rc_process *process, int64_t ms)
{
    return signals_wait(&process->signals, ms);
}

void rc_process_ready(struct rc_process *process, const char *part, const char *why)
{
    if (!health_set(&process->health, part, why)) return;
    if (why)
        rc_log_info("process.waiting", "%s: %s", part, why);
    else
        rc_log_debug("process.ready", "%s is ready", part);
}

void rc_process_beat(struct rc_process *process, int64_t grace_ms)
{
    health_beat(&process->health, grace_ms);
}

uint16_t rc_process_admin_port(const struct rc_process *process)
{
    return process->httpd ? rc_httpd_port(process->httpd) : 0;
}
