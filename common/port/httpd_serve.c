/* The server for requests with bodies (port/httpd_serve.h). libmicrohttpd calls on_request at least
 * twice for each: once with the headers, then for each part of the body, then at its end. */
#include "rollcall/port/httpd_serve.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/str.h"

enum {
    MEMORY_SPARE = 32 << 10, /* what libmicrohttpd itself needs of a connection's memory */
    DECIMAL_MAX = 18,
};

struct rc_httpd_server {
    struct MHD_Daemon *daemon;
    struct rc_httpd_limits limits;
    rc_httpd_answer_fn *answer;
    void *self;
    int busy;     /* read and written atomically */
    int quiesced; /* likewise */
};

/* One request, from its first line until its answer is sent. */
struct rc_httpd_asked {
    struct MHD_Connection *connection;
    struct rc_buf target;
    struct rc_buf body;
    size_t header_bytes;
    bool headers_seen;
    int refused;
};

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct rc_httpd_server *server = context;
    struct rc_httpd_asked *asked = rc_malloc(sizeof *asked);

    *asked = (struct rc_httpd_asked){.connection = connection};
    rc_buf_add(&asked->target, target, strlen(target));
    __atomic_add_fetch(&server->busy, 1, __ATOMIC_ACQ_REL);
    return asked;
}

static void on_done(void *context, struct MHD_Connection *connection, void **state,
                    enum MHD_RequestTerminationCode how)
{
    struct rc_httpd_server *server = context;
    struct rc_httpd_asked *asked = *state;

    (void)connection, (void)how;
    if (!asked) return;
    rc_buf_done(&asked->target);
    rc_buf_done(&asked->body);
    free(asked);
    *state = NULL;
    __atomic_sub_fetch(&server->busy, 1, __ATOMIC_ACQ_REL);
}

/* ---- limits ---- */

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct rc_httpd_asked *asked = context;

    (void)kind;
    asked->header_bytes += strlen(name) + (value ? strlen(value) : 0);
    return MHD_YES;
}

/* A body whose length is said and too much is refused before it comes. */
static bool says_too_much(const struct rc_httpd_asked *asked, size_t most)
{
    const char *said = MHD_lookup_connection_value(asked->connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t length = 0;

    if (!said) return false;
    if (strlen(said) > DECIMAL_MAX) return true;
    return rc_str_int(rc_str_of(said), 0, INT64_MAX, &length) != RC_OK || (size_t)length > most;
}

static int over_limit(const struct rc_httpd_server *server, struct rc_httpd_asked *asked)
{
    MHD_get_connection_values(asked->connection, MHD_HEADER_KIND, count_header, asked);
    if (asked->target.len > server->limits.target_max) return MHD_HTTP_URI_TOO_LONG;
    if (asked->header_bytes > server->limits.header_max)
        return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    return says_too_much(asked, server->limits.body_max) ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

/* Past the limit the rest is read and forgotten. */
static void take_body(const struct rc_httpd_server *server, struct rc_httpd_asked *asked,
                      const char *bytes, size_t size)
{
    if (asked->body.len + size > server->limits.body_max)
        asked->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    if (!asked->refused) rc_buf_add(&asked->body, bytes, size);
}

/* ---- answering ---- */

void rc_httpd_answer_header(struct rc_httpd_answer *answer, const char *name, struct rc_str value)
{
    for (size_t i = 0; i < value.len; i++)
        assert((unsigned char)value.data[i] >= ' ' && value.data[i] != 0x7f);
    rc_buf_add(&answer->headers, name, strlen(name) + 1);
    rc_buf_add_str(&answer->headers, value);
    rc_buf_add_char(&answer->headers, '\0');
}

static void add_headers(struct MHD_Response *response, const struct rc_buf *headers)
{
    for (size_t at = 0; at < headers->len;) {
        const char *name = headers->data + at;
        const char *value = name + strlen(name) + 1;
        MHD_add_response_header(response, name, value);
        at = (size_t)(value - headers->data) + strlen(value) + 1;
    }
}

static enum MHD_Result send_answer(const struct rc_httpd_server *server,
                                   struct MHD_Connection *connection,
                                   const struct rc_httpd_answer *answer)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->body->len, answer->body->data, MHD_RESPMEM_MUST_COPY);

    if (!response) return MHD_NO;
    if (answer->body->len > 0)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    add_headers(response, &answer->headers);
    if (__atomic_load_n(&server->quiesced, __ATOMIC_ACQUIRE))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const enum MHD_Result queued = MHD_queue_response(connection, (unsigned)answer->code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result give_answer(const struct rc_httpd_server *server,
                                   const struct rc_httpd_asked *asked, const char *method)
{
    RC_AUTO_BUF struct rc_buf body = {0};
    struct rc_httpd_answer answer = {
        .code = MHD_HTTP_OK, .type = "application/json", .body = &body};
    const struct rc_httpd_request request = {.method = method,
                                             .target = rc_buf_str(&asked->target),
                                             .body = rc_buf_str(&asked->body),
                                             .refused = asked->refused,
                                             .asked = asked};

    server->answer(server->self, &request, &answer);
    const enum MHD_Result sent = send_answer(server, asked->connection, &answer);
    rc_buf_done(&answer.headers);
    return sent;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    const struct rc_httpd_server *server = context;
    struct rc_httpd_asked *asked = *state;

    (void)connection, (void)path, (void)version;
    if (!asked->headers_seen) {
        asked->headers_seen = true;
        asked->refused = over_limit(server, asked);
        return asked->refused ? give_answer(server, asked, method) : MHD_YES;
    }
    if (*upload_size == 0) return give_answer(server, asked, method);
    take_body(server, asked, upload, *upload_size);
    *upload_size = 0;
    return MHD_YES;
}

const char *rc_httpd_header(const struct rc_httpd_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->asked->connection, MHD_HEADER_KIND, name);
}

/* ---- its life ---- */

static void silent(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}

static rc_status start(struct rc_httpd_server *server)
{
    const struct rc_httpd_limits *limits = &server->limits;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(limits->port)};

    if (inet_pton(AF_INET, limits->address, &at.sin_addr) != 1)
        return rc_fail(RC_FATAL, "server.address is no IPv4 address: %s", limits->address);
    errno = 0;
    server->daemon = MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, limits->port, NULL, NULL, on_request,
        server, MHD_OPTION_EXTERNAL_LOGGER, silent, NULL, MHD_OPTION_SOCK_ADDR,
        (const struct sockaddr *)&at, MHD_OPTION_THREAD_POOL_SIZE, limits->threads,
        MHD_OPTION_CONNECTION_LIMIT, limits->connections, MHD_OPTION_CONNECTION_TIMEOUT,
        limits->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        2 * (limits->target_max + limits->header_max) + MEMORY_SPARE, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_done, server, MHD_OPTION_END);
    if (server->daemon) return RC_OK;
    return rc_fail(RC_FATAL, "cannot listen on %s port %u (%s): set server.address and server.port",
                   limits->address, (unsigned)limits->port, strerror(errno));
}

rc_status rc_httpd_serve(const struct rc_httpd_limits *limits, rc_httpd_answer_fn *answer,
                         void *self, struct rc_httpd_server **ret_server)
{
    RC_AUTO(rc_httpd_server) struct rc_httpd_server *server = rc_malloc(sizeof *server);

    *server = (struct rc_httpd_server){.limits = *limits, .answer = answer, .self = self};
    RC_TRY(start(server));
    *ret_server = rc_httpd_server_take(&server);
    return RC_OK;
}

void rc_httpd_server_quiesce(struct rc_httpd_server *server)
{
    __atomic_store_n(&server->quiesced, 1, __ATOMIC_RELEASE);
    const MHD_socket listener = MHD_quiesce_daemon(server->daemon);
    if (listener != MHD_INVALID_SOCKET) close(listener);
}

int rc_httpd_server_busy(const struct rc_httpd_server *server)
{
    return __atomic_load_n(&server->busy, __ATOMIC_ACQUIRE);
}

void rc_httpd_server_free(struct rc_httpd_server *server)
{
    if (!server) return;
    if (server->daemon) MHD_stop_daemon(server->daemon);
    free(server);
}

uint16_t rc_httpd_server_port(const struct rc_httpd_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon,
                                                           MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}
