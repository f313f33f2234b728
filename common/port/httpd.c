/* A program's small window to the outside: health, readiness, metrics. Exact paths, GET and HEAD,
 * bounded connections; nothing that comes in is read but the path. */
#include "rollcall/port/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define CONNECTIONS_MAX 32
#define IDLE_S          10

struct rc_httpd {
    struct MHD_Daemon *daemon;
    const struct rc_httpd_route *routes;
    void *self;
};

static enum MHD_Result send_reply(struct MHD_Connection *connection,
                                  const struct rc_httpd_reply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body->len, reply->body->data, MHD_RESPMEM_MUST_COPY);

    if (!response) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (reply->code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    const enum MHD_Result queued = MHD_queue_response(connection, (unsigned)reply->code, response);
    MHD_destroy_response(response);
    return queued;
}

static const struct rc_httpd_route *find_route(const struct rc_httpd *httpd, const char *path)
{
    for (const struct rc_httpd_route *route = httpd->routes; route->path; route++) {
        if (strcmp(route->path, path) == 0) return route;
    }
    return NULL;
}

static void refuse(struct rc_httpd_reply *reply, int code, const char *text)
{
    reply->code = code;
    rc_buf_print(reply->body, "{\"error\":\"%s\"}\n", text);
}

static bool reads_only(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    const struct rc_httpd *httpd = context;
    RC_AUTO_BUF struct rc_buf body = {0};
    struct rc_httpd_reply reply = {.code = MHD_HTTP_OK, .type = "application/json", .body = &body};

    (void)version, (void)upload, (void)state;
    /* What a client uploads is read past and forgotten. */
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    const struct rc_httpd_route *route = find_route(httpd, path);
    if (!reads_only(method))
        refuse(&reply, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
    else if (!route)
        refuse(&reply, MHD_HTTP_NOT_FOUND, "no such path");
    else
        route->answer(httpd->self, &reply);
    return send_reply(connection, &reply);
}

static void silent(void *context, const char *format, va_list arguments)
{
    (void)context, (void)format, (void)arguments;
}

static rc_status bind_failed(const char *address, uint16_t port)
{
    return rc_fail(RC_FATAL, "cannot listen on %s port %u (%s): set admin.address and admin.port",
                   address, (unsigned)port, strerror(errno));
}

static rc_status start(struct rc_httpd *httpd, const char *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return rc_fail(RC_FATAL, "admin.address is no IPv4 address: %s", address);
    errno = 0;
    httpd->daemon = MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, port, NULL, NULL, on_request, httpd,
        MHD_OPTION_EXTERNAL_LOGGER, silent, NULL, MHD_OPTION_SOCK_ADDR,
        (const struct sockaddr *)&at, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    return httpd->daemon ? RC_OK : bind_failed(address, port);
}

rc_status rc_httpd_open(const char *address, uint16_t port, const struct rc_httpd_route *routes,
                        void *self, struct rc_httpd **ret_httpd)
{
    RC_AUTO(rc_httpd) struct rc_httpd *httpd = rc_malloc(sizeof *httpd);

    *httpd = (struct rc_httpd){.routes = routes, .self = self};
    RC_TRY(start(httpd, address, port));
    *ret_httpd = rc_httpd_take(&httpd);
    return RC_OK;
}

void rc_httpd_free(struct rc_httpd *httpd)
{
    if (!httpd) return;
    if (httpd->daemon) MHD_stop_daemon(httpd->daemon);
    free(httpd);
}

uint16_t rc_httpd_port(const struct rc_httpd *httpd)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(httpd->daemon,
                                                           MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}

const char *rc_httpd_version(void)
{
    return MHD_get_version();
}
