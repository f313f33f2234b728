/* The one table of commands. A noun is a file of its own, which brings its rows; main never grows.
 */
#include "args.h"
#include "nouns.h"

#include "rollcall/base/auto.h"

const struct noun nouns[] = {
    {"status", "The whole system on one screen.", status_commands},
    {"doctor", "What an installation needs, checked.", doctor_commands},
    {"district", "Districts: the tenants.", district_commands},
    {"member", "People of a district who decide and are mailed.", member_commands},
    {"source", "Sources: where a district's roster comes from.", source_commands},
    {"profile", "Vendor profiles: what is known of each kind of SIS.", profile_commands},
    {"settings", "The owners' settings: who is rostered, what happens to whom.", settings_commands},
    {"upload", "Uploads: zips of CSV files, for sources that are not asked.", upload_commands},
    {"sftp", "Pick-ups: servers from which zips are taken by SFTP.", sftp_commands},
    {"run", "Runs: one sync of one source.", run_commands},
    {"plan", "Plans: what a sync would change, and what waits for a decision.", plan_commands},
    {"rekey", "People under new ids: which old id became which new one.", rekey_commands},
    {"directory", "The directory: accounts, now or at the end of a day.", directory_commands},
    {"person", "People: who they are in the directory, what was done to them, and why.",
     person_commands},
    {"pin", "Pins: one field of an account that no sync changes.", pin_commands},
    {"exclusion", "Exclusions: one person whom no sync touches.", exclusion_commands},
    {"access", "Access: who of the rostered people may sign in to the application.",
     access_commands},
    {"act", "Acts: changes of the directory by hand, many at once, shown before they are made.",
     act_commands},
    {"merge", "Merges: two accounts of one person become one, and apart again.", merge_commands},
    {"finding", "Findings: what is wrong with records of a roster.", finding_commands},
    {"dead-letter", "Messages that were set aside, because no program could handle them.",
     dead_letter_commands},
    {"mail", "The ledger of mails.", mail_commands},
    {"purge", "Removal of what was kept long enough.", purge_commands},
    {"db", "The database's schema.", db_commands},
    {"key", "Keys that payloads, credentials and uploads are sealed with.", key_commands},
    {"secret", "Secrets that sources are signed in to with, replaced without a gap.",
     secret_commands},
    {"topics", "The topics of Kafka.", topics_commands},
    {"config", "The configuration of this tool.", config_commands},
    {"completion", "Completion of commands, options and districts in a shell.",
     completion_commands},
    {"application", "Applications that read the directory over HTTP, and their tokens.",
     application_commands},
    {"webhook", "Webhooks: applications that are told of changes by signed messages.",
     webhook_commands},
    {NULL, NULL, NULL},
};

const struct cli_option global_options[] = {
    {"output", "o", "FORM", "table|json", 0, 0, 0,
     "How the answer looks; a table has tabs between its fields when piped."},
    {"quiet", "q", NULL, NULL, 0, 0, 0, "Nothing on stderr but failures."},
    {"as", 0, "NAME", NULL, 0, 0, 0, "Who acts, for the audit trail ($USER)."},
    {"config", 0, "FILE", NULL, 0, 0, 0, "A file of options."},
    {"set", 0, "NAME=VALUE", NULL, OPTION_MANY, 0, 0, "An option."},
    {"help", "h", NULL, NULL, 0, 0, 0, "This help."},
    {"version", 0, NULL, NULL, 0, 0, 0, "The version of this program."},
    {"man", 0, NULL, NULL, 0, 0, 0, "The manual page, for man(1): rollcall --man | man -l -."},
    {"options-md", 0, NULL, NULL, 0, 0, 0, "What can be configured, as rows of a Markdown table."},
    {NULL, 0, NULL, NULL, 0, 0, 0, NULL},
};
