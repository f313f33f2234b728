#ifndef RC_BASE_CLOCK_H
#define RC_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Time in milliseconds. What is kept or compared between machines is PostgreSQL's time (L1); this
 * is for waiting and for stamps in logs. Tests put their own clock in. */

/* Milliseconds since 1970, UTC. */
int64_t rc_clock_now_ms(void);
/* Milliseconds that only rise; for deadlines. */
int64_t rc_clock_mono_ms(void);
/* Sleeps at most ms. Returns early on a signal. */
void rc_clock_sleep_ms(int64_t ms);

/* RFC 3339 with milliseconds and Z: "2026-01-31T02:03:04.005Z". out holds at least 25 bytes. */
void rc_clock_print(int64_t unix_ms, char out[25]);

/* Days of a month (1 to 12) of the Gregorian calendar; 0 where the month is none. */
int rc_month_days(int64_t year, int64_t month);

/* Waiting time before try number attempt (1, 2, …): exponential from base_ms, at most cap_ms, full
 * jitter, so at least 1. */
int64_t rc_backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms);

/* Replaces now and mono (NULL: the real ones). Tests only; not safe while other threads run. */
void rc_clock_replace(int64_t (*now_ms)(void), int64_t (*mono_ms)(void));

#endif
