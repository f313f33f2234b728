/* Starts PostgreSQL and Redis for the contract tests. PostgreSQL refuses to run as root: it is then
 * started as its own user. */
#include "with_servers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POSTGRES_BIN "/usr/lib/postgresql/15/bin/"
#define READY_TRIES  1600

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint16_t free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        die("a free port");
    close(fd);
    return ntohs(at.sin_port);
}

static void sleep_ms(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    nanosleep(&time, NULL);
}

/* Starts a command with its output in folder/log; `exec` in it keeps the pid the server's own. */
static pid_t launch(const struct server *server, const char *command)
{
    const pid_t pid = fork();

    if (pid < 0) die("fork");
    if (pid > 0) return pid;
    char log[80];
    snprintf(log, sizeof log, "%s/log", server->folder);
    const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0) _exit(126);
    if (chdir(server->folder) != 0) _exit(126);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void run(const struct server *server, const char *command)
{
    int state = 0;
    const pid_t pid = launch(server, command);

    if (waitpid(pid, &state, 0) != pid || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
        fprintf(stderr, "failed: %s: see %s/log\n", command, server->folder);
        exit(1);
    }
}

static bool answers(uint16_t port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const bool connected = connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;

    close(fd);
    return connected;
}

static void await(const struct server *server)
{
    for (int i = 0; i < READY_TRIES; i++) {
        if (answers(server->port)) return;
        sleep_ms(25);
    }
    fprintf(stderr, "a server did not start: see %s/log\n", server->folder);
    exit(1);
}

static void skip_without(const char *program)
{
    printf("skipped: %s is not installed\n", program);
    fflush(stdout);
    /* At once: cmocka's own memory would count as leaked. */
    _exit(SERVER_MISSING);
}

static void need_program(const char *path)
{
    if (access(path, X_OK) != 0) skip_without(path);
}

/* A program that may stand anywhere on the path. */
static void need_command(const char *name)
{
    char command[100];

    snprintf(command, sizeof command, "command -v %s >/dev/null", name);
    if (system(command) != 0) skip_without(name);
}

static const char *kafka_libs(void)
{
    const char *libs = getenv("ROLLCALL_KAFKA_LIBS");

    return libs ? libs : RC_SOURCE_DIR "/.local/kafka/libs";
}

static void make_folder(struct server *server, const char *pattern)
{
    snprintf(server->folder, sizeof server->folder, "%s", pattern);
    if (!mkdtemp(server->folder)) die("mkdtemp");
    if (chmod(server->folder, 0777) != 0) die("chmod");
}

/* The words that change the user, where we are root. */
static const char *as_postgres(void)
{
    return geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : "";
}

static void launch_postgres(struct server *server)
{
    char command[600];

    snprintf(command, sizeof command,
             "exec %s" POSTGRES_BIN
             "postgres -D %s/data -p %u -c fsync=off -c shared_buffers=16MB "
             "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=20",
             as_postgres(), server->folder, (unsigned)server->port);
    server->pid = launch(server, command);
    await(server);
}

static void launch_redis(struct server *server)
{
    char command[200];

    snprintf(command, sizeof command,
             "exec redis-server --port %u --bind 127.0.0.1 --save '' --appendonly no",
             (unsigned)server->port);
    server->pid = launch(server, command);
    await(server);
}

static void launch_kafka(struct server *server)
{
    char command[400];

    snprintf(command, sizeof command,
             "exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx384m -cp '%s/*' "
             "kafka.Kafka %s/server.properties",
             kafka_libs(), server->folder);
    server->pid = launch(server, command);
    await(server);
}

void server_start_again(struct server *server)
{
    server->launch(server);
}

void server_start_postgres(struct server *server)
{
    char command[400];

    need_program(POSTGRES_BIN "postgres");
    *server = (struct server){.port = free_port(), .launch = launch_postgres};
    make_folder(server, "/tmp/rollcall-postgres-XXXXXX");
    snprintf(command, sizeof command,
             "exec %s" POSTGRES_BIN
             "initdb -D %s/data -U postgres -A trust -E UTF8 "
             "--locale=C.UTF-8 --no-sync --no-instructions",
             as_postgres(), server->folder);
    run(server, command);
    launch_postgres(server);
}

void server_start_redis(struct server *server)
{
    need_command("redis-server");
    *server = (struct server){.port = free_port(), .launch = launch_redis};
    make_folder(server, "/tmp/rollcall-redis-XXXXXX");
    launch_redis(server);
}

static void write_kafka_properties(const struct server *server, uint16_t controller)
{
    char path[100];
    snprintf(path, sizeof path, "%s/server.properties", server->folder);
    FILE *file = fopen(path, "w");

    if (!file) die(path);
    fprintf(file,
            "process.roles=broker,controller\nnode.id=1\n"
            "controller.quorum.voters=1@127.0.0.1:%u\n"
            "listeners=PLAINTEXT://127.0.0.1:%u,CONTROLLER://127.0.0.1:%u\n"
            "controller.listener.names=CONTROLLER\n"
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
            "log.dirs=%s/data\nauto.create.topics.enable=false\n"
            "offsets.topic.replication.factor=1\noffsets.topic.num.partitions=1\n"
            "group.initial.rebalance.delay.ms=0\nlog.cleaner.dedupe.buffer.size=16777216\n",
            (unsigned)controller, (unsigned)server->port, (unsigned)controller, server->folder);
    fclose(file);
}

void server_start_kafka(struct server *server)
{
    char command[400];

    need_program("/usr/bin/java");
    need_program(kafka_libs());
    *server = (struct server){.port = free_port(), .launch = launch_kafka};
    make_folder(server, "/tmp/rollcall-kafka-XXXXXX");
    write_kafka_properties(server, free_port());
    snprintf(command, sizeof command,
             "exec java -XX:TieredStopAtLevel=1 -Xmx128m -cp '%s/*' kafka.tools.StorageTool "
             "format -t 4L6g3nShT-eMCtK--X86sw -c %s/server.properties",
             kafka_libs(), server->folder);
    run(server, command);
    launch_kafka(server);
}

void server_stop(struct server *server)
{
    if (server->pid == 0) return;
    /* PostgreSQL's fast shutdown; the others end on it too. */
    kill(server->pid, SIGINT);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

void server_remove(struct server *server)
{
    server_stop(server);
    const pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", server->folder, (char *)NULL);
        _exit(127);
    }
    if (pid > 0) waitpid(pid, NULL, 0);
}
