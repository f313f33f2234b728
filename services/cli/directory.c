/* rollcall directory: the application's accounts, as they are or as they were at the end of a day.
 */
#include "cli.h"
#include "directory_import.h"
#include "nouns.h"
#include "schools.h"

#include "cli_sql.h"

static const struct out_column list_columns[] = {
    {"account", OUT_TEXT, false},    {"status", OUT_TEXT, false},
    {"given_name", OUT_TEXT, false}, {"family_name", OUT_TEXT, false},
    {"username", OUT_TEXT, false},   {"email", OUT_TEXT, false},
    {"grades", OUT_TEXT, false},     {"roles", OUT_TEXT, false},
    {"records", OUT_TEXT, false},
};

static rc_status check_date(struct cli *cli, struct rc_db *tx, const char *day)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    if (!day) return RC_OK;
    RC_TRY(rc_db_one(tx, sql_date_known, 1, &day, &rows));
    if (rc_rows_bool(rows, 0, 0) && !rc_rows_bool(rows, 0, 1)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "--at: a date up to today is due, as %s",
                      rc_rows_cstr(rows, 0, 2));
}

static rc_status directory_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const struct args *args = &cli->args;
    const char *limit = args_value(args, "limit");
    const char *school = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(check_date(cli, tx, args_value(args, "at")));
    if (args_has(args, "school")) RC_TRY(school_find(cli, tx, args_value(args, "school"), &school));
    const char *const values[] = {args_value(args, "at"), args_value(args, "role"), school,
                                  args_value(args, "status"), limit ? limit : "50"};
    RC_TRY(rc_db_run(tx, sql_directory_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    return rc_db_commit(tx);
}

/* ---- check ---- */

static const struct out_column unlinked_columns[] = {
    {"account", OUT_TEXT, false},     {"given_name", OUT_TEXT, false},
    {"family_name", OUT_TEXT, false}, {"username", OUT_TEXT, false},
    {"email", OUT_TEXT, false},       {"origin", OUT_TEXT, false},
    {"roles", OUT_TEXT, false},
};
static const struct out_column differ_columns[] = {
    {"account", OUT_TEXT, false}, {"record", OUT_TEXT, false},     {"field", OUT_TEXT, false},
    {"here", OUT_TEXT, false},    {"in_the_sis", OUT_TEXT, false}, {"pinned", OUT_BOOL, false},
};
static const struct out_column almost_columns[] = {
    {"person", OUT_TEXT, false},
    {"other", OUT_TEXT, false},
    {"differs_in", OUT_TEXT, false},
};

enum { CHECK_PARTS = 3 };

/* How many rows a part has in all, whatever of them is shown: the same statement without its limit.
 */
static rc_status check_count(struct cli *cli, struct rc_db *tx, const struct cli_rows *part,
                             struct rc_str *ret_count)
{
    static const char *const unlimited[] = {NULL};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf sql = {0};

    rc_buf_print(&sql, "SELECT count(*) FROM (%s) AS part", part->sql);
    RC_TRY(rc_db_one(tx, sql.data, COUNT_OF(unlimited), unlimited, &rows));
    *ret_count = rc_str_copy(cli->arena, rc_rows_text(rows, 0, 0));
    return RC_OK;
}

static rc_status check_counts(struct cli *cli, struct rc_db *tx, const struct cli_rows *parts)
{
    static const struct out_column columns[] = {
        {"look_at", OUT_TEXT, false},
        {"count", OUT_NUMBER, false},
    };
    struct rc_str cells[2 * CHECK_PARTS];

    for (size_t i = 0; i < CHECK_PARTS; i++) {
        cells[2 * i] = rc_str_of(parts[i].title);
        RC_TRY(check_count(cli, tx, &parts[i], &cells[2 * i + 1]));
    }
    out_part_cells(&cli->out, "counts", columns, COUNT_OF(columns), cells, CHECK_PARTS);
    return RC_OK;
}

/* What an owner looks at before updates and archives are turned on. */
static rc_status directory_check(struct cli *cli)
{
    static const struct cli_rows parts[CHECK_PARTS] = {
        {"unlinked", sql_check_unlinked, 1, unlinked_columns, COUNT_OF(unlinked_columns)},
        {"guardians_differ", sql_check_differ, 1, differ_columns, COUNT_OF(differ_columns)},
        {"almost_agree", sql_check_almost, 1, almost_columns, COUNT_OF(almost_columns)},
    };
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "50"};

    RC_TRY(cli_begin(cli, &tx));
    out_open(&cli->out);
    RC_TRY(check_counts(cli, tx, parts));
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), values));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- ids ---- */

static rc_status directory_ids(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"own_id", OUT_TEXT, false},      {"account", OUT_TEXT, false},
        {"status", OUT_TEXT, false},      {"imported_by", OUT_TEXT, true},
        {"imported_at", OUT_TIME, false}, {"records", OUT_TEXT, false},
    };
    const struct cli_rows list = {NULL, sql_directory_ids, 1, columns, COUNT_OF(columns)};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "50"};

    return cli_list(cli, &list, values);
}

static const struct cli_option import_options[] = {
    OPTION_DISTRICT,
    {"check", 0, NULL, NULL, 0, 0, 0, "Say what would come of it, and import nothing."},
    {"limit", 0, "COUNT", NULL, OPTION_NUMBER, 1, 100000, "At most so many problems (50)."},
    OPTION_END,
};
static const struct cli_option check_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};
static const struct cli_option list_options[] = {
    OPTION_DISTRICT,
    {"at", 0, "DATE", NULL, 0, 0, 0, "As it was at the end of this day (now)."},
    {"role", 0, "ROLE", "student|teacher|staff|administrator|guardian", 0, 0, 0,
     "Who has this role."},
    {"school", 0, "SCHOOL", NULL, 0, 0, 0, "Who has a role there, by name or SIS id."},
    {"status", 0, "STATUS", "active|archived", 0, 0, 0, "With this status."},
    OPTION_LIMIT,
    OPTION_END,
};

const struct command directory_commands[] = {
    {"list",
     NULL,
     "Accounts, now or at the end of a day.",
     "The past is read from the history of syncs; what other hands changed without Rollcall shows "
     "as\nit is "
     "now, and so do the records that an account follows.",
     list_options,
     {"directory list --district maple-county --role teacher --school \"North High\"",
      "directory list --district maple-county --at 2026-10-01 --limit 100000 -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     directory_list},
    {"check",
     NULL,
     "What to look at before updates and archives are turned on.",
     "Accounts that follow no record; guardians whose details differ from the SIS, which an "
     "update\n"
     "would overwrite (a pin keeps them); people who agree in all of name, e-mail and phone but\n"
     "one, accounts and records of all sources: one person perhaps, or two. --limit is for each "
     "list.",
     check_options,
     {"directory check --district maple-county",
      "directory check --district maple-county --limit 100000 -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     directory_check},
    {"import",
     "FILE",
     "Takes in the accounts that the application has already, from a CSV file (- is stdin).",
     "All or none: a problem is named by line and column, and nothing is imported. Columns: id "
     "(the\n"
     "application's own), given_name, family_name, and where they are known middle_name, "
     "username,\n"
     "email, phone, sms, identifier (student or staff number), master_id, grades, roles (teacher; "
     "or\n"
     "teacher@SCHOOL), status, students or guardians (ids of other rows), relation. The first "
     "sync\n"
     "recognises them by the matching rules. Imported again, only what has changed in the file "
     "since\n"
     "is changed; an id that is a UUID becomes the account's.",
     import_options,
     {"directory import --district maple-county accounts.csv --check",
      "directory import --district maple-county accounts.csv"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     directory_import},
    {"ids",
     NULL,
     "By which ids the application knows accounts that were imported.",
     NULL,
     check_options,
     {"directory ids --district maple-county --limit 100000 -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     directory_ids},
    {0},
};
