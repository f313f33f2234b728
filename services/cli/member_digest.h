#ifndef CLI_MEMBER_DIGEST_H
#define CLI_MEMBER_DIGEST_H

#include "cli.h"

/* What a member is mailed beside what cannot wait, and when. */

#define MEMBER_DIGESTS "every run|daily|only problems|weekly|off"

extern const struct cli_option member_set_options[];

RC_MUST_CHECK rc_status member_set(struct cli *cli);

#endif
