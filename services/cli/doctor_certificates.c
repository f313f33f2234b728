/* What ends by itself: the certificates that options and sources name, as far as they lie where the
 * doctor runs. */
#include "doctor.h"

#include "cli_sql.h"

#include "rollcall/base/clock.h"
#include "rollcall/port/certificate.h"
#include "rollcall/worker/expiring.h"

static const int64_t day_ms = 86400000;
enum { WARN_DAYS = 21 };

static void say_end(struct doctor *doctor, const struct rc_expiring *file, int64_t end_ms)
{
    const int64_t left_ms = end_ms - rc_clock_now_ms();
    const enum verdict verdict = left_ms <= 0                   ? VERDICT_FAIL
                                 : left_ms < WARN_DAYS * day_ms ? VERDICT_WARN
                                                                : VERDICT_OK;
    char text[25];

    rc_clock_print(end_ms, text);
    doctor_say(doctor, verdict, file->option,
               doctor_print(doctor, "%s %s at %.16sZ", file->path,
                            verdict == VERDICT_FAIL ? "ended" : "ends", text),
               verdict == VERDICT_OK
                   ? NULL
                   : "Renew it in its place (deploy/runbooks/RollcallCertificateExpires.md).");
}

/* missing: what it means that the file cannot be read. */
static void say_file(struct doctor *doctor, const struct rc_expiring *file, enum verdict missing)
{
    int64_t end_ms = 0;
    const rc_status status = rc_certificate_end(file->path, file->trusted, &end_ms);

    if (status == RC_OK)
        say_end(doctor, file, end_ms);
    else if (status == RC_NOT_FOUND)
        doctor_say(doctor, VERDICT_OK, file->option,
                   doctor_print(doctor, "%s is a folder: it is not looked into", file->path), NULL);
    else
        doctor_say(doctor, missing, file->option, rc_error_text(),
                   "Run the doctor where the workers run, or correct the path.");
}

/* Their paths are those of the fetchers' hosts; whether this is one is not known. */
static void say_sources(struct doctor *doctor)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    if (!doctor->database) return;
    if (rc_db_run(doctor->cli->db, sql_doctor_ca_files, 0, NULL, &rows) != RC_OK) return;
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_expiring file = {"ca-file of sources and webhooks",
                                         rc_rows_cstr(rows, i, 0), true};
        say_file(doctor, &file, VERDICT_WARN);
    }
}

void doctor_certificates(struct doctor *doctor)
{
    struct rc_expiring found[RC_EXPIRING_MAX];
    const size_t count = rc_expiring_find(cli_option_tables, &doctor->cli->options,
                                          doctor->cli->arena, found);

    for (size_t i = 0; i < count; i++)
        say_file(doctor, &found[i], VERDICT_FAIL);
    say_sources(doctor);
}
