#ifndef RC_ROSTER_POLICY_H
#define RC_ROSTER_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/map.h"
#include "rollcall/format/json.h"

/* The owners' settings as the planner reads them: one table of names, kinds and defaults (the CLI
 * and the manual read the same table), values per district, per school and per source, and the
 * questions that are asked of them. Pure: rows come in, answers go out. */

enum rc_role {
    RC_ROLE_STUDENT,
    RC_ROLE_TEACHER,
    RC_ROLE_STAFF,
    RC_ROLE_ADMINISTRATOR,
    RC_ROLE_GUARDIAN,
    RC_ROLE_COUNT_
};
/* "student", "teacher" …; NULL for RC_ROLE_COUNT_. */
const char *rc_role_name(enum rc_role role);
/* RC_ROLE_COUNT_ when it is none. */
enum rc_role rc_role_parse(struct rc_str name);

enum rc_setting_kind {
    RC_SETTING_SWITCH, /* true or false */
    RC_SETTING_CHOICE, /* one of a few words */
    RC_SETTING_NUMBER, /* whole, within [min, max] */
    RC_SETTING_LIST,   /* of texts */
    RC_SETTING_MAP,    /* source role → role */
    RC_SETTING_DATES,  /* a list of days and ranges: "2026-12-24", "06-10/06-30" */
    RC_SETTING_RULES,  /* matching rules with their weights, "name+email=85" */
    RC_SETTING_NAME,   /* a text with fields in braces, "{course} ({term})" */
    RC_SETTING_KIND_COUNT_
};

/* Bits. */
enum rc_setting_own {
    RC_OWN_NONE = 0,
    RC_OWN_SCHOOL = 1,
    RC_OWN_SOURCE = 2,
    RC_OWN_BOTH = RC_OWN_SCHOOL | RC_OWN_SOURCE
};

struct rc_setting {
    const char *name; /* "existing-people" */
    enum rc_setting_kind kind;
    const char *fallback; /* default, as JSON */
    const char *choices;  /* "skip|update" for RC_SETTING_CHOICE; the fields of RC_SETTING_NAME */
    int64_t min, max;     /* for RC_SETTING_NUMBER; of RC_SETTING_NAME the bytes */
    enum rc_setting_own own; /* who may have a value of its own, beside the district */
    bool scope;              /* says who is rostered: part of the scope version (P7) */
    const char *help;        /* one sentence */
};

/* The table; *ret_count rows. */
const struct rc_setting *rc_settings(size_t *ret_count);
/* The row of a name, or NULL. */
const struct rc_setting *rc_setting_find(struct rc_str name);
/* Turns what a person typed ("on", "skip", "3", "North High, South High", "aide=staff,
 * proctor=staff") or JSON into the setting's JSON value, added to ret_json. RC_REJECT says what is
 * allowed. */
RC_MUST_CHECK rc_status rc_setting_value(const struct rc_setting *setting, struct rc_str typed,
                                         struct rc_buf *ret_json);

/* The effective settings of one district. Lives in an arena. */
struct rc_policy;

/* All defaults. today is "YYYY-MM-DD" in the district's zone; version and scope_version as in P1
 * and P7. */
struct rc_policy *rc_policy_new(struct rc_arena *arena, int64_t version, int64_t scope_version,
                                struct rc_str today);
/* A stored value; scope "", "school:<id>" or "source:<id>". RC_REJECT: no such setting, a value of
 * the wrong shape, a scope in which it has none. value is borrowed. */
RC_MUST_CHECK rc_status rc_policy_set(struct rc_policy *policy, struct rc_str scope,
                                      struct rc_str name, const struct rc_json *value);
/* Does the setting schools name this school, by its id or, in whatever case, its name? */
bool rc_policy_names_school(const struct rc_policy *policy, struct rc_str id, struct rc_str name);
/* Says that the school with this id is among the chosen ones (the caller has resolved names). */
void rc_policy_choose(struct rc_policy *policy, struct rc_str school_id);

/* Moves with every setting. */
int64_t rc_policy_version(const struct rc_policy *policy);
/* Moves with the settings that say who is rostered. */
int64_t rc_policy_scope_version(const struct rc_policy *policy);
/* The date on which is planned. */
struct rc_str rc_policy_today(const struct rc_policy *policy);
/* The role that the source's own role map, else the district's, gives a source role ("aide" →
 * staff); RC_ROLE_COUNT_: not rostered. source empty: the district's alone. */
enum rc_role rc_policy_role(const struct rc_policy *policy, struct rc_str source,
                            struct rc_str source_role);
/* Is the word in one of these role maps, or one that the standard lists? Of any other it is not
 * known what it means. */
bool rc_policy_knows_role(const struct rc_policy *policy, struct rc_str source,
                          struct rc_str source_role);

/* Where a role is held: at a school, as a source says. Either may be empty: a role at the district
 * itself, a source that does not matter. */
struct rc_place {
    struct rc_str source, school;
};
/* Is that role at that place rostered? Without a school the school list is not asked. */
bool rc_policy_rostered(const struct rc_policy *policy, enum rc_role role, struct rc_place place);
/* Is the school among those that are rostered? */
bool rc_policy_school_chosen(const struct rc_policy *policy, struct rc_str school);
/* A person in several places gets the safer value: written or archived only where every school and
 * every source that has a value of its own says so, and the district for a school that neither it
 * nor its source speaks for. */
bool rc_policy_updates(const struct rc_policy *policy, const struct rc_place *places, size_t count);
/* The same for the guardians of a student of these places: are they rostered? */
bool rc_policy_rosters_guardians(const struct rc_policy *policy, const struct rc_place *places,
                                 size_t count);
/* They are, with contact data only; else with accounts. */
bool rc_policy_guardians_are_contacts(const struct rc_policy *policy, const struct rc_place *places,
                                      size_t count);
/* The same for those who left and had that role. */
bool rc_policy_archives(const struct rc_policy *policy, enum rc_role role,
                        const struct rc_place *places, size_t count);
/* Are those whom the SIS says to be disabled archived, in every one of the places? */
bool rc_policy_archives_disabled(const struct rc_policy *policy, const struct rc_place *places,
                                 size_t count);
/* Is, at one of the places, only what comes new carried out by itself? */
bool rc_policy_only_adds(const struct rc_policy *policy, const struct rc_place *places,
                         size_t count);
/* Does, at one of the places, everything wait for a person? */
bool rc_policy_asks_always(const struct rc_policy *policy, const struct rc_place *places,
                           size_t count);
/* Are classes of that school, as that source has them, kept as lists? */
bool rc_policy_keeps_lists(const struct rc_policy *policy, struct rc_place place);
/* Raw values of the district for everything else: a number. */
int64_t rc_policy_number(const struct rc_policy *policy, const char *name);
/* One of the setting's choices. */
struct rc_str rc_policy_choice(const struct rc_policy *policy, const char *name);
/* The list's JSON array. */
const struct rc_json *rc_policy_list(const struct rc_policy *policy, const char *name);
/* The list of a place, added to out as an array under key: of a school's words and a source's those
 * that both name ("all" names every one), where only one of them has a list its own, else the
 * district's. */
void rc_policy_words_at(const struct rc_policy *policy, const char *name, struct rc_place place,
                        struct rc_json_out *out, const char *key);

/* ---- by what people are recognised ---- */

/* What a matching rule compares, as bits of its parts. */
enum rc_match_part {
    RC_MATCH_NAME = 1, /* given and family name */
    RC_MATCH_MASTER_ID = 2,
    RC_MATCH_NUMBER = 4, /* of a student or of staff: the field identifier */
    RC_MATCH_USERNAME = 8,
    RC_MATCH_EMAIL = 16,
    RC_MATCH_PHONE = 32
};
/* With name, e-mail and phone, where one of the last two may be empty on both sides: contact data,
 * by which no student is known. */
#define RC_MATCH_CONTACT (RC_MATCH_NAME | RC_MATCH_EMAIL | RC_MATCH_PHONE)

/* Whoever agrees in all parts is the same person, as sure as the weight says. */
struct rc_match_rule {
    struct rc_str name; /* "name+email" */
    unsigned parts;
    int weight; /* 1 to 100 */
};
/* From "name+email=85"; its name is borrowed from text. RC_REJECT says what is allowed. */
RC_MUST_CHECK rc_status rc_match_rule_parse(struct rc_str text, struct rc_match_rule *ret_rule);
/* The district's rules, the heaviest first, of one weight in the order in which they were named. */
const struct rc_match_rule *rc_policy_matching(const struct rc_policy *policy, size_t *ret_count);
/* The weight from which a record is linked, and the one from which a person is asked. */
int rc_policy_match_link(const struct rc_policy *policy);
/* As above; never more than the former. */
int rc_policy_match_ask(const struct rc_policy *policy);

/* Were they at the end of a school year, as every one of the places sees it: is on one of its
 * year-end-dates, and each of grades ("12", "11,12") one of its last-grades? No grade, no place:
 * no. */
bool rc_policy_graduates(const struct rc_policy *policy, const struct rc_place *places,
                         size_t count, struct rc_str grades, struct rc_str on);

/* An entry of a setting of dates: a day or "first/last", YYYY-MM-DD or, for every year, MM-DD.
 * RC_REJECT says what is due. */
RC_MUST_CHECK rc_status rc_dates_check(struct rc_str entry);
/* Is the day YYYY-MM-DD one of them? dates: a JSON array of such entries. */
bool rc_dates_hold(const struct rc_json *dates, struct rc_str on);

/* P5: is a change of affected people out of population above the limit of percent? No population:
 * never. */
bool rc_threshold_exceeded(int64_t percent, int64_t affected, int64_t population);

#endif
