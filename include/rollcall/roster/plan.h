#ifndef RC_ROSTER_PLAN_H
#define RC_ROSTER_PLAN_H

#include "rollcall/roster/policy.h"

/* The planner: a pure function from what is known of one person to what should change (P2). One
 * person is a set of nodes that links, matching keys and guardianships hold together: users records
 * of all the district's mirrors, and accounts. Order of nodes never matters: the planner sorts. It
 * knows nothing of runs: whichever run plans, the same plan comes out. */

/* The fields of an account that follow the source, named as the account's columns. Roles and grades
 * are lists in one text, sorted: "student@s1,teacher@s2", "03,04". */
enum rc_field {
    RC_FIELD_USERNAME,
    RC_FIELD_GIVEN_NAME,
    RC_FIELD_FAMILY_NAME,
    RC_FIELD_MIDDLE_NAME,
    RC_FIELD_EMAIL,
    RC_FIELD_PHONE,
    RC_FIELD_SMS,
    RC_FIELD_IDENTIFIER,
    RC_FIELD_MASTER_ID,
    RC_FIELD_GRADES,
    RC_FIELD_ROLES,
    RC_FIELD_COUNT_
};
/* "given_name" …: the account's column, the item's field. */
const char *rc_field_name(enum rc_field field);
/* Its name in a users record's canonical body ("givenName"); roles: "roles". */
const char *rc_field_source_name(enum rc_field field);
/* From the column; RC_FIELD_COUNT_ when it is none. */
enum rc_field rc_field_parse(struct rc_str name);

/* A role as the record states it; one that has ended is none. */
struct rc_plan_role {
    struct rc_str role;   /* the source's word */
    struct rc_str school; /* org id; empty when the org is no school */
};

/* One enrollment row of the mirror, with what the planner must know of its class. */
struct rc_plan_enrollment {
    struct rc_str node;       /* "e:<source>:<id>" */
    struct rc_str membership; /* "class:<source>:<class id>:<role>" */
    bool present;
    int gone;
    int64_t sights, returns;
    bool chosen;  /* class lists are on for its term, grade and school, and the class is known and
                     not gone */
    bool soon;    /* it will be chosen on a date: the chosen terms are a rule */
    bool running; /* its term has not ended on today's date; true where the class names no term */
    int64_t class_version;    /* moves with the class and its sessions */
    struct rc_str changes_on; /* the next date on which a term or the enrollment begins or ends, and
                                 with it perhaps chosen or running; empty: none */
};

/* That a student record names, or is named by, a guardian record. */
struct rc_plan_guardian {
    struct rc_str node;     /* the guardian's record */
    struct rc_str relation; /* guardian, parent, relative */
};

/* A decline that stands in the database (P7). waits: canonical text of the version it waits for. */
struct rc_plan_mark {
    struct rc_str kind;  /* "presence", "archive", "field", "join", "end", "apart" */
    struct rc_str field; /* the field; for join and end the membership; for apart the account that
                            the record is not */
    struct rc_str waits;
};

/* What a person answered about a record and an account: it is the same person, or it is not. It
 * holds while what it was said of stays as it was. */
struct rc_plan_answer {
    struct rc_str account; /* node */
    bool accepted;
    uint64_t basis; /* rc_plan_match_basis of then */
};

struct rc_plan_record {
    struct rc_str node; /* "r:<source>:<id>" */
    int authority;      /* of its source, 1 first (D3) */
    bool first_sync;    /* of its source (P5) */
    bool shared;        /* false: the source was removed */
    bool present, unread, excluded;
    bool disabled;           /* the source says so of somebody who is there */
    int64_t enabled_version; /* of that word */
    int off;                 /* the countdown of that word, as gone */
    int gone; /* 0 no; 1 its countdown is complete, but rests on a suspect or unverified snapshot
                 (C3, C4); 2 complete */
    struct rc_str absent_on; /* date of the first snapshot without it; empty: it is there */
    int64_t version, sights, returns;
    struct rc_str values[RC_FIELD_COUNT_]; /* roles unused: see roles */
    int64_t field_versions[RC_FIELD_COUNT_];
    const struct rc_plan_role *roles;
    size_t role_count;
    const struct rc_plan_enrollment *enrollments;
    size_t enrollment_count;
    const struct rc_plan_guardian *guardians; /* of a student's record */
    size_t guardian_count;
    struct rc_str account; /* node of the account it is linked to; empty: loose */
    struct rc_str person;  /* where its source has a row per person and school: whose it is, as the
                              source says; empty: the record is all of its person */
    const struct rc_plan_mark *marks;
    size_t mark_count;
    const struct rc_plan_answer *answers;
    size_t answer_count;
    struct rc_str due_on; /* when its exclusion runs out or a role ends; empty: never */
    size_t place;         /* the caller's: where it had the record before the planner sorted them */
    struct rc_str home, grade; /* the org of its first role and its first grade, as the source has
                                  them */
    struct rc_str born;        /* where the source's demographics are read; else empty */
};

/* A membership or guardianship that stands in the directory, under the name that items use for it.
 */
struct rc_plan_membership {
    struct rc_str name; /* "class:…" or "guardian:<guardian's account node>" */
    bool on, by_hand;
    int64_t version;
};

struct rc_plan_account {
    struct rc_str node; /* "a:<account id>" */
    bool active, excluded;
    bool beside; /* a first sync made people beside it: no student's record is matched to it */
    bool before; /* was made by no sync and not added by hand: a first sync may do so */
    bool over;   /* was added by hand, up to a day that is past */
    int64_t version;
    struct rc_str values[RC_FIELD_COUNT_];
    bool pinned[RC_FIELD_COUNT_];
    const struct rc_plan_membership *memberships;
    size_t membership_count;
    const struct rc_plan_mark *marks;
    size_t mark_count;
    struct rc_str due_on; /* when a pin, its exclusion or its time by hand runs out */
};

struct rc_plan_person {
    struct rc_plan_record *records;
    size_t record_count;
    struct rc_plan_account *accounts;
    size_t account_count;
};

enum rc_item_kind {
    RC_ITEM_CREATE,
    RC_ITEM_LINK,
    RC_ITEM_RESTORE,
    RC_ITEM_UPDATE,
    RC_ITEM_ARCHIVE,
    RC_ITEM_JOIN,
    RC_ITEM_END,
    RC_ITEM_RENAME,
    RC_ITEM_COUNT_
};
/* "create" …; NULL for RC_ITEM_COUNT_. */
const char *rc_item_kind_name(enum rc_item_kind kind);
/* RC_ITEM_COUNT_ when it is none. */
enum rc_item_kind rc_item_kind_parse(struct rc_str name);

/* An intended change. Empty texts are nulls.
 *   create            subject record, to: JSON object of the account's values and kind; basis:
 * every record that becomes its link link              subject record, to: account node restore,
 * archive  subject account, from and to: "active", "archived" update            subject account,
 * field, from, to; basis: the record with authority join              subject record of the member
 * (the student's for a guardianship), field: the membership; to: "member", or the relation of a
 * guardianship, whose basis names the guardian's record too end               subject account of
 * the member, field: the membership, from "on" to "ended"
 *   rename            subject list "l:<id>", field "name", from, to; of no person, so the planner
 * below never proposes it */
struct rc_plan_item {
    enum rc_item_kind kind;
    struct rc_str subject;
    struct rc_str field;
    struct rc_str from, to;
    struct rc_str cause;
    struct rc_str evidence; /* "node=token" joined by ';', sorted; of archive and end. Of a link the
                               rule that matched and its weight, "name+email=85" */
    struct rc_str *basis;
    size_t basis_count;
    struct rc_str waits; /* what a decline of this item would wait for: the mark's waits */
    enum rc_role role;   /* the group that thresholds count it in */
    struct rc_str school;
    struct rc_str hold; /* why it waits, as far as the person alone can tell; empty: nothing */
};

/* How a record met the directory. */
enum rc_situation {
    RC_SITUATION_NEW,
    RC_SITUATION_LINKED,
    RC_SITUATION_MATCHED,
    RC_SITUATION_AMBIGUOUS,
    RC_SITUATION_MISSING,
    RC_SITUATION_RETURNED,
    RC_SITUATION_PINNED,
    RC_SITUATION_EXCLUDED,
    RC_SITUATION_OUT_OF_SCOPE,
    RC_SITUATION_COUNT_
};
/* "out of scope" …; NULL for RC_SITUATION_COUNT_. */
const char *rc_situation_name(enum rc_situation situation);
/* For people: when a record is in it, and what a plan intends then. situation is one of the names.
 */
const char *rc_situation_when(enum rc_situation situation);
/* As above. */
const char *rc_situation_then(enum rc_situation situation);

/* Something only a person can say: does the record belong to the account? */
struct rc_plan_question {
    size_t record;         /* among the person's, as the planner sorted them */
    struct rc_str account; /* node */
    const char *why;    /* "not sure", "several accounts", "several records", "older value" or "no
                           longer agree" */
    struct rc_str rule; /* the heaviest that finds the account; empty: none does */
    int confidence;     /* its weight; 0: none */
    uint64_t basis;     /* of an answer to it */
};

struct rc_plan {
    struct rc_plan_item *items; /* sorted: by kind, subject, field */
    size_t item_count;
    struct rc_plan_question *questions; /* in the order of records, then accounts; those about
                                           records that follow their account already are last */
    size_t question_count;
    size_t situations[RC_SITUATION_COUNT_];
    struct rc_str due_on; /* the first date after today on which dates alone may change the answer;
                             empty: none */
};

/* Decides for one person. person's arrays are sorted in place; everything given out lives in arena.
 * No items: the person is settled (P1). */
void rc_plan_person(const struct rc_policy *policy, struct rc_plan_person *person,
                    struct rc_arena *arena, struct rc_plan *ret_plan);

/* A person after all of a plan was carried out. */
struct rc_plan_rest {
    bool nothing;         /* is left to do */
    struct rc_str due_on; /* when that may change, as in struct rc_plan */
    const bool *linked;   /* for each of the person's records: it has got an account */
};
/* What would be left to do. Known only of people who have no account yet, of others nothing is
 * said; person is as rc_plan_person left it. */
struct rc_plan_rest rc_plan_rest(const struct rc_policy *policy,
                                 const struct rc_plan_person *person, const struct rc_plan *plan,
                                 struct rc_arena *arena);

/* The item's key as text, in arena: kind, subject, field, from, to, cause and, for archive and end,
 * evidence (P3). Decisions reach equal keys only. */
struct rc_str rc_plan_item_key(struct rc_arena *arena, const struct rc_plan_item *item);

/* The matching key "person:…" of a name, an e-mail and a phone (lower case, digits only), or empty
 * when both of the last two are (students have none). */
struct rc_str rc_plan_person_key(struct rc_arena *arena, struct rc_str given, struct rc_str family,
                                 struct rc_str email, struct rc_str phone);

/* ---- by what people are found ---- */

/* Digests of the values by which nodes are found to belong to one person: of what belongs to one
 * person only, of a name with its phone, and of kinship. Nodes that share one are decided together;
 * two different values with one digest only put strangers side by side, which changes no decision.
 * The digest is the same in every process: settled nodes keep theirs (P1). */
struct rc_plan_keys {
    uint64_t *items;
    size_t count, room;
};
/* Adds a digest; the list grows in arena. */
void rc_plan_keys_add(struct rc_plan_keys *keys, struct rc_arena *arena, uint64_t key);
/* Adds those of an account's or a record's values: e-mail, username, identifier and master id. */
void rc_plan_keys_of_values(struct rc_plan_keys *keys, struct rc_arena *arena,
                            const struct rc_str *values);
/* Adds those of a name with its phone, where there is a phone. */
void rc_plan_keys_of_person(struct rc_plan_keys *keys, struct rc_arena *arena,
                            const struct rc_str *values);
/* What somebody under a new id may be known by alone, besides the values: name with school and
 * grade, name with birth date. */
struct rc_plan_likeness {
    struct rc_str source, home, grade, born; /* as in struct rc_plan_record */
};
/* Adds the keys of that. Only records that follow no account, and those whose account's record is
 * no longer there, need them: many of one district share a name. */
void rc_plan_keys_of_likeness(struct rc_plan_keys *keys, struct rc_arena *arena,
                              const struct rc_plan_likeness *likeness, const struct rc_str *values);
/* What an answer about a record and an account rests on: a digest of all values of both that a rule
 * may compare. The same in every process. */
uint64_t rc_plan_match_basis(const struct rc_str *record, const struct rc_str *account);
/* A users record as kin: of the record itself, and of each id that it names as agent. */
uint64_t rc_plan_kin_key(struct rc_str source, struct rc_str id);

#endif
