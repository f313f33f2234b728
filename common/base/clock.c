/* Time for waiting and for stamps, in one place so that tests can put their own clock in. */

#include "rollcall/base/clock.h"

#include <stdbool.h>
#include <time.h>

#include "rollcall/base/id.h"

static int64_t (*test_now)(void);
static int64_t (*test_mono)(void);

static int64_t read_ms(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t rc_clock_now_ms(void)
{
    return test_now ? test_now() : read_ms(CLOCK_REALTIME);
}

int64_t rc_clock_mono_ms(void)
{
    return test_mono ? test_mono() : read_ms(CLOCK_MONOTONIC);
}

void rc_clock_replace(int64_t (*now_ms)(void), int64_t (*mono_ms)(void))
{
    test_now = now_ms;
    test_mono = mono_ms;
}

void rc_clock_sleep_ms(int64_t ms)
{
    if (ms <= 0) return;
    const struct timespec wait = {.tv_sec = (time_t)(ms / 1000),
                                  .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&wait, NULL);
}

/* By hand, as snprintf could write more than the 25 bytes for a year beyond 9999. */
static char *put_digits(char *at, int64_t value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

void rc_clock_print(int64_t unix_ms, char out[25])
{
    const int64_t ms = ((unix_ms % 1000) + 1000) % 1000;
    const time_t seconds = (time_t)((unix_ms - ms) / 1000);
    struct tm utc = {0};

    (void)gmtime_r(&seconds, &utc);
    const struct {
        int64_t value;
        int width;
        char after;
    } parts[] = {
        {utc.tm_year + 1900, 4, '-'},
        {utc.tm_mon + 1, 2, '-'},
        {utc.tm_mday, 2, 'T'},
        {utc.tm_hour, 2, ':'},
        {utc.tm_min, 2, ':'},
        {utc.tm_sec, 2, '.'},
        {ms, 3, 'Z'},
    };
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        out = put_digits(out, parts[i].value, parts[i].width);
        *out++ = parts[i].after;
    }
    *out = '\0';
}

int rc_month_days(int64_t year, int64_t month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (month < 1 || month > 12) return 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

int64_t rc_backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms)
{
    int64_t limit = base_ms;
    uint64_t chance = 0;

    for (unsigned i = 1; i < attempt && limit < cap_ms; i++)
        limit = limit > cap_ms / 2 ? cap_ms : limit * 2;
    if (limit > cap_ms) limit = cap_ms;
    if (limit <= 1) return 1;
    rc_random(&chance, sizeof chance);
    return 1 + (int64_t)(chance % (uint64_t)limit);
}
