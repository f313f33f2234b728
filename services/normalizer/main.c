/* rollcall-normalizer: pages as their source sent them into batches of canonical records. */

#include "normalizer.h"
#include "rollcall/worker/keyring.h"

static const struct rc_option *const tables[] = {rc_common_option_table, rc_key_option_table,
                                                 normalizer_option_table, NULL};

static const struct rc_intake intakes[] = {
    {"page.fetched", normalizer_page},
    {0},
};

static const struct rc_stage normalizer = {
    .name = "normalizer",
    .intakes = intakes,
    .tables = tables,
    .config_size = sizeof(struct normalizer_options),
    .state_size = sizeof(struct normalizer),
    .open = normalizer_open,
    .close = normalizer_close,
};

int main(int argc, char **argv)
{
    return rc_stage_main(&normalizer, argc, argv);
}
