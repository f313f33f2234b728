/* Times of records, read with care: the normalizer wrote them, and one that PostgreSQL would refuse
 * must cost its message, not be tried for ever. */
#include "moment.h"

#include <ctype.h>

#define MICROS INT64_C(1000000)

/* Days since 1970-01-01 of a civil date (proleptic Gregorian; the year begins in March, so that
 * leap days end it). */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Takes exactly width digits. */
static bool take_digits(struct rc_str *text, size_t width, int64_t *ret)
{
    int64_t value = 0;

    if (text->len < width) return false;
    for (size_t i = 0; i < width; i++) {
        if (!isdigit((unsigned char)text->data[i])) return false;
        value = value * 10 + (text->data[i] - '0');
    }
    *text = (struct rc_str){text->data + width, text->len - width};
    *ret = value;
    return true;
}

static bool take_one_of(struct rc_str *text, const char *set, char *ret)
{
    if (text->len == 0 || !text->data[0] || !strchr(set, text->data[0])) return false;
    *ret = text->data[0];
    *text = (struct rc_str){text->data + 1, text->len - 1};
    return true;
}

/* Takes "a:b" pairs like 2026-08-01 and 10:00:00: three numbers with a mark between. */
static bool take_three(struct rc_str *text, const size_t widths[3], const char *mark,
                       int64_t out[3])
{
    char c = 0;

    return take_digits(text, widths[0], &out[0]) && take_one_of(text, mark, &c) &&
           take_digits(text, widths[1], &out[1]) && take_one_of(text, mark, &c) &&
           take_digits(text, widths[2], &out[2]);
}

/* ".123" to 123000; no fraction is 0. */
static bool take_fraction(struct rc_str *text, int64_t *ret_micros)
{
    int64_t scale = MICROS / 10;
    int64_t micros = 0;
    char c = 0;

    *ret_micros = 0;
    if (!take_one_of(text, ".", &c)) return true;
    if (text->len == 0 || !isdigit((unsigned char)text->data[0])) return false;
    while (take_one_of(text, "0123456789", &c)) {
        micros += (c - '0') * scale;
        scale /= 10;
    }
    *ret_micros = micros;
    return true;
}

/* Z or +hh:mm, in minutes east of Greenwich. */
static bool take_zone(struct rc_str *text, int64_t *ret_minutes)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    char sign = 0;
    char colon = 0;

    *ret_minutes = 0;
    if (take_one_of(text, "Zz", &sign)) return true;
    if (!take_one_of(text, "+-", &sign) || !take_digits(text, 2, &hours)) return false;
    if (!take_one_of(text, ":", &colon) || !take_digits(text, 2, &minutes)) return false;
    *ret_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return hours < 24 && minutes < 60;
}

static bool in_range(const int64_t date[3], const int64_t hour[3])
{
    return date[0] >= 1 && date[0] < 9999 && date[1] >= 1 && date[1] <= 12 && date[2] >= 1 &&
           date[2] <= 31 && hour[0] < 24 && hour[1] < 60 && hour[2] <= 60;
}

rc_status moment_parse(struct rc_str text, int64_t *ret_micros)
{
    static const size_t date_widths[3] = {4, 2, 2};
    static const size_t hour_widths[3] = {2, 2, 2};
    int64_t date[3];
    int64_t hour[3];
    int64_t fraction = 0;
    int64_t zone = 0;
    char c = 0;

    if (!take_three(&text, date_widths, "-", date) || !take_one_of(&text, "Tt ", &c) ||
        !take_three(&text, hour_widths, ":", hour) || !take_fraction(&text, &fraction) ||
        !take_zone(&text, &zone) || text.len > 0 || !in_range(date, hour))
        return rc_fail(RC_REJECT, "a time like 2026-08-01T10:00:00Z is due");
    const int64_t seconds = days_of(date[0], date[1], date[2]) * 86400 + hour[0] * 3600 +
                            (hour[1] - zone) * 60 + hour[2];
    *ret_micros = seconds * MICROS + fraction;
    return RC_OK;
}
