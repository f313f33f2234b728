#ifndef RC_ROSTER_ONEROSTER_ROWS_H
#define RC_ROSTER_ONEROSTER_ROWS_H

#include "mapper_private.h"

/* The rows that the versions of OneRoster share: a field that both have is read by one row, so that
 * what is tolerated in one is tolerated in the other. Where versions differ, the row is an
 * argument.
 *
 * A row needs what a record means nothing without (RC_NEEDED), and asks for what the standard
 * requires but real sources lack (RC_WANTED). Names behind the first are what sources write
 * instead. Vocabularies are those of all versions together: sources mix them. */

extern const struct rc_words rc_org_types;
extern const struct rc_words rc_session_types;
extern const struct rc_words rc_class_types;
extern const struct rc_words rc_user_roles;
extern const struct rc_words rc_enrollment_roles;
extern const struct rc_words rc_sexes;
extern const struct rc_words rc_importances;

/* A row whose name in the source is the canonical one and nothing else. */
#define RC_ROW(name, kind, need, max_bytes)        \
    {                                              \
        name, {name}, kind, need, max_bytes, NULL, \
    }
#define RC_ROW_GRADES(kind)                                        \
    {                                                              \
        "grades", {"grades", "grade"}, kind, RC_OPTIONAL, 64, NULL \
    }
#define RC_ROW_RESOURCES                                                                    \
    {                                                                                       \
        "resources", {"resources", "resource"}, &rc_kind_refs, RC_OPTIONAL, RC_ID_MAX, NULL \
    }
#define RC_ROW_SCHOOL(need)                                                                 \
    {                                                                                       \
        "school", {"school", "schools", "org", "orgs"}, &rc_kind_ref, need, RC_ID_MAX, NULL \
    }
#define RC_ROWS_SUBJECTS                                                                     \
    {"subjectCodes", {"subjectCodes", "subjectCode"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL}, \
    {                                                                                        \
        "subjects", {"subjects", "subject"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL            \
    }

/* 1.2 requires an org's identifier. */
#define RC_ROWS_ORGS(identifier_need)                                \
    RC_ROW("identifier", &rc_kind_text, identifier_need, RC_ID_MAX), \
        RC_ROW("name", &rc_kind_text, RC_NEEDED, 0),                 \
        RC_ROW("parent", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),      \
    {                                                                \
        "type", {"type"}, &rc_kind_enum, RC_NEEDED, 0, &rc_org_types \
    }

/* What a grade may be is listed in 1.1 and agreed locally in 1.2. */
#define RC_ROWS_COURSES(grades_kind)                                                            \
    RC_ROW("courseCode", &rc_kind_text, RC_WANTED, 0), RC_ROW_GRADES(grades_kind),              \
        {"org", {"org", "orgs"}, &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX, NULL}, RC_ROW_RESOURCES, \
        RC_ROW("schoolYear", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX), RC_ROWS_SUBJECTS,           \
    {                                                                                           \
        "title", {"title", "courseCode"}, &rc_kind_text, RC_NEEDED, 0, NULL                     \
    }

/* Elementary classes often have no title of their own; their code is what people call them. */
#define RC_ROWS_CLASSES(grades_kind)                                                      \
    RC_ROW("classCode", &rc_kind_text, RC_OPTIONAL, 0),                                   \
        {"classType", {"classType"}, &rc_kind_enum, RC_OPTIONAL, 0, &rc_class_types},     \
        RC_ROW("course", &rc_kind_ref, RC_WANTED, RC_ID_MAX), RC_ROW_GRADES(grades_kind), \
        RC_ROW("location", &rc_kind_text, RC_OPTIONAL, 0),                                \
        {"periods", {"periods", "period"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},         \
        RC_ROW_RESOURCES, RC_ROW_SCHOOL(RC_NEEDED), RC_ROWS_SUBJECTS,                     \
        {"terms", {"terms", "term"}, &rc_kind_refs, RC_WANTED, RC_ID_MAX, NULL},          \
    {                                                                                     \
        "title", {"title", "classCode"}, &rc_kind_text, RC_NEEDED, 0, NULL                \
    }

/* 1.1 requires a username, 1.2 no longer does, and certified sources send "" for everybody. The
 * names that people go by stand beside the legal ones; passwords are never read. */
#define RC_ROWS_USERS(grades_kind, roles_row)                                                \
    {"agents", {"agents", "agent"}, &rc_kind_refs, RC_OPTIONAL, RC_ID_MAX, NULL},            \
        RC_ROW("email", &rc_kind_email, RC_OPTIONAL, 320),                                   \
        {"enabled", {"enabledUser"}, &rc_kind_bool, RC_WANTED, 0, NULL},                     \
        RC_ROW("familyName", &rc_kind_text, RC_NEEDED, 256),                                 \
        RC_ROW("givenName", &rc_kind_text, RC_NEEDED, 256), RC_ROW_GRADES(grades_kind),      \
        RC_ROW("identifier", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX),                         \
        {"masterId", {"userMasterIdentifier"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL}, \
        RC_ROW("middleName", &rc_kind_text, RC_OPTIONAL, 256),                               \
        RC_ROW("phone", &rc_kind_text, RC_OPTIONAL, 128),                                    \
        {"preferredFirstName",                                                               \
         {"preferredFirstName", "preferredGivenName"},                                       \
         &rc_kind_text,                                                                      \
         RC_OPTIONAL,                                                                        \
         256,                                                                                \
         NULL},                                                                              \
        {"preferredLastName",                                                                \
         {"preferredLastName", "preferredFamilyName"},                                       \
         &rc_kind_text,                                                                      \
         RC_OPTIONAL,                                                                        \
         256,                                                                                \
         NULL},                                                                              \
        RC_ROW("preferredMiddleName", &rc_kind_text, RC_OPTIONAL, 256),                      \
        RC_ROW("primaryOrg", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),                          \
        RC_ROW("pronouns", &rc_kind_text, RC_OPTIONAL, 64), RC_ROW_RESOURCES, roles_row,     \
        RC_ROW("sms", &rc_kind_text, RC_OPTIONAL, 128),                                      \
        RC_ROW("userIds", &rc_kind_user_ids, RC_OPTIONAL, RC_ID_MAX),                        \
        RC_ROW("userProfiles", &rc_kind_profiles, RC_OPTIONAL, RC_ID_MAX),                   \
        RC_ROW("username", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX)

/* Collections that are the same in every version. */
extern const struct rc_field rc_rows_academic_sessions[6];
extern const struct rc_field rc_rows_enrollments[7];
extern const struct rc_field rc_rows_demographics[13];
extern const struct rc_field rc_rows_resources[6];

#define RC_MAPPING(format, collection, name, fields)       \
    {                                                      \
        format, collection, name, fields, COUNT_OF(fields) \
    }

#endif
