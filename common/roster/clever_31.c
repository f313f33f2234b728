/* Clever 3.1, written as OneRoster 1.2 (clever.h). What Clever may leave out is not asked for: a
 * contact has one name, a section need not have a course or a term, a term need not have dates. */

#include "oneroster_rows.h"
#include "rollcall/roster/clever.h"

static const struct rc_field orgs[] = {RC_ROWS_ORGS(RC_OPTIONAL)};

static const struct rc_field terms[] = {
    RC_ROW("endDate", &rc_kind_date, RC_OPTIONAL, 0),
    RC_ROW("startDate", &rc_kind_date, RC_OPTIONAL, 0),
    RC_ROW("title", &rc_kind_text, RC_NEEDED, 0),
    {"type", {"type"}, &rc_kind_enum, RC_NEEDED, 0, &rc_session_types},
};

static const struct rc_field courses[] = {
    RC_ROW("courseCode", &rc_kind_text, RC_OPTIONAL, 0),
    RC_ROW("org", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("title", &rc_kind_text, RC_NEEDED, 0),
};

static const struct rc_field classes[] = {
    RC_ROW("classCode", &rc_kind_text, RC_OPTIONAL, 0),
    {"classType", {"classType"}, &rc_kind_enum, RC_OPTIONAL, 0, &rc_class_types},
    RC_ROW("course", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW_GRADES(&rc_kind_local_grades),
    RC_ROW("periods", &rc_kind_texts, RC_OPTIONAL, 0),
    RC_ROW("school", &rc_kind_ref, RC_NEEDED, RC_ID_MAX),
    RC_ROW("subjects", &rc_kind_texts, RC_OPTIONAL, 0),
    RC_ROW("terms", &rc_kind_refs, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("title", &rc_kind_text, RC_NEEDED, 0),
};

/* OneRoster has no plain staff. */
static const struct rc_word role_list[] = {
    {"student", NULL}, {"teacher", NULL},  {"staff", "ext:staff"}, {"districtAdministrator", NULL},
    {"parent", NULL},  {"guardian", NULL}, {"relative", NULL},
};
static const struct rc_words roles = {role_list, COUNT_OF(role_list), false};

static const struct rc_field users[] = {
    RC_ROW("agents", &rc_kind_refs, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("email", &rc_kind_email, RC_OPTIONAL, 320),
    {"enabled", {"enabledUser"}, &rc_kind_bool, RC_OPTIONAL, 0, NULL},
    RC_ROW("familyName", &rc_kind_text, RC_NEEDED, 256),
    RC_ROW("givenName", &rc_kind_text, RC_OPTIONAL, 256),
    RC_ROW_GRADES(&rc_kind_local_grades),
    RC_ROW("identifier", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("middleName", &rc_kind_text, RC_OPTIONAL, 256),
    RC_ROW("phone", &rc_kind_text, RC_OPTIONAL, 128),
    RC_ROW("preferredFirstName", &rc_kind_text, RC_OPTIONAL, 256),
    RC_ROW("preferredLastName", &rc_kind_text, RC_OPTIONAL, 256),
    RC_ROW("preferredMiddleName", &rc_kind_text, RC_OPTIONAL, 256),
    RC_ROW("primaryOrg", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),
    {"roles", {"roles", "role", "orgs", "org"}, &rc_kind_roles, RC_NEEDED, RC_ID_MAX, &roles},
    RC_ROW("sms", &rc_kind_text, RC_OPTIONAL, 128),
    RC_ROW("userIds", &rc_kind_user_ids, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("username", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX),
};

const struct rc_mapping rc_clever_31[] = {
    RC_MAPPING(RC_CLEVER_FORMAT, RC_ORGS, "data", orgs),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_ACADEMIC_SESSIONS, "data", terms),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_COURSES, "data", courses),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_CLASSES, "data", classes),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_USERS, "data", users),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_ENROLLMENTS, "data", rc_rows_enrollments),
    RC_MAPPING(RC_CLEVER_FORMAT, RC_DEMOGRAPHICS, "data", rc_rows_demographics),
    {0},
};
