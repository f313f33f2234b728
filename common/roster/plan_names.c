/* Names of what plans are made of, as they stand in the database, in messages and on screen. */
#include "rollcall/base/auto.h"
#include "rollcall/roster/plan.h"

static const struct {
    const char *column, *source;
} fields[] = {[RC_FIELD_USERNAME] = {"username", "username"},
              [RC_FIELD_GIVEN_NAME] = {"given_name", "givenName"},
              [RC_FIELD_FAMILY_NAME] = {"family_name", "familyName"},
              [RC_FIELD_MIDDLE_NAME] = {"middle_name", "middleName"},
              [RC_FIELD_EMAIL] = {"email", "email"},
              [RC_FIELD_PHONE] = {"phone", "phone"},
              [RC_FIELD_SMS] = {"sms", "sms"},
              [RC_FIELD_IDENTIFIER] = {"identifier", "identifier"},
              [RC_FIELD_MASTER_ID] = {"master_id", "masterId"},
              [RC_FIELD_GRADES] = {"grades", "grades"},
              [RC_FIELD_ROLES] = {"roles", "roles"}};
_Static_assert(COUNT_OF(fields) == RC_FIELD_COUNT_, "a name for every field");

static const char *const kinds[] = {
    [RC_ITEM_CREATE] = "create", [RC_ITEM_LINK] = "link",       [RC_ITEM_RESTORE] = "restore",
    [RC_ITEM_UPDATE] = "update", [RC_ITEM_ARCHIVE] = "archive", [RC_ITEM_JOIN] = "join",
    [RC_ITEM_END] = "end",       [RC_ITEM_RENAME] = "rename"};
_Static_assert(COUNT_OF(kinds) == RC_ITEM_COUNT_, "a name for every kind of item");

static const struct {
    const char *name, *when, *then;
} situations[] = {
    [RC_SITUATION_NEW] =
        {"new",
         "a record in scope that no account follows and that matches none; also a student whom "
         "the application had, where first-sync is create-beside",
         "an account is created, with all its records, beside the one of before where there is "
         "one (rollcall merge joins the two); it waits on a source's first sync, and where its "
         "user name or e-mail is taken"},
    [RC_SITUATION_LINKED] =
        {"linked",
         "a record in scope that an account follows, also one that went on for another in a merge",
         "changed fields are written where existing-people says update; class lists, under their "
         "own or another id of the class, and guardianships are kept in step, but whom a person "
         "put on a list or took off stays so"},
    [RC_SITUATION_MATCHED] =
        {"matched",
         "a record in scope that just one account matches for sure, be it one of before or one "
         "that was added by hand",
         "the account follows the record; nothing is written to it by that; many who only have "
         "new ids wait as a mapping (rollcall rekey)"},
    [RC_SITUATION_AMBIGUOUS] =
        {"ambiguous",
         "a record that several accounts match for sure, one that another record claims too, or "
         "one that a rule lighter than matching-link finds",
         "nothing, until a person says whose it is (rollcall match); nobody it may be is archived"
         " meanwhile"},
    [RC_SITUATION_MISSING] =
        {"missing", "a record that an account follows and that its source no longer has",
         "the countdown runs; once it is complete for every source that carried the person, the "
         "account is archived where the role's archive setting says so, and memberships end with "
         "a date; a student who goes out of a last grade at the end of the school year has "
         "graduated, which no threshold counts"},
    [RC_SITUATION_RETURNED] = {"returned",
                               "a record in scope whose account was archived, but by no hand",
                               "the account is restored with what it had"},
    [RC_SITUATION_PINNED] = {"pinned", "a record in scope whose account keeps a field that differs",
                             "the pinned field stays, the others follow"},
    [RC_SITUATION_EXCLUDED] = {"excluded", "a record or an account that a person keeps out",
                               "nothing; guardianships with it neither begin nor end"},
    [RC_SITUATION_OUT_OF_SCOPE] =
        {"out of scope",
         "a record whose roles or schools are not rostered, one that is disabled where disabled-"
         "people says archive, or one that was declined",
         "nothing is created; an account that followed it is proposed for archiving: of the "
         "disabled once their countdown is complete, of others where its role's setting says so, "
         "and then it waits for a person"},
};
_Static_assert(COUNT_OF(situations) == RC_SITUATION_COUNT_, "a name for every situation");

const char *rc_field_name(enum rc_field field)
{
    return (size_t)field < COUNT_OF(fields) ? fields[field].column : NULL;
}

const char *rc_field_source_name(enum rc_field field)
{
    return (size_t)field < COUNT_OF(fields) ? fields[field].source : NULL;
}

enum rc_field rc_field_parse(struct rc_str name)
{
    size_t i = 0;
    while (i < COUNT_OF(fields) && !rc_str_eq(name, rc_str_of(fields[i].column)))
        i++;
    return (enum rc_field)i;
}

const char *rc_item_kind_name(enum rc_item_kind kind)
{
    return (size_t)kind < COUNT_OF(kinds) ? kinds[kind] : NULL;
}

enum rc_item_kind rc_item_kind_parse(struct rc_str name)
{
    size_t i = 0;
    while (i < COUNT_OF(kinds) && !rc_str_eq(name, rc_str_of(kinds[i])))
        i++;
    return (enum rc_item_kind)i;
}

const char *rc_situation_name(enum rc_situation situation)
{
    return (size_t)situation < COUNT_OF(situations) ? situations[situation].name : NULL;
}

const char *rc_situation_when(enum rc_situation situation)
{
    return situations[situation].when;
}

const char *rc_situation_then(enum rc_situation situation)
{
    return situations[situation].then;
}
