#ifndef RC_PORT_HTTPD_H
#define RC_PORT_HTTPD_H

#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"

/* A small HTTP server for health and metrics, through libmicrohttpd, on its own thread. */

struct rc_httpd;

struct rc_httpd_reply {
    int code;         /* 200 when untouched */
    const char *type; /* content type; "application/json" when untouched */
    struct rc_buf *body;
};

struct rc_httpd_route {
    const char *path; /* exact; a NULL path ends the table */
    void (*answer)(void *self, struct rc_httpd_reply *reply);
};

/* Listens on address:port (port 0: the kernel's choice, see rc_httpd_port). GET and HEAD only;
 * unknown paths get 404. answer is called from the server's thread. RC_FATAL: the port is taken
 * (the text names the option). */
RC_MUST_CHECK rc_status rc_httpd_open(const char *address, uint16_t port,
                                      const struct rc_httpd_route *routes, void *self,
                                      struct rc_httpd **ret_httpd);
/* Waits for answers under way; NULL is nothing. */
void rc_httpd_free(struct rc_httpd *httpd);
RC_AUTO_DEFINE(rc_httpd)
uint16_t rc_httpd_port(const struct rc_httpd *httpd);

/* libmicrohttpd that runs: "0.9.75". */
const char *rc_httpd_version(void);

#endif
