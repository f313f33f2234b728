/* The world around the made-up stage: starts it, feeds it, looks at what it left behind. */
#include "with_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/worker/stage.h"

#include "made_up_stage.h"

#define PATIENCE_MS   30000
#define VARIABLES_MAX 24

bool world_is_stage(int argc, char **argv, int *ret_exit)
{
    if (!getenv("ROLLCALL_TEST_FOLDER")) {
        if (getenv("ONLY_TEST")) cmocka_set_test_filter(getenv("ONLY_TEST"));
        return false;
    }
    *ret_exit = made_up_stage_main(argc, argv);
    return true;
}

/* ---- the world ---- */

static void free_admin_port(struct world *world)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    snprintf(world->admin_port, sizeof world->admin_port, "%u", (unsigned)ntohs(at.sin_port));
}

int world_setup(void **state)
{
    struct world *world = rc_malloc(sizeof *world);

    *world = (struct world){.folder = "/tmp/rollcall-stage-XXXXXX"};
    assert_non_null(mkdtemp(world->folder));
    server_start_redis(&world->redis);
    mock_start(&world->mock);
    mock_topic(&world->mock, TOPIC_ONE, PARTITIONS);
    mock_topic(&world->mock, TOPIC_TWO, PARTITIONS);
    mock_topic(&world->mock, TOPIC_DEAD, 1);
    mock_topic(&world->mock, TOPIC_OUT, 1);
    assert_ok(rc_producer_open(&world->mock.config, &world->producer));
    free_admin_port(world);
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    struct world *world = *state;
    char command[100];

    rc_producer_free(world->producer);
    mock_stop(&world->mock);
    server_remove(&world->redis);
    snprintf(command, sizeof command, "rm -r %s", world->folder);
    if (getenv("KEEP_FOLDERS") || system(command) != 0)
        fprintf(stderr, "%s is left behind\n", world->folder);
    free(world);
    return 0;
}

/* ---- the stage's process ---- */

static void run_stage(struct world *world, char *const *environment)
{
    char log[100];
    char name[] = "rollcall-test";
    char *argv[] = {name, NULL};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(log, sizeof log, "%s/log", world->folder);
    const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (fd < 0 || dup2(fd, STDERR_FILENO) < 0) _exit(126);
    execve("/proc/self/exe", argv, environment);
    _exit(127);
}

/* An environment in the making: what is set first stays. */
struct environment {
    struct rc_arena *arena;
    char *entries[VARIABLES_MAX];
    size_t count;
};

static void set(struct environment *environment, const char *name, const char *value)
{
    const struct rc_str entry = rc_str_print(environment->arena, "%s=%s", name, value);
    const struct rc_str start = {entry.data, strlen(name) + 1};

    for (size_t i = 0; i < environment->count; i++)
        if (rc_str_starts(rc_str_of(environment->entries[i]), start)) return;
    assert_true(environment->count < VARIABLES_MAX - 1);
    environment->entries[environment->count++] = rc_arena_copy(environment->arena, entry.data,
                                                               entry.len);
}

static void set_given(struct environment *environment, const char *variable)
{
    struct rc_str value = rc_str_of(variable);
    const struct rc_str name = rc_str_copy(environment->arena, rc_str_cut(&value, '='));

    set(environment, name.data, value.data);
}

static void set_usual(struct environment *environment, const struct world *world)
{
    set(environment, "ROLLCALL_TEST_FOLDER", world->folder);
    set(environment, "ROLLCALL_KAFKA_BROKERS", world->mock.config.brokers);
    set(environment, "ROLLCALL_REDIS_URL",
        rc_str_print(environment->arena, "redis://127.0.0.1:%u/0", (unsigned)world->redis.port)
            .data);
    set(environment, "ROLLCALL_DATABASE_URL", "");
    set(environment, "ROLLCALL_ADMIN_PORT", world->admin_port);
    set(environment, "ROLLCALL_LOG_LEVEL", "debug");
    /* A killed member's partitions go to the next after so long; the mock wants 3 s for a join. */
    set(environment, "ROLLCALL_STAGE_SESSION_TIMEOUT", "4s");
}

pid_t stage_start(struct world *world, const char *const *variables)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct environment environment = {.arena = arena};

    for (; *variables; variables++)
        set_given(&environment, *variables);
    set_usual(&environment, world);
    const pid_t pid = fork();
    if (pid == 0) run_stage(world, environment.entries);
    assert_true(pid > 0);
    return pid;
}

void stage_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int stage_peek(pid_t pid, int64_t ms)
{
    const int64_t until_ms = rc_clock_mono_ms() + ms;
    int state = 0;

    while (waitpid(pid, &state, WNOHANG) == 0) {
        if (rc_clock_mono_ms() > until_ms) return -1;
        rc_clock_sleep_ms(10);
    }
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1000 + WTERMSIG(state);
}

int stage_wait(pid_t pid, int64_t ms)
{
    const int exit_code = stage_peek(pid, ms);

    if (exit_code == -1) stage_kill(pid);
    return exit_code;
}

int stage_drain(pid_t pid)
{
    kill(pid, SIGTERM);
    return stage_wait(pid, PATIENCE_MS);
}

/* ---- messages ---- */

void world_send(struct world *world, const char *topic, const char *key, const char *payload)
{
    struct rc_outgoing message = {
        .topic = rc_str_of(topic), .key = rc_str_of(key), .payload = rc_str_of(payload)};
    const struct rc_envelope envelope = {
        .id = rc_str_of(payload),
        .source = RC_STR("/rollcall/test"),
        .type = rc_str_of(topic),
        .district = RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"),
        .run = RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a78"),
    };

    rc_envelope_print(&envelope, &message.headers);
    assert_ok(rc_producer_send(world->producer, &message, 1, NULL));
}

void world_flag(struct world *world, const char *name, bool present)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", world->folder, name);
    if (!present) {
        unlink(path);
        return;
    }
    const int fd = open(path, O_WRONLY | O_CREAT, 0666);
    assert_true(fd >= 0);
    close(fd);
}

/* ---- what it left behind ---- */

static struct rc_buf read_trace(const struct world *world)
{
    struct rc_buf text = {0};
    char path[200];

    snprintf(path, sizeof path, "%s/trace", world->folder);
    const int fd = open(path, O_RDONLY);
    rc_buf_add_char(&text, '\n');
    if (fd < 0) return text;
    for (ssize_t got = 1; got > 0; text.len += (size_t)got) {
        rc_buf_reserve(&text, 4096);
        got = read(fd, text.data + text.len, 4096);
        assert_true(got >= 0);
    }
    close(fd);
    rc_buf_add_char(&text, '\n');
    return text;
}

static void line_pattern(const char *line, char out[200])
{
    snprintf(out, 200, "\n%s\n", line);
}

size_t trace_count(const struct world *world, const char *line)
{
    RC_AUTO_BUF struct rc_buf text = read_trace(world);
    char pattern[200];
    size_t count = 0;

    line_pattern(line, pattern);
    for (const char *at = text.data; (at = strstr(at, pattern)) != NULL; at++)
        count++;
    return count;
}

long trace_at(const struct world *world, const char *line)
{
    RC_AUTO_BUF struct rc_buf text = read_trace(world);
    char pattern[200];

    line_pattern(line, pattern);
    const char *at = strstr(text.data, pattern);
    return at ? (long)(at - text.data) : -1;
}

long trace_last(const struct world *world, const char *line)
{
    RC_AUTO_BUF struct rc_buf text = read_trace(world);
    char pattern[200];
    long last = -1;

    line_pattern(line, pattern);
    for (const char *at = text.data; (at = strstr(at, pattern)) != NULL; at++)
        last = (long)(at - text.data);
    return last;
}

bool trace_alternates(const struct world *world, const char *name)
{
    RC_AUTO_BUF struct rc_buf text = read_trace(world);
    struct rc_str rest = rc_buf_str(&text);
    char lines[2][100];
    size_t seen = 0;

    snprintf(lines[0], sizeof lines[0], "begin %s", name);
    snprintf(lines[1], sizeof lines[1], "end %s", name);
    while (rest.data) {
        const struct rc_str line = rc_str_cut(&rest, '\n');
        if (rc_str_eq(line, rc_str_of(lines[(seen + 1) % 2]))) return false;
        seen += rc_str_eq(line, rc_str_of(lines[seen % 2])) ? 1 : 0;
    }
    return seen >= 2 && seen % 2 == 0;
}

static void show(const struct world *world, const char *name)
{
    char command[200];

    snprintf(command, sizeof command, "echo '--- %s'; tail -n 60 %s/%s", name, world->folder, name);
    if (system(command) != 0) fprintf(stderr, "no %s\n", name);
}

static void give_up(const struct world *world, const char *what)
{
    show(world, "log");
    show(world, "trace");
    fail_msg("in vain: %s", what);
}

#define AWAIT(world, what, condition)                                 \
    do {                                                              \
        const int64_t until_ms_ = rc_clock_mono_ms() + PATIENCE_MS;   \
        while (!(condition)) {                                        \
            if (rc_clock_mono_ms() > until_ms_) give_up(world, what); \
            rc_clock_sleep_ms(20);                                    \
        }                                                             \
    } while (0)

void trace_await(const struct world *world, const char *line, size_t count)
{
    AWAIT(world, line, trace_count(world, line) >= count);
}

static void read_marks(const struct world *world, const char *topic, struct rc_marks *marks,
                       size_t *ret_count)
{
    assert_ok(
        rc_bus_marks(&world->mock.config, "rollcall-test", topic, marks, PARTITIONS, ret_count));
}

int64_t committed(const struct world *world, const char *topic)
{
    struct rc_marks marks[PARTITIONS];
    size_t count = 0;
    int64_t sum = 0;

    read_marks(world, topic, marks, &count);
    for (size_t i = 0; i < count; i++)
        sum += marks[i].committed > 0 ? marks[i].committed : 0;
    return sum;
}

void committed_await(const struct world *world, const char *topic, int64_t sum)
{
    AWAIT(world, "committed", committed(world, topic) >= sum);
    assert_int_equal(committed(world, topic), sum);
}

int64_t held(const struct world *world, const char *topic)
{
    struct rc_marks marks[PARTITIONS];
    size_t count = 0;
    int64_t sum = 0;

    read_marks(world, topic, marks, &count);
    for (size_t i = 0; i < count; i++)
        sum += marks[i].end - marks[i].begin;
    return sum;
}

struct rc_message *first_of(const struct world *world, const char *topic)
{
    struct rc_marks marks[PARTITIONS];
    struct rc_message *message = NULL;
    size_t count = 0;

    read_marks(world, topic, marks, &count);
    for (size_t i = 0; i < count && !message; i++) {
        if (marks[i].end == marks[i].begin) continue;
        assert_ok(rc_bus_read_at(&world->mock.config, topic, marks[i].partition, marks[i].begin,
                                 &message));
    }
    assert_non_null(message);
    return message;
}

long long redis_tell(const struct world *world, const char *command)
{
    redisContext *redis = redisConnect("127.0.0.1", world->redis.port);

    assert_non_null(redis);
    redisReply *reply = redisCommand(redis, command);
    assert_non_null(reply);
    const long long number = reply->integer;
    freeReplyObject(reply);
    redisFree(redis);
    return number;
}

static int open_admin(const struct world *world)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_port = htons((uint16_t)strtol(world->admin_port, NULL, 10));
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
    close(fd);
    return -1;
}

int admin_ask(const struct world *world, const char *path, char *body, size_t size)
{
    char text[8192] = "";
    size_t len = 0;
    const int fd = open_admin(world);

    if (fd < 0) return 0;
    dprintf(fd, "GET %s HTTP/1.0\r\n\r\n", path);
    for (ssize_t got = 1; got > 0 && len < sizeof text - 1; len += (size_t)(got > 0 ? got : 0))
        got = read(fd, text + len, sizeof text - 1 - len);
    close(fd);
    text[len] = '\0';
    if (body) snprintf(body, size, "%s", strstr(text, "\r\n\r\n") ? strstr(text, "\r\n\r\n") : "");
    return strlen(text) > 12 ? (int)strtol(text + 9, NULL, 10) : 0;
}

void admin_await(const struct world *world, const char *path, int code)
{
    AWAIT(world, path, admin_ask(world, path, NULL, 0) == code);
}
