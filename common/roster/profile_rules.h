#ifndef ROSTER_PROFILE_RULES_H
#define ROSTER_PROFILE_RULES_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

/* The form of a profile: one row per member, objects within objects by tables of their own. */

enum profile_kind {
    PROFILE_TEXT,
    PROFILE_NUMBER,
    PROFILE_FLAG,
    PROFILE_WORDS,  /* a list of texts */
    PROFILE_OBJECT, /* by rows */
    PROFILE_OBJECTS /* a list of them */
};

struct profile_rule {
    const char *name; /* NULL ends a table */
    enum profile_kind kind;
    bool needed;
    int64_t min, max;    /* of a number; of the bytes of a text; of the length of a list */
    const char *choices; /* "a|b" of texts and words; NULL: free */
    const struct profile_rule *rows;
};

/* The members of a whole profile. */
extern const struct profile_rule profile_rules[];

/* Problems found, a line each. */
struct profile_problems {
    struct rc_buf lines;
    size_t count;
};
/* Adds "path: what is due". */
void profile_problem(struct profile_problems *problems, const char *path, const char *format, ...)
    RC_PRINTF(3, 4);

/* Holds the object against the rules. path: "" at the top. */
void profile_check(const struct rc_json *object, const struct profile_rule *rules, const char *path,
                   struct profile_problems *problems);

#endif
