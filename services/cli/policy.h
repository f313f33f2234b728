#ifndef CLI_POLICY_H
#define CLI_POLICY_H

#include "cli.h"

#include "rollcall/roster/policy.h"

/* The effective settings of the transaction's district, with its chosen schools, in the arena. */
RC_MUST_CHECK rc_status policy_load(struct cli *cli, struct rc_db *tx,
                                    struct rc_policy **ret_policy);

#endif
