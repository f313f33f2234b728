#ifndef RC_ROSTER_ENTITY_H
#define RC_ROSTER_ENTITY_H

#include <stdbool.h>

#include "rollcall/base/str.h"

/* What a roster consists of. The canonical record, whatever its source, is shaped like OneRoster
 * 1.2: one JSON object per record, names in byte order, compact, references as plain ids, booleans
 * as booleans, dates as YYYY-MM-DD, whatever has no value left out. */

enum rc_collection {
    RC_ORGS,
    RC_ACADEMIC_SESSIONS,
    RC_COURSES,
    RC_CLASSES,
    RC_USERS,
    RC_ENROLLMENTS,
    RC_DEMOGRAPHICS,
    RC_RESOURCES,
    RC_COLLECTION_COUNT_
};

/* "orgs", "academicSessions" …; the names in topics, in PostgreSQL and in finding codes. */
const char *rc_collection_name(enum rc_collection collection);
/* The collection of a name; false when there is none such. */
bool rc_collection_parse(struct rc_str name, enum rc_collection *ret_collection);

#endif
