/* A listing's lines: "-rw-r--r--    1 maple    staff       1234 Nov 23 06:05 roster.zip". */
#include "rollcall/port/sftp_listing.h"

enum { FIELDS_BEFORE_DATE = 5, MONTHS = 12, DAYS = 31, DAY_MINUTES = 1440 };

static struct rc_str skip_blanks(struct rc_str text)
{
    while (text.len > 0 && text.data[0] == ' ') {
        text.data++;
        text.len--;
    }
    return text;
}

/* The next word; *text is left at the blank behind it. */
static struct rc_str word(struct rc_str *text)
{
    const struct rc_str from = skip_blanks(*text);
    struct rc_str found = {from.data, 0};

    while (found.len < from.len && from.data[found.len] != ' ')
        found.len++;
    *text = (struct rc_str){from.data + found.len, from.len - found.len};
    return found;
}

/* 1 to 12; 0: no month. */
static int month_of(struct rc_str name)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < MONTHS && name.len == 3; i++)
        if (rc_str_eq_fold(name, (struct rc_str){names + (size_t)i * 3, 3})) return i + 1;
    return 0;
}

static bool number(struct rc_str text, int64_t min, int64_t max, int64_t *ret_value)
{
    return rc_str_int(text, min, max, ret_value) == RC_OK;
}

/* "06:05" is of the last half year, so a month well ahead is last year's; else it is a year. */
static bool read_when(struct rc_str text, int64_t month, int now_year, int now_month,
                      int64_t *ret_year, int64_t *ret_minute)
{
    struct rc_str rest = text;
    const struct rc_str hour = rc_str_cut(&rest, ':');
    int64_t hours = 0;

    *ret_minute = 0;
    if (!rest.data) return number(text, 1970, 9999, ret_year);
    *ret_year = month > now_month + 1 ? now_year - 1 : now_year;
    if (!number(hour, 0, 23, &hours) || !number(rest, 0, 59, ret_minute)) return false;
    *ret_minute += hours * 60;
    return true;
}

static int64_t read_date(struct rc_str *line, int now_year, int now_month)
{
    const int64_t month = month_of(word(line));
    int64_t day = 0;
    int64_t year = 0;
    int64_t minute = 0;
    const bool has_day = number(word(line), 1, DAYS, &day);
    const bool has_when = read_when(word(line), month, now_year, now_month, &year, &minute);

    if (month == 0 || !has_day || !has_when) return INT64_MAX;
    return ((year * MONTHS + month) * (DAYS + 1) + day) * DAY_MINUTES + minute;
}

/* The line's end, and what clients of old wrote before it. */
static struct rc_str without_end(struct rc_str line)
{
    if (rc_str_ends(line, RC_STR("\r"))) line.len--;
    return line;
}

rc_status rc_sftp_listing_next(struct rc_str *text, int year, int month,
                               struct rc_sftp_entry *ret_entry)
{
    if (text->len == 0) return RC_NOT_FOUND;
    struct rc_str line = without_end(rc_str_cut(text, '\n'));
    const struct rc_str mode = word(&line);
    struct rc_sftp_entry entry = {.regular = mode.len > 0 && mode.data[0] == '-'};

    for (int i = 1; i < FIELDS_BEFORE_DATE; i++)
        if (word(&line).len == 0)
            return rc_fail(RC_REJECT, "a line of the folder's listing is not like those of ls -l");
    entry.moment = read_date(&line, year, month);
    /* One blank stands between the date and the name, which may begin with more. */
    if (mode.len < 2 || line.len < 2)
        return rc_fail(RC_REJECT, "a line of the folder's listing is not like those of ls -l");
    entry.name = (struct rc_str){line.data + 1, line.len - 1};
    *ret_entry = entry;
    return RC_OK;
}
