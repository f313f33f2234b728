#ifndef RC_WORKER_PROCESS_H
#define RC_WORKER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/error.h"
#include "rollcall/format/option.h"
#include "rollcall/port/bus.h"
#include "rollcall/port/db.h"
#include "rollcall/port/kv.h"

/* What every long-running program shares: options, log, signals, health and metrics, exit codes,
 * drain. The first SIGTERM or SIGINT drains (readiness 503, work in hand ends, exit 0 within
 * drain.timeout), the second exits at once. */

enum rc_exit {
    RC_EXIT_OK = 0,
    RC_EXIT_FAILED = 1, /* RC_FATAL: to be restarted */
    RC_EXIT_USAGE = 64,
    RC_EXIT_BUG = 70,
    RC_EXIT_CONFIG = 78, /* one line per problem was printed */
};

/* The options that all programs have; programs embed it as the first member of their own
 * configuration. */
struct rc_common_options {
    char *kafka_brokers;
    char *kafka_settings;
    char *redis_url;
    char *database_url;
    char *admin_address;
    int64_t admin_port;
    char *log_level;
    char *log_format;
    int64_t drain_timeout_ms;
    int64_t parallel; /* stage.parallel: messages in hand */
    char *instance;   /* stage.instance: static member id; empty: dynamic */
    char *assignor;   /* stage.assignor */
    bool relay;       /* relay.enabled */
};
extern const struct rc_option rc_common_option_table[];

/* What a program is given by its skeleton. One per process; the ports made from it are one per
 * thread. */
struct rc_process;

/* Reads the command line and the options (exits by RC_EXIT_* through *ret_exit when --help,
 * --version, --check, --options-md or a problem ends the program here: then returns NULL), sets up
 * log, crypto and signals, opens the admin port. tables: the program's own, NULL-terminated array
 * that includes rc_common_option_table; config: zeroed memory for the values, whose first member is
 * struct rc_common_options. */
struct rc_process *rc_process_start(const char *name, const struct rc_option *const *tables,
                                    void *config, int argc, char **argv, int *ret_exit);
void rc_process_free(struct rc_process *process);
RC_AUTO_DEFINE(rc_process)

const char *rc_process_name(const struct rc_process *process);
/* Host name, pid: "rollcall-fetcher@host/123", the owner's name in leases and locks. */
const char *rc_process_instance(const struct rc_process *process);
/* Non-zero once draining; also usable as the stop flag of rc_producer_send. */
const volatile int *rc_process_stopping(const struct rc_process *process);
/* Waits at most ms; returns early, true, when draining begins. */
bool rc_process_wait(struct rc_process *process, int64_t ms);
/* What /readyz says: a program is ready while no part says that it waits. part is a literal
 * ("postgresql", "kafka"); why NULL: ready again. */
void rc_process_ready(struct rc_process *process, const char *part, const char *why);

/* Counters and gauges in Prometheus text on /metrics. name and labels are literals or live for
 * ever; labels like `topic="x"` or NULL. */
void rc_metric_add(const char *name, const char *labels, double by);
void rc_metric_set(const char *name, const char *labels, double value);

#endif
