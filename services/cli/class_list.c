/* rollcall class-list: classes as lists of people. A list follows its class; what a person says of
 * it stands: a name, somebody added, somebody taken off. Each act is done under the district's lock
 * and moves the version of whom it is about, so that the next plan sees it (P1, P8). */
#include "cli.h"
#include "nouns.h"
#include "person_find.h"
#include "schools.h"

#include "cli_sql.h"

enum { NAME_MAX_BYTES = 200 };

/* A list as the commands name it; texts live in the arena. */
struct list_ref {
    const char *list, *title;
};

static rc_status find_list(struct cli *cli, struct rc_db *tx, struct list_ref *ret_list)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *named = args_word(&cli->args, 0);

    *ret_list = (struct list_ref){"", ""};
    RC_TRY(rc_db_run(tx, sql_list_find, 1, &named, &rows));
    if (rc_rows_count(rows) == 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall class-list list` shows all.",
                          "the district has no class list \"%.70s\"", named);
    if (rc_rows_count(rows) > 1)
        return cli_refuse(cli, CLI_USAGE, "`rollcall class-list list -o json` shows their ids.",
                          "%zu class lists are called \"%.70s\": name one by its id",
                          rc_rows_count(rows), named);
    *ret_list = (struct list_ref){cli_keep(cli, rows, 0, 0), cli_keep(cli, rows, 0, 1)};
    return RC_OK;
}

/* ---- list, show ---- */

static rc_status class_list_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"list", OUT_TEXT, false},       {"school", OUT_TEXT, false},
        {"terms", OUT_TEXT, false},      {"grades", OUT_TEXT, false},
        {"members", OUT_NUMBER, false},  {"by_hand", OUT_NUMBER, false},
        {"ended_on", OUT_TEXT, false},   {"named_by", OUT_TEXT, true},
        {"class_code", OUT_TEXT, false}, {"class_id", OUT_TEXT, false},
        {"source", OUT_TEXT, true},      {"id", OUT_TEXT, true},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *limit = args_value(&cli->args, "limit"), *school = NULL;

    RC_TRY(cli_begin(cli, &tx));
    if (args_has(&cli->args, "school"))
        RC_TRY(school_find(cli, tx, args_value(&cli->args, "school"), &school));
    const char *const values[] = {school, args_has(&cli->args, "ended") ? "true" : "false",
                                  limit ? limit : "50"};
    RC_TRY(rc_db_run(tx, sql_list_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

static rc_status class_list_show(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"list", OUT_TEXT, false},       {"named_by", OUT_TEXT, false},
        {"source", OUT_TEXT, false},     {"class_id", OUT_TEXT, false},
        {"class_code", OUT_TEXT, false}, {"school", OUT_TEXT, false},
        {"terms", OUT_TEXT, false},      {"grades", OUT_TEXT, false},
        {"ended_on", OUT_TEXT, false},   {"id", OUT_TEXT, false},
    };
    static const struct out_column member_columns[] = {
        {"given_name", OUT_TEXT, false}, {"family_name", OUT_TEXT, false},
        {"role", OUT_TEXT, false},       {"origin", OUT_TEXT, false},
        {"began_on", OUT_TEXT, false},   {"ended_on", OUT_TEXT, false},
        {"account", OUT_TEXT, true},
    };
    const struct cli_rows members = {"members", sql_list_members, 1, member_columns,
                                     COUNT_OF(member_columns)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct list_ref list;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_list(cli, tx, &list));
    RC_TRY(rc_db_one(tx, sql_list_show, 1, &list.list, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, columns, COUNT_OF(columns), rows);
    RC_TRY(cli_parts(cli, tx, &members, 1, &list.list));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- what a person says ---- */

/* An act about a list and, but for its name, an account of the district. */
struct act {
    const char *name;    /* "class-list.add" */
    const char *sql;     /* gives whether it changed anything */
    const char *already; /* why it did not */
    size_t values;       /* that the statement takes */
};

static rc_status audit(struct cli *cli, struct rc_db *tx, const struct act *act,
                       const struct list_ref *list, const char *account)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};
    const char *reason = args_value(&cli->args, "reason");

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "list", rc_str_of(list->list));
    if (account) rc_json_put_text(&json, "account", rc_str_of(account));
    if (reason) rc_json_put_text(&json, "reason", rc_str_of(reason));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act->name, rc_buf_str(&what));
}

/* values: as many as the act's statement takes. */
static rc_status do_act(struct cli *cli, struct rc_db *tx, const struct act *act,
                        const char *const *values)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(rc_db_one(tx, act->sql, act->values, values, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, NULL, "%s", act->already);
}

static rc_status find_member(struct cli *cli, struct rc_db *tx, struct person_ref *ret_person)
{
    RC_TRY(person_need(cli, tx, args_value(&cli->args, "person"), ret_person));
    if (ret_person->account) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall person explain` says why.",
                      "this person has no account");
}

static rc_status answer(struct cli *cli, const struct list_ref *list,
                        const struct person_ref *person, const char *what)
{
    const struct out_fact facts[] = {
        {"list", list->list}, {"name", list->title}, {"account", person->account}};

    out_act(&cli->out, facts, COUNT_OF(facts), "Account %s %s \"%s\".", person->account, what,
            list->title);
    return RC_OK;
}

static rc_status member_act(struct cli *cli, const struct act *act, const char *role,
                            const char *what)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct list_ref list;
    struct person_ref person;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_list(cli, tx, &list));
    RC_TRY(find_member(cli, tx, &person));
    const char *const with_role[] = {list.list, person.account, role, cli->who};
    const char *const without[] = {list.list, person.account, cli->who};
    RC_TRY(role ? do_act(cli, tx, act, with_role) : do_act(cli, tx, act, without));
    RC_TRY(audit(cli, tx, act, &list, person.account));
    RC_TRY(rc_db_commit(tx));
    return answer(cli, &list, &person, what);
}

static rc_status class_list_add(struct cli *cli)
{
    static const struct act act = {"class-list.add", sql_list_add,
                                   "this person was put on the list by hand before", 4};
    const char *role = args_value(&cli->args, "role");

    return member_act(cli, &act, role ? role : "student", "stays on the list");
}

static rc_status class_list_remove(struct cli *cli)
{
    static const struct act act = {"class-list.remove", sql_list_remove,
                                   "this person was taken off the list by hand before", 3};

    return member_act(cli, &act, NULL, "stays off the list");
}

static rc_status class_list_release(struct cli *cli)
{
    static const struct act act = {"class-list.release", sql_list_release,
                                   "nobody put this person on the list by hand, or took them off",
                                   2};

    return member_act(cli, &act, NULL, "follows the roster again on the list");
}

/* NULL: as the setting says. */
static rc_status check_name(struct cli *cli, const char **ret_name)
{
    const char *name = args_value(&cli->args, "name");
    const struct rc_str text = name ? rc_str_trim(rc_str_of(name)) : (struct rc_str){0};

    if ((name != NULL) == args_has(&cli->args, "follow"))
        return cli_refuse(cli, CLI_USAGE, NULL, "--name NAME, or --follow, is due");
    if (name && (text.len == 0 || text.len > NAME_MAX_BYTES))
        return cli_refuse(cli, CLI_USAGE, NULL, "a name has 1 to %d bytes", NAME_MAX_BYTES);
    if (name && (!rc_str_is_text(text) || rc_str_has_control(text)))
        return cli_refuse(cli, CLI_USAGE, NULL,
                          "a name is UTF-8 without line breaks or other control characters");
    *ret_name = name ? rc_str_copy(cli->arena, text).data : NULL;
    return RC_OK;
}

static rc_status class_list_rename(struct cli *cli)
{
    static const struct act act = {"class-list.rename", sql_list_rename,
                                   "the list is called so already", 3};
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct list_ref list;
    const char *name = NULL;

    RC_TRY(check_name(cli, &name));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_list(cli, tx, &list));
    const char *const values[] = {list.list, name, cli->who};
    RC_TRY(do_act(cli, tx, &act, values));
    RC_TRY(audit(cli, tx, &act, &list, NULL));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"list", list.list}, {"name", name ? name : list.title}};
    if (name)
        out_act(&cli->out, facts, COUNT_OF(facts), "\"%s\" is called \"%s\" now, and stays so.",
                list.title, name);
    else
        out_act(&cli->out, facts, COUNT_OF(facts),
                "\"%s\" is called as class-list-name says, from the next sync on.", list.title);
    return RC_OK;
}

/* ---- the table ---- */

#define OPTION_REASON                                                   \
    {                                                                   \
        "reason", 0, "TEXT", NULL, 0, 0, 0, "Why, for the audit trail." \
    }

static const struct cli_option list_options[] = {
    OPTION_DISTRICT,
    {"school", 0, "SCHOOL", NULL, 0, 0, 0, "Lists of this school, by name or SIS id."},
    {"ended", 0, NULL, NULL, 0, 0, 0, "Those that are over too."},
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option show_options[] = {OPTION_DISTRICT, OPTION_END};
#define OPTION_PERSON                                       \
    {                                                       \
        "person", 0, "PERSON", NULL, OPTION_REQUIRED, 0, 0, \
            "Who, by an id, user name, e-mail or number."   \
    }
static const struct cli_option add_options[] = {
    OPTION_DISTRICT,
    OPTION_PERSON,
    {"role", 0, "ROLE", "student|teacher|aide|administrator|proctor", 0, 0, 0,
     "What the person is on the list (student)."},
    OPTION_REASON,
    OPTION_END,
};
static const struct cli_option act_options[] = {OPTION_DISTRICT, OPTION_PERSON, OPTION_REASON,
                                                OPTION_END};
static const struct cli_option rename_options[] = {
    OPTION_DISTRICT,
    {"name", 0, "NAME", NULL, 0, 0, 0, "What it is called from now on."},
    {"follow", 0, NULL, NULL, 0, 0, 0, "Call it as the setting class-list-name says again."},
    OPTION_REASON,
    OPTION_END,
};

const struct command class_list_commands[] = {
    {"list",
     NULL,
     "The class lists of a district, with how many are on each.",
     NULL,
     list_options,
     {"class-list list --district maple-county",
      "class-list list --district maple-county --school \"North High\" --ended"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_list},
    {"show",
     "LIST",
     "One list and who is on it, or was taken off by hand.",
     "LIST is its id, the class's SIS id, or its name.",
     show_options,
     {"class-list show --district maple-county alg-1-03"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_show},
    {"add",
     "LIST",
     "Puts somebody on a list; no sync takes them off.",
     NULL,
     add_options,
     {"class-list add --district maple-county alg-1-03 --person s-1042",
      "class-list add --district maple-county alg-1-03 --person t-17 --role teacher"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_add},
    {"remove",
     "LIST",
     "Takes somebody off a list; no sync puts them back.",
     NULL,
     act_options,
     {"class-list remove --district maple-county alg-1-03 --person s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_remove},
    {"release",
     "LIST",
     "Lets somebody's place on a list follow the roster again.",
     NULL,
     act_options,
     {"class-list release --district maple-county alg-1-03 --person s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_release},
    {"rename",
     "LIST",
     "Names a list; no sync renames it.",
     NULL,
     rename_options,
     {"class-list rename --district maple-county alg-1-03 --name \"Algebra, mornings\"",
      "class-list rename --district maple-county alg-1-03 --follow"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     class_list_rename},
    {0},
};
