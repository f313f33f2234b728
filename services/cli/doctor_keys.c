/* Keys as the doctor sees them: is there a master key, is it the one that the districts' keys are
 * wrapped by, and does anything lie plain that should be sealed? */
#include "doctor.h"

#include "cli_sql.h"

#include <inttypes.h>

#include "rollcall/worker/keyring.h"

static const char give_key[] =
    "Give this tool the workers' master key: ROLLCALL_KEYS_MASTER_FILE (deploy/runbooks/keys.md).";

static void master_fits(struct doctor *doctor, const struct rc_keyring *ring)
{
    char id[33];

    if (doctor->database && rc_keyring_check(ring, doctor->cli->db) != RC_OK) {
        doctor_say(doctor, VERDICT_FAIL, "keys.master", rc_error_text(), give_key);
        return;
    }
    rc_keyring_master_id(ring, id);
    doctor_say(doctor, VERDICT_OK, "keys.master", doctor_print(doctor, "key %s", id), NULL);
}

static rc_status count_plain_of(struct cli *cli, const char *district, int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_key_plain, 0, NULL, &rows));
    *ret_count += rc_rows_int(rows, 0, 0);
    return rc_db_commit(tx);
}

/* District by district, as row-level security has it. */
static rc_status count_plain(struct cli *cli, int64_t *ret_count)
{
    const char *const all[] = {NULL};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(cli->db, sql_key_districts, COUNT_OF(all), all, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        RC_TRY(count_plain_of(cli, rc_rows_cstr(rows, i, 0), ret_count));
    return RC_OK;
}

static void nothing_plain(struct doctor *doctor)
{
    int64_t plain = 0;

    if (!doctor->database) return;
    if (count_plain(doctor->cli, &plain) != RC_OK)
        doctor_say(doctor, VERDICT_FAIL, "sealed credentials", rc_error_text(),
                   "Run `rollcall db migrate` as rollcall_owner.");
    else if (plain > 0)
        doctor_say(doctor, VERDICT_WARN, "sealed credentials",
                   doctor_print(doctor, "%" PRId64 " credentials and hash keys lie plain", plain),
                   "Run `rollcall key seal-all`.");
    else
        doctor_say(doctor, VERDICT_OK, "sealed credentials", "none lies plain", NULL);
}

void doctor_keys(struct doctor *doctor)
{
    RC_AUTO(rc_keyring) struct rc_keyring *ring = NULL;

    if (rc_keyring_new(&doctor->cli->options, &ring) == RC_OK)
        master_fits(doctor, ring);
    else
        doctor_say(doctor, VERDICT_FAIL, "keys.master", rc_error_text(), give_key);
    nothing_plain(doctor);
}
