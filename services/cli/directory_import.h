#ifndef CLI_DIRECTORY_IMPORT_H
#define CLI_DIRECTORY_IMPORT_H

#include "cli.h"

/* rollcall directory import: the accounts that a live application has already, from a CSV file, all
 * of them or none. */
rc_status directory_import(struct cli *cli);

#endif
