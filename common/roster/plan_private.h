#ifndef RC_ROSTER_PLAN_PRIVATE_H
#define RC_ROSTER_PLAN_PRIVATE_H

#include "rollcall/roster/plan.h"

/* What the planner's files share: one decision in the making. */

/* What keeps a record from carrying its person (D1, D3, N1), best first. */
enum token_kind {
    TOKEN_OK,
    TOKEN_UNREAD,
    TOKEN_FOLLOWS,
    TOKEN_DISABLED,
    TOKEN_SCOPE,
    TOKEN_UNSHARED,
    TOKEN_GONE
};

/* text names the version of that reason: a decline waits until it moves (P7). */
struct token {
    enum token_kind kind;
    struct rc_str text;
};

/* Some of the person's records, by their places, the first one first. A list and no set of marks: a
 * person may be made of thousands who share one placeholder. */
struct picked {
    size_t *at;
    size_t count, room;
};

/* The district's matching rules, the heaviest first. */
struct match_rules {
    const struct rc_match_rule *items;
    size_t count;
    int link, ask; /* the weights from which a record is linked, and a person is asked */
    bool by_name;  /* every rule has the name among its parts */
};

struct decision {
    const struct rc_policy *policy;
    struct match_rules rules;
    struct rc_plan_person *person;
    struct rc_arena *arena;
    struct rc_plan *plan;
    size_t item_room, question_room;
    struct token *tokens;   /* of person->records */
    bool *student;          /* does the record state a student's role? */
    struct rc_str *keys;    /* matching key of the record; empty for students */
    struct picked *creates; /* the records in use of each create proposed */
    size_t create_count;
    bool *awaited;          /* of person->accounts: a person must say which record is theirs */
    struct rc_str **joined; /* of each record: the hold of the create, link or restore proposed for
                               it; NULL: none proposed */
};

/* ---- plan_token.c ---- */
void decide_tokens(struct decision *d);
/* Is the record out because of the settings: its own roles, its students', or since it is disabled?
 */
bool is_out(const struct decision *d, size_t at);
/* Does what would remove the record's person rest on a suspect snapshot (C3)? */
bool is_doubtful(const struct decision *d, size_t at);
/* Does the student's record name that guardian's? */
bool names_guardian(const struct rc_plan_record *student, struct rc_str node);
/* Are guardians rostered for the student of that record? */
bool rosters_guardians(struct decision *d, size_t at);
/* Where the record states roles, in arena. */
size_t places_of_record(struct decision *d, const struct rc_plan_record *record,
                        struct rc_place **ret_places);
/* Why a record of that student or guardian is out because of the settings. */
struct token scope_token(struct decision *d, const struct rc_plan_record *record);
/* "role@source/school,…" of the records for which use[i] is true: what an account made of them
 * holds, sorted. */
struct rc_str roles_of(struct decision *d, const struct picked *use);
/* The source uuid in "r:<source>:<id>". */
struct rc_str source_of(struct rc_str node);
/* What a record's word for a role counts as, by the role map of its source. */
enum rc_role role_of(const struct decision *d, const struct rc_plan_record *record,
                     struct rc_str word);

/* ---- plan_voice.c ---- */
/* The records that speak for a person, the first one first. */
struct voices {
    size_t *order;
    size_t count;
};
/* Of the records in use, those that carry the person; in arena. */
struct voices voices_of(struct decision *d, const struct picked *use);
/* The record that gives the field: the first that has a value, else the first; the number of
 * records when nobody speaks. */
size_t voice_for(const struct decision *d, const struct voices *voices, enum rc_field field);
/* Does the record state no role but a guardian's? */
bool family_only(const struct decision *d, size_t at);

/* ---- plan_rule.c: how well two sets of values agree ---- */
struct match_rules match_rules_of(const struct rc_policy *policy);
/* The heaviest rule by which both are one person; NULL: none. student: one of them is a student,
 * who is not known by contact data. */
const struct rc_match_rule *rule_between(const struct decision *d, const struct rc_str *a,
                                         const struct rc_str *b, bool student);
/* The heavier of the two; each may be NULL. */
const struct rc_match_rule *better_rule(const struct rc_match_rule *a,
                                        const struct rc_match_rule *b);
/* Does the rule link by itself? rule may be NULL. */
bool is_sure(const struct decision *d, const struct rc_match_rule *rule);
/* Does it at least make a question? Whatever is sure does. */
bool is_worth_asking(const struct decision *d, const struct rc_match_rule *rule);
/* The same value in that field, and not a blank one? */
bool equal_value(const struct rc_str *a, const struct rc_str *b, enum rc_field field);
/* Given and family name, neither of them blank. */
bool same_name(const struct rc_str *a, const struct rc_str *b);

/* ---- plan_ask.c: what a person must say, and has said ---- */
enum said { SAID_NOTHING, SAID_YES, SAID_NO };
/* Is the record the account's? As far as the answer still holds. */
enum said said_of(const struct decision *d, size_t at, const struct rc_plan_account *account);
/* Adds a question; rule may be NULL. */
void ask(struct decision *d, size_t at, const struct rc_plan_account *account, const char *why,
         const struct rc_match_rule *rule);
/* Asks about records that follow the account and agree no longer with anything else it is known by:
 * the account keeps them until somebody says otherwise. */
void ask_about_links(struct decision *d, const struct rc_plan_account *account);

/* ---- plan_rekey.c: people under new ids ---- */
/* Is it another id of one whom the same source called by an id that is there no longer? Guardians
 * get new ids all the time, and are recognised without a word. */
bool has_new_id(const struct decision *d, size_t at, const struct rc_plan_account *account);
/* What the record has in common with one of those that it may stand for now, and how sure that
 * makes, as if it were a rule; NULL: it has no new id, or nothing in common. Made in the arena. */
const struct rc_match_rule *rule_of_rekeying(const struct decision *d, size_t at,
                                             const struct rc_plan_account *account);

/* ---- plan_match.c: records that follow no account yet ---- */
void decide_loose(struct decision *d);

/* ---- plan_account.c: accounts that follow records ---- */
void decide_account(struct decision *d, const struct rc_plan_account *account);

/* ---- plan_member.c: memberships and guardianships of the records in use; account NULL: it is
 * about to be created; may_end false: a record waits to be linked, so nothing ends (D3) ---- */
void decide_members(struct decision *d, const struct rc_plan_account *account,
                    const struct picked *use, bool may_end);

/* ---- plan_item.c ---- */
/* A new item with its group, basis (the records in use) and the holds that every kind shares. */
struct rc_plan_item *add_item(struct decision *d, enum rc_item_kind kind, struct rc_str subject,
                              const struct picked *basis);
/* Adds a record's place where it is not among them. */
void pick(struct decision *d, struct picked *picked, size_t at);
/* One more record or account that met the directory so. */
void count_situation(struct decision *d, enum rc_situation situation);
/* Sets the group that thresholds count the item in from a roles text. */
void set_group(struct rc_plan_item *item, struct rc_str roles);
/* The mark of that kind and field, or NULL. */
const struct rc_plan_mark *find_mark(const struct rc_plan_mark *marks, size_t count,
                                     struct rc_str kind, struct rc_str field);
/* Does the list "a=1;b=2" hold the entry? */
bool list_holds(struct rc_str list, struct rc_str entry);
/* Is every entry of list in waits? */
bool list_within(struct rc_str list, struct rc_str waits);
/* Puts "node=value" into *list, kept sorted. */
void list_add(struct rc_arena *arena, struct rc_str *list, struct rc_str node, struct rc_str value);
/* Where the record stands among the person's; their number when it is not there. */
size_t find_record(const struct decision *d, struct rc_str node);
/* Was create, link or restore of this record declined, and has it not gone and come back since
 * (P7)? */
bool presence_declined(const struct rc_plan_record *record);

#endif
