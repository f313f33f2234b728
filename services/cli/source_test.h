#ifndef CLI_SOURCE_TEST_H
#define CLI_SOURCE_TEST_H

#include "cli.h"

/* rollcall source test: asks a fetcher to test a source's connection, waits, shows the report card.
 */
RC_MUST_CHECK rc_status source_test(struct cli *cli);
extern const struct cli_option source_test_options[];

#endif
