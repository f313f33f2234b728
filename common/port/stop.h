#ifndef RC_PORT_STOP_H
#define RC_PORT_STOP_H

#include <stdbool.h>

/* A caller's wish to end a wait. Its writer is another thread, so it is read as atomically as it is
 * written; NULL never ends anything. */
static inline bool rc_stop_wished(const volatile int *stop)
{
    return stop && __atomic_load_n(stop, __ATOMIC_ACQUIRE) != 0;
}

#endif
