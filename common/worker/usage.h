#ifndef RC_WORKER_USAGE_H
#define RC_WORKER_USAGE_H

/* Tells the metrics of the process itself (memory, processor time, files, connections) as they are
 * now; called before the metrics are printed. */
void usage_tell(void);

#endif
