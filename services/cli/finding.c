/* rollcall finding: every record of a run that something was wrong with, by SIS id, field and rule.
 */
#include "cli.h"
#include "nouns.h"
#include "run_find.h"

#include "cli_sql.h"

static const struct out_column list_columns[] = {
    {"severity", OUT_TEXT, false}, {"rule", OUT_TEXT, false},     {"collection", OUT_TEXT, false},
    {"record", OUT_TEXT, false},   {"field", OUT_TEXT, false},    {"place", OUT_NUMBER, true},
    {"message", OUT_TEXT, false},  {"finding", OUT_NUMBER, true},
};

static rc_status finding_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct run_ref run;
    const struct args *args = &cli->args;
    const char *limit = args_value(args, "limit");

    RC_TRY(run_find(cli, args_value(args, "run"), &run));
    const char *const values[] = {run.run, args_value(args, "rule"), args_value(args, "severity"),
                                  args_value(args, "collection"), limit ? limit : "50"};
    RC_TRY(rc_db_tx(cli->db, run.district, &tx));
    RC_TRY(rc_db_run(tx, sql_finding_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    return rc_db_commit(tx);
}

static const struct cli_option list_options[] = {
    OPTION_ANY_DISTRICT,
    {"run", 0, "RUN", NULL, 0, 0, 0, "Of this run, by its id; else --district's newest."},
    {"rule", 0, "RULE", NULL, 0, 0, 0, "By this rule."},
    {"severity", 0, "SEVERITY", "error|warning", 0, 0, 0, "Of this severity."},
    {"collection", 0, "NAME", NULL, 0, 0, 0, "In this collection."},
    OPTION_LIMIT,
    OPTION_END,
};

const struct command finding_commands[] = {
    {"list",
     NULL,
     "What is wrong with records of a run, and how to mend it.",
     "`rollcall run show` counts them by rule.",
     list_options,
     {"finding list --district maple-county",
      "finding list --district maple-county --severity error --limit 1000"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     finding_list},
    {0},
};
