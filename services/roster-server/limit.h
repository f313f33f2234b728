#ifndef LIMIT_H
#define LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/id.h"

/* How fast each application may ask this process: a bucket of tokens per application, which fills
 * at a rate and holds a burst. Several processes each give as much. In memory, bounded: of more
 * applications than it holds, the one that was quiet longest is forgotten, which only fills its
 * bucket. */

enum { LIMIT_APPLICATIONS_MAX = 256 };

struct limit {
    pthread_mutex_t mutex;
    struct {
        char application[RC_ID_TEXT];
        double tokens;
        int64_t at_ms;
    } buckets[LIMIT_APPLICATIONS_MAX];
};

/* All buckets empty of names. */
void limit_init(struct limit *limit);
void limit_done(struct limit *limit);

/* One request more at now_ms (of the monotonic clock). 0: it may go on; else after how many
 * milliseconds it may come again. per_minute 0: no limit. */
int64_t limit_take(struct limit *limit, const char *application, int64_t per_minute, int64_t burst,
                   int64_t now_ms);

#endif
