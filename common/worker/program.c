/* From the command line to the exit code, for every long-running program. */
#include "program.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/log.h"

enum { NAME_MAX_BYTES = 64 };

/* Lives as long as the process: the log borrows it for ever. */
static char whole_name[NAME_MAX_BYTES];

void program_failed(struct rc_process *process, rc_status status)
{
    rc_log_error("process.failed", "%s", rc_error_text());
    rc_process_fail(process, status == RC_REJECT ? RC_EXIT_CONFIG : RC_EXIT_FAILED);
}

static int run(const struct program *program, void *config, int argc, char **argv)
{
    int exit_code = RC_EXIT_FAILED;

    snprintf(whole_name, sizeof whole_name, "rollcall-%s", program->name);
    RC_AUTO(rc_process)
    struct rc_process *process = rc_process_start(whole_name, program->tables, config, argc, argv,
                                                  &exit_code);

    if (!process) return exit_code;
    program->body(program->self, process, whole_name);
    exit_code = rc_process_exit_code(process);
    rc_log_info("process.ended", "exit code %d", exit_code);
    return exit_code;
}

int program_main(const struct program *program, int argc, char **argv)
{
    void *config = rc_malloc(program->config_size);

    memset(config, 0, program->config_size);
    const int exit_code = run(program, config, argc, argv);
    free(config);
    return exit_code;
}
