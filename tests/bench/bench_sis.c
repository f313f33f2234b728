/* A student information system that is never the limit: OneRoster 1.1 out of mapped files, a token
 * for whoever asks, one switch for the day. What it costs is told apart from what is measured.
 *
 *     bench-sis FOLDER PORT
 *
 * GET /ims/oneroster/v1p1/users?limit=5000&offset=0 … · GET …/users/ID · POST /token · POST /day/2
 */
#include "bench_set.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT   "/ims/oneroster/v1p1/"
#define TOKEN  "bench-token"
#define BEARER "Bearer " TOKEN

enum { THREADS = 2, LIMIT_DEFAULT = 100, LIMIT_MAX = 100000, IDLE_S = 600 };

struct sis {
    const struct bench_set *set;
    atomic_int day;
};

struct question {
    struct sis *sis;
    struct MHD_Connection *connection;
    const char *path;
    const char *method;
};

/* Takes the body over. total < 0: no such header. */
static enum MHD_Result answer(const struct question *question, unsigned code, struct rc_buf *body,
                              long long total)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(body->len, body->data,
                                                                    MHD_RESPMEM_MUST_FREE);
    char text[24];

    *body = (struct rc_buf){0};
    if (!response) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    snprintf(text, sizeof text, "%lld", total);
    if (total >= 0) MHD_add_response_header(response, "X-Total-Count", text);
    const enum MHD_Result queued = MHD_queue_response(question->connection, code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result say(const struct question *question, unsigned code, const char *text)
{
    RC_AUTO_BUF struct rc_buf body = {0};

    rc_buf_print(&body, "%s", text);
    return answer(question, code, &body, -1);
}

static size_t number_of(const struct question *question, const char *name, size_t fallback)
{
    const char *value = MHD_lookup_connection_value(question->connection, MHD_GET_ARGUMENT_KIND,
                                                    name);
    int64_t number = 0;

    if (!value || rc_str_int(rc_str_of(value), 0, INT64_C(1) << 40, &number) != RC_OK)
        return fallback;
    return (size_t)number;
}

static enum MHD_Result answer_page(const struct question *question,
                                   const struct bench_collection *collection)
{
    const int day = atomic_load(&question->sis->day);
    const size_t limit = number_of(question, "limit", LIMIT_DEFAULT);
    RC_AUTO_BUF struct rc_buf body = {0};

    bench_set_page(collection, day, number_of(question, "offset", 0),
                   limit > LIMIT_MAX ? LIMIT_MAX : limit, &body);
    return answer(question, MHD_HTTP_OK, &body, (long long)bench_set_count(collection, day));
}

/* "users" has "user"; all names but demographics end in a plural s or es. */
static struct rc_str single_name(const struct bench_collection *collection)
{
    struct rc_str name = rc_str_of(collection->name);

    if (strcmp(collection->name, "demographics") == 0) return name;
    name.len -= strcmp(collection->name, "classes") == 0 ? 2 : 1;
    return name;
}

static enum MHD_Result answer_single(const struct question *question,
                                     const struct bench_collection *collection, struct rc_str id)
{
    const struct rc_str found = bench_set_single(collection, atomic_load(&question->sis->day), id);
    const struct rc_str name = single_name(collection);
    RC_AUTO_BUF struct rc_buf body = {0};

    if (!found.data)
        return say(question, MHD_HTTP_NOT_FOUND, "{\"error\":\"no record has this id\"}");
    rc_buf_print(&body, "{\"%.*s\":", RC_STR_ARG(name));
    rc_buf_add_str(&body, found);
    rc_buf_add_char(&body, '}');
    return answer(question, MHD_HTTP_OK, &body, -1);
}

static enum MHD_Result answer_roster(const struct question *question)
{
    struct rc_str id = rc_str_of(question->path + sizeof ROOT - 1);
    const struct bench_collection *collection = bench_set_find(question->sis->set,
                                                               rc_str_cut(&id, '/'));
    const char *given = MHD_lookup_connection_value(question->connection, MHD_HEADER_KIND,
                                                    MHD_HTTP_HEADER_AUTHORIZATION);

    if (!given || strcmp(given, BEARER) != 0)
        return say(question, MHD_HTTP_UNAUTHORIZED, "{\"error\":\"POST /token gives a token\"}");
    if (!collection) return say(question, MHD_HTTP_NOT_FOUND, "{\"error\":\"no such collection\"}");
    return id.data ? answer_single(question, collection, id) : answer_page(question, collection);
}

static enum MHD_Result answer_token(const struct question *question)
{
    return say(question, MHD_HTTP_OK,
               "{\"access_token\":\"" TOKEN "\",\"token_type\":\"Bearer\",\"expires_in\":86400}");
}

static enum MHD_Result answer_day(const struct question *question)
{
    const char *day = question->path + strlen("/day/");

    if (strcmp(day, "1") != 0 && strcmp(day, "2") != 0)
        return say(question, MHD_HTTP_NOT_FOUND, "{\"error\":\"day 1 or 2\"}");
    atomic_store(&question->sis->day, day[0] - '0');
    return say(question, MHD_HTTP_OK, "{}");
}

static const struct {
    const char *method;
    const char *prefix;
    enum MHD_Result (*answer)(const struct question *question);
} routes[] = {
    {MHD_HTTP_METHOD_GET, ROOT, answer_roster},
    {MHD_HTTP_METHOD_POST, "/token", answer_token},
    {MHD_HTTP_METHOD_POST, "/day/", answer_day},
};

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    static int seen; /* its address marks a request whose headers were read */
    const struct question question = {context, connection, path, method};

    (void)version, (void)upload;
    if (!*state || *upload_size > 0) { /* the body comes, if there is one; it is read past */
        *state = &seen;
        *upload_size = 0;
        return MHD_YES;
    }
    for (size_t i = 0; i < COUNT_OF(routes); i++)
        if (strcmp(method, routes[i].method) == 0 &&
            strncmp(path, routes[i].prefix, strlen(routes[i].prefix)) == 0)
            return routes[i].answer(&question);
    return say(&question, MHD_HTTP_NOT_FOUND, "{\"error\":\"no such address\"}");
}

static struct MHD_Daemon *listen_on(uint16_t port, struct sis *sis)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TCP_FASTOPEN, port, NULL, NULL,
                            on_request, sis, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
}

static rc_status serve(const struct bench_set *set, uint16_t port)
{
    struct sis sis = {.set = set};
    sigset_t ends;
    int which = 0;

    atomic_init(&sis.day, 1);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon = listen_on(port, &sis);
    if (!daemon) return rc_fail(RC_FATAL, "port %u cannot be listened on", port);
    sigwait(&ends, &which);
    MHD_stop_daemon(daemon);
    return RC_OK;
}

static rc_status run(int argc, char **argv)
{
    RC_AUTO(bench_set) struct bench_set *set = NULL;
    int64_t port = 0;

    if (argc != 3) return rc_fail(RC_FATAL, "bench-sis FOLDER PORT");
    RC_TRY(rc_str_int(rc_str_of(argv[2]), 1, UINT16_MAX, &port));
    RC_TRY(bench_set_open(argv[1], &set));
    /* Pages of some MiB come and go: the heap keeps them, instead of the kernel clearing them. */
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    return serve(set, (uint16_t)port);
}

int main(int argc, char **argv)
{
    if (run(argc, argv) == RC_OK) return 0;
    fprintf(stderr, "bench-sis: %s\n", rc_error_text());
    return 1;
}
