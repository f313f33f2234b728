/* Counting a sample. Whatever a record holds, a survey stays small: rows, schools and dates are
 * bounded, and what is no word of a role is counted as "other". */
#include "rollcall/roster/survey.h"

#include <string.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/map.h"
#include "rollcall/format/json.h"

enum {
    ROWS_MAX = 8192,
    SCHOOLS_MAX = 2048,
    DATES_MAX = 100,
    PERSONS_MAX = 100000,
    ID_MAX = 256,
    NAME_MAX_ = 120,
    ROLE_MAX = 40,
    RECORD_MAX = 1024 * 1024,
    DATE_LEN = 10,
};

struct row {
    struct rc_survey_row shown;
    int64_t last; /* the record that was counted last: each person once */
};

struct rc_survey {
    struct rc_arena *arena, *scratch;
    struct rc_survey_counts counts;
    int64_t number; /* of the record in hand */
    struct rc_map *row_of, *school_of, *dates, *persons;
};

struct rc_survey *rc_survey_new(void)
{
    struct rc_survey *survey = rc_malloc(sizeof *survey);

    *survey = (struct rc_survey){.arena = rc_arena_new(0), .scratch = rc_arena_new(0)};
    survey->row_of = rc_map_new(survey->arena);
    survey->school_of = rc_map_new(survey->arena);
    survey->dates = rc_map_new(survey->arena);
    survey->persons = rc_map_new(survey->arena);
    return survey;
}

void rc_survey_free(struct rc_survey *survey)
{
    if (!survey) return;
    rc_arena_free(survey->scratch);
    rc_arena_free(survey->arena);
    free(survey);
}

/* ---- words from outside ---- */

static struct rc_str at_most(struct rc_str text, size_t max)
{
    size_t len = 0;

    while (len < text.len) {
        const struct rc_str rest = {text.data + len, text.len - len};
        const size_t step = rc_str_utf8_step(rest);
        if (step == 0 || len + step > max) break;
        len += step;
    }
    return (struct rc_str){text.data, len};
}

static struct rc_str id_of(const struct rc_json *value)
{
    const struct rc_str id = rc_str_trim(rc_json_text(rc_json_get(value, "sourcedId")));

    return id.len <= ID_MAX ? id : (struct rc_str){0};
}

/* A role is a word of letters; anything else may be somebody's data. */
static struct rc_str role_of(const struct rc_survey *survey, const struct rc_json *value)
{
    const struct rc_str role = rc_str_trim(rc_json_text(value));

    if (role.len == 0 || role.len > ROLE_MAX) return RC_STR("other");
    for (size_t i = 0; i < role.len; i++) {
        const char c = role.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && c != ':' && c != '-' && c != '_') return RC_STR("other");
    }
    return rc_str_print(survey->scratch, "%.*s", RC_STR_ARG(role));
}

/* ---- people at schools ---- */

static struct row *row_for(struct rc_survey *survey, struct rc_str school, struct rc_str role)
{
    const struct rc_str key = rc_str_print(survey->scratch, "%.*s\n%.*s", RC_STR_ARG(role),
                                           RC_STR_ARG(school));
    struct row *row = rc_map_get(survey->row_of, key);

    if (row || rc_map_count(survey->row_of) >= ROWS_MAX) return row;
    row = rc_arena_alloc(survey->arena, sizeof *row);
    row->shown.school = rc_str_copy(survey->arena, school);
    row->shown.role = rc_str_copy(survey->arena, role);
    rc_map_put(survey->row_of, rc_str_copy(survey->arena, key), row);
    return row;
}

static void count_at(struct rc_survey *survey, struct rc_str school, struct rc_str role)
{
    struct row *row = row_for(survey, school, role);

    if (!row || row->last == survey->number) return;
    row->last = survey->number;
    row->shown.people++;
}

static void count_role(struct rc_survey *survey, const struct rc_json *role,
                       const struct rc_json *org)
{
    const struct rc_str word = role_of(survey, role);
    const struct rc_str school = id_of(org);

    count_at(survey, (struct rc_str){0}, word);
    if (school.len > 0) count_at(survey, school, word);
}

/* As 1.2 has them; else as 1.1 has it, at every org that is named. */
static void count_roles(struct rc_survey *survey, const struct rc_json *user)
{
    const struct rc_json *roles = rc_json_get(user, "roles");
    const struct rc_json *role = rc_json_get(user, "role");
    const struct rc_json *orgs = rc_json_get(user, "orgs");

    if (rc_json_kind(roles) == RC_JSON_ARRAY && rc_json_first(roles)) {
        survey->counts.by_roles++;
        for (const struct rc_json *one = rc_json_first(roles); one; one = rc_json_next(one))
            count_role(survey, rc_json_get(one, "role"), rc_json_get(one, "org"));
        return;
    }
    if (rc_json_text(role).len == 0) return;
    survey->counts.by_role++;
    count_role(survey, role, NULL);
    if (rc_json_kind(orgs) == RC_JSON_OBJECT) count_role(survey, role, orgs);
    if (rc_json_kind(orgs) != RC_JSON_ARRAY) return;
    for (const struct rc_json *one = rc_json_first(orgs); one; one = rc_json_next(one))
        count_role(survey, role, one);
}

/* Numbers of students and of staff may be the same without being one person. */
static struct rc_str person_key(const struct rc_survey *survey, const struct rc_json *user)
{
    const struct rc_str master = rc_str_trim(
        rc_json_text(rc_json_get(user, "userMasterIdentifier")));
    const struct rc_str number = rc_str_trim(rc_json_text(rc_json_get(user, "identifier")));
    const struct rc_str role = rc_json_text(rc_json_get(user, "role"));

    if (master.len > 0 && master.len <= ID_MAX)
        return rc_str_print(survey->scratch, "m%.*s", RC_STR_ARG(master));
    if (number.len == 0 || number.len > ID_MAX || role.len > ID_MAX) return (struct rc_str){0};
    return rc_str_print(survey->scratch, "n%.*s\n%.*s", RC_STR_ARG(role), RC_STR_ARG(number));
}

static void count_person(struct rc_survey *survey, const struct rc_json *user)
{
    const struct rc_str key = person_key(survey, user);

    if (key.len == 0 || rc_map_count(survey->persons) >= PERSONS_MAX) return;
    survey->counts.numbered++;
    if (rc_map_get(survey->persons, key)) return;
    rc_map_put(survey->persons, rc_str_copy(survey->arena, key), survey);
    survey->counts.persons++;
}

static void look_at_user(struct rc_survey *survey, const struct rc_json *user)
{
    count_roles(survey, user);
    count_person(survey, user);
}

/* ---- schools, dates ---- */

static void look_at_org(struct rc_survey *survey, const struct rc_json *org)
{
    const struct rc_str id = id_of(org);
    struct rc_survey_school *school = NULL;

    if (!rc_str_eq_fold(rc_str_trim(rc_json_text(rc_json_get(org, "type"))), RC_STR("school")))
        return;
    if (rc_map_get(survey->school_of, id)) return;
    survey->counts.schools++;
    if (rc_map_count(survey->school_of) >= SCHOOLS_MAX) return;
    school = rc_arena_alloc(survey->arena, sizeof *school);
    school->id = rc_str_copy(survey->arena, id);
    const struct rc_str name = rc_str_trim(rc_json_text(rc_json_get(org, "name")));
    school->name = rc_str_copy(survey->arena, at_most(name, NAME_MAX_));
    rc_map_put(survey->school_of, school->id, school);
}

static bool is_date(struct rc_str text)
{
    static const char shape[] = "0000-00-00";

    if (text.len < DATE_LEN || text.len > ROLE_MAX) return false;
    for (size_t i = 0; i < DATE_LEN; i++) {
        const bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (shape[i] == '0' ? !digit : text.data[i] != shape[i]) return false;
    }
    return true;
}

static void look_at_date(struct rc_survey *survey, const struct rc_json *record)
{
    const struct rc_str date = rc_str_trim(rc_json_text(rc_json_get(record, "dateLastModified")));

    if (!is_date(date)) return;
    survey->counts.dated++;
    if (rc_str_cmp(date, survey->counts.newest) > 0)
        survey->counts.newest = rc_str_copy(survey->arena, date);
    if (survey->counts.dates >= DATES_MAX || rc_map_get(survey->dates, date)) return;
    rc_map_put(survey->dates, rc_str_copy(survey->arena, date), survey);
    survey->counts.dates++;
}

/* ---- the whole ---- */

void rc_survey_add(struct rc_survey *survey, enum rc_collection collection, struct rc_str record)
{
    const struct rc_json_limits limits = {.max_bytes = RECORD_MAX, .max_depth = 32};
    const struct rc_json *value = NULL;

    survey->number++;
    survey->counts.records[collection]++;
    rc_arena_reset(survey->scratch);
    if (rc_json_parse(record, &limits, survey->scratch, &value) != RC_OK || id_of(value).len == 0) {
        survey->counts.unreadable++;
        return;
    }
    look_at_date(survey, value);
    if (collection == RC_USERS) look_at_user(survey, value);
    if (collection == RC_ORGS) look_at_org(survey, value);
}

void rc_survey_counts(const struct rc_survey *survey, struct rc_survey_counts *ret_counts)
{
    *ret_counts = survey->counts;
}

const struct rc_survey_row *rc_survey_row_at(const struct rc_survey *survey, size_t place)
{
    if (place >= rc_map_count(survey->row_of)) return NULL;
    return &((const struct row *)rc_map_entries(survey->row_of)[place].value)->shown;
}

const struct rc_survey_school *rc_survey_school_at(const struct rc_survey *survey, size_t place)
{
    if (place >= rc_map_count(survey->school_of)) return NULL;
    return rc_map_entries(survey->school_of)[place].value;
}
