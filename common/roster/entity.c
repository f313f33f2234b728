/* The collections of a roster and their names. */

#include "rollcall/roster/entity.h"

#include "rollcall/base/auto.h"

static const char *const names[] = {
    [RC_ORGS] = "orgs",
    [RC_ACADEMIC_SESSIONS] = "academicSessions",
    [RC_COURSES] = "courses",
    [RC_CLASSES] = "classes",
    [RC_USERS] = "users",
    [RC_ENROLLMENTS] = "enrollments",
    [RC_DEMOGRAPHICS] = "demographics",
    [RC_RESOURCES] = "resources",
};
_Static_assert(COUNT_OF(names) == RC_COLLECTION_COUNT_, "a name for every collection");

const char *rc_collection_name(enum rc_collection collection)
{
    return names[collection];
}

bool rc_collection_parse(struct rc_str name, enum rc_collection *ret_collection)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!rc_str_eq(name, rc_str_of(names[i]))) continue;
        *ret_collection = (enum rc_collection)i;
        return true;
    }
    return false;
}
