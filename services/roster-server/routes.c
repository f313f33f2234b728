/* The one table of routes. */
#include "route.h"

#define DISTRICT "/v1/districts/{district}"

const struct route routes[] = {
    {"GET", "/v1/districts", districts_list},
    {"GET", DISTRICT "/accounts", accounts_list},
    {"POST", DISTRICT "/accounts", account_make},
    {"GET", DISTRICT "/accounts/{account}", account_show},
    {"PATCH", DISTRICT "/accounts/{account}", account_patch},
    {"GET", DISTRICT "/schools", schools_list},
    {"GET", DISTRICT "/lists", lists_list},
    {"GET", DISTRICT "/lists/{list}", list_show},
    {"GET", DISTRICT "/lists/{list}/members", list_members},
    {"GET", DISTRICT "/changes", changes_list},
    {"POST", DISTRICT "/resync", resync_begin},
    {NULL, NULL, NULL},
};
