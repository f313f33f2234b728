#ifndef RC_PORT_HTTPD_SERVE_H
#define RC_PORT_HTTPD_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"

/* An HTTP/1.1 server for requests with bodies, through libmicrohttpd, on threads of its own. It
 * speaks no TLS: a proxy in front does. Everything that comes from outside has a limit; what is
 * over one never reaches answer as a request, only as the code that it will be refused with. */

struct rc_httpd_server;
struct rc_httpd_asked;

struct rc_httpd_limits {
    const char *address; /* IPv4 */
    uint16_t port;       /* 0: the kernel's choice, see rc_httpd_server_port */
    unsigned threads;
    unsigned connections; /* at once, over all threads */
    unsigned idle_s;      /* without a byte, a connection is closed */
    size_t target_max;    /* bytes of path and query: 414 */
    size_t header_max;    /* bytes of all headers together: 431 */
    size_t body_max;      /* 413 */
};

struct rc_httpd_request {
    const char *method;
    struct rc_str target; /* path and query as they came, percent-encoded */
    struct rc_str body;
    int refused; /* 413, 414 or 431: over a limit, and nothing else here is to be believed; or 0 */
    const struct rc_httpd_asked *asked;
};

/* The value of a header, by its name in any case; NULL: it was not sent. */
const char *rc_httpd_header(const struct rc_httpd_request *request, const char *name);

struct rc_httpd_answer {
    int code;         /* 200 when untouched */
    const char *type; /* a literal; "application/json" when untouched */
    struct rc_buf *body;
    struct rc_buf headers; /* the port's: rc_httpd_answer_header */
};

/* One more header of the answer. Control characters in the value end the process: it is ours. */
void rc_httpd_answer_header(struct rc_httpd_answer *answer, const char *name, struct rc_str value);

/* Called from any of the threads, for one request at a time on each. */
typedef void rc_httpd_answer_fn(void *self, const struct rc_httpd_request *request,
                                struct rc_httpd_answer *answer);

/* Listens and answers. RC_FATAL: the port is taken, or the address is none (the text names
 * server.address and server.port). */
RC_MUST_CHECK rc_status rc_httpd_serve(const struct rc_httpd_limits *limits,
                                       rc_httpd_answer_fn *answer, void *self,
                                       struct rc_httpd_server **ret_server);
/* The end of the listening: connections that are open may finish the request in hand, and are then
 * closed. */
void rc_httpd_server_quiesce(struct rc_httpd_server *server);
/* Requests begun and not yet sent. */
int rc_httpd_server_busy(const struct rc_httpd_server *server);
/* Closes what is still open; NULL is nothing. */
void rc_httpd_server_free(struct rc_httpd_server *server);
RC_AUTO_DEFINE(rc_httpd_server)
uint16_t rc_httpd_server_port(const struct rc_httpd_server *server);

#endif
