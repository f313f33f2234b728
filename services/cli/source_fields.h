#ifndef CLI_SOURCE_FIELDS_H
#define CLI_SOURCE_FIELDS_H

#include "cli.h"

/* Is it a URL that a source may have? CLI_USAGE says what is due; what names it in the text. */
RC_MUST_CHECK rc_status source_check_url(struct cli *cli, const char *what, const char *url);
/* The same for a token URL, which may have a query. */
RC_MUST_CHECK rc_status source_check_token_url(struct cli *cli, const char *what, const char *url);
/* The URL without a slash at its end, in the arena. */
const char *source_clean_url(struct cli *cli, const char *url);
/* Sets one field by "name=value" in the transaction in hand and appends " name" to changed. */
RC_MUST_CHECK rc_status source_set_field(struct cli *cli, struct rc_db *tx, const char *source,
                                         const char *assignment, struct rc_buf *changed);

#endif
