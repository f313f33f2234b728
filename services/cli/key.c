/* rollcall key: the life of the keys that payloads, credentials and uploads are sealed with. Keys
 * are named by their ids and counted; none is ever shown, but a new master key, to whoever makes
 * it. */
#include "key_certificate.h"
#include "keys.h"
#include "nouns.h"

#include "cli_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/seal.h"

/* ---- generate ---- */

static rc_status write_key(struct cli *cli, const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return cli_refuse(cli, CLI_FAILED, "A key that is there is never overwritten.",
                          "%s cannot be made: %s", path, strerror(errno));
    const ssize_t written = write(fd, text, strlen(text));
    const bool whole = written == (ssize_t)strlen(text) && fsync(fd) == 0;
    if (close(fd) == 0 && whole) return RC_OK;
    (void)unlink(path); /* half a key would keep the next one from being written */
    return cli_refuse(cli, CLI_FAILED, NULL, "%s could not be written", path);
}

static rc_status key_generate(struct cli *cli)
{
    const char *path = args_value(&cli->args, "file");
    char text[RC_SEAL_MASTER_TEXT + 1];
    const struct out_fact facts[] = {{"file", path}, {"key", path ? NULL : text}};

    RC_TRY(rc_crypto_setup());
    rc_secret_no_dumps();
    rc_seal_master_new(text);
    if (!path) {
        out_act(&cli->out, facts, COUNT_OF(facts), "%s", text);
        return RC_OK;
    }
    text[RC_SEAL_MASTER_TEXT - 1] = '\n';
    text[RC_SEAL_MASTER_TEXT] = '\0';
    RC_TRY(write_key(cli, path, text));
    out_act(&cli->out, facts, COUNT_OF(facts), "A new master key is in %s.", path);
    out_note(&cli->out,
             "Keep a copy where the database's backups are not: without it, nothing "
             "that was sealed can be read.");
    return RC_OK;
}

/* ---- list ---- */

static const struct out_column list_columns[] = {
    {"key", OUT_TEXT, false},           {"state", OUT_TEXT, false},
    {"created_at", OUT_TIME, false},    {"replaced_at", OUT_TIME, false},
    {"ended_at", OUT_TIME, false},      {"master", OUT_TEXT, false},
    {"credentials", OUT_NUMBER, false}, {"upload_pages", OUT_NUMBER, false},
};

static rc_status key_list(struct cli *cli)
{
    const struct cli_rows list = {NULL, sql_key_list, 0, list_columns, COUNT_OF(list_columns)};

    return cli_list(cli, &list, NULL);
}

/* ---- rotate ---- */

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act, const char *what,
                       int64_t count)
{
    return cli_audit(cli, tx, act, rc_str_print(cli->arena, "{\"%s\":%" PRId64 "}", what, count));
}

/* A destroyed district gets no new key. */
static rc_status need_active(struct cli *cli, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status status = rc_db_one(
        tx, "SELECT 1 FROM district_data_key WHERE district_id = tenant() AND state = 'active'", 0,
        NULL, &rows);

    if (status != RC_NOT_FOUND) return status;
    return cli_refuse(cli, CLI_FAILED, NULL, "the district's keys were destroyed");
}

static rc_status replace_active(struct cli *cli, struct rc_db *tx, const char *district)
{
    const rc_status status = rc_db_change(tx, sql_key_replace, 0, NULL, NULL);

    if (status == RC_OK) return keys_add(cli, tx, district);
    if (status != RC_NOT_FOUND) return status;
    RC_TRY(keys_first(cli, tx, district));
    return need_active(cli, tx);
}

static rc_status key_rotate(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;
    int64_t sealed = 0;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(replace_active(cli, tx, district));
    RC_TRY(keys_seal_credentials(cli, tx, district, &sealed));
    RC_TRY(audit(cli, tx, "key.rotate", "credentials", sealed));
    RC_TRY(rc_db_commit(tx));
    const char *count = rc_str_print(cli->arena, "%" PRId64, sealed).data;
    const struct out_fact facts[] = {{"district", args_value(&cli->args, "district")},
                                     {"credentials", count}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "A new key seals from now on; %s credentials were sealed anew.", count);
    out_note(&cli->out,
             "Workers take it within keys.life (60 s). The former key opens what it "
             "sealed until it is retired.");
    return RC_OK;
}

/* ---- retire ---- */

static rc_status key_retire(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *days = args_value(&cli->args, "days");
    const char *const values[] = {days ? days : "32", args_value(&cli->args, "key")};
    const char *district = NULL;

    if (values[1] && !rc_id_valid(rc_str_of(values[1])))
        return cli_refuse(cli, CLI_USAGE, "`rollcall key list` shows the ids.",
                          "--key: \"%.60s\" is no key's id", values[1]);
    RC_TRY(cli_district(cli, &district));
    RC_TRY(cli_confirm(cli, 1, "What a retired key sealed can never be read again."));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_run(tx, sql_key_retire, COUNT_OF(values), values, &rows));
    const int64_t count = (int64_t)rc_rows_count(rows);
    if (count == 0)
        return cli_refuse(cli, CLI_NOTHING,
                          "`rollcall key list` shows when each was replaced, and what needs it.",
                          "no replaced key is %s days old and without credentials and uploads",
                          values[0]);
    RC_TRY(audit(cli, tx, "key.retire", "keys", count));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"keys", rc_str_print(cli->arena, "%" PRId64, count).data}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%" PRId64 " keys were retired.", count);
    return RC_OK;
}

/* ---- all districts ---- */

typedef rc_status each_district(struct cli *cli, struct rc_db *tx, const char *district,
                                int64_t *ret_count);

/* One transaction per district: an interruption leaves whole districts behind, and doing it again
 * goes on. */
static rc_status in_district(struct cli *cli, const char *district, each_district *act,
                             int64_t *ret_count)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(act(cli, tx, district, ret_count));
    return rc_db_commit(tx);
}

/* only: NULL for all. */
static rc_status in_districts(struct cli *cli, const char *only, each_district *act,
                              int64_t *ret_count, size_t *ret_districts)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_key_districts, 1, &only, &rows));
    RC_TRY(rc_db_commit(tx));
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        RC_TRY(rc_context(in_district(cli, rc_rows_cstr(rows, i, 0), act, ret_count), "district %s",
                          rc_rows_cstr(rows, i, 1)));
    *ret_districts = rc_rows_count(rows);
    return RC_OK;
}

static rc_status seal_district(struct cli *cli, struct rc_db *tx, const char *district,
                               int64_t *ret_count)
{
    RC_TRY(keys_first(cli, tx, district));
    RC_TRY(keys_wrap_hash(cli, tx, district, ret_count));
    return keys_seal_credentials(cli, tx, district, ret_count);
}

static rc_status key_seal_all(struct cli *cli)
{
    const char *only = NULL;
    int64_t sealed = 0;
    size_t districts = 0;

    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &only));
    RC_TRY(in_districts(cli, only, seal_district, &sealed, &districts));
    const struct out_fact facts[] = {{"districts", rc_str_print(cli->arena, "%zu", districts).data},
                                     {"sealed", rc_str_print(cli->arena, "%" PRId64, sealed).data}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%zu districts: %" PRId64 " credentials and hash keys were sealed that lay plain.",
            districts, sealed);
    return RC_OK;
}

/* A program that wrapped with the former key until it was restarted leaves some behind: so until
 * none is found. */
static rc_status rewrap_all(struct cli *cli, int64_t *ret_count, size_t *ret_districts)
{
    for (int64_t before = -1; before != *ret_count;) {
        before = *ret_count;
        RC_TRY(in_districts(cli, NULL, keys_rewrap, ret_count, ret_districts));
    }
    return RC_OK;
}

static rc_status key_rewrap(struct cli *cli)
{
    struct rc_keyring *ring = NULL;
    char id[2 * RC_SEAL_ID_BYTES + 1];
    const char *const values[] = {id};
    int64_t wrapped = 0;
    size_t districts = 0;

    RC_TRY(keys_ring(cli, &ring));
    RC_TRY(rewrap_all(cli, &wrapped, &districts));
    rc_keyring_master_id(ring, id);
    RC_TRY(rc_db_run(cli->db, sql_key_master, COUNT_OF(values), values, NULL));
    const struct out_fact facts[] = {{"districts", rc_str_print(cli->arena, "%zu", districts).data},
                                     {"keys", rc_str_print(cli->arena, "%" PRId64, wrapped).data},
                                     {"master", rc_str_print(cli->arena, "%.8s", id).data}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%" PRId64 " keys of %zu districts are now wrapped by the master key %.8s.", wrapped,
            districts, id);
    out_note(&cli->out,
             "Take the former one out of keys.master-old, restart, and destroy it once "
             "no backup needs it.");
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option generate_options[] = {
    {"file", 0, "FILE", NULL, 0, 0, 0, "Into this new file, for its owner's eyes alone (0600)."},
    OPTION_END,
};
static const struct cli_option one_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option retire_options[] = {
    OPTION_DISTRICT,
    {"key", 0, "KEY", NULL, 0, 0, 0, "Only this key, by its id."},
    {"days", 0, "DAYS", NULL, OPTION_NUMBER, 0, 36500,
     "Only keys replaced so long ago (32: longer than any topic keeps what they sealed)."},
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option destroy_options[] = {
    OPTION_DISTRICT,
    OPTION_BACKUP_DAYS,
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option all_options[] = {OPTION_ANY_DISTRICT, OPTION_END};

const struct command key_commands[] = {
    {"list",
     NULL,
     "A district's data keys, and what still needs them.",
     NULL,
     one_options,
     {"key list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_list},
    {"rotate",
     NULL,
     "A new data key for a district.",
     "Its credentials are sealed anew; the former key still opens what is on its way.",
     one_options,
     {"key rotate --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_rotate},
    {"retire",
     NULL,
     "Shreds keys that were replaced, once nothing needs them.",
     "Not a key that credentials or uploads are sealed with, nor one replaced a short while ago.",
     retire_options,
     {"key retire --district maple-county --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_retire},
    {"destroy",
     NULL,
     "Shreds all keys of a district: what they sealed can never be read again.",
     "The district must be paused and without an active run. The answer is a certificate, kept in "
     "the audit trail.",
     destroy_options,
     {"key destroy --district maple-county --yes", "key destroy -d maple-county --yes -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_destroy},
    {"seal-all",
     NULL,
     "Seals credentials and hash keys that lie plain since before there were keys.",
     "Once, after an upgrade from 0.1; doing it again does nothing.",
     all_options,
     {"key seal-all"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_seal_all},
    {"rewrap",
     NULL,
     "Wraps all districts' keys under a new master key.",
     "keys.master is the new one, keys.master-old the former: deploy/runbooks/keys.md.",
     NULL,
     {"key rewrap"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     key_rewrap},
    {"generate",
     NULL,
     "Makes a master key.",
     NULL,
     generate_options,
     {"key generate --file /etc/rollcall/master.key", "key generate"},
     NEEDS_NOTHING,
     key_generate},
    {0},
};
