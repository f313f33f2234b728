#ifndef RC_WORKER_PROGRAM_H
#define RC_WORKER_PROGRAM_H

#include "rollcall/worker/process.h"

/* What stages and tickers have around their work. */
struct program {
    const char *name; /* short: "fetcher" */
    const struct rc_option *const *tables;
    size_t config_size;
    /* The work, until the drain has ended. program: "rollcall-fetcher". */
    void (*body)(const void *self, struct rc_process *process, const char *program);
    const void *self;
};

/* The whole program; returns its exit code. */
int program_main(const struct program *program, int argc, char **argv);

/* Logs the thread's last failure as the end of the program, with the exit code for it. */
void program_failed(struct rc_process *process, rc_status status);

#endif
