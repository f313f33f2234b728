#ifndef RC_WORKER_HEALTH_H
#define RC_WORKER_HEALTH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/buf.h"
#include "rollcall/format/option.h"
#include "rollcall/port/httpd.h"

/* What /healthz and /readyz say. Alive: the main loop said so lately. Ready: it can work, which is
 * to say that the main loop has begun, no part waits for anything and no drain has begun. */

/* Room for the threads of a crew beside what a program waits for. */
enum { HEALTH_PARTS_MAX = 96, HEALTH_NAME_MAX = 24, HEALTH_WHY_MAX = 300 };

struct health_part {
    char name[HEALTH_NAME_MAX];
    char why[HEALTH_WHY_MAX];
    bool waits;
};

struct health {
    pthread_mutex_t mutex;
    struct health_part parts[HEALTH_PARTS_MAX];
    size_t count;
    int64_t alive_until_ms; /* of rc_clock_mono_ms; 0: nothing said yet */
    const volatile int *stopping;
    const struct rc_option *const *tables; /* NULL: no options are known yet */
    const void *config;
};

/* stopping is borrowed: readiness ends when it becomes non-zero. */
void health_init(struct health *health, const volatile int *stopping);
/* The port is closed before: nobody may ask any more. */
void health_done(struct health *health);
/* Whose options name what expires, for /metrics; both are borrowed. Before the port is opened. */
void health_watch(struct health *health, const struct rc_option *const *tables, const void *config);
/* why NULL: the part is ready. Returns whether that changed anything. */
bool health_set(struct health *health, const char *part, const char *why);
/* The main work goes on: /healthz answers 503 once grace_ms have passed without the next beat. */
void health_beat(struct health *health, int64_t grace_ms);

/* As JSON; true: well. */
bool health_print_alive(struct health *health, struct rc_buf *out);
/* Every part, and why it waits; true: none does, and it is not draining. */
bool health_print_ready(struct health *health, struct rc_buf *out);
/* True: the main work has begun. */
bool health_print_started(struct health *health, struct rc_buf *out);

/* The admin port's pages; their self is a struct health. */
extern const struct rc_httpd_route health_routes[];

#endif
