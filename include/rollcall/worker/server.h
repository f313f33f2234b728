#ifndef RC_WORKER_SERVER_H
#define RC_WORKER_SERVER_H

#include "rollcall/port/httpd_serve.h"
#include "rollcall/worker/ticker.h"

/* A program that answers requests over HTTP: the third skeleton beside stages and ticks. It owns
 * the listener, the threads with their connections to PostgreSQL, readiness and the drain; the
 * service owns one function. Draining: no new connection is taken, /readyz says so, what is in hand
 * is answered, the exit code is 0. TLS is left to a proxy in front. */

/* A service's configuration begins with this. */
struct rc_server_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    char *address;
    int64_t port;
    int64_t threads;
    int64_t connections;
    int64_t idle_ms;
    int64_t target_bytes;
    int64_t header_bytes;
    int64_t body_bytes;
};
extern const struct rc_option rc_server_option_table[];

struct rc_server {
    const char *name;                      /* "roster-server": the program is rollcall-<name> */
    const struct rc_option *const *tables; /* with rc_common_option_table and
                                              rc_server_option_table; NULL-terminated */
    size_t config_size;
    size_t state_size; /* zeroed memory, one for all threads, handed over as self */
    /* Called once before the first request; may be NULL. RC_REJECT, RC_FATAL: the program ends. */
    rc_status (*open)(void *self, const void *config);
    void (*close)(void *self);
    /* One request, to its end; env is the thread's own (kv, keys and producer are NULL), its arena
     * is reset afterwards. A transaction left open is rolled back. */
    void (*answer)(void *self, struct rc_stage_env *env, const struct rc_httpd_request *request,
                   struct rc_httpd_answer *answer);
    /* Work by the clock beside it, with state of their own; NULL: none. */
    const struct rc_tick *ticks;
    size_t ticks_state_size;
    rc_status (*ticks_open)(void *self, struct rc_stage_env *env);
    void (*ticks_close)(void *self);
};

/* The whole program; returns its exit code. */
int rc_server_main(const struct rc_server *server, int argc, char **argv);

#endif
