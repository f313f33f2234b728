/* What an operator's commands read of the workers' configuration: one environment serves all. */
#include "operator_options.h"

#include "cli.h"

#define FIELD(name) (offsetof(struct cli, operation.name) - offsetof(struct cli, options))

const struct rc_option operator_option_table[] = {
    {"smtp.url", RC_OPTION_TEXT, FIELD(smtp_url), "", 0, 0,
     "The notifier's mail server, for `rollcall doctor`; empty: not looked at."},
    {"smtp.user", RC_OPTION_TEXT, FIELD(smtp_user), "", 0, 0, "Name to sign in there with."},
    {"smtp.password", RC_OPTION_SECRET, FIELD(smtp_password), "", 0, 0,
     "Password to sign in there with."},
    {"smtp.ca-file", RC_OPTION_TEXT, FIELD(smtp_ca_file), "", 0, 0,
     "Certificates to trust for it; empty: the system's."},
    {"smtp.starttls", RC_OPTION_BOOL, FIELD(smtp_starttls), "false", 0, 0,
     "Demand STARTTLS of it."},
    {"mail.console-url", RC_OPTION_TEXT, FIELD(console_url), "", 0, 0,
     "Address of the owners' console, for links in `rollcall mail preview`; empty: no links."},
    {"mail.links", RC_OPTION_TEXT, FIELD(mail_links), "", 0, 0,
     "Where links in mails lead, as the notifier has it: who is added is asked to confirm the "
     "address; empty: nobody is."},
    {"profiles.dir", RC_OPTION_TEXT, FIELD(profiles_dir), "", 0, 0,
     "A folder of vendor profiles of one's own, before the installed ones; empty: none."},
    {.name = NULL},
};

struct rc_option operator_upload_table[RC_INTAKE_OPTION_COUNT + 1];
struct rc_option operator_retention_table[RC_RETENTION_COUNT + 1];

void operator_options_fill(void)
{
    rc_intake_option_table(offsetof(struct cli, uploads) - offsetof(struct cli, options),
                           operator_upload_table);
    rc_retention_table(FIELD(retention), operator_retention_table);
}
