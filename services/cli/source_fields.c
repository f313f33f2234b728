/* What of a source can be changed later: one row per field, with its check and its statement. */
#include "source_fields.h"

#include "profile_files.h"
#include "source_new.h"

#include "cli_sql.h"

#include "rollcall/base/clock.h"

#include <stdio.h>
#include <string.h>

/* without: bytes that it must not have, told as words. */
static rc_status check_url(struct cli *cli, const char *what, const char *url, const char *without,
                           const char *words)
{
    const bool web = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;

    if (!web || strpbrk(url, without) || strlen(url) > 1000)
        return cli_refuse(cli, CLI_USAGE, NULL,
                          "%s: a URL is due that starts with https:// and has %s", what, words);
    /* A password in a URL ends up in lists and logs. */
    const char *host = strstr(url, "://") + 3;
    const size_t host_len = strcspn(host, "/?");
    if (host_len == 0 || memchr(host, '@', host_len))
        return cli_refuse(cli, CLI_USAGE, NULL, "%s: a host is due, without user or password",
                          what);
    return RC_OK;
}

rc_status source_check_url(struct cli *cli, const char *what, const char *url)
{
    return check_url(cli, what, url, " \t\r\n?#", "neither ? nor #");
}

rc_status source_check_token_url(struct cli *cli, const char *what, const char *url)
{
    return check_url(cli, what, url, " \t\r\n#", "no #");
}

const char *source_clean_url(struct cli *cli, const char *url)
{
    struct rc_str clean = rc_str_of(url);

    while (clean.len > 0 && clean.data[clean.len - 1] == '/')
        clean.len--;
    return rc_str_copy(cli->arena, clean).data;
}

/* ---- checks: *value may be put into another form ---- */

static rc_status as_switch(struct cli *cli, const char *name, const char **value)
{
    static const struct {
        const char *word, *value;
    } words[] = {{"on", "true"},   {"yes", "true"}, {"true", "true"},
                 {"off", "false"}, {"no", "false"}, {"false", "false"}};

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(*value, words[i].word) != 0) continue;
        *value = words[i].value;
        return RC_OK;
    }
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: on or off is due", name);
}

static rc_status as_number(struct cli *cli, const char *name, const char **value, int64_t max)
{
    int64_t number = 0;

    if (rc_str_int(rc_str_of(*value), 1, max, &number) == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: %s", name, rc_error_text());
}

static rc_status as_page_size(struct cli *cli, const char *name, const char **value)
{
    return as_number(cli, name, value, 10000);
}

static rc_status as_lanes(struct cli *cli, const char *name, const char **value)
{
    return as_number(cli, name, value, 8);
}

static rc_status as_rank(struct cli *cli, const char *name, const char **value)
{
    return as_number(cli, name, value, 100);
}

/* A full run at least weekly, whatever deltas say. */
static rc_status as_week(struct cli *cli, const char *name, const char **value)
{
    return as_number(cli, name, value, 7);
}

static rc_status as_time(struct cli *cli, const char *name, const char **value)
{
    struct rc_str minute = rc_str_of(*value);
    const struct rc_str hour = rc_str_cut(&minute, ':');
    int64_t number = 0;

    if (hour.len == 2 && minute.len == 2 && rc_str_int(hour, 0, 23, &number) == RC_OK &&
        rc_str_int(minute, 0, 59, &number) == RC_OK)
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: a time of day is due, as 02:00", name);
}

/* "2027-03-31"; none takes it away. */
static rc_status as_day(struct cli *cli, const char *name, const char **value)
{
    struct rc_str day = rc_str_of(*value);
    const struct rc_str year = rc_str_cut(&day, '-');
    const struct rc_str month = rc_str_cut(&day, '-');
    int64_t y = 0, m = 0, d = 0;

    if (rc_str_eq(rc_str_of(*value), RC_STR("none"))) {
        *value = NULL;
        return RC_OK;
    }
    if (year.len == 4 && month.len == 2 && day.len == 2 &&
        rc_str_int(year, 2000, 9999, &y) == RC_OK && rc_str_int(month, 1, 12, &m) == RC_OK &&
        rc_str_int(day, 1, rc_month_days(y, m), &d) == RC_OK)
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: a date is due, as 2027-03-31, or none", name);
}

static rc_status as_profile(struct cli *cli, const char *name, const char **value)
{
    struct rc_profile profile = {0};

    (void)name;
    RC_TRY(profile_find(cli, *value, &profile));
    *value = source_profile_json(cli, &profile);
    return RC_OK;
}

static rc_status as_url(struct cli *cli, const char *name, const char **value)
{
    RC_TRY(source_check_url(cli, name, *value));
    *value = source_clean_url(cli, *value);
    return RC_OK;
}

static rc_status as_token_url(struct cli *cli, const char *name, const char **value)
{
    return source_check_token_url(cli, name, *value);
}

static rc_status as_version(struct cli *cli, const char *name, const char **value)
{
    if (strcmp(*value, "1.1") == 0 || strcmp(*value, "1.2") == 0) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: 1.1 or 1.2 is due", name);
}

static rc_status as_auth(struct cli *cli, const char *name, const char **value)
{
    static const char *const kinds[] = {"oauth1-sha1", "oauth1-sha256", "oauth2", "bearer"};

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(*value, kinds[i]) == 0) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      "%s: oauth1-sha1, oauth1-sha256, oauth2 or bearer is due", name);
}

static rc_status as_name(struct cli *cli, const char *name, const char **value)
{
    if (**value && strlen(*value) <= 100) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: at most 100 bytes are due, and at least one",
                      name);
}

static rc_status as_minutes(struct cli *cli, const char *name, const char **value)
{
    int64_t number = 0;

    if (strcmp(*value, "off") == 0) {
        *value = NULL;
        return RC_OK;
    }
    if (rc_str_int(rc_str_of(*value), 5, 1440, &number) == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: %s", name, rc_error_text());
}

static rc_status as_path(struct cli *cli, const char *name, const char **value)
{
    (void)cli;
    (void)name;
    if (**value == '\0') *value = NULL; /* ca-file= takes it away */
    return RC_OK;
}

/* Nothing takes the source's own number away, so that the fetchers' option holds. */
static rc_status as_own_number(struct cli *cli, const char *name, const char **value, int64_t max)
{
    if (**value) return as_number(cli, name, value, max);
    *value = NULL;
    return RC_OK;
}

static rc_status as_requests(struct cli *cli, const char *name, const char **value)
{
    return as_own_number(cli, name, value, 1000000);
}

static rc_status as_seconds(struct cli *cli, const char *name, const char **value)
{
    return as_own_number(cli, name, value, 86400);
}

static rc_status as_at_once(struct cli *cli, const char *name, const char **value)
{
    return as_own_number(cli, name, value, 1000);
}

/* "07:00-16:30"; nothing, or none, takes them away. */
static rc_status as_hours(struct cli *cli, const char *name, const char **value)
{
    if (**value == '\0' || strcmp(*value, "none") == 0) {
        *value = NULL;
        return RC_OK;
    }
    struct rc_str until = rc_str_of(*value);
    const struct rc_str from = rc_str_cut(&until, '-');
    const char *times[] = {rc_str_copy(cli->arena, from).data, rc_str_copy(cli->arena, until).data};
    if (!until.data || rc_str_eq(from, until))
        return cli_refuse(cli, CLI_USAGE, NULL, "%s: hours are due, as 07:00-16:30, or none", name);
    RC_TRY(as_time(cli, name, &times[0]));
    return as_time(cli, name, &times[1]);
}

/* ---- the fields ---- */

#define SET(column, type)                      \
    "UPDATE source SET " column " = $2::" type \
    " WHERE district_id = tenant() AND source_id = $1::uuid"

static const char busy_sql[] =
    "UPDATE source SET busy_from = nullif(split_part($2, '-', 1), '')::time, busy_until = "
    "nullif(split_part($2, '-', 2), '')::time WHERE district_id = tenant() AND source_id = "
    "$1::uuid";

static const struct field {
    const char *name;
    rc_status (*check)(struct cli *cli, const char *name, const char **value);
    const char *sql;
} fields[] = {
    {"automatic", as_switch, SET("automatic", "boolean")},
    {"nightly-at", as_time, SET("nightly_at", "time")},
    {"url", as_url, SET("base_url", "text")},
    {"version", as_version, SET("version", "text")},
    {"auth", as_auth, SET("auth", "text")},
    {"token-url", as_token_url, SET("token_url", "text")},
    {"ca-file", as_path, SET("ca_file", "text")},
    {"page-size", as_page_size, SET("page_size", "int")},
    {"parallel", as_lanes, SET("parallel", "smallint")},
    {"demographics", as_switch, SET("demographics", "boolean")},
    {"resources", as_switch, SET("resources", "boolean")},
    {"authority", as_rank, SET("authority", "smallint")},
    {"honest-dates", as_switch, SET("honest_dates", "boolean")},
    {"honest-deletes", as_switch, SET("honest_deletes", "boolean")},
    {"busy-hours", as_hours, busy_sql},
    {"profile", as_profile, sql_source_profile},
    {"name", as_name, SET("name", "text")},
    {"host-requests", as_requests, SET("host_requests", "int")},
    {"host-window", as_seconds, SET("host_window_s", "int")},
    {"host-concurrent", as_at_once, SET("host_concurrent", "smallint")},
    {"quiet-hours", as_hours,
     "UPDATE source SET quiet_from = split_part($2::text, '-', 1)::time, "
     "quiet_until = split_part($2::text, '-', 2)::time "
     "WHERE district_id = tenant() AND source_id = $1::uuid"},
    {"delta", as_switch, SET("delta", "boolean")},
    {"full-every-days", as_week, SET("full_every_days", "smallint")},
    {"verify", as_switch, SET("verify", "boolean")},
    {"credentials-end", as_day, SET("credentials_expire_on", "date")},
    {"events-every", as_minutes,
     "UPDATE clever_source SET events_minutes = $2::int WHERE district_id = tenant() AND source_id "
     "= $1::uuid"},
};

static const char *field_name(const void *from, size_t index)
{
    (void)from;
    return index < COUNT_OF(fields) ? fields[index].name : NULL;
}

static rc_status find_field(struct cli *cli, struct rc_str name, const struct field **ret_field)
{
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (!rc_str_eq(name, rc_str_of(fields[i].name))) continue;
        *ret_field = &fields[i];
        return RC_OK;
    }
    const char *near = suggest_nearest(rc_str_copy(cli->arena, name).data, field_name, NULL);
    return cli_refuse(cli, CLI_USAGE, "`rollcall source set --help` names all.",
                      "a source has no \"%.*s\"%s%s%s", (int)(name.len > 60 ? 60 : name.len),
                      name.data, near ? ": did you mean \"" : "", near ? near : "",
                      near ? "\"?" : "");
}

rc_status source_set_field(struct cli *cli, struct rc_db *tx, const char *source,
                           const char *assignment, struct rc_buf *changed)
{
    struct rc_str rest = rc_str_of(assignment);
    const struct rc_str name = rc_str_cut(&rest, '=');
    const struct field *field = NULL;

    RC_TRY(find_field(cli, name, &field));
    if (!rest.data) return cli_refuse(cli, CLI_USAGE, NULL, "%s: NAME=VALUE is due", field->name);
    const char *value = rest.data;
    RC_TRY(field->check(cli, field->name, &value));
    const char *const values[] = {source, value};
    RC_TRY(rc_db_run(tx, field->sql, COUNT_OF(values), values, NULL));
    rc_buf_print(changed, " %s", field->name);
    return RC_OK;
}
