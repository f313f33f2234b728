#ifndef CLI_NOUNS_H
#define CLI_NOUNS_H

#include "args.h"

/* The commands of each noun; each table ends with a row without a verb. */
extern const struct command district_commands[];
extern const struct command member_commands[];
extern const struct command source_commands[];
extern const struct command settings_commands[];
extern const struct command upload_commands[];
extern const struct command sftp_commands[];
extern const struct command run_commands[];
extern const struct command plan_commands[];
extern const struct command rekey_commands[];
extern const struct command match_commands[];
extern const struct command class_list_commands[];
extern const struct command directory_commands[];
extern const struct command person_commands[];
extern const struct command pin_commands[];
extern const struct command exclusion_commands[];
extern const struct command access_commands[];
extern const struct command act_commands[];
extern const struct command merge_commands[];
extern const struct command finding_commands[];
extern const struct command dead_letter_commands[];
extern const struct command mail_commands[];
extern const struct command db_commands[];
extern const struct command topics_commands[];
extern const struct command key_commands[];
extern const struct command config_commands[];
extern const struct command completion_commands[];
extern const struct command status_commands[];
extern const struct command doctor_commands[];
extern const struct command purge_commands[];
extern const struct command profile_commands[];
extern const struct command secret_commands[];
extern const struct command application_commands[];
extern const struct command webhook_commands[];

#endif
