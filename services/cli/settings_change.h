#ifndef CLI_SETTINGS_CHANGE_H
#define CLI_SETTINGS_CHANGE_H

#include "cli.h"

#include "rollcall/roster/policy.h"

/* Changes of settings as they are typed. */

struct setting_change {
    const struct rc_setting *setting;
    const char *value; /* JSON; NULL: the setting is taken back to what is above it */
};

/* What a word may be: NAME=VALUE, NAME, or either. */
enum settings_words { SETTINGS_SET, SETTINGS_UNSET, SETTINGS_BOTH };

/* All words of the command, checked, in its arena. CLI_USAGE says what is allowed. */
RC_MUST_CHECK rc_status settings_parse(struct cli *cli, enum settings_words words,
                                       const struct setting_change **ret_changes);
/* Where they hold: "" for the district, "school:<SIS id>" with --school, "source:<id>" with
 * --source. */
RC_MUST_CHECK rc_status settings_scope(struct cli *cli, struct rc_db *tx, const char **ret_scope);

#endif
