#ifndef CLI_SOURCE_NEW_H
#define CLI_SOURCE_NEW_H

#include "cli.h"

#include "rollcall/roster/profile.h"

/* What `source add` makes a source of: options as they were typed or, with --profile, the profile's
 * defaults and just the fields that it declares, asked for where they were not given. */

struct source_new {
    const char *url, *auth, *token_url, *version, *page_size, *parallel, *client_id;
    const char *secret_label; /* as the SIS calls it */
    const char *profile;      /* for sql_source_profile; NULL: none was named */
};

/* CLI_USAGE says everything that is missing or does not go together. */
RC_MUST_CHECK rc_status source_new_gather(struct cli *cli, struct source_new *ret_source);
/* What of the profile is kept with a source, as JSON in the arena. */
const char *source_profile_json(struct cli *cli, const struct rc_profile *profile);

#endif
