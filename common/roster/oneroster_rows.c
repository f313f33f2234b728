/* What the versions of OneRoster share: vocabularies, and the collections that are the same in
 * all. */

#include "oneroster_rows.h"

#define WORDS(list, open)          \
    {                              \
        list, COUNT_OF(list), open \
    }

static const struct rc_word org_type_list[] = {
    {"department", NULL}, {"school", NULL}, {"district", NULL},
    {"local", NULL},      {"state", NULL},  {"national", NULL},
};
const struct rc_words rc_org_types = WORDS(org_type_list, true);

static const struct rc_word session_type_list[] = {
    {"gradingPeriod", NULL}, {"semester", NULL}, {"schoolYear", NULL}, {"term", NULL}};
const struct rc_words rc_session_types = WORDS(session_type_list, true);

static const struct rc_word class_type_list[] = {{"homeroom", NULL}, {"scheduled", NULL}};
const struct rc_words rc_class_types = WORDS(class_type_list, true);

/* Guardian, parent and relative stay apart: a guardianship shows the source's word. 1.2 has no
 * plain administrator any more, and sources send it all the same. */
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
const struct rc_words rc_user_roles = WORDS(role_list, true);

static const struct rc_word enrollment_role_list[] = {
    {"student", NULL},  {"teacher", NULL},  {"administrator", NULL},
    {"proctor", NULL},  {"aide", NULL},     {"parent", NULL},
    {"guardian", NULL}, {"relative", NULL}, {"counselor", NULL}};
const struct rc_words rc_enrollment_roles = WORDS(enrollment_role_list, true);

static const struct rc_word sex_list[] = {
    {"male", NULL},  {"female", NULL}, {"unspecified", NULL},
    {"other", NULL}, {"M", "male"},    {"F", "female"},
};
const struct rc_words rc_sexes = WORDS(sex_list, true);

static const struct rc_word importance_list[] = {{"primary", NULL}, {"secondary", NULL}};
const struct rc_words rc_importances = WORDS(importance_list, false);

const struct rc_field rc_rows_academic_sessions[6] = {
    RC_ROW("endDate", &rc_kind_date, RC_NEEDED, 0),
    RC_ROW("parent", &rc_kind_ref, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("schoolYear", &rc_kind_year, RC_WANTED, 0),
    {"startDate", {"startDate", "beginDate"}, &rc_kind_date, RC_NEEDED, 0, NULL},
    RC_ROW("title", &rc_kind_text, RC_NEEDED, 0),
    {"type", {"type"}, &rc_kind_enum, RC_NEEDED, 0, &rc_session_types},
};

const struct rc_field rc_rows_enrollments[7] = {
    {"beginDate", {"beginDate", "startDate"}, &rc_kind_date, RC_OPTIONAL, 0, NULL},
    RC_ROW("class", &rc_kind_ref, RC_NEEDED, RC_ID_MAX),
    RC_ROW("endDate", &rc_kind_date, RC_OPTIONAL, 0),
    RC_ROW("primary", &rc_kind_bool, RC_OPTIONAL, 0),
    {"role", {"role"}, &rc_kind_enum, RC_NEEDED, 0, &rc_enrollment_roles},
    RC_ROW_SCHOOL(RC_WANTED),
    RC_ROW("user", &rc_kind_ref, RC_NEEDED, RC_ID_MAX),
};

#define FLAG(name) RC_ROW(name, &rc_kind_bool, RC_OPTIONAL, 0)
#define TEXT(name) RC_ROW(name, &rc_kind_text, RC_OPTIONAL, 0)

const struct rc_field rc_rows_demographics[13] = {
    FLAG("americanIndianOrAlaskaNative"),
    FLAG("asian"),
    {"birthDate", {"birthDate", "birthdate"}, &rc_kind_date, RC_OPTIONAL, 0, NULL},
    FLAG("blackOrAfricanAmerican"),
    TEXT("cityOfBirth"),
    TEXT("countryOfBirthCode"),
    FLAG("demographicRaceTwoOrMoreRaces"),
    FLAG("hispanicOrLatinoEthnicity"),
    FLAG("nativeHawaiianOrOtherPacificIslander"),
    TEXT("publicSchoolResidenceStatus"),
    {"sex", {"sex"}, &rc_kind_enum, RC_OPTIONAL, 0, &rc_sexes},
    TEXT("stateOfBirthAbbreviation"),
    FLAG("white"),
};

const struct rc_field rc_rows_resources[6] = {
    RC_ROW("applicationId", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX),
    {"importance", {"importance"}, &rc_kind_enum, RC_OPTIONAL, 0, &rc_importances},
    {"roles", {"roles", "role"}, &rc_kind_texts, RC_OPTIONAL, 0, NULL},
    TEXT("title"),
    RC_ROW("vendorId", &rc_kind_text, RC_OPTIONAL, RC_ID_MAX),
    RC_ROW("vendorResourceId", &rc_kind_text, RC_NEEDED, RC_ID_MAX),
};
