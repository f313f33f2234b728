/* rollcall person add: somebody whom no source carries. An act of one item (P8), so that it is in
 * the history, told to the application, and undone like any other. */
#include "person_add.h"

#include "act.h"
#include "keep.h"
#include "schools.h"
#include "wait.h"

#include "cli_sql.h"

/* Options that are fields of the account. */
static const struct {
    const char *option, *field;
} fields[] = {{"given-name", "given_name"}, {"family-name", "family_name"},
              {"email", "email"},           {"phone", "phone"},
              {"username", "username"},     {"number", "identifier"},
              {"grade", "grades"}};

static rc_status check_taken(struct cli *cli, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {args_value(&cli->args, "username"),
                                  args_value(&cli->args, "email")};

    const rc_status found = rc_db_one(tx, sql_person_taken, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    return cli_refuse(cli, CLI_FAILED, "`rollcall person show` tells who that is.",
                      "account %s has this %s; nobody was added", rc_rows_cstr(rows, 0, 0),
                      rc_rows_cstr(rows, 0, 1));
}

/* "role@source/school", as plans have it. */
static rc_status read_roles(struct cli *cli, struct rc_db *tx, const char **ret_roles)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *school = NULL;

    RC_TRY(school_find(cli, tx, args_value(&cli->args, "school"), &school));
    RC_TRY(rc_db_one(tx, sql_school_source, 1, &school, &rows));
    *ret_roles = rc_str_print(cli->arena, "%s@%s/%s", args_value(&cli->args, "role"),
                              rc_rows_cstr(rows, 0, 0), school)
                     .data;
    return RC_OK;
}

static void put_person(struct cli *cli, const char *roles, const char *until,
                       struct rc_json_out *json)
{
    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "kind", RC_STR("account"));
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *value = args_value(&cli->args, fields[i].option);
        if (value && *value) rc_json_put_text(json, fields[i].field, rc_str_of(value));
    }
    rc_json_put_text(json, "roles", rc_str_of(roles));
    if (until) rc_json_put_text(json, "until", rc_str_of(until));
    rc_json_close(json, '}');
}

static rc_status prepare(struct cli *cli, struct rc_db *tx, struct act_ref *act,
                         const char **ret_account)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf person = {0};
    struct rc_json_out json = {.buf = &person};
    const char *roles = NULL, *until = NULL;

    RC_TRY(check_taken(cli, tx));
    RC_TRY(read_roles(cli, tx, &roles));
    RC_TRY(keep_until(cli, tx, &until));
    put_person(cli, roles, until, &json);
    RC_TRY(act_begin(cli, tx, "add", act));
    const char *const values[] = {act->act, rc_str_copy(cli->arena, rc_buf_str(&person)).data};
    RC_TRY(rc_db_one(tx, sql_act_items_add, COUNT_OF(values), values, &rows));
    *ret_account = cli_keep(cli, rows, 0, 0);
    return act_seal(cli, tx, act, "nobody is named");
}

rc_status person_add(struct cli *cli)
{
    struct act_ref act;
    const char *account = NULL, *district = NULL;

    RC_TRY(cli_district(cli, &district));
    {
        RC_AUTO_TX struct rc_db *tx = NULL;
        RC_TRY(cli_begin(cli, &tx));
        RC_TRY(prepare(cli, tx, &act, &account));
        RC_TRY(act_approve(cli, tx, &act));
        RC_TRY(rc_db_commit(tx));
    }
    if (args_has(&cli->args, "wait")) return act_wait(cli, district, act.act);
    const struct out_fact facts[] = {{"account", account}, {"act", act.act}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Account %s is made, by act %s.", account, act.act);
    return RC_OK;
}

rc_status person_added(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"account", OUT_TEXT, false}, {"status", OUT_TEXT, false}, {"roles", OUT_TEXT, false},
        {"records", OUT_TEXT, false}, {"reason", OUT_TEXT, false}, {"set_by", OUT_TEXT, false},
        {"set_at", OUT_TIME, false},  {"until", OUT_TEXT, false},  {"over", OUT_BOOL, false},
    };
    const struct cli_rows rows = {NULL, sql_person_added, 1, columns, COUNT_OF(columns)};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "50"};

    return cli_list(cli, &rows, values);
}

const struct cli_option person_add_options[] = {
    OPTION_DISTRICT,
    {"role", 0, "ROLE", "student|teacher|staff|administrator|guardian", OPTION_REQUIRED, 0, 0,
     "Their role."},
    {"school", 0, "SCHOOL", NULL, OPTION_REQUIRED, 0, 0, "Where, by name or SIS id."},
    {"given-name", 0, "NAME", NULL, OPTION_REQUIRED, 0, 0, "Their given name."},
    {"family-name", 0, "NAME", NULL, OPTION_REQUIRED, 0, 0, "Their family name."},
    {"email", 0, "ADDRESS", NULL, 0, 0, 0, "Their e-mail address."},
    {"phone", 0, "NUMBER", NULL, 0, 0, 0, "Their phone number."},
    {"username", 0, "NAME", NULL, 0, 0, 0, "Their user name."},
    {"number", 0, "NUMBER", NULL, 0, 0, 0, "Their student or staff number."},
    {"grade", 0, "GRADE", NULL, 0, 0, 0, "A student's grade."},
    OPTION_REASON,
    OPTION_UNTIL,
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};
