/* snapshot.ready: brings a run from the phase where it stands to its end, step by step, each step a
 * transaction that moves the phase (R1). The message may come twice, late, or again from the sweep:
 * what is past is skipped. */
#include "reconciler.h"

#include "rollcall/base/log.h"

typedef rc_status step_fn(struct reconciler *self, struct rc_stage_env *env,
                          const struct run_ref *run);

/* What brings a run out of each phase. A phase that is not here needs nothing from us. */
static const struct {
    const char *phase;
    step_fn *step;
} steps[] = {
    {"ready", reconciler_check},      {"verifying", reconciler_verify},
    {"checked", reconciler_mirror},   {"mirrored", reconciler_plan_run},
    {"planned", reconciler_plan_run},
};

static step_fn *step_of(const char *phase)
{
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (strcmp(steps[i].phase, phase) == 0) return steps[i].step;
    return NULL;
}

/* One step. RC_NOT_FOUND: there is none, or somebody else made it. */
static rc_status advance(struct reconciler *self, struct rc_stage_env *env, struct run_ref *run)
{
    RC_TRY(reconciler_run_load(env, run));
    step_fn *step = run->over ? NULL : step_of(run->phase);
    return step ? step(self, env, run) : RC_NOT_FOUND;
}

rc_status reconciler_ready(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    rc_status status = RC_OK;

    (void)in;
    for (size_t i = 0; i < COUNT_OF(steps) && status == RC_OK; i++) {
        struct run_ref run = {0};
        status = advance(self, env, &run);
    }
    return status == RC_NOT_FOUND ? RC_OK : status;
}
