#ifndef RC_ROSTER_REKEY_H
#define RC_ROSTER_REKEY_H

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"

/* How sure it is that a source means the same by an id that it gives no longer and by one that is
 * new. Each value that agrees is a sign with a weight; several make it surer, none makes it
 * certain. Pure functions. */

/* What agrees, as a set of bits. */
enum rc_rekey_sign {
    RC_REKEY_NAME = 1 << 0,
    RC_REKEY_MASTER_ID = 1 << 1,
    RC_REKEY_NUMBER = 1 << 2,
    RC_REKEY_USERNAME = 1 << 3,
    RC_REKEY_EMAIL = 1 << 4,
    RC_REKEY_BIRTH_DATE = 1 << 5,
    RC_REKEY_GRADE = 1 << 6,
    RC_REKEY_SCHOOL = 1 << 7,
    RC_REKEY_CLASSES = 1 << 8, /* half of the new one's classes, or more */
};

/* From 0 to 99: birth date, grade, school and classes count with the name alone, as many share each
 * of them. */
int rc_rekey_confidence(unsigned signs);
/* "name+grade+school" in arena: the signs that counted. */
struct rc_str rc_rekey_rule(struct rc_arena *arena, unsigned signs);

/* ---- classes ---- */

/* What agrees between two classes of a school in the same terms. */
enum rc_class_sign {
    RC_CLASS_TERM = 1 << 0,
    RC_CLASS_CODE = 1 << 1,
    RC_CLASS_TITLE = 1 << 2,
    RC_CLASS_COURSE = 1 << 3,
    RC_CLASS_TEACHER = 1 << 4,
    RC_CLASS_MEMBERS = 1 << 5,    /* half of the new one's members, or more */
    RC_CLASS_OTHER_CODE = 1 << 6, /* both have a code, and not the same: speaks against it */
};
/* As of people. */
int rc_rekey_class_confidence(unsigned signs);
struct rc_str rc_rekey_class_rule(struct rc_arena *arena, unsigned signs);

/* ---- which pairs it makes ---- */

enum rc_rekey_verdict {
    RC_REKEY_NOTHING, /* not sure enough, or another is surer by far */
    RC_REKEY_UNSURE,  /* another is as good: never paired */
    RC_REKEY_PAIR,
};
struct rc_rekey_candidate {
    struct rc_str was, now; /* borrowed; each names its id among all candidates */
    int confidence;
    enum rc_rekey_verdict verdict; /* set by rc_rekey_choose */
};
/* Says of each candidate what it is. An id is in one pair at most; least: the confidence from which
 * one counts. */
void rc_rekey_choose(struct rc_rekey_candidate *candidates, size_t count, int least);

#endif
