/* A program that answers requests: listener, threads, readiness, drain (worker/server.h). */
#include "rollcall/worker/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall/base/log.h"

#include "deadline.h"
#include "env.h"
#include "program.h"
#include "ticks.h"

enum {
    BEAT_MS = 1000,
    GRACE_MS = 60000,
    DRAIN_LOOK_MS = 10,
    SECOND_MS = 1000,
};

#define OPTION(name, field, kind, fallback, min, max, help)                                  \
    {                                                                                        \
        (name), (kind), offsetof(struct rc_server_options, field), (fallback), (min), (max), \
            (help)                                                                           \
    }

const struct rc_option rc_server_option_table[] = {
    OPTION("server.address", address, RC_OPTION_TEXT, "127.0.0.1", 0, 0,
           "Address that requests come to; TLS is left to a proxy in front."),
    OPTION("server.port", port, RC_OPTION_INT, "8480", 0, 65535,
           "Port that requests come to; 0: the kernel's choice."),
    OPTION("server.threads", threads, RC_OPTION_INT, "8", 1, 256,
           "Requests answered side by side; each has its own connection to PostgreSQL."),
    OPTION("server.connections", connections, RC_OPTION_INT, "256", 1, 65536,
           "Connections that may be open at once."),
    OPTION("server.idle", idle_ms, RC_OPTION_MILLIS, "30s", 1000, 3600000,
           "A connection without a byte for so long is closed."),
    OPTION("server.target-bytes", target_bytes, RC_OPTION_BYTES, "4KiB", 256, 65536,
           "Longest path and query; beyond it 414."),
    OPTION("server.header-bytes", header_bytes, RC_OPTION_BYTES, "8KiB", 256, 65536,
           "All headers of a request together; beyond it 431."),
    OPTION("server.body-bytes", body_bytes, RC_OPTION_BYTES, "64KiB", 256, 16777216,
           "Largest body of a request; beyond it 413."),
    {.name = NULL},
};

/* What the threads share. Each takes an env for a request, so that a connection belongs to one
 * thread at a time; there are as many as threads. */
struct serving {
    const struct rc_server *server;
    struct rc_process *process;
    const struct rc_server_options *options;
    void *state;
    pthread_mutex_t mutex;
    struct rc_stage_env *envs;
    size_t *free_envs;
    size_t free_count;
    size_t count;
};

/* ---- one request ---- */

static struct rc_stage_env *take_env(struct serving *serving)
{
    pthread_mutex_lock(&serving->mutex);
    struct rc_stage_env *env = &serving->envs[serving->free_envs[--serving->free_count]];
    pthread_mutex_unlock(&serving->mutex);
    return env;
}

static void give_env(struct serving *serving, struct rc_stage_env *env)
{
    pthread_mutex_lock(&serving->mutex);
    serving->free_envs[serving->free_count++] = (size_t)(env - serving->envs);
    pthread_mutex_unlock(&serving->mutex);
}

static void answer(void *self, const struct rc_httpd_request *request,
                   struct rc_httpd_answer *answer)
{
    struct serving *serving = self;
    struct rc_stage_env *env = take_env(serving);

    serving->server->answer(serving->state, env, request, answer);
    rc_db_rollback(env->db);
    rc_arena_reset(env->arena);
    give_env(serving, env);
}

/* ---- what the threads work with ---- */

static rc_status open_env(const struct serving *serving, const char *program,
                          struct rc_stage_env *env)
{
    const struct rc_common_options *common = &serving->options->common;

    env->process = serving->process;
    env->config = common;
    env->program = program;
    env->version = rc_build_version();
    env->stop = rc_process_stopping(serving->process);
    env->arena = rc_arena_new(0);
    RC_TRY(rc_db_open(common->database_url, rc_process_instance(serving->process), &env->db));
    rc_db_bound(env->db, common->database_statement_ms, common->database_lock_ms);
    return RC_OK;
}

/* One more than threads: the last is the main thread's own, for readiness. */
static rc_status open_envs(struct serving *serving, const char *program)
{
    serving->count = (size_t)serving->options->threads + 1;
    serving->envs = rc_malloc(serving->count * sizeof *serving->envs);
    memset(serving->envs, 0, serving->count * sizeof *serving->envs);
    serving->free_envs = rc_malloc(serving->count * sizeof *serving->free_envs);
    for (size_t i = 0; i < serving->count; i++)
        RC_TRY(open_env(serving, program, &serving->envs[i]));
    for (; serving->free_count + 1 < serving->count; serving->free_count++)
        serving->free_envs[serving->free_count] = serving->free_count;
    return RC_OK;
}

static rc_status open_serving(struct serving *serving, const char *program)
{
    const char *url = serving->options->common.database_url;

    if (!url || !url[0])
        return rc_fail(RC_REJECT, "database.url is empty: %s answers from tables; set it", program);
    RC_TRY(env_budget(serving->process,
                      serving->options->threads + 1 + (serving->server->ticks != NULL)));
    RC_TRY(open_envs(serving, program));
    serving->state = rc_malloc(serving->server->state_size + 1);
    memset(serving->state, 0, serving->server->state_size + 1);
    return serving->server->open ? serving->server->open(serving->state, serving->options) : RC_OK;
}

static void close_serving(struct serving *serving)
{
    if (serving->state && serving->server->close) serving->server->close(serving->state);
    free(serving->state);
    for (size_t i = 0; serving->envs && i < serving->count; i++)
        env_close(&serving->envs[i]);
    free(serving->envs);
    free(serving->free_envs);
    pthread_mutex_destroy(&serving->mutex);
}

/* ---- the main thread ---- */

static void look_at_database(struct serving *serving)
{
    struct rc_db *db = serving->envs[serving->count - 1].db;
    const rc_status status = rc_db_run(db, "SELECT 1", 0, NULL, NULL);

    rc_process_ready(serving->process, "postgresql", status == RC_OK ? NULL : rc_error_text());
}

static void wait_for_end(struct serving *serving)
{
    do {
        look_at_database(serving);
        rc_process_beat(serving->process, GRACE_MS);
    } while (!rc_process_wait(serving->process, BEAT_MS));
}

/* What is in hand is answered; a client that does not take its answer is left behind in the end. */
static void drain(struct serving *serving, struct rc_httpd_server *httpd)
{
    const struct timespec look = {.tv_nsec = DRAIN_LOOK_MS * 1000000L};

    rc_httpd_server_quiesce(httpd);
    while (rc_httpd_server_busy(httpd) > 0 &&
           !rc_process_flag(rc_process_abandoned(serving->process)))
        nanosleep(&look, NULL);
}

static struct rc_httpd_limits limits_of(const struct rc_server_options *options)
{
    return (struct rc_httpd_limits){
        .address = options->address,
        .port = (uint16_t)options->port,
        .threads = (unsigned)options->threads,
        .connections = (unsigned)(options->connections > options->threads ? options->connections
                                                                          : options->threads),
        .idle_s = (unsigned)(options->idle_ms / SECOND_MS),
        .target_max = (size_t)options->target_bytes,
        .header_max = (size_t)options->header_bytes,
        .body_max = (size_t)options->body_bytes,
    };
}

static rc_status serve(struct serving *serving)
{
    const struct rc_httpd_limits limits = limits_of(serving->options);
    RC_AUTO(rc_httpd_server) struct rc_httpd_server *httpd = NULL;
    struct deadline deadline;

    rc_process_ready(serving->process, "postgresql", "not asked yet");
    RC_TRY(rc_httpd_serve(&limits, answer, serving, &httpd));
    rc_log_info("server.listening", "requests come to %s port %u", limits.address,
                (unsigned)rc_httpd_server_port(httpd));
    wait_for_end(serving);
    deadline_start(&deadline, serving->process, serving->options->common.drain_timeout_ms,
                   rc_process_exit_code(serving->process));
    drain(serving, httpd);
    rc_httpd_server_free(rc_httpd_server_take(&httpd));
    deadline_cancel(&deadline);
    return RC_OK;
}

/* The ticks end, and are waited for, once draining began. */
static rc_status serve_with_ticks(struct serving *serving, const char *program)
{
    const struct rc_server *server = serving->server;
    const struct ticks_spec spec = {.program = program,
                                    .table = server->ticks,
                                    .state_size = server->ticks_state_size,
                                    .open = server->ticks_open,
                                    .close = server->ticks_close};
    struct ticks *ticks = NULL;

    if (server->ticks) RC_TRY(ticks_start(&spec, serving->process, NULL, &ticks));
    const rc_status status = serve(serving);
    if (status != RC_OK) rc_process_stop(serving->process);
    if (ticks) ticks_free(ticks);
    return status;
}

static void body(const void *self, struct rc_process *process, const char *program)
{
    struct serving serving = {
        .server = self, .process = process, .options = (const void *)rc_process_options(process)};

    pthread_mutex_init(&serving.mutex, NULL);
    rc_status status = open_serving(&serving, program);
    if (status == RC_OK) status = serve_with_ticks(&serving, program);
    if (status != RC_OK) program_failed(process, status);
    close_serving(&serving);
}

int rc_server_main(const struct rc_server *server, int argc, char **argv)
{
    const struct program program = {server->name, server->tables, server->config_size, body,
                                    server};

    return program_main(&program, argc, argv);
}
