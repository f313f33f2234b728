#ifndef FETCHER_RATE_H
#define FETCHER_RATE_H

#include "lane.h"

/* What a SIS's host bears and what one source may have of the fetchers, shared by all of them
 * through Redis: requests in a window, requests at a time, and for how long a source was told to
 * wait. In no window of that length more requests are
 * let through than the limit says: a fifth of them may come at once, the others are spread. Losing
 * Redis starts the counts over; without it nobody is held back. */

struct rate_limits {
    int64_t requests; /* in a window; 0: any number */
    int64_t window_ms;
    int64_t concurrent; /* at a time; 0: any number */
    int64_t share;      /* of the source at a time, whatever its hosts bear; 0: any number */
};

/* One task's standing with one host. */
struct rate {
    struct rc_stage_env *env;
    const struct lane *lane;
    struct rate_limits limits;
    int64_t hold_ms;    /* how long it is believed to be at work without a sign of life */
    struct rc_str host; /* lower-case, with its port; where it holds a place */
    int64_t kept_ms;    /* of rc_clock_mono_ms */
};

/* The long run's distance between requests in microseconds, and how many may come at once: together
 * never more than limits.requests in any window. 0 and 0: no limit. Pure. */
void rate_pace(const struct rate_limits *limits, int64_t *ret_interval_us, int64_t *ret_burst);

enum rate_why { RATE_FREE, RATE_HOST, RATE_TOLD, RATE_SHARE };

/* Asks for leave to send one request to host. 0: go; else milliseconds after which it pays to ask
 * again, and why. A place is held until rate_done. */
int64_t rate_take(struct rate *rate, struct rc_str host, enum rate_why *ret_why);
/* A sign of life, now and then while an answer is waited for. */
void rate_keep(struct rate *rate);
/* Gives the place back. */
void rate_done(struct rate *rate);
/* The source said how long it wants to be left alone: for all its lanes, whoever fetches them. Its
 * host is not closed: other districts may share it. */
void rate_told(struct rate *rate, int64_t wait_ms);

#endif
