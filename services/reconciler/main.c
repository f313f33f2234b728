/* rollcall-reconciler: normalized batches into the mirror, the mirror's changes into a plan, the
 * plan into the directory. */
#include "reconciler.h"

#include <stddef.h>

#include "rollcall/worker/keyring.h"

static const struct rc_option reconciler_table[] = {
    {.name = "reconciler.findings-max",
     .kind = RC_OPTION_INT,
     .offset = offsetof(struct reconciler_options, findings_max),
     .fallback = "1000",
     .min = 1,
     .max = 100000,
     .help = "Dangling references that a run lists one by one; the others are counted."},
    {0},
};

static const struct rc_option *const reconciler_tables[] = {
    rc_common_option_table, rc_key_option_table, reconciler_table, NULL};

static rc_status open_state(void *self, struct rc_stage_env *env)
{
    struct reconciler *reconciler = self;

    reconciler->options = env->config;
    return RC_OK;
}

static const struct rc_intake reconciler_intakes[] = {
    {"batch.normalized", reconciler_stage},
    {"dead.letter", reconciler_dead_letter},
    {"snapshot.ready", reconciler_ready},
    {"plan.decided", reconciler_plan_decided},
    {0},
};

static const struct rc_stage reconciler = {
    .name = "reconciler",
    .intakes = reconciler_intakes,
    .tables = reconciler_tables,
    .config_size = sizeof(struct reconciler_options),
    .state_size = sizeof(struct reconciler),
    .open = open_state,
    .static_members = true,
    .relays = true,
};

int main(int argc, char **argv)
{
    return rc_stage_main(&reconciler, argc, argv);
}
