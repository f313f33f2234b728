/* OneRoster 1.1 over REST: a person has one role, held at all of their orgs. */

#include "oneroster_rows.h"

static const struct rc_field orgs[] = {RC_ROWS_ORGS(RC_OPTIONAL)};
static const struct rc_field courses[] = {RC_ROWS_COURSES(&rc_kind_grades)};
static const struct rc_field classes[] = {RC_ROWS_CLASSES(&rc_kind_grades)};

#define ROLES                                                                                   \
    {                                                                                           \
        "roles", {"role", "roles", "orgs", "org"}, &rc_kind_role_at_orgs, RC_NEEDED, RC_ID_MAX, \
            &rc_user_roles                                                                      \
    }
static const struct rc_field users[] = {RC_ROWS_USERS(&rc_kind_grades, ROLES)};

#define FORMAT "oneroster-rest/1.1"

const struct rc_mapping rc_oneroster_11[] = {
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
