#ifndef SCHEDULER_H
#define SCHEDULER_H

#include "rollcall/worker/retention.h"
#include "rollcall/worker/ticker.h"

/* What the scheduler's files share: its options, and the sweeps. A sweep is a question about all
 * districts ("which runs are past their deadline?") and an act for each answer, in a transaction of
 * its own in that district. State in PostgreSQL says what is due; a sweep that is repeated, late or
 * made by two schedulers at once changes nothing more, because its act looks again under the locks.
 */

struct scheduler_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    int64_t lanes_every_ms;
    int64_t nightly_every_ms;
    int64_t sweep_every_ms;
    int64_t marks_every_ms;
    int64_t again_after_ms;   /* how long nothing moved before it is said again */
    int64_t missing_after_ms; /* how long a page is waited for after the marks passed it (C2) */
    int64_t batch;            /* rows of one sweep at a time */
    int64_t gauges_every_ms;
    int64_t lag_every_ms;
    int64_t retention_every_ms;
    int64_t probes_every_ms;
    int64_t causes_every_ms;
    int64_t silent_after_ms; /* a mail may be under way so long */
    int64_t probe_after_ms;  /* how old a source's last test may be */
    struct rc_retention_options retention;
};

enum sweep_name {
    SWEEP_LANES,
    SWEEP_NIGHTLY,
    SWEEP_SCHEDULED,
    SWEEP_READY,
    SWEEP_PARKED,
    SWEEP_LEVEL,
    SWEEP_DECIDED,
    SWEEP_ACTS,
    SWEEP_DEADLINE,
    SWEEP_PASSES,
    SWEEP_MISSING,
    SWEEP_REMOVED,
    SWEEP_PICKUPS,
    SWEEP_EVENTS,
    SWEEP_PROBES,
    SWEEP_CAUSES,
    SWEEP_COUNT_
};

#define SWEEP_AT_MAX 37

struct scheduler {
    const struct scheduler_options *options;
    /* Where a sweep whose rows stay goes on: the last run that it looked at. */
    char at[SWEEP_COUNT_][SWEEP_AT_MAX];
    char counted_to[40];            /* ends up to this time were counted (gauges.c) */
    char retained_to[SWEEP_AT_MAX]; /* the district that retention came to */
};

/* One round of a sweep. One row's failure touches no other; the worst one is returned in the end,
 * and the sweep comes again. */
RC_MUST_CHECK rc_status sweep_run(struct scheduler *self, struct rc_stage_env *env,
                                  enum sweep_name name);
/* "nightly": what metrics and log lines call it. */
const char *sweep_label(enum sweep_name name);

/* Notes how far normalizers and reconcilers have come, while pages are on their way (C2). */
RC_MUST_CHECK rc_status marks_note(struct scheduler *self, struct rc_stage_env *env);
/* How far a group has come with a topic, by its short name: every partition. In env's arena. */
struct topic_marks {
    struct rc_marks *marks;
    size_t count;
};
/* As rc_bus_marks, into env's arena. */
RC_MUST_CHECK rc_status marks_ask(struct rc_stage_env *env, const char *group, const char *topic,
                                  struct topic_marks *ret_marks);
/* {"0":12,"1":7}: the ends of the partitions, or how far the group has come. */
void marks_print(const struct rc_marks *marks, size_t count, bool ends, struct rc_buf *out);

#endif
