/* People of Clever: one record with all of a person's roles. */
#include "clever_writer.h"

enum { STUDENT, TEACHER, STAFF, DISTRICT_ADMIN, CONTACT, ROLE_COUNT };
static const char *const role_names[ROLE_COUNT] = {"student", "teacher", "staff", "district_admin",
                                                   "contact"};

struct user {
    struct rc_clever_writer *writer;
    const struct rc_json *roles[ROLE_COUNT]; /* NULL: the person has it not */
};

static struct user user_of(struct rc_clever_writer *writer)
{
    const struct rc_json *roles = rc_json_get(writer->object, "roles");
    struct user user = {.writer = writer};

    for (size_t i = 0; i < ROLE_COUNT; i++) {
        const struct rc_json *role = rc_json_get(roles, role_names[i]);
        user.roles[i] = rc_json_kind(role) == RC_JSON_OBJECT ? role : NULL;
    }
    return user;
}

/* ---- what one has by a role ---- */

/* The first role that holds a value under the name. */
static void put_from_roles(const struct user *user, const char *name, const char *const *fields)
{
    const struct rc_json *values[ROLE_COUNT] = {0};

    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (fields[i]) values[i] = rc_json_get(user->roles[i], fields[i]);
    rc_clever_put_first(user->writer, name, values, ROLE_COUNT);
}

static void put_username(const struct user *user)
{
    const struct rc_json *values[ROLE_COUNT] = {0};

    for (size_t i = 0; i < ROLE_COUNT; i++)
        values[i] = rc_json_get(rc_json_get(user->roles[i], "credentials"), "district_username");
    rc_clever_put_first(user->writer, "username", values, ROLE_COUNT);
}

static void put_user_ids(const struct user *user)
{
    static const struct {
        int role;
        const char *name;
    } numbers[] = {{STUDENT, "student_number"},
                   {STUDENT, "state_id"},
                   {TEACHER, "teacher_number"},
                   {TEACHER, "state_id"},
                   {STAFF, "staff_id"}};
    struct rc_json_out *json = &user->writer->json;

    rc_json_open(json, "userIds", '[');
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const struct rc_json *number = rc_json_get(user->roles[numbers[i].role], numbers[i].name);
        if (!rc_clever_holds(number)) continue;
        rc_json_open(json, NULL, '{');
        rc_json_put_text(json, "type", rc_str_of(numbers[i].name));
        rc_clever_put(user->writer, "identifier", number);
        rc_json_close(json, '}');
    }
    rc_json_close(json, ']');
}

/* ---- contacts: guardians ---- */

/* Whom to call in an emergency is nobody's guardian. */
static bool is_guardianship(const struct rc_json *relation)
{
    const struct rc_str type = rc_json_text(rc_json_get(relation, "type"));
    const struct rc_str word = rc_json_text(rc_json_get(relation, "relationship"));

    return !rc_str_eq(type, RC_STR("Emergency")) && !rc_str_eq(type, RC_STR("Secondary")) &&
           !rc_str_eq(word, RC_STR("Self"));
}

static const struct {
    const char *relationship, *role;
} relations[] = {{"Parent", "parent"},
                 {"Grandparent", "relative"},
                 {"Aunt/Uncle", "relative"},
                 {"Sibling", "relative"}};

static const char *guardian_role(const struct rc_json *relation)
{
    const struct rc_str word = rc_json_text(rc_json_get(relation, "relationship"));

    for (size_t i = 0; i < COUNT_OF(relations); i++)
        if (rc_str_eq(word, rc_str_of(relations[i].relationship))) return relations[i].role;
    return "guardian";
}

static const struct rc_json *first_relation(const struct user *user)
{
    return rc_json_first(rc_json_get(user->roles[CONTACT], "student_relationships"));
}

static void put_agents(const struct user *user)
{
    struct rc_json_out *json = &user->writer->json;

    rc_json_open(json, "agents", '[');
    for (const struct rc_json *at = first_relation(user); at; at = rc_json_next(at))
        if (is_guardianship(at)) rc_clever_put(user->writer, NULL, rc_json_get(at, "student"));
    rc_json_close(json, ']');
}

static void put_phone(const struct user *user)
{
    const struct rc_json *contact = user->roles[CONTACT];
    const bool cell = rc_str_eq(rc_json_text(rc_json_get(contact, "phone_type")), RC_STR("Cell"));

    rc_clever_put(user->writer, cell ? "sms" : "phone", rc_json_get(contact, "phone"));
}

/* ---- roles ---- */

static void put_role(const struct user *user, const char *role, const struct rc_json *org,
                     const char *type)
{
    struct rc_json_out *json = &user->writer->json;

    if (!rc_clever_holds(org)) return;
    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "role", rc_str_of(role));
    rc_clever_put(user->writer, "org", org);
    if (type) rc_json_put_text(json, "roleType", rc_str_of(type));
    rc_json_close(json, '}');
}

/* At each school, the primary one told apart where there is one. */
static void put_at_schools(const struct user *user, int at)
{
    const struct rc_json *role = user->roles[at];
    const struct rc_json *home = rc_json_get(role, "school");
    const struct rc_json *school = rc_json_first(rc_json_get(role, "schools"));

    put_role(user, role_names[at], home, "primary");
    for (; school; school = rc_json_next(school)) {
        if (rc_clever_holds(home) && rc_str_eq(rc_json_text(school), rc_json_text(home))) continue;
        put_role(user, role_names[at], school, rc_clever_holds(home) ? "secondary" : NULL);
    }
}

static bool has_school(const struct rc_json *role)
{
    return rc_clever_holds(rc_json_get(role, "school")) ||
           rc_json_first(rc_json_get(role, "schools")) != NULL;
}

static void put_guardian_roles(const struct user *user, const struct rc_json *district)
{
    bool any = false;

    for (const struct rc_json *at = first_relation(user); at; at = rc_json_next(at)) {
        if (!is_guardianship(at)) continue;
        put_role(user, guardian_role(at), district, NULL);
        any = true;
    }
    if (!any) put_role(user, "relative", district, NULL);
}

static void put_roles(const struct user *user)
{
    const struct rc_json *district = rc_json_get(user->writer->object, "district");

    rc_json_open(&user->writer->json, "roles", '[');
    for (int i = STUDENT; i <= STAFF; i++) {
        if (!user->roles[i]) continue;
        if (has_school(user->roles[i]))
            put_at_schools(user, i);
        else
            put_role(user, role_names[i], district, NULL);
    }
    if (user->roles[DISTRICT_ADMIN]) put_role(user, "districtAdministrator", district, NULL);
    if (user->roles[CONTACT]) put_guardian_roles(user, district);
    rc_json_close(&user->writer->json, ']');
}

/* ---- the person ---- */

static void put_names(const struct user *user)
{
    const struct rc_json *name = rc_json_get(user->writer->object, "name");
    const struct rc_json *preferred = rc_json_get(user->roles[STUDENT], "preferred_name");

    rc_clever_put(user->writer, "givenName", rc_json_get(name, "first"));
    rc_clever_put(user->writer, "middleName", rc_json_get(name, "middle"));
    rc_clever_put(user->writer, "familyName", rc_json_get(name, "last"));
    rc_clever_put(user->writer, "preferredFirstName", rc_json_get(preferred, "first"));
    rc_clever_put(user->writer, "preferredMiddleName", rc_json_get(preferred, "middle"));
    rc_clever_put(user->writer, "preferredLastName", rc_json_get(preferred, "last"));
}

void rc_clever_write_user(struct rc_clever_writer *writer)
{
    static const char *const ids[ROLE_COUNT] = {"sis_id", "sis_id", "staff_id", NULL, "sis_id"};
    static const char *const homes[ROLE_COUNT] = {"school", "school"};
    const struct user user = user_of(writer);

    rc_clever_begin(writer, rc_json_text(rc_json_get(writer->object, "id")), writer->deleted);
    rc_json_put_bool(&writer->json, "enabledUser", true);
    put_names(&user);
    rc_clever_put(writer, "email", rc_json_get(writer->object, "email"));
    put_username(&user);
    put_from_roles(&user, "identifier", ids);
    put_from_roles(&user, "primaryOrg", homes);
    put_user_ids(&user);
    rc_clever_put_grade(writer, rc_json_get(user.roles[STUDENT], "grade"));
    put_agents(&user);
    put_phone(&user);
    put_roles(&user);
    rc_clever_end(writer);
}

/* ---- demographics ---- */

static const struct {
    const char *race, *flag;
} races[] = {{"Caucasian", "white"},
             {"Asian", "asian"},
             {"Black or African American", "blackOrAfricanAmerican"},
             {"American Indian", "americanIndianOrAlaskaNative"},
             {"Hawaiian or Other Pacific Islander", "nativeHawaiianOrOtherPacificIslander"},
             {"Two or More Races", "demographicRaceTwoOrMoreRaces"}};

static void put_race(struct rc_clever_writer *writer, struct rc_str race)
{
    for (size_t i = 0; i < COUNT_OF(races); i++)
        if (rc_str_eq(race, rc_str_of(races[i].race)))
            rc_json_put_bool(&writer->json, races[i].flag, true);
}

static void put_sex(struct rc_clever_writer *writer, const struct rc_json *gender)
{
    if (rc_str_eq(rc_json_text(gender), RC_STR("X")))
        rc_json_put_text(&writer->json, "sex", RC_STR("other"));
    else
        rc_clever_put(writer, "sex", gender);
}

void rc_clever_write_demographics(struct rc_clever_writer *writer)
{
    const struct rc_json *student = user_of(writer).roles[STUDENT];
    const struct rc_str hispanic = rc_json_text(rc_json_get(student, "hispanic_ethnicity"));

    if (!student) return;
    rc_clever_begin(writer, rc_json_text(rc_json_get(writer->object, "id")), writer->deleted);
    rc_clever_put(writer, "birthDate", rc_json_get(student, "dob"));
    put_sex(writer, rc_json_get(student, "gender"));
    put_race(writer, rc_json_text(rc_json_get(student, "race")));
    if (hispanic.len > 0)
        rc_json_put_bool(&writer->json, "hispanicOrLatinoEthnicity",
                         rc_str_eq(hispanic, RC_STR("Y")));
    rc_clever_end(writer);
}
