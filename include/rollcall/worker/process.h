#ifndef RC_WORKER_PROCESS_H
#define RC_WORKER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/error.h"
#include "rollcall/format/option.h"
#include "rollcall/port/bus.h"
#include "rollcall/port/db.h"
#include "rollcall/port/kv.h"

/* What every long-running program shares: options, log, signals, health and metrics, exit codes,
 * drain. The first SIGTERM or SIGINT drains (readiness 503, work in hand ends, exit 0 within
 * drain.timeout), the second exits at once with RC_EXIT_FAILED. */

enum rc_exit {
    RC_EXIT_OK = 0,
    RC_EXIT_FAILED = 1, /* RC_FATAL: to be restarted */
    RC_EXIT_USAGE = 64,
    RC_EXIT_BUG = 70,
    RC_EXIT_CONFIG = 78, /* one line per problem was printed */
};

/* The options that all programs have; programs embed it as the first member of their own
 * configuration. An empty database_url or redis_url: the program is given none (env->db, env->kv
 * are NULL); a stage cannot do without Redis. */
struct rc_common_options {
    char *kafka_brokers;
    char *kafka_settings;
    char *redis_url;
    char *database_url;
    int64_t database_connections; /* at most; 0: as many as the work needs */
    int64_t database_statement_ms;
    int64_t database_lock_ms;
    char *admin_address;
    int64_t admin_port;
    char *log_level;
    char *log_format;
    int64_t drain_timeout_ms;
    int64_t parallel;           /* stage.parallel: messages in hand */
    char *instance;             /* stage.instance: static member id; empty: dynamic */
    char *assignor;             /* stage.assignor */
    bool relay;                 /* relay.enabled */
    int64_t session_timeout_ms; /* stage.session-timeout; 0: by the kind of member */
    /* Of programs with keys alone (worker/keyring.h); keys_master is NULL in others. */
    char *keys_master;
    char *keys_master_old;
    int64_t keys_life_ms;
    bool keys_accept_plain;
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
/* Also frees what the options hold. */
void rc_process_free(struct rc_process *process);
RC_AUTO_DEFINE(rc_process)

/* "rollcall-fetcher". */
const char *rc_process_name(const struct rc_process *process);
/* Name, host, pid: "rollcall-fetcher@host/123", the owner's name in leases and locks. */
const char *rc_process_instance(const struct rc_process *process);
/* A UUID made at start: another life of the same program has another. */
const char *rc_process_life(const struct rc_process *process);
/* What the options have become. Borrowed. */
const struct rc_common_options *rc_process_options(const struct rc_process *process);

/* Non-zero once draining. */
const volatile int *rc_process_stopping(const struct rc_process *process);
/* Non-zero once drain.timeout has passed: whoever still waits must return now. The stop flag of
 * rc_producer_send, so that what is in hand at a drain can still be finished. */
const volatile int *rc_process_abandoned(const struct rc_process *process);
/* Reads one of the two flags above; another thread writes them. */
bool rc_process_flag(const volatile int *flag);
/* Begins the drain, as a signal does. */
void rc_process_stop(struct rc_process *process);
/* Begins the end of a process that cannot go on: the first code given becomes its exit code. */
void rc_process_fail(struct rc_process *process, enum rc_exit code);
/* RC_EXIT_OK while nothing failed. */
int rc_process_exit_code(const struct rc_process *process);
/* What waits without limit must return now. */
void rc_process_abandon(struct rc_process *process);
/* Waits at most ms; returns early, true, when draining begins. */
bool rc_process_wait(struct rc_process *process, int64_t ms);

/* What /readyz says: a program is ready while no part says that it waits. part is of at
 * most 23 bytes ("postgresql", "kafka"); both are copied, and why must name no person; why NULL:
 * ready again. */
void rc_process_ready(struct rc_process *process, const char *part, const char *why);
/* "The main loop lives, and says so again within grace_ms": what /healthz goes by. */
void rc_process_beat(struct rc_process *process, int64_t grace_ms);
/* The port that the admin server listens on; 0: none. */
uint16_t rc_process_admin_port(const struct rc_process *process);

/* Counters, gauges and histograms of seconds in Prometheus text on /metrics. name is a literal and
 * has a row in common/worker/metric_table.c; labels, like `topic="x"`, or NULL, are copied and cut
 * at 199 bytes. A district is never a label: there are thousands. */
void rc_metric_add(const char *name, const char *labels, double by);
/* A gauge to this value. */
void rc_metric_set(const char *name, const char *labels, double value);
/* One more value of a histogram, in the metric's unit. */
void rc_metric_observe(const char *name, const char *labels, double value);
/* rc_metric_add with labels put together here. */
void rc_metric_count(const char *name, double by, const char *labels, ...) RC_PRINTF(3, 4);
/* A counter whose total is kept elsewhere: it becomes total. */
void rc_metric_level(const char *name, const char *labels, double total);
/* Forgets all series of a name: before gauges are told anew whose labels may have gone. */
void rc_metric_forget(const char *name);

/* "0.1.0", and the commit it was built from ("unknown" outside of a checkout). */
const char *rc_build_version(void);
/* Shortened; "unknown" outside of a checkout. */
const char *rc_build_commit(void);
/* "rollcall-fetcher 0.1.0 (commit …)" and a line for each library. */
void rc_build_print(const char *program, struct rc_buf *out);

#endif
