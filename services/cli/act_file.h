#ifndef CLI_ACT_FILE_H
#define CLI_ACT_FILE_H

#include "cli.h"

/* A CSV file that names accounts by their ids, as JSON rows [{"line":2,"account":"…","email":"…"}].
 * With fields: its header names account and fields of contact, an empty cell says nothing. Without:
 * ids alone, a header is skipped. CLI_USAGE says which line is wrong. *ret_rows lives as cli does.
 */
RC_MUST_CHECK rc_status act_file_read(struct cli *cli, const char *path, bool fields,
                                      const char **ret_rows);

#endif
