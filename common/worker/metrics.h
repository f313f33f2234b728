#ifndef RC_WORKER_METRICS_H
#define RC_WORKER_METRICS_H

#include "rollcall/base/buf.h"

/* Appends everything counted so far in Prometheus' text format. */
void metrics_print(struct rc_buf *out);
/* The table of names as Markdown, for deploy/observe/METRICS.md. */
void metrics_markdown(struct rc_buf *out);
/* Forgets everything; tests only. */
void metrics_reset(void);

#endif
