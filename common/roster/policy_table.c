/* The table of owners' settings: what exists, what it may hold, what it is when nobody has chosen.
 * Everything else about settings (the CLI's help, the checks of what was typed, the planner's
 * defaults) reads this table. */
#include "rollcall/base/auto.h"
#include "rollcall/roster/policy.h"

static const struct rc_setting settings[] = {
    {"students", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, true, "Roster students."},
    {"teachers", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, true, "Roster teachers."},
    {"staff", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, true, "Roster staff."},
    {"administrators", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, true,
     "Roster administrators; that grants them no privilege."},
    {"guardians", RC_SETTING_CHOICE, "\"off\"", "off|contacts|accounts", 0, 0, RC_OWN_BOTH, true,
     "Guardians of rostered students: not at all, contact data only, or accounts; as the "
     "student's schools and source say."},
    {"role-map", RC_SETTING_MAP, "{}", NULL, 0, 0, RC_OWN_SOURCE, true,
     "Which of the roles a role of the source counts as, where it differs from the usual: "
     "aide=staff, proctor=off."},
    {"schools", RC_SETTING_LIST, "[]", NULL, 0, 0, RC_OWN_NONE, true,
     "The schools that are rostered, by name or SIS id; a new school is announced, not taken."},
    {"existing-people", RC_SETTING_CHOICE, "\"skip\"", "skip|update", 0, 0, RC_OWN_BOTH, false,
     "People who have an account: recognise and link them only, or write changed fields too."},
    {"first-sync", RC_SETTING_CHOICE, "\"match-and-skip\"", "match-and-skip|create-beside", 0, 0,
     RC_OWN_NONE, false,
     "Students whom the application had before a source's first sync: recognised, or left "
     "untouched "
     "while new accounts are made beside them, to be joined by `rollcall merge`."},
    {"matching", RC_SETTING_RULES,
     "[\"name+master-id=100\",\"name+number=95\",\"name+username=90\",\"name+email=85\","
     "\"name+email+phone=80\"]",
     NULL, 0, 0, RC_OWN_NONE, false,
     "By what a record that no account follows is recognised: values that must all agree, each "
     "rule "
     "with a weight up to 100."},
    {"matching-link", RC_SETTING_NUMBER, "80", NULL, 1, 100, RC_OWN_NONE, false,
     "The weight of a matching rule from which a record is linked to the account that it finds."},
    {"matching-ask", RC_SETTING_NUMBER, "50", NULL, 1, 100, RC_OWN_NONE, false,
     "The weight of a matching rule from which a person is asked whether it is the same person."},
    {"archive-students", RC_SETTING_CHOICE, "\"keep\"", "keep|archive", 0, 0, RC_OWN_BOTH, false,
     "Students no longer in the roster; their guardians follow them."},
    {"archive-teachers", RC_SETTING_CHOICE, "\"keep\"", "keep|archive", 0, 0, RC_OWN_BOTH, false,
     "Teachers no longer in the roster."},
    {"archive-staff", RC_SETTING_CHOICE, "\"keep\"", "keep|archive", 0, 0, RC_OWN_BOTH, false,
     "Staff no longer in the roster."},
    {"archive-administrators", RC_SETTING_CHOICE, "\"keep\"", "keep|archive", 0, 0, RC_OWN_BOTH,
     false, "Administrators no longer in the roster."},
    {"disabled-people", RC_SETTING_CHOICE, "\"keep\"", "keep|archive", 0, 0, RC_OWN_BOTH, false,
     "People who are in the roster and whom the SIS says to be disabled: as everybody else, or no "
     "new account for them, and an archive of the one they have once the source has said so for as "
     "long as somebody is missing before they count as gone."},
    {"archive-after-snapshots", RC_SETTING_NUMBER, "2", NULL, 2, 30, RC_OWN_SOURCE, false,
     "Sealed full snapshots without a person before the person counts as gone."},
    {"archive-after-days", RC_SETTING_NUMBER, "3", NULL, 0, 365, RC_OWN_SOURCE, false,
     "Dates between the first and the last sealed full snapshot without a person before the person "
     "counts as gone."},
    {"class-lists", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, true,
     "Keep classes of the chosen terms and grades as user lists."},
    {"class-list-terms", RC_SETTING_LIST, "[]", NULL, 0, 0, RC_OWN_BOTH, true,
     "Terms whose classes become user lists, by title or SIS id; or a rule: 'current' is every "
     "term "
     "running today, 'next' those that begin next, 'all' every term."},
    {"class-list-grades", RC_SETTING_LIST, "[]", NULL, 0, 0, RC_OWN_BOTH, true,
     "Grades whose classes become user lists; 'all' includes classes without a grade."},
    {"class-list-name", RC_SETTING_NAME, "\"{class}\"",
     "class|class-code|course|course-code|period|term|school|grade|teacher", 1, 100, RC_OWN_BOTH,
     false,
     "What class lists are called; {class} is the title in the SIS, {teacher} the family name of "
     "the first teacher."},
    {"threshold-archive-percent", RC_SETTING_NUMBER, "10", NULL, 0, 100, RC_OWN_BOTH, false,
     "Above this share of a role at a school, archives wait for a person, and what follows from "
     "them: memberships and guardianships that end, guardians who leave with their students."},
    {"threshold-archive-number", RC_SETTING_NUMBER, "0", NULL, 0, 1000000, RC_OWN_BOTH, false,
     "Above so many people of a role at a school, archives wait for a person; 0: the share alone "
     "counts."},
    {"threshold-change-percent", RC_SETTING_NUMBER, "75", NULL, 0, 100, RC_OWN_BOTH, false,
     "Above this share of a role at a school, changes wait for a person; so do ends of memberships "
     "and guardianships of people who stay, but never of fewer than 5."},
    {"threshold-change-number", RC_SETTING_NUMBER, "0", NULL, 0, 1000000, RC_OWN_BOTH, false,
     "Above so many people of a role at a school, changes wait for a person; so do ends of "
     "memberships and guardianships of so many people who stay, but never of fewer than 5; 0: the "
     "share alone counts."},
    {"threshold-rekeyed-percent", RC_SETTING_NUMBER, "10", NULL, 0, 100, RC_OWN_BOTH, false,
     "Above this share of a role at a school, people under new ids wait for a person, and classes "
     "above this share of a school's lists; fewer than 5 never do."},
    {"threshold-rekeyed-number", RC_SETTING_NUMBER, "0", NULL, 0, 1000000, RC_OWN_BOTH, false,
     "Above so many people of a role at a school, or classes of a school, those under new ids wait "
     "for a person; 0: the share alone counts."},
    {"above-threshold", RC_SETTING_CHOICE, "\"hold removals\"", "hold removals|hold all", 0, 0,
     RC_OWN_NONE, false,
     "What waits above a threshold: archives and mass changes, or the whole plan."},
    {"approval", RC_SETTING_CHOICE, "\"first and held\"", "first and held|always", 0, 0,
     RC_OWN_BOTH, false,
     "Whether every plan waits for a person, or the first one and what is held."},
    {"canary-school", RC_SETTING_LIST, "[]", NULL, 0, 0, RC_OWN_NONE, false,
     "The school, by name or SIS id, whose changes are carried out first whenever a plan holds "
     "something about many (a first sync, a threshold, a re-keying, every plan); all else waits "
     "until somebody has compared and approves it with --rest. A night that holds no such thing is "
     "carried out everywhere."},
    {"additions-only", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_BOTH, false,
     "Only what comes new is carried out by itself: accounts, links, restores, memberships; "
     "changes, "
     "archives and ends are shown and wait until it is off or a person approves them."},
    {"year-end-dates", RC_SETTING_DATES, "[]", NULL, 0, 0, RC_OWN_SCHOOL, false,
     "Days and ranges on which a school year ends (2027-06-10/2027-06-30, or 06-10/06-30 for every "
     "year): who is in one of the last grades and goes then has graduated, which no threshold "
     "counts."},
    {"last-grades", RC_SETTING_LIST, "[]", NULL, 0, 0, RC_OWN_SCHOOL, false,
     "The grades that leave the school at the end of a school year: 12."},
    {"expected-empty", RC_SETTING_DATES, "[]", NULL, 0, 0, RC_OWN_SOURCE, false,
     "Days and ranges on which a source may send few people or none, between two school years: no "
     "fault is suspected then; countdowns and thresholds go on."},
    {"blackout-dates", RC_SETTING_DATES, "[]", NULL, 0, 0, RC_OWN_NONE, false,
     "Days and ranges (2026-12-20/2027-01-03, or 12-20/01-03 for every year) on which nothing is "
     "applied; it is still fetched and shown."},
    {"pupil-data-in-mail", RC_SETTING_SWITCH, "false", NULL, 0, 0, RC_OWN_NONE, false,
     "Attach changes and findings as CSV to the digests of this district: they name people."},
};

const struct rc_setting *rc_settings(size_t *ret_count)
{
    *ret_count = COUNT_OF(settings);
    return settings;
}

const struct rc_setting *rc_setting_find(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        if (rc_str_eq(name, rc_str_of(settings[i].name))) return &settings[i];
    }
    return NULL;
}
