/* rollcall completion: the scripts, as commands. */
#include "completion.h"

#include "cli.h"
#include "nouns.h"

static rc_status say_bash(struct cli *cli)
{
    completion_bash(&cli->out.text);
    return RC_OK;
}

static rc_status say_zsh(struct cli *cli)
{
    completion_zsh(&cli->out.text);
    return RC_OK;
}

static rc_status say_fish(struct cli *cli)
{
    completion_fish(&cli->out.text);
    return RC_OK;
}

const struct command completion_commands[] = {
    {"bash",
     NULL,
     "A script for bash.",
     "Installed packages bring it; by hand: eval \"$(rollcall completion bash)\".",
     NULL,
     {"completion bash"},
     NEEDS_NOTHING,
     say_bash},
    {"zsh",
     NULL,
     "A script for zsh, to stand as _rollcall in a folder of fpath.",
     NULL,
     NULL,
     {"completion zsh"},
     NEEDS_NOTHING,
     say_zsh},
    {"fish", NULL, "A script for fish.", NULL, NULL, {"completion fish"}, NEEDS_NOTHING, say_fish},
    {0},
};
