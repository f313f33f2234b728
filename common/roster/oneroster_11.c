/* OneRoster 1.1 over REST: which of its fields become which canonical ones. A row needs what a
 * record means nothing without (RC_NEEDED), and asks for what the standard requires but real
 * sources lack (RC_WANTED). Names behind the first are what sources write instead.
 *
 * Vocabularies are those of 1.1 and 1.2 together: sources mix them. */

#include "mapper_private.h"

#define WORDS(list, open)          \
    {                              \
        list, COUNT_OF(list), open \
    }

static const struct rc_word org_type_list[] = {
    {"department", NULL}, {"school", NULL}, {"district", NULL},
    {"local", NULL},      {"state", NULL},  {"national", NULL},
};
static const struct rc_words org_types = WORDS(org_type_list, true);

static const struct rc_word session_type_list[] = {
    {"gradingPeriod", NULL}, {"semester", NULL}, {"schoolYear", NULL}, {"term", NULL}};
static const struct rc_words session_types = WORDS(session_type_list, true);

static const struct rc_word class_type_list[] = {{"homeroom", NULL}, {"scheduled", NULL}};
static const struct rc_words class_types = WORDS(class_type_list, true);

/* Guardian, parent and relative stay apart: a guardianship shows the source's word. */
static const struct rc_word role_list[] = {
    {"student", NULL},
    {"teacher", NULL},
    {"guardian", NULL},
    {"parent", NULL},
    {"relative", NULL},
    {"administrator", NULL},
    {"aide", NULL},
    {"proctor", NULL},
    {"counselor", NULL},
    {"principal", NULL},
    {"siteAdministrator", NULL},
    {"districtAdministrator", NULL},
    {"systemAdministrator", NULL},
};
static const struct rc_words roles = WORDS(role_list, true);

static const struct rc_word enrollment_role_list[] = {
    {"student", NULL},  {"teacher", NULL},  {"administrator", NULL},
    {"proctor", NULL},  {"aide", NULL},     {"parent", NULL},
    {"guardian", NULL}, {"relative", NULL}, {"counselor", NULL}};
static const struct rc_words enrollment_roles = WORDS(enrollment_role_list, true);

static const struct rc_word sex_list[] = {
    {"male", NULL},  {"female", NULL}, {"unspecified", NULL},
    {"other", NULL}, {"M", "male"},    {"F", "female"},
};
static const struct rc_words sexes = WORDS(sex_list, true);

static const struct rc_word importance_list[] = {{"primary", NULL}, {"secondary", NULL}};
static const struct rc_words importances = WORDS(importance_list, false);

static const struct rc_field orgs[] = {
    {"identifier", {"identifier"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"name", {"name"}, &rc_kind_text, RC_NEEDED, 0, NULL},
    {"parent", {"parent"}, &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"type", {"type"}, &rc_kind_enum, RC_NEEDED, 0, &org_types},
};

static const struct rc_field academic_sessions[] = {
    {"endDate", {"endDate"}, &rc_kind_date, RC_NEEDED, 0, NULL},
    {"parent", {"parent"}, &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"schoolYear", {"schoolYear"}, &rc_kind_year, RC_WANTED, 0, NULL},
    {"startDate", {"startDate", "beginDate"}, &rc_kind_date, RC_NEEDED, 0, NULL},
    {"title", {"title"}, &rc_kind_text, RC_NEEDED, 0, NULL},
    {"type", {"type"}, &rc_kind_enum, RC_NEEDED, 0, &session_types},
};

static const struct rc_field courses[] = {
    {"courseCode", {"courseCode"}, &rc_kind_text, RC_WANTED, 0, NULL},
    {"grades", {"grades", "grade"}, &rc_kind_grades, RC_OPTIONAL, 64, NULL},
    {"org", {"org", "orgs"}, &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"schoolYear", {"schoolYear"}, &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"subjectCodes", {"subjectCodes", "subjectCode"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"subjects", {"subjects", "subject"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"title", {"title", "courseCode"}, &rc_kind_text, RC_NEEDED, 0, NULL},
};

/* Elementary classes often have no title of their own; their code is what people call them. */
static const struct rc_field classes[] = {
    {"classCode", {"classCode"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"classType", {"classType"}, &rc_kind_enum, RC_OPTIONAL, 0, &class_types},
    {"course", {"course"}, &rc_kind_ref, RC_WANTED, RC_ID_MAX, NULL},
    {"grades", {"grades", "grade"}, &rc_kind_grades, RC_OPTIONAL, 64, NULL},
    {"location", {"location"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"periods", {"periods", "period"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"school", {"school", "schools", "org", "orgs"}, &rc_kind_ref, RC_NEEDED, RC_ID_MAX, NULL},
    {"subjectCodes", {"subjectCodes", "subjectCode"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"subjects", {"subjects", "subject"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"terms", {"terms", "term"}, &rc_kind_refs, RC_WANTED, RC_ID_MAX, NULL},
    {"title", {"title", "classCode"}, &rc_kind_text, RC_NEEDED, 0, NULL},
};

/* 1.1 requires a username, 1.2 no longer does, and certified sources send "" for everybody. */
static const struct rc_field users[] = {
    {"agents", {"agents", "agent"}, &rc_kind_refs, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"email", {"email"}, &rc_kind_email, RC_OPTIONAL, 320, NULL},
    {"enabled", {"enabledUser"}, &rc_kind_bool, RC_WANTED, 0, NULL},
    {"familyName", {"familyName"}, &rc_kind_text, RC_NEEDED, 256, NULL},
    {"givenName", {"givenName"}, &rc_kind_text, RC_NEEDED, 256, NULL},
    {"grades", {"grades", "grade"}, &rc_kind_grades, RC_OPTIONAL, 64, NULL},
    {"identifier", {"identifier"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"masterId", {"userMasterIdentifier"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"middleName", {"middleName"}, &rc_kind_text, RC_OPTIONAL, 256, NULL},
    {"phone", {"phone"}, &rc_kind_text, RC_OPTIONAL, 128, NULL},
    {"roles", {"role", "roles", "orgs", "org"}, &rc_kind_roles, RC_NEEDED, RC_ID_MAX, &roles},
    {"sms", {"sms"}, &rc_kind_text, RC_OPTIONAL, 128, NULL},
    {"userIds", {"userIds"}, &rc_kind_user_ids, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"username", {"username"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
};

static const struct rc_field enrollments[] = {
    {"beginDate", {"beginDate", "startDate"}, &rc_kind_date, RC_OPTIONAL, 0, NULL},
    {"class", {"class"}, &rc_kind_ref, RC_NEEDED, RC_ID_MAX, NULL},
    {"endDate", {"endDate"}, &rc_kind_date, RC_OPTIONAL, 0, NULL},
    {"primary", {"primary"}, &rc_kind_bool, RC_OPTIONAL, 0, NULL},
    {"role", {"role"}, &rc_kind_enum, RC_NEEDED, 0, &enrollment_roles},
    {"school", {"school", "schools", "org", "orgs"}, &rc_kind_ref, RC_WANTED, RC_ID_MAX, NULL},
    {"user", {"user"}, &rc_kind_ref, RC_NEEDED, RC_ID_MAX, NULL},
};

static const struct rc_field demographics[] = {
    {"americanIndianOrAlaskaNative",
     {"americanIndianOrAlaskaNative"},
     &rc_kind_bool,
     RC_OPTIONAL,
     0,
     NULL},
    {"asian", {"asian"}, &rc_kind_bool, RC_OPTIONAL, 0, NULL},
    {"birthDate", {"birthDate", "birthdate"}, &rc_kind_date, RC_OPTIONAL, 0, NULL},
    {"blackOrAfricanAmerican", {"blackOrAfricanAmerican"}, &rc_kind_bool, RC_OPTIONAL, 0, NULL},
    {"cityOfBirth", {"cityOfBirth"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"countryOfBirthCode", {"countryOfBirthCode"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"demographicRaceTwoOrMoreRaces",
     {"demographicRaceTwoOrMoreRaces"},
     &rc_kind_bool,
     RC_OPTIONAL,
     0,
     NULL},
    {"hispanicOrLatinoEthnicity",
     {"hispanicOrLatinoEthnicity"},
     &rc_kind_bool,
     RC_OPTIONAL,
     0,
     NULL},
    {"nativeHawaiianOrOtherPacificIslander",
     {"nativeHawaiianOrOtherPacificIslander"},
     &rc_kind_bool,
     RC_OPTIONAL,
     0,
     NULL},
    {"publicSchoolResidenceStatus",
     {"publicSchoolResidenceStatus"},
     &rc_kind_text,
     RC_OPTIONAL,
     0,
     NULL},
    {"sex", {"sex"}, &rc_kind_enum, RC_OPTIONAL, 0, &sexes},
    {"stateOfBirthAbbreviation", {"stateOfBirthAbbreviation"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"white", {"white"}, &rc_kind_bool, RC_OPTIONAL, 0, NULL},
};

static const struct rc_field resources[] = {
    {"applicationId", {"applicationId"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"importance", {"importance"}, &rc_kind_enum, RC_OPTIONAL, 0, &importances},
    {"roles", {"roles", "role"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    {"title", {"title"}, &rc_kind_text, RC_OPTIONAL, 0, NULL},
    {"vendorId", {"vendorId"}, &rc_kind_text, RC_OPTIONAL, RC_ID_MAX, NULL},
    {"vendorResourceId", {"vendorResourceId"}, &rc_kind_text, RC_NEEDED, RC_ID_MAX, NULL},
};

#define MAPPING(collection, name, fields)                                \
    {                                                                    \
        "oneroster-rest/1.1", collection, name, fields, COUNT_OF(fields) \
    }

const struct rc_mapping rc_oneroster_11[] = {
    MAPPING(RC_ORGS, "orgs", orgs),
    MAPPING(RC_ACADEMIC_SESSIONS, "academicSessions", academic_sessions),
    MAPPING(RC_COURSES, "courses", courses),
    MAPPING(RC_CLASSES, "classes", classes),
    MAPPING(RC_USERS, "users", users),
    MAPPING(RC_ENROLLMENTS, "enrollments", enrollments),
    MAPPING(RC_DEMOGRAPHICS, "demographics", demographics),
    MAPPING(RC_RESOURCES, "resources", resources),
};
const size_t rc_oneroster_11_count = COUNT_OF(rc_oneroster_11);
