#ifndef RECONCILER_H
#define RECONCILER_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/worker/stage.h"

/* What the two halves of the reconciler share. The first (stage, ready, check, mirror) brings what
 * a source says into the mirror; the second (plan, hold, apply, undo) brings the directory in step
 * with it. They meet at reconciler_plan_run, after the mirror's commit, and at reconciler_finish.
 */

struct reconciler_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    int64_t findings_max;            /* dangling references listed one by one in a run */
};

/* State of one worker thread. */
struct reconciler {
    const struct reconciler_options *options;
};

/* A run as every step needs it; the texts live in the message's arena. */
struct run_ref {
    const char *district; /* uuids */
    const char *run;
    const char *source;
    const char *kind;  /* "full" or "delta" */
    const char *phase; /* as it stood when the run was read */
    const char *on;    /* the snapshot's date in the district's zone, YYYY-MM-DD */
    bool test;         /* plans, never applies */
    bool over;         /* parked, finished or on hold: nothing to do here */
    struct rc_str traceparent;
};

/* Reads the run named by the envelope of the message in hand, in a transaction of its own.
 * RC_NOT_FOUND: no such run. RC_REJECT: the envelope names no district or run. */
RC_MUST_CHECK rc_status reconciler_run_load(struct rc_stage_env *env, struct run_ref *ret_run);

/* ---- intakes ---- */

/* batch.normalized: ledger, stage, and snapshot.ready when it was the last (C1, C2). */
RC_MUST_CHECK rc_status reconciler_stage(void *self, struct rc_stage_env *env,
                                         const struct rc_message *in);
/* dead.letter: recorded, its credit given back, and the run parked when only a person can help
 * (R4). */
RC_MUST_CHECK rc_status reconciler_dead_letter(void *self, struct rc_stage_env *env,
                                               const struct rc_message *in);
/* snapshot.ready: check, mirror, plan, apply, from where the run stands. */
RC_MUST_CHECK rc_status reconciler_ready(void *self, struct rc_stage_env *env,
                                         const struct rc_message *in);
/* Of the second half: a person decided, or asked for an undo. */
RC_MUST_CHECK rc_status reconciler_plan_decided(void *self, struct rc_stage_env *env,
                                                const struct rc_message *in);

/* ---- steps of a ready run, each by compare-and-set of the phase (R1) ---- */

/* ready -> checked, or verifying where people have to be asked for by id first (C4), or the run
 * ends Failed. RC_NOT_FOUND: the run is not ready, or does not hold the token any more. */
RC_MUST_CHECK rc_status reconciler_check(struct reconciler *self, struct rc_stage_env *env,
                                         const struct run_ref *run);
/* verifying -> checked, once every answer is there that will come. RC_NOT_FOUND: not yet, or as
 * above. */
RC_MUST_CHECK rc_status reconciler_verify(struct reconciler *self, struct rc_stage_env *env,
                                          const struct run_ref *run);
/* checked -> mirrored, or the run ends Superseded (R5). RC_NOT_FOUND: as above. */
RC_MUST_CHECK rc_status reconciler_mirror(struct reconciler *self, struct rc_stage_env *env,
                                          const struct run_ref *run);
/* Of the second half: mirrored -> planned -> done, from where it stands; doing it again changes
 * nothing. */
RC_MUST_CHECK rc_status reconciler_plan_run(struct reconciler *self, struct rc_stage_env *env,
                                            const struct run_ref *run);

/* ---- the end of a run ---- */

struct run_end {
    const char
        *state; /* NULL: Completed, with warnings or with errors, as findings and seals say */
    const char *failure; /* why, in words for owners; NULL: none */
    const char *counts;  /* JSON object, merged into run.counts; NULL: nothing */
};

/* Ends the run in the transaction in hand, which holds the run's row: state, words, counts, the
 * token given up, run.finished in the outbox. "On hold" leaves the phase, so that the run can be
 * finished once more after the decision; every other state sets it to done. RC_NOT_FOUND: the run
 * was done before; nothing was written. */
RC_MUST_CHECK rc_status reconciler_finish(struct rc_stage_env *env, struct rc_db *tx,
                                          const struct run_ref *run, const struct run_end *end);

#endif
