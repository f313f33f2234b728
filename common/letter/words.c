/* Internal names to the words of owners. */
#include "words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

struct rc_str words_number(struct rc_arena *arena, int64_t number)
{
    char digits[24];
    const int len = snprintf(digits, sizeof digits, "%" PRId64, number < 0 ? -number : number);
    char *out = rc_arena_alloc(arena, 40);
    size_t at = 0;

    if (number < 0) out[at++] = '-';
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    return (struct rc_str){out, at};
}

struct rc_str words_count(struct rc_arena *arena, int64_t number, const char *one)
{
    const struct rc_str text = words_number(arena, number);

    return rc_str_print(arena, "%.*s %s%s", RC_STR_ARG(text), one, number == 1 ? "" : "s");
}

int64_t words_fact(const struct rc_json *object, const char *name)
{
    int64_t value = 0;

    return rc_str_int(rc_json_text(rc_json_get(object, name)), INT64_MIN, INT64_MAX, &value) ==
                   RC_OK
               ? value
               : 0;
}

/* ---- tables ---- */

struct word {
    const char *name;
    const char *word;
    const char *other; /* plural of roles; a kind of people: not NULL */
};

const char *const words_roles[WORDS_ROLE_COUNT + 1] = {"student",       "teacher",  "staff",
                                                       "administrator", "guardian", NULL};

static const struct word roles[] = {
    {"student", "student", "students"},    {"teacher", "teacher", "teachers"},
    {"staff", "staff member", "staff"},    {"administrator", "administrator", "administrators"},
    {"guardian", "guardian", "guardians"}, {0},
};

static const struct word collections[] = {
    {"orgs", "schools", NULL},
    {"academicSessions", "terms", NULL},
    {"courses", "courses", NULL},
    {"classes", "classes", NULL},
    {"users", "people", NULL},
    {"enrollments", "enrollments", NULL},
    {"demographics", "demographics", NULL},
    {"resources", "resources", NULL},
    {0},
};

static const struct word holds[] = {
    {"first sync", "Nothing of a new source is applied before you have approved it once.", NULL},
    {"always approve", "Your settings ask for your approval of every change.", NULL},
    {"threshold",
     "More people of one role at a school would change than your limits allow. Approve them if "
     "your SIS is right; else mend it there.",
     NULL},
    {"re-keyed",
     "Your SIS sends many people under new IDs; we matched them with the old ones. "
     "Approve the pairs if they are the same people: `rollcall rekey show` lists them.",
     NULL},
    {"no longer shared",
     "The source, or its sharing with us, was taken away. Share it again, or approve.", NULL},
    {"out of scope", "A setting was changed, not your roster. Approve, or set it back.", NULL},
    {"canary school", "Another school goes first, as your settings say. Approve, or wait for it.",
     NULL},
    {"additions only",
     "Your settings put off everything but additions. The rest comes once they no longer do, or "
     "you approve it.",
     NULL},
    {"disabled in the SIS", "Your SIS says that they are disabled. Approve, or enable them there.",
     NULL},
    {"source fault suspected",
     "Your SIS sent far fewer records than usual; something may be wrong there. "
     "Mend it there and sync again, or approve.",
     NULL},
    {"username is taken",
     "Somebody else has the same username already. Give one of the two another in your SIS.", NULL},
    {"e-mail is taken",
     "Somebody else has the same e-mail address already. Give one of the two another in your SIS.",
     NULL},
    {0},
};

static const struct word intents[] = {
    {"create", "to create", "people"},
    {"link", "to link with accounts that are there already", "people"},
    {"restore", "to restore", "people"},
    {"update", "to change", "people"},
    {"archive", "to archive", "people"},
    {"join", "to add", NULL},
    {"end", "to end", NULL},
    {"rename", "to rename", NULL},
    {0},
};

static const struct word fields[] = {
    {"givenName", "first name", NULL},
    {"familyName", "last name", NULL},
    {"middleName", "middle name", NULL},
    {"preferredFirstName", "preferred first name", NULL},
    {"preferredLastName", "preferred last name", NULL},
    {"preferredMiddleName", "preferred middle name", NULL},
    {"userMasterIdentifier", "master ID", NULL},
    {"userProfiles", "profiles", NULL},
    {"primaryOrg", "main school", NULL},
    {"email", "e-mail", NULL},
    {"sourcedId", "ID in your SIS", NULL},
    {"userIds", "other IDs", NULL},
    {"agents", "guardians", NULL},
    {"enabledUser", "enabled", NULL},
    {"enabled", "enabled", NULL},
    {"dateLastModified", "date of the last change", NULL},
    {"beginDate", "begin date", NULL},
    {"endDate", "end date", NULL},
    {"startDate", "start date", NULL},
    {"schoolYear", "school year", NULL},
    {"courseCode", "course code", NULL},
    {"classCode", "class code", NULL},
    {"classType", "class type", NULL},
    {"org", "school", NULL},
    {"orgs", "schools", NULL},
    {"vendorResourceId", "vendor's ID", NULL},
    {0},
};

static const struct word columns[] = {
    {"given_name", "first name", NULL},   {"family_name", "last name", NULL},
    {"middle_name", "middle name", NULL}, {"email", "e-mail", NULL},
    {"sms", "mobile number", NULL},       {"identifier", "number", NULL},
    {"master_id", "master ID", NULL},     {0},
};

static const struct word *find(const struct word *table, struct rc_str name)
{
    for (const struct word *word = table; word->name; word++)
        if (rc_str_eq(name, rc_str_of(word->name))) return word;
    return NULL;
}

const char *words_role(struct rc_str role, bool one)
{
    const struct word *word = find(roles, role);

    if (!word) return one ? "person" : "people";
    return one ? word->word : word->other;
}

struct rc_str words_collection(struct rc_str collection)
{
    const struct word *word = find(collections, collection);

    return word ? rc_str_of(word->word) : collection;
}

const char *words_hold(struct rc_str hold)
{
    const struct word *word = find(holds, hold);

    return word ? word->word : "A person is to look at these.";
}

const char *words_intent(struct rc_str kind)
{
    const struct word *word = find(intents, kind);

    return word ? word->word : "to decide";
}

bool words_of_people(struct rc_str kind)
{
    const struct word *word = find(intents, kind);

    return word && word->other;
}

const char *words_reader(struct rc_str role)
{
    static const struct word readers[] = {
        {"district manager", "a district manager of", NULL},
        {"school administrator", "a school administrator of", NULL},
        {"integration specialist", "the integration specialist of", NULL},
        {"it contact", "a technical contact of", NULL},
        {"operator", "an operator of Rollcall, which serves", NULL},
        {"recipient", "on the list of recipients of", NULL},
        {0},
    };
    const struct word *word = find(readers, role);

    return word ? word->word : "an owner of";
}

struct rc_str words_field(struct rc_str field)
{
    const struct word *word = find(fields, field);

    return word ? rc_str_of(word->word) : field;
}

struct rc_str words_column(struct rc_str column)
{
    const struct word *word = find(columns, column);

    return word ? rc_str_of(word->word) : column;
}

struct rc_str words_sentence(struct rc_arena *arena, struct rc_str text)
{
    struct rc_str rest = text;
    const struct rc_str first = rc_str_cut(&rest, ' ');
    const struct word *word = find(collections, first);
    const struct rc_str begin = word ? rc_str_of(word->word) : first;
    const struct rc_str out = rc_str_print(arena, "%.*s%s%.*s", RC_STR_ARG(begin),
                                           rest.data ? " " : "", RC_STR_ARG(rest));
    char *copy = rc_arena_copy(arena, out.data ? out.data : "", out.len);

    copy[0] = (char)toupper((unsigned char)copy[0]);
    return (struct rc_str){copy, out.len};
}
