/* The commands that prepare an act: who it is about, what would become of them. Nothing changes
 * until the act is approved. */
#include "act.h"

#include "act_file.h"
#include "person_find.h"
#include "schools.h"

#include "cli_sql.h"

#include <stdio.h>

/* ---- whom it is about ---- */

static rc_status check_given(struct cli *cli)
{
    const struct args *args = &cli->args;
    const bool part = args_has(args, "role") || args_has(args, "school");

    if (part + args_has(args, "file") + (args->word_count > 0) == 1) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      "name people, or --file, or --role and --school: one of the three");
}

static rc_status check_rows(struct cli *cli, struct rc_db *tx, const char *rows)
{
    RC_AUTO(rc_rows) struct rc_rows *unknown = NULL;

    RC_TRY(rc_db_run(tx, sql_act_unknown, 1, &rows, &unknown));
    if (rc_rows_count(unknown) == 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall directory list` shows the ids of accounts.",
                      "line %lld: no account has the id %s; nothing was prepared",
                      (long long)rc_rows_int(unknown, 0, 0), rc_rows_cstr(unknown, 0, 1));
}

static rc_status named_accounts(struct cli *cli, struct rc_db *tx, const char **ret_accounts)
{
    RC_AUTO_BUF struct rc_buf array = {0};

    rc_db_array_open(&array);
    for (size_t i = 0; i < cli->args.word_count; i++) {
        struct person_ref person;
        RC_TRY(person_need(cli, tx, args_word(&cli->args, i), &person));
        if (!person.account)
            return cli_refuse(cli, CLI_NOTHING, "`rollcall person explain` says why.",
                              "\"%.70s\" has no account", args_word(&cli->args, i));
        rc_db_array_add(&array, rc_str_of(person.account));
    }
    rc_db_array_close(&array);
    *ret_accounts = rc_str_copy(cli->arena, rc_buf_str(&array)).data;
    return RC_OK;
}

static rc_status selected(struct cli *cli, struct rc_db *tx, const char **ret_accounts)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *school = NULL;

    if (args_has(&cli->args, "school"))
        RC_TRY(school_find(cli, tx, args_value(&cli->args, "school"), &school));
    const char *const values[] = {args_value(&cli->args, "role"), school};
    RC_TRY(rc_db_one(tx, sql_act_who, COUNT_OF(values), values, &rows));
    *ret_accounts = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

/* file: what it says, as act_file_read gives it. */
static rc_status filed(struct cli *cli, struct rc_db *tx, const char *file,
                       const char **ret_accounts)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(check_rows(cli, tx, file));
    RC_TRY(rc_db_one(tx, sql_act_file_who, 1, &file, &rows));
    *ret_accounts = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

/* Begins the transaction, once the file was read: that may take as long as a person types. */
static rc_status begin_who(struct cli *cli, struct rc_db **ret_tx, const char **ret_accounts)
{
    const char *file = NULL;

    RC_TRY(check_given(cli));
    if (args_has(&cli->args, "file"))
        RC_TRY(act_file_read(cli, args_value(&cli->args, "file"), false, &file));
    RC_TRY(cli_begin(cli, ret_tx));
    struct rc_db *tx = *ret_tx;
    if (file) return filed(cli, tx, file, ret_accounts);
    if (cli->args.word_count > 0) return named_accounts(cli, tx, ret_accounts);
    return selected(cli, tx, ret_accounts);
}

/* ---- the act ---- */

static rc_status prepare_status(struct cli *cli, const char *kind)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *accounts = NULL;
    struct act_ref act;

    RC_TRY(begin_who(cli, &tx, &accounts));
    RC_TRY(act_begin(cli, tx, kind, &act));
    const char *const values[] = {act.act, accounts, kind};
    RC_TRY(rc_db_run(tx, sql_act_items_status, COUNT_OF(values), values, NULL));
    RC_TRY(act_seal(cli, tx, &act, "none of them has that status to leave"));
    return act_present(cli, tx, &act);
}

rc_status act_archive(struct cli *cli)
{
    return prepare_status(cli, "archive");
}

rc_status act_restore(struct cli *cli)
{
    return prepare_status(cli, "restore");
}

rc_status act_remove_guardians(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *accounts = NULL;
    struct act_ref act;

    RC_TRY(begin_who(cli, &tx, &accounts));
    RC_TRY(act_begin(cli, tx, "remove-guardians", &act));
    const char *const values[] = {act.act, accounts};
    RC_TRY(rc_db_run(tx, sql_act_items_guardians, COUNT_OF(values), values, NULL));
    RC_TRY(act_seal(cli, tx, &act, "none of them has a guardian, or is one"));
    return act_present(cli, tx, &act);
}

static rc_status check_twice(struct cli *cli, struct rc_db *tx, const char *rows)
{
    RC_AUTO(rc_rows) struct rc_rows *wrong = NULL;

    RC_TRY(rc_db_run(tx, sql_act_twice, 1, &rows, &wrong));
    if (rc_rows_count(wrong) == 0) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "line %lld %s; nothing was prepared",
                      (long long)rc_rows_int(wrong, 0, 0), rc_rows_cstr(wrong, 0, 1));
}

rc_status act_edit(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *rows = NULL;
    struct act_ref act;

    RC_TRY(act_file_read(cli, args_value(&cli->args, "file"), true, &rows));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(check_rows(cli, tx, rows));
    RC_TRY(check_twice(cli, tx, rows));
    RC_TRY(act_begin(cli, tx, "edit", &act));
    const char *const values[] = {act.act, rows};
    RC_TRY(rc_db_run(tx, sql_act_items_edit, COUNT_OF(values), values, NULL));
    RC_TRY(act_seal(cli, tx, &act, "the file says what the accounts say already"));
    return act_present(cli, tx, &act);
}
