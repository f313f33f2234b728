/* Dates, times and school years as sources really write them: 2026-01-31, with a time and a zone
 * behind, 1/31/2026, "2025-2026". What is not a day of the calendar is not taken. */

#include "mapper_private.h"
#include "rollcall/base/clock.h"

enum { YEAR_FIRST = 1900, YEAR_LAST = 2200 };

struct scan {
    struct rc_str rest;
    bool good;
};

/* A number of min to max digits. */
static int take_digits(struct scan *scan, size_t min, size_t max)
{
    int value = 0;
    size_t count = 0;

    while (count < max && count < scan->rest.len && scan->rest.data[count] >= '0' &&
           scan->rest.data[count] <= '9')
        value = value * 10 + (scan->rest.data[count++] - '0');
    if (count < min) scan->good = false;
    scan->rest.data += count;
    scan->rest.len -= count;
    return value;
}

static bool take_any(struct scan *scan, const char *of)
{
    if (scan->rest.len == 0 || !strchr(of, *scan->rest.data)) return false;
    scan->rest.data++;
    scan->rest.len--;
    return true;
}

static void need_any(struct scan *scan, const char *of)
{
    if (!take_any(scan, of)) scan->good = false;
}

struct day {
    int year, month, day;
};

static bool is_day(struct day day)
{
    return day.year >= YEAR_FIRST && day.year <= YEAR_LAST && day.day >= 1 &&
           day.day <= rc_month_days(day.year, day.month);
}

/* Year first where four digits begin, else the month (the sources are American). */
static struct day take_day(struct scan *scan)
{
    struct day day = {0};
    struct scan probe = *scan;

    (void)take_digits(&probe, 4, 4);
    if (probe.good) {
        day.year = take_digits(scan, 4, 4);
        const bool parted = take_any(scan, "-/");
        day.month = take_digits(scan, parted ? 1 : 2, 2);
        if (parted) need_any(scan, "-/");
        day.day = take_digits(scan, parted ? 1 : 2, 2);
        return day;
    }
    day.month = take_digits(scan, 1, 2);
    need_any(scan, "/-");
    day.day = take_digits(scan, 1, 2);
    need_any(scan, "/-");
    day.year = take_digits(scan, 4, 4);
    return day;
}

struct clock {
    int hour, minute, second, micros;
    int offset; /* minutes east of UTC */
};

/* Digits after the point, as microseconds; more than six are cut. */
static int take_micros(struct scan *scan)
{
    int micros = 0;
    int scale = 100000;

    if (!take_any(scan, ".,")) return 0;
    if (scan->rest.len == 0 || *scan->rest.data < '0' || *scan->rest.data > '9') scan->good = false;
    while (scan->rest.len > 0 && *scan->rest.data >= '0' && *scan->rest.data <= '9') {
        micros += take_digits(scan, 1, 1) * scale;
        scale /= 10;
    }
    return micros;
}

static int take_zone(struct scan *scan)
{
    (void)take_any(scan, " ");
    if (take_any(scan, "Zz") || scan->rest.len == 0) return 0;
    const bool west = *scan->rest.data == '-';
    need_any(scan, "+-");
    const int hours = take_digits(scan, 2, 2);
    (void)take_any(scan, ":");
    const int minutes = scan->rest.len > 0 ? take_digits(scan, 2, 2) : 0;
    if (hours > 15 || minutes > 59) scan->good = false;
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

static struct clock take_clock(struct scan *scan)
{
    struct clock clock = {0};

    if (scan->rest.len == 0) return clock;
    need_any(scan, "Tt ");
    clock.hour = take_digits(scan, 1, 2);
    need_any(scan, ":");
    clock.minute = take_digits(scan, 2, 2);
    if (take_any(scan, ":")) clock.second = take_digits(scan, 2, 2);
    clock.micros = take_micros(scan);
    clock.offset = take_zone(scan);
    if (clock.hour > 23 || clock.minute > 59 || clock.second > 60) scan->good = false;
    return clock;
}

/* The number as width digits; returns where the next character goes. Every record has a time, so
 * this is not left to printf. */
static char *put_digits(char *at, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + width;
}

static char *put_day(char *at, struct day day)
{
    at = put_digits(at, day.year, 4);
    *at++ = '-';
    at = put_digits(at, day.month, 2);
    *at++ = '-';
    return put_digits(at, day.day, 2);
}

bool rc_date_read(struct rc_str text, char out[11])
{
    struct scan scan = {text, true};
    const struct day day = take_day(&scan);

    /* The day as written counts, whatever the zone: a source that turns local midnight into UTC
     * stays on the same date anywhere in America. */
    (void)take_clock(&scan);
    if (!scan.good || scan.rest.len > 0 || !is_day(day)) return false;
    *put_day(out, day) = '\0';
    return true;
}

/* Days since 1970-01-01 and back (civil calendar; after Howard Hinnant's chrono algorithms). */
static int64_t days_of(struct day day)
{
    const int64_t y = day.month <= 2 ? day.year - 1 : day.year;
    const int64_t era = y / 400;
    const int64_t yoe = y - era * 400;
    const int64_t doy = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct day day_of(int64_t days)
{
    const int64_t z = days + 719468;
    const int64_t era = z / 146097;
    const int64_t doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    const int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (struct day){(int)(yoe + era * 400 + (month <= 2 ? 1 : 0)), month,
                        (int)(doy - (153 * mp + 2) / 5 + 1)};
}

/* "T13:05:00.000Z" and a NUL */
static void put_clock(char *at, int64_t seconds, int micros)
{
    const bool millis = micros % 1000 == 0;

    *at++ = 'T';
    at = put_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = put_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = put_digits(at, seconds % 60, 2);
    *at++ = '.';
    at = put_digits(at, millis ? micros / 1000 : micros, millis ? 3 : 6);
    *at++ = 'Z';
    *at = '\0';
}

bool rc_time_read(struct rc_str text, char out[32])
{
    static const int64_t DAY = 86400;
    struct scan scan = {text, true};
    const struct day day = take_day(&scan);
    const struct clock clock = take_clock(&scan);

    if (!scan.good || scan.rest.len > 0 || !is_day(day)) return false;
    const int64_t seconds = days_of(day) * DAY + (int64_t)clock.hour * 3600 +
                            (int64_t)(clock.minute - clock.offset) * 60 + clock.second;
    const int64_t days = seconds >= 0 ? seconds / DAY : (seconds - (DAY - 1)) / DAY;
    put_clock(put_day(out, day_of(days)), seconds - days * DAY, clock.micros);
    return true;
}

bool rc_year_read(struct rc_str text, char out[5])
{
    struct scan scan = {text, true};
    int year = take_digits(&scan, 4, 4);

    if (scan.rest.len > 0) {
        (void)take_any(&scan, " ");
        need_any(&scan, "-/");
        (void)take_any(&scan, " ");
        const bool whole = scan.rest.len == 4;
        const int last = take_digits(&scan, whole ? 4 : 2, whole ? 4 : 2);
        const int end = whole ? last : year - year % 100 + last;
        /* 1999-00 ends in the next century */
        const int next = end < year && !whole ? end + 100 : end;
        if (next < year || next > year + 1) scan.good = false;
        year = next;
    }
    if (!scan.good || scan.rest.len > 0 || year < YEAR_FIRST || year > YEAR_LAST) return false;
    *put_digits(out, year, 4) = '\0';
    return true;
}
