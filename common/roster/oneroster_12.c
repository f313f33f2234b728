/* OneRoster 1.2 over REST: a person has a list of roles, each at an org and between dates; an org
 * must have an identifier; what a grade may be is agreed locally. All else is 1.1's. */

#include "oneroster_rows.h"

static const struct rc_field orgs[] = {RC_ROWS_ORGS(RC_WANTED)};
static const struct rc_field courses[] = {RC_ROWS_COURSES(&rc_kind_local_grades)};
static const struct rc_field classes[] = {RC_ROWS_CLASSES(&rc_kind_local_grades)};

#define ROLES                                                                            \
    {                                                                                    \
        "roles", {"roles", "role", "orgs", "org"}, &rc_kind_roles, RC_NEEDED, RC_ID_MAX, \
            &rc_user_roles                                                               \
    }
static const struct rc_field users[] = {RC_ROWS_USERS(&rc_kind_local_grades, ROLES)};

#define FORMAT "oneroster-rest/1.2"

const struct rc_mapping rc_oneroster_12[] = {
    RC_MAPPING(FORMAT, RC_ORGS, "orgs", orgs),
    RC_MAPPING(FORMAT, RC_ACADEMIC_SESSIONS, "academicSessions", rc_rows_academic_sessions),
    RC_MAPPING(FORMAT, RC_COURSES, "courses", courses),
    RC_MAPPING(FORMAT, RC_CLASSES, "classes", classes),
    RC_MAPPING(FORMAT, RC_USERS, "users", users),
    RC_MAPPING(FORMAT, RC_ENROLLMENTS, "enrollments", rc_rows_enrollments),
    RC_MAPPING(FORMAT, RC_DEMOGRAPHICS, "demographics", rc_rows_demographics),
    RC_MAPPING(FORMAT, RC_RESOURCES, "resources", rc_rows_resources),
    {0},
};
