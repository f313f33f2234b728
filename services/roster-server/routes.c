/* The one table of routes. */
#include "route.h"

const struct route routes[] = {
    {"GET", "/v1/districts", districts_list},
    {NULL, NULL, NULL},
};
