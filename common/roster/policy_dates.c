/* The dates of a calendar as settings hold them: days and ranges of days, of one year or of every
 * year. */
#include <string.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/clock.h"
#include "rollcall/roster/policy.h"

enum { DAY = sizeof "2027-06-10" - 1, YEARLY = sizeof "06-10" - 1, A_LEAP_YEAR = 2000 };

/* '0' stands for any digit. */
static bool looks_like(struct rc_str text, const char *pattern)
{
    if (text.len != strlen(pattern)) return false;
    for (size_t i = 0; i < text.len; i++) {
        const bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (pattern[i] == '0' ? !digit : text.data[i] != pattern[i]) return false;
    }
    return true;
}

static int number(struct rc_str text, size_t from, size_t digits)
{
    int value = 0;
    for (size_t i = from; i < from + digits; i++)
        value = 10 * value + (text.data[i] - '0');
    return value;
}

/* A day of the calendar; of every year the 29th of February is one. */
static bool is_day(struct rc_str text)
{
    const bool yearly = looks_like(text, "00-00");
    if (!yearly && !looks_like(text, "0000-00-00")) return false;
    const int year = yearly ? A_LEAP_YEAR : number(text, 0, 4);
    const int month = number(text, text.len - 5, 2), day = number(text, text.len - 2, 2);
    return day >= 1 && day <= rc_month_days(year, month);
}

struct range {
    struct rc_str first, last;
};

static struct range range_of(struct rc_str entry)
{
    struct range range = {.last = entry};
    range.first = rc_str_trim(rc_str_cut(&range.last, '/'));
    range.last = range.last.data ? rc_str_trim(range.last) : range.first;
    return range;
}

rc_status rc_dates_check(struct rc_str entry)
{
    const struct range range = range_of(entry);
    const bool days = is_day(range.first) && is_day(range.last) &&
                      range.first.len == range.last.len;
    if (days && (range.first.len == YEARLY || rc_str_cmp(range.first, range.last) <= 0))
        return RC_OK;
    return rc_fail(RC_REJECT,
                   "\"%.*s\": a date or a range of dates is due, the earlier one first, as in "
                   "2027-06-10/2027-06-30, or without the year for every year, as in 06-10/06-30",
                   (int)(entry.len < 40 ? entry.len : 40), entry.data ? entry.data : "");
}

/* Of every year a range may reach over its end. */
static bool within(struct range range, struct rc_str on)
{
    const bool yearly = range.first.len == YEARLY;
    const struct rc_str day = yearly ? (struct rc_str){on.data + DAY - YEARLY, YEARLY} : on;
    const bool after = rc_str_cmp(day, range.first) >= 0, before = rc_str_cmp(day, range.last) <= 0;
    return rc_str_cmp(range.first, range.last) <= 0 ? after && before : after || before;
}

bool rc_dates_hold(const struct rc_json *dates, struct rc_str on)
{
    if (on.len != DAY) return false;
    for (const struct rc_json *one = rc_json_first(dates); one; one = rc_json_next(one)) {
        if (within(range_of(rc_json_text(one)), on)) return true;
    }
    return false;
}
