/* What the doctor asks of PostgreSQL and Redis. */
#include "doctor.h"
#include "migrations.h"

#include "cli_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/port/kv.h"

/* ---- PostgreSQL ---- */

enum { VERSION_LEAST = 150000, FULL_PERCENT = 80 };

/* One statement that says its own lines: verdict (0, 1, 2), what, found, mend. */
static void say_rows(struct doctor *doctor, const char *what, const char *sql)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    if (rc_db_run(doctor->cli->db, sql, 0, NULL, &rows) != RC_OK) {
        doctor_say(doctor, VERDICT_FAIL, what, rc_error_text(),
                   "Bring the schema up to date: rollcall db migrate (as rollcall_owner).");
        return;
    }
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        doctor_say(doctor, (enum verdict)rc_rows_int(rows, i, 0), rc_rows_cstr(rows, i, 1),
                   rc_rows_cstr(rows, i, 2), rc_rows_cstr(rows, i, 3));
}

static bool is_reached(struct doctor *doctor)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    int64_t asked_ms[2];

    rc_ignore(rc_db_run(doctor->cli->db, "SELECT 1", 0, NULL, NULL)); /* connects */
    asked_ms[0] = rc_clock_now_ms();
    if (rc_db_one(doctor->cli->db, sql_doctor_server, 0, NULL, &rows) != RC_OK) {
        doctor_say(doctor, VERDICT_FAIL, "PostgreSQL", rc_error_text(),
                   "Start it, or mend database.url (ROLLCALL_DATABASE_URL).");
        return false;
    }
    asked_ms[1] = rc_clock_now_ms();
    const bool old = rc_rows_int(rows, 0, 0) < VERSION_LEAST;
    doctor_say(doctor, old ? VERDICT_FAIL : VERDICT_OK, "PostgreSQL",
               doctor_print(doctor, "version %s, as %s", rc_rows_cstr(rows, 0, 1),
                            rc_rows_cstr(rows, 0, 2)),
               old ? "Rollcall needs PostgreSQL 15 or newer." : NULL);
    doctor_clock(doctor, "clock of PostgreSQL", rc_rows_int(rows, 0, 3), asked_ms);
    const bool full = rc_rows_int(rows, 0, 4) * 100 > rc_rows_int(rows, 0, 5) * FULL_PERCENT;
    doctor_say(
        doctor, full ? VERDICT_WARN : VERDICT_OK, "connections",
        doctor_print(doctor, "%s of %s in use", rc_rows_cstr(rows, 0, 4), rc_rows_cstr(rows, 0, 5)),
        full ? "Raise max_connections, or lower stage.parallel." : NULL);
    return true;
}

static rc_status newest_migration(struct cli *cli, int64_t *ret_version)
{
    struct migrations known = {0};
    const char *folder = NULL;

    RC_TRY(cli_schemas(cli, "sql", &folder));
    RC_TRY(migrations_read(folder, cli->arena, &known));
    *ret_version = known.items[known.count - 1].version;
    return RC_OK;
}

static void say_version(struct doctor *doctor, const struct rc_rows *rows, int64_t newest)
{
    const int64_t version = rc_rows_int(rows, 0, 0);

    if (rc_rows_bool(rows, 0, 1))
        doctor_say(doctor, VERDICT_FAIL, "schema",
                   doctor_print(doctor, "version %" PRId64 " is dirty", version),
                   "A step failed half-way: see rollcall db version.");
    else if (version < newest)
        doctor_say(doctor, VERDICT_FAIL, "schema",
                   doctor_print(doctor, "version %" PRId64 ", this program brings %" PRId64,
                                version, newest),
                   "rollcall db migrate (as rollcall_owner).");
    else
        doctor_say(doctor, VERDICT_OK, "schema", doctor_print(doctor, "version %" PRId64, version),
                   NULL);
}

static void schema(struct doctor *doctor)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    int64_t newest = 0;

    if (newest_migration(doctor->cli, &newest) != RC_OK) {
        doctor->cli->exit = CLI_DONE; /* what was refused is a line of ours */
        doctor_say(doctor, VERDICT_WARN, "schema", rc_error_text(),
                   "Run the doctor where the schemas folder is.");
        return;
    }
    if (rc_db_one(doctor->cli->db, sql_doctor_version, 0, NULL, &rows) == RC_OK)
        say_version(doctor, rows, newest);
    else
        doctor_say(doctor, VERDICT_FAIL, "schema", rc_error_text(),
                   "rollcall db migrate (as rollcall_owner).");
}

void doctor_database(struct doctor *doctor)
{
    doctor->database = is_reached(doctor);
    if (!doctor->database) return;
    schema(doctor);
    say_rows(doctor, "roles", sql_doctor_roles);
    say_rows(doctor, "row security", sql_doctor_security);
    say_rows(doctor, "programs", sql_doctor_programs);
}

/* ---- Redis ---- */

/* The value of one line "name:value\r\n"; empty: there is none. */
static struct rc_str info_of(struct rc_str info, const char *name)
{
    while (info.len > 0) {
        struct rc_str line = rc_str_cut(&info, '\n');
        const struct rc_str key = rc_str_cut(&line, ':');
        if (rc_str_eq(key, rc_str_of(name))) return rc_str_trim(line);
    }
    return (struct rc_str){0};
}

static void say_redis(struct doctor *doctor, struct rc_str info)
{
    const struct rc_str version = info_of(info, "redis_version");
    const struct rc_str policy = info_of(info, "maxmemory_policy");
    const bool old = strtol(version.len > 0 ? version.data : "0", NULL, 10) < 6;
    const bool kept = rc_str_eq(info_of(info, "aof_enabled"), RC_STR("1"));
    const bool evicts = policy.len > 0 && !rc_str_eq(policy, RC_STR("noeviction"));

    doctor_say(doctor, old ? VERDICT_FAIL : VERDICT_OK, "Redis",
               doctor_print(doctor, "version %.*s", RC_STR_ARG(version)),
               old ? "Rollcall needs Redis 6 or newer." : NULL);
    doctor_say(
        doctor, kept ? VERDICT_OK : VERDICT_WARN, "Redis, kept",
        kept ? "appendonly is on"
             : "appendonly is off: a restart loses checkpoints and counts of starts",
        kept ? NULL
             : "Set appendonly yes; without it a restart costs the pages of the tasks in hand.");
    doctor_say(doctor, evicts ? VERDICT_WARN : VERDICT_OK, "Redis, memory",
               doctor_print(doctor, "maxmemory-policy %.*s", RC_STR_ARG(policy)),
               evicts ? "Set maxmemory-policy noeviction: locks and checkpoints are no cache."
                      : NULL);
}

static rc_status ask_redis(struct doctor *doctor, struct rc_kv *kv)
{
    struct rc_str info = {0};
    int64_t asked_ms[2] = {0};
    int64_t theirs_ms = 0;

    RC_TRY(rc_kv_info(kv, doctor->cli->arena, &info));
    asked_ms[0] = rc_clock_now_ms();
    RC_TRY(rc_kv_time(kv, &theirs_ms));
    asked_ms[1] = rc_clock_now_ms();
    say_redis(doctor, info);
    doctor_clock(doctor, "clock of Redis", theirs_ms, asked_ms);
    return RC_OK;
}

enum { REDIS_MS = 3000 };

void doctor_redis(struct doctor *doctor)
{
    RC_AUTO(rc_kv) struct rc_kv *kv = NULL;
    rc_status status = rc_kv_open(doctor->cli->options.redis_url, REDIS_MS, &kv);

    if (status == RC_OK) status = ask_redis(doctor, kv);
    if (status != RC_OK)
        doctor_say(doctor, VERDICT_FAIL, "Redis", rc_error_text(),
                   "Start it, or mend redis.url (ROLLCALL_REDIS_URL).");
}
