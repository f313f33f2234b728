#ifndef CLI_PROFILE_FILES_H
#define CLI_PROFILE_FILES_H

#include "cli.h"

#include "rollcall/roster/profile.h"

/* Vendor profiles as files: those of an installation (schemas/profiles) and, before them, those of
 * profiles.dir, where an operator adds one without building. A file is called as its profile. */

/* A file's profile, in the arena. RC_REJECT: it cannot be read, or is none; problems (may be NULL)
 * gets every problem. */
RC_MUST_CHECK rc_status profile_read(struct cli *cli, const char *path, struct rc_buf *problems,
                                     struct rc_profile *ret_profile);
/* The profile of that name. CLI_NOTHING: there is none such; CLI_CONFIG: its file is broken. */
RC_MUST_CHECK rc_status profile_find(struct cli *cli, const char *id,
                                     struct rc_profile *ret_profile);

struct profile_file {
    const char *id, *path;
    bool own; /* the operator's */
};
/* All files in the order of their names; one of profiles.dir hides the installed one of its name.
 */
RC_MUST_CHECK rc_status profile_files(struct cli *cli, const struct profile_file **ret_files,
                                      size_t *ret_count);

#endif
