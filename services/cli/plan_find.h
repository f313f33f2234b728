#ifndef CLI_PLAN_FIND_H
#define CLI_PLAN_FIND_H

#include "cli.h"

/* A plan as the commands name it; texts live in the arena. */
struct plan_ref {
    const char *plan, *district, *slug, *state, *hash, *run;
};

/* The plan that the argument names, or --run, or --district: the open one, else the newest.
 * CLI_NOTHING: there is none. */
RC_MUST_CHECK rc_status plan_find(struct cli *cli, const char *named, struct plan_ref *ret_plan);

/* Which items are meant, as arrays for statements; NULL: all. */
struct plan_selection {
    const char *kinds, *roles, *schools, *items;
};

/* From --kind, --role, --school and --item. */
void plan_selection(struct cli *cli, struct plan_selection *ret_selection);

#define OPTION_ITEMS                                                                       \
    {"kind",      0, "KIND", "create|link|restore|update|archive|join|end|rename",         \
     OPTION_MANY, 0, 0,      "Items of this kind."},                                       \
        {"role",      0, "ROLE", "student|teacher|staff|administrator|guardian",           \
         OPTION_MANY, 0, 0,      "Items about people of this role."},                      \
        {"school",    0, "SCHOOL", NULL,                                                   \
         OPTION_MANY, 0, 0,        "Items at this school, by name or SIS id."},            \
    {                                                                                      \
        "item", 0, "NUMBER", NULL, OPTION_MANY | OPTION_NUMBER, 1, INT32_MAX, "This item." \
    }

#endif
