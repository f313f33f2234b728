/* The past of settings, and what they make of the words that the sources use for roles. */
#include "settings_told.h"

#include "policy.h"

#include "cli_sql.h"

/* ---- history ---- */

rc_status settings_history(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"at", OUT_TIME, false},     {"setting", OUT_TEXT, false},  {"school", OUT_TEXT, false},
        {"source", OUT_TEXT, false}, {"old", OUT_RAW, false},       {"new", OUT_RAW, false},
        {"set_by", OUT_TEXT, false}, {"version", OUT_NUMBER, true},
    };
    const struct cli_rows rows = {NULL, sql_setting_past, 2, columns, COUNT_OF(columns)};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {args_word(&cli->args, 0), limit ? limit : "50"};

    return cli_list(cli, &rows, values);
}

/* ---- roles ---- */

static const struct out_column role_columns[] = {
    {"role", OUT_TEXT, false},
    {"people", OUT_NUMBER, false},
    {"at_chosen_schools", OUT_NUMBER, false},
    {"becomes", OUT_TEXT, false},
    {"rostered", OUT_BOOL, false},
};

/* Ids of the chosen schools, as an array for a statement. */
static rc_status chosen_schools(struct rc_db *tx, const struct rc_policy *policy,
                                struct rc_buf *out)
{
    RC_AUTO(rc_rows) struct rc_rows *schools = NULL;

    RC_TRY(rc_db_run(tx, sql_policy_schools, 0, NULL, &schools));
    rc_db_array_open(out);
    for (size_t i = 0; i < rc_rows_count(schools); i++)
        if (rc_policy_school_chosen(policy, rc_rows_text(schools, i, 0)))
            rc_db_array_add(out, rc_rows_text(schools, i, 0));
    rc_db_array_close(out);
    return RC_OK;
}

static void show_role(const struct rc_policy *policy, struct rc_str source,
                      const struct rc_rows *rows, size_t at, struct rc_str *cells)
{
    const enum rc_role role = rc_policy_role(policy, source, rc_rows_text(rows, at, 0));

    for (int column = 0; column < 3; column++)
        cells[column] = rc_rows_text(rows, at, column);
    if (role != RC_ROLE_COUNT_) cells[3] = rc_str_of(rc_role_name(role));
    cells[4] = role != RC_ROLE_COUNT_ &&
                       rc_policy_rostered(policy, role, (struct rc_place){.source = source})
                   ? RC_STR("t")
                   : RC_STR("f");
}

rc_status settings_roles(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf schools = {0};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct rc_policy *policy = NULL;
    const char *source = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(policy_load(cli, tx, &policy));
    RC_TRY(chosen_schools(tx, policy, &schools));
    if (args_has(&cli->args, "source")) RC_TRY(cli_source(cli, tx, &source));
    const char *const values[] = {schools.data, source};
    RC_TRY(rc_db_run(tx, sql_setting_roles, COUNT_OF(values), values, &rows));
    struct rc_str *cells = rc_arena_array(
        cli->arena, rc_rows_count(rows) * COUNT_OF(role_columns) + 1, sizeof *cells);
    for (size_t i = 0; i < rc_rows_count(rows); i++)
        show_role(policy, source ? rc_str_of(source) : (struct rc_str){0}, rows, i,
                  &cells[i * COUNT_OF(role_columns)]);
    out_cells(&cli->out, role_columns, COUNT_OF(role_columns), cells, rc_rows_count(rows));
    return rc_db_commit(tx);
}
