/* rollcall config: what this tool itself was configured with. Loading has already told every
 * problem, with exit code 78, when these begin. */
#include "cli.h"
#include "nouns.h"

static rc_status config_check(struct cli *cli)
{
    const struct out_fact facts[] = {{"configuration", "ok"}};

    out_act(&cli->out, facts, COUNT_OF(facts), "The configuration is in order.");
    return RC_OK;
}

/* "name = value" lines; in JSON one object. */
static rc_status config_show(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_str rest;

    rc_options_dump(cli_option_tables, &cli->options, &text);
    if (cli->out.form != OUT_JSON) {
        rc_buf_add_str(&cli->out.text, rc_buf_str(&text));
        return RC_OK;
    }
    rc_json_open(&cli->out.json, NULL, '{');
    for (rest = rc_buf_str(&text); rest.data && rest.len > 0;) {
        struct rc_str line = rc_str_cut(&rest, '\n');
        const struct rc_str name = rc_str_trim(rc_str_cut(&line, '='));
        rc_json_put_text(&cli->out.json, rc_str_copy(cli->arena, name).data, rc_str_trim(line));
    }
    rc_json_close(&cli->out.json, '}');
    return RC_OK;
}

const struct command config_commands[] = {
    {"check",
     NULL,
     "Says whether the options are right, and every problem if not (exit 78).",
     NULL,
     NULL,
     {"config check", "config check --config /etc/rollcall.conf"},
     NEEDS_OPTIONS,
     config_check},
    {"show",
     NULL,
     "The options and their values; secrets as ***.",
     NULL,
     NULL,
     {"config show", "config show -o json"},
     NEEDS_OPTIONS,
     config_show},
    {0},
};
