#ifndef RC_ROSTER_SURVEY_H
#define RC_ROSTER_SURVEY_H

#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/entity.h"

/* A survey of a sample of a source's records, as it sent them: schools by name, how many people of
 * which role at which school, whether one person is several records, whether the dates of changes
 * can be believed. Counts, ids and names of schools alone: nothing of a person is kept. Pure. */

struct rc_survey;

/* An empty one. */
struct rc_survey *rc_survey_new(void);
/* Releases it; NULL is nothing. */
void rc_survey_free(struct rc_survey *survey);
RC_AUTO_DEFINE(rc_survey)

/* One record: a JSON object of OneRoster 1.1 or 1.2, or whatever came in its place. Orgs and users
 * are looked at, of all others the date alone. */
void rc_survey_add(struct rc_survey *survey, enum rc_collection collection, struct rc_str record);

struct rc_survey_counts {
    int64_t records[RC_COLLECTION_COUNT_];
    int64_t unreadable;   /* no object of JSON, or one without an id */
    int64_t by_roles;     /* users with a list of roles, as 1.2 has it */
    int64_t by_role;      /* users with one role, as 1.1 has it */
    int64_t numbered;     /* users with a master identifier or a number */
    int64_t persons;      /* how many different people those are */
    int64_t dated;        /* records with a dateLastModified that begins like a date */
    int64_t dates;        /* different ones among them, counted up to 100 */
    int64_t schools;      /* orgs that are schools */
    struct rc_str newest; /* the latest date; empty: none */
};
/* What was counted so far; views live as long as the survey. */
void rc_survey_counts(const struct rc_survey *survey, struct rc_survey_counts *ret_counts);

/* People of a role at a school; school empty: wherever they are, each person once. A NUL stands
 * behind each text. */
struct rc_survey_row {
    struct rc_str school, role;
    int64_t people;
};
/* By place, in order of appearance; NULL past the last. */
const struct rc_survey_row *rc_survey_row_at(const struct rc_survey *survey, size_t place);

struct rc_survey_school {
    struct rc_str id, name;
};
/* Likewise. */
const struct rc_survey_school *rc_survey_school_at(const struct rc_survey *survey, size_t place);

#endif
