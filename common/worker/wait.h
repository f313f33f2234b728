#ifndef RC_WORKER_WAIT_H
#define RC_WORKER_WAIT_H

#include <pthread.h>
#include <stdint.h>

/* Condition variables that wait by the clock that only rises: a step of the wall clock neither
 * lengthens nor ends a wait. */

/* As pthread_cond_init, for waits by these functions alone. */
void wait_cond_init(pthread_cond_t *cond);
/* Waits for a signal, at most ms; may return early without one. The mutex is held. */
void wait_cond_ms(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms);

#endif
