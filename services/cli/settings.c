/* rollcall settings: the owners' settings, with where each value comes from. What was typed is
 * checked whole before anything is written; all of a command is one transaction and moves the
 * policy's version once (P1). */
#include "cli.h"
#include "nouns.h"
#include "schools.h"
#include "settings_change.h"
#include "settings_preview.h"
#include "settings_told.h"
#include "settings_verify.h"
#include "wait.h"

#include "cli_sql.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/roster/policy.h"

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"setting", OUT_TEXT, false},        {"value", OUT_RAW, false},
    {"from", OUT_TEXT, false},           {"set_by", OUT_TEXT, false},
    {"set_at", OUT_TIME, false},         {"default", OUT_RAW, true},
    {"own_elsewhere", OUT_NUMBER, true}, {"may_differ", OUT_TEXT, false},
    {"help", OUT_TEXT, false},
};
enum {
    SHOW_SETTING,
    SHOW_VALUE,
    SHOW_FROM,
    SHOW_BY,
    SHOW_AT,
    SHOW_DEFAULT,
    SHOW_ELSEWHERE,
    SHOW_DIFFER,
    SHOW_HELP
};

/* By what a setting may have another value than the district's. */
static const char *const differ_words[] = {[RC_OWN_NONE] = "",
                                           [RC_OWN_SCHOOL] = "by school",
                                           [RC_OWN_SOURCE] = "by source",
                                           [RC_OWN_BOTH] = "by school and source"};

/* Where a value may come from, by how its scope begins. */
static struct rc_str origin_of(struct rc_str scope)
{
    return scope.len == 0 ? RC_STR("district") : rc_str_cut(&scope, ':');
}

/* The row of a name that holds in a scope: its own, else the district's; -1: nobody set it. How
 * many schools and sources beside have a value of their own. */
static int find_row(const struct rc_rows *rows, const char *name, const char *scope,
                    int64_t *ret_elsewhere)
{
    int own = -1, district = -1;

    *ret_elsewhere = 0;
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_str at = rc_rows_text(rows, i, 0);
        if (!rc_str_eq(rc_rows_text(rows, i, 1), rc_str_of(name))) continue;
        if (at.len == 0) {
            district = (int)i;
        } else if (rc_str_eq(at, rc_str_of(scope))) {
            own = (int)i;
        } else {
            ++*ret_elsewhere;
        }
    }
    return own >= 0 ? own : district;
}

static void show_setting(struct cli *cli, const struct rc_setting *setting, const char *scope,
                         const struct rc_rows *rows, struct rc_str *cells)
{
    int64_t elsewhere = 0;
    const int row = find_row(rows, setting->name, scope, &elsewhere);

    cells[SHOW_SETTING] = rc_str_of(setting->name);
    cells[SHOW_VALUE] = cells[SHOW_DEFAULT] = rc_str_of(setting->fallback);
    cells[SHOW_FROM] = RC_STR("default");
    cells[SHOW_ELSEWHERE] = rc_str_print(cli->arena, "%lld", (long long)elsewhere);
    cells[SHOW_DIFFER] = rc_str_of(differ_words[setting->own]);
    cells[SHOW_HELP] = rc_str_of(setting->help);
    if (row < 0) return;
    cells[SHOW_VALUE] = rc_rows_text(rows, (size_t)row, 2);
    cells[SHOW_FROM] = origin_of(rc_rows_text(rows, (size_t)row, 0));
    cells[SHOW_BY] = rc_rows_text(rows, (size_t)row, 3);
    cells[SHOW_AT] = rc_rows_text(rows, (size_t)row, 4);
}

static rc_status settings_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *scope = NULL;
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);
    struct rc_str *cells = rc_arena_array(cli->arena, count * COUNT_OF(show_columns),
                                          sizeof *cells);

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(settings_scope(cli, tx, &scope));
    RC_TRY(rc_db_run(tx, sql_setting_list, 0, NULL, &rows));
    for (size_t i = 0; i < count; i++)
        show_setting(cli, &settings[i], scope, rows, &cells[i * COUNT_OF(show_columns)]);
    out_cells(&cli->out, show_columns, COUNT_OF(show_columns), cells, count);
    return rc_db_commit(tx);
}

/* ---- set, unset ---- */

struct changing {
    struct cli *cli;
    struct rc_db *tx;
    const char *scope;
    size_t changed;
    struct rc_str *cells;
    size_t rows;
};

static const struct out_column change_columns[] = {
    {"setting", OUT_TEXT, false},
    {"old", OUT_RAW, false},
    {"new", OUT_RAW, false},
};

static rc_status write_change(struct changing *changing, const struct setting_change *change,
                              const char *old)
{
    const char *const put[] = {changing->scope, change->setting->name, change->value,
                               changing->cli->who};
    const char *const history[] = {changing->scope, change->setting->name, old, change->value,
                                   changing->cli->who};

    changing->changed++;
    RC_TRY(change->value ? rc_db_run(changing->tx, sql_setting_put, COUNT_OF(put), put, NULL)
                         : rc_db_run(changing->tx, sql_setting_drop, 2, put, NULL));
    RC_TRY(rc_db_run(changing->tx, sql_setting_history, COUNT_OF(history), history, NULL));
    if (strcmp(change->setting->name, "schools") == 0 && change->value)
        return schools_warn(changing->cli, changing->tx, rc_str_of(change->value));
    return RC_OK;
}

/* What holds once a setting is taken back: of a school the district's value, else the default. */
static rc_status value_above(struct changing *changing, const struct setting_change *change,
                             struct rc_str *ret_value)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {"", change->setting->name, NULL};

    *ret_value = rc_str_of(change->setting->fallback);
    if (changing->scope[0] == '\0') return RC_OK;
    RC_TRY(rc_db_run(changing->tx, sql_setting_old, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) > 0)
        *ret_value = rc_str_copy(changing->cli->arena, rc_rows_text(rows, 0, 0));
    return RC_OK;
}

static rc_status apply_change(struct changing *changing, const struct setting_change *change)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {changing->scope, change->setting->name, change->value};
    struct rc_str *cells = &changing->cells[changing->rows++ * COUNT_OF(change_columns)];

    RC_TRY(rc_db_run(changing->tx, sql_setting_old, COUNT_OF(values), values, &rows));
    const bool was_set = rc_rows_count(rows) > 0;
    const char *old = was_set ? cli_keep(changing->cli, rows, 0, 0) : NULL;
    cells[0] = rc_str_of(change->setting->name);
    RC_TRY(value_above(changing, change, &cells[1]));
    cells[2] = change->value ? rc_str_of(change->value) : cells[1];
    if (old) cells[1] = rc_str_of(old);
    const bool same = change->value ? was_set && rc_rows_bool(rows, 0, 1) : !was_set;
    return same ? RC_OK : write_change(changing, change, old);
}

static rc_status audit_changes(struct changing *changing)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "scope", rc_str_of(changing->scope));
    rc_json_open(&json, "settings", '[');
    for (size_t i = 0; i < changing->rows; i++)
        rc_json_put_text(&json, NULL, changing->cells[i * COUNT_OF(change_columns)]);
    rc_json_close(&json, ']');
    rc_json_close(&json, '}');
    return cli_audit(changing->cli, changing->tx, "settings.set", rc_buf_str(&what));
}

/* The district's row is locked first: versions are given one after another. */
static rc_status apply_changes(struct changing *changing, const struct setting_change *changes,
                               size_t count)
{
    RC_TRY(rc_db_run(changing->tx, sql_setting_lock, 0, NULL, NULL));
    RC_TRY(settings_scope(changing->cli, changing->tx, &changing->scope));
    for (size_t i = 0; i < count; i++)
        RC_TRY(apply_change(changing, &changes[i]));
    if (changing->changed == 0) return RC_OK;
    RC_TRY(rc_db_run(changing->tx, sql_setting_version, 0, NULL, NULL));
    return audit_changes(changing);
}

static rc_status ask_once_more(struct cli *cli, const struct setting_change *changes, size_t count)
{
    struct verify_change *asked = rc_arena_array(cli->arena, count, sizeof *asked);

    for (size_t i = 0; i < count; i++)
        asked[i] = (struct verify_change){changes[i].setting->name, changes[i].value};
    return verify_ask(cli, asked, count);
}

static rc_status change_settings(struct cli *cli, bool unset)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const size_t count = cli->args.word_count;
    const struct setting_change *changes = NULL;
    struct changing changing = {.cli = cli};

    RC_TRY(settings_parse(cli, unset ? SETTINGS_UNSET : SETTINGS_SET, &changes));
    if (!unset) RC_TRY(ask_once_more(cli, changes, count));
    RC_TRY(preview_ask(cli, changes, count));
    changing.cells = rc_arena_array(cli->arena, count * COUNT_OF(change_columns),
                                    sizeof *changing.cells);
    RC_TRY(cli_begin(cli, &tx));
    changing.tx = tx;
    RC_TRY(apply_changes(&changing, changes, count));
    RC_TRY(rc_db_commit(tx));
    out_cells(&cli->out, change_columns, COUNT_OF(change_columns), changing.cells, changing.rows);
    if (changing.changed == 0) out_note(&cli->out, "Nothing was changed.");
    return RC_OK;
}

static rc_status settings_set(struct cli *cli)
{
    return change_settings(cli, false);
}

static rc_status settings_unset(struct cli *cli)
{
    return change_settings(cli, true);
}

/* ---- the table ---- */

#define OPTION_SCOPE                                                                        \
    {"school", 0, "SCHOOL", NULL, 0, 0, 0, "For this school alone, by name or SIS id."},    \
    {                                                                                       \
        "source", 0, "NAME", NULL, 0, 0, 0, "For what this source says alone, by its name." \
    }

static const struct cli_option scope_options[] = {
    OPTION_DISTRICT,
    OPTION_SCOPE,
    OPTION_END,
};

static const struct cli_option set_options[] = {
    OPTION_DISTRICT,
    OPTION_SCOPE,
    OPTION_YES,
    {"timeout", 0, "TIME", NULL, OPTION_DURATION, 0, 0,
     "Wait at most so long for what would be otherwise (10m)."},
    OPTION_END,
};
static const struct cli_option preview_options[] = {
    OPTION_DISTRICT,
    OPTION_SCOPE,
    OPTION_TIMEOUT,
    OPTION_END,
};
static const struct cli_option verify_options[] = {
    OPTION_DISTRICT,
    {"role", 0, "ROLE", "student|teacher|staff|administrator|guardian", OPTION_MANY, 0, 0,
     "Whose sync was looked at and found right."},
    {"withdraw", 0, NULL, NULL, 0, 0, 0, "Takes it back."},
    OPTION_END,
};
static const struct cli_option history_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};
static const struct cli_option roles_options[] = {
    OPTION_DISTRICT,
    {"source", 0, "NAME", NULL, 0, 0, 0, "The words of this source alone, by its own role map."},
    OPTION_END,
};

const struct command settings_commands[] = {
    {"show",
     NULL,
     "All settings: value, where it comes from, who set it.",
     "A school and a source may have values of their own; where both have one, and for whoever is "
     "at several,\nthe safer one holds. MAY DIFFER says which settings may: thresholds, class "
     "lists, guardians and "
     "others by\nboth, the school year by school, the countdown and the role map by source; what "
     "concerns the plan or the\ndistrict as a whole, as canary-school, schools and matching, does "
     "not. own_elsewhere (-o json) says how\nmany have one.",
     scope_options,
     {"settings show --district maple-county",
      "settings show --district maple-county --school \"North High\"",
      "settings show --district maple-county --source sis"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_show},
    {"set",
     "NAME=VALUE...",
     "Changes settings, all of them or none.",
     "The next run goes by them. `rollcall settings show` says what each means. On a terminal it "
     "is shown first\nwhat the next sync would do differently. Updates and archives of a role that "
     "nobody has verified\n(rollcall settings verify) are asked about once more; --yes for "
     "scripts.",
     set_options,
     {"settings set --district maple-county students=on teachers=on",
      "settings set --district maple-county \"schools=North High, South High\"",
      "settings set --district maple-county --school \"North High\" archive-students=archive",
      "settings set --district maple-county --source hr existing-people=skip "
      "role-map=\"clerk=staff\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_set},
    {"preview",
     "NAME[=VALUE]...",
     "Says what the next sync would do differently, and changes nothing; a name alone takes it "
     "back.",
     "The reconciler plans from what the sources said last, with and without the change, and "
     "forgets both plans.\n`rollcall settings set` on a terminal shows the same before it asks.",
     preview_options,
     {"settings preview --district maple-county archive-students=archive",
      "settings preview --district maple-county --school \"North High\" teachers=off"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_preview},
    {"unset",
     "NAME...",
     "Takes settings back: a school's or a source's to the district's, a "
     "district's to the default.",
     NULL,
     set_options,
     {"settings unset --district maple-county class-lists"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_unset},
    {"verify",
     NULL,
     "Says that the sync of a role was looked at and found right; without --role shows what was "
     "said.",
     "Look at `rollcall plan show`, `directory check` and a few people first.",
     verify_options,
     {"settings verify --district maple-county --role student --role teacher",
      "settings verify --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_verify},
    {"history",
     "[NAME]",
     "Who changed which setting, when, and what it was before; the newest first.",
     NULL,
     history_options,
     {"settings history --district maple-county",
      "settings history --district maple-county archive-students"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_history},
    {"roles",
     NULL,
     "The words that the sources use for roles: how many people, and what each becomes.",
     "The setting role-map says what a word becomes, as in role-map=\"aide=staff\". Rostered: "
     "the district rosters that role; a school may differ.",
     roles_options,
     {"settings roles --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     settings_roles},
    {0},
};
