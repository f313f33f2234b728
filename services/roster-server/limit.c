/* Buckets of tokens (limit.h). */
#include "limit.h"

#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000.0

void limit_init(struct limit *limit)
{
    memset(limit, 0, sizeof *limit);
    pthread_mutex_init(&limit->mutex, NULL);
}

void limit_done(struct limit *limit)
{
    pthread_mutex_destroy(&limit->mutex);
}

/* Its place, or that of the one that was quiet longest. */
static size_t place_of(const struct limit *limit, const char *application)
{
    size_t oldest = 0;

    for (size_t i = 0; i < LIMIT_APPLICATIONS_MAX; i++) {
        if (strcmp(limit->buckets[i].application, application) == 0) return i;
        if (limit->buckets[i].at_ms < limit->buckets[oldest].at_ms) oldest = i;
    }
    return oldest;
}

static int64_t take(struct limit *limit, size_t at, double per_ms, double burst, int64_t now_ms)
{
    double tokens = limit->buckets[at].tokens +
                    (double)(now_ms - limit->buckets[at].at_ms) * per_ms;

    if (tokens > burst) tokens = burst;
    const bool goes = tokens >= 1;
    if (goes) tokens -= 1;
    limit->buckets[at].tokens = tokens;
    limit->buckets[at].at_ms = now_ms;
    return goes ? 0 : (int64_t)((1 - tokens) / per_ms) + 1;
}

int64_t limit_take(struct limit *limit, const char *application, int64_t per_minute, int64_t burst,
                   int64_t now_ms)
{
    if (per_minute == 0) return 0;
    pthread_mutex_lock(&limit->mutex);
    const size_t at = place_of(limit, application);
    if (strcmp(limit->buckets[at].application, application) != 0) {
        snprintf(limit->buckets[at].application, sizeof limit->buckets[at].application, "%s",
                 application);
        limit->buckets[at].tokens = (double)burst;
        limit->buckets[at].at_ms = now_ms;
    }
    const int64_t wait_ms = take(limit, at, (double)per_minute / MINUTE_MS, (double)burst, now_ms);
    pthread_mutex_unlock(&limit->mutex);
    return wait_ms;
}
