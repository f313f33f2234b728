/* rollcall doctor: everything an installation needs, looked at in the order in which it is set up,
 * so that the first line that is not OK is the one to mend first. It changes nothing. */
#include "doctor.h"

#include "nouns.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const verdict_words[] = {
    [VERDICT_OK] = "OK", [VERDICT_WARN] = "WARN", [VERDICT_FAIL] = "FAIL"};
_Static_assert(COUNT_OF(verdict_words) == VERDICT_COUNT_, "a word for every verdict");

enum { SKEW_WARN_MS = 1000, SKEW_FAIL_MS = 30000, TEXT_MAX = 900 };

void doctor_say(struct doctor *doctor, enum verdict verdict, const char *what, const char *found,
                const char *mend)
{
    struct rc_arena *arena = doctor->cli->arena;
    struct rc_str *row = &doctor->cells[doctor->lines * DOCTOR_COLUMNS];

    doctor->counts[verdict]++;
    if (doctor->lines == DOCTOR_LINES) return;
    row[0] = rc_str_of(verdict_words[verdict]);
    row[1] = rc_str_copy(arena, rc_str_of(what));
    row[2] = rc_str_copy(arena, rc_str_of(found));
    row[3] = rc_str_copy(arena, rc_str_of(mend ? mend : ""));
    doctor->lines++;
}

const char *doctor_print(struct doctor *doctor, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return rc_str_copy(doctor->cli->arena, rc_str_of(text)).data;
}

void doctor_clock(struct doctor *doctor, const char *what, int64_t theirs_ms,
                  const int64_t asked_ms[2])
{
    const int64_t middle_ms = asked_ms[0] + (asked_ms[1] - asked_ms[0]) / 2;
    const int64_t skew_ms = theirs_ms > middle_ms ? theirs_ms - middle_ms : middle_ms - theirs_ms;
    const enum verdict verdict = skew_ms >= SKEW_FAIL_MS   ? VERDICT_FAIL
                                 : skew_ms >= SKEW_WARN_MS ? VERDICT_WARN
                                                           : VERDICT_OK;

    doctor_say(doctor, verdict, what, doctor_print(doctor, "%" PRId64 " ms from ours", skew_ms),
               verdict == VERDICT_OK ? NULL : "Let both hosts follow one time server (NTP).");
}

/* Loading has told every problem, with exit code 78, before a command begins. */
static void configuration(struct doctor *doctor)
{
    doctor_say(doctor, VERDICT_OK, "configuration", "every option is readable and in range", NULL);
}

static void (*const checks[])(struct doctor *doctor) = {
    configuration, doctor_database, doctor_redis,        doctor_kafka,
    doctor_keys,   doctor_mail,     doctor_certificates,
};

static const struct out_column columns[DOCTOR_COLUMNS] = {
    {"verdict", OUT_TEXT, false},
    {"what", OUT_TEXT, false},
    {"found", OUT_TEXT, false},
    {"mend", OUT_TEXT, false},
};

static rc_status doctor_check(struct cli *cli)
{
    struct doctor *doctor = rc_arena_array(cli->arena, 1, sizeof *doctor);

    *doctor = (struct doctor){.cli = cli};
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        checks[i](doctor);
    out_cells(&cli->out, columns, COUNT_OF(columns), doctor->cells, doctor->lines);
    RC_TRY(out_flush(&cli->out));
    if (doctor->counts[VERDICT_FAIL] == 0) return RC_OK;
    return cli_end(cli, CLI_FAILED, "%zu of %zu checks failed: mend the first one first.",
                   doctor->counts[VERDICT_FAIL], doctor->lines);
}

const struct command doctor_commands[] = {
    {"check",
     NULL,
     "Checks what an installation needs, in the order in which it is set up.",
     "Each line is OK, WARN or FAIL and says how to mend it. Exit code 1: something failed. "
     "Run it where the\nworkers run, with their environment. \"check\" may be left out.",
     NULL,
     {"doctor", "doctor -o json", "doctor --set smtp.url=smtps://mail.example.org"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     doctor_check},
    {0},
};
