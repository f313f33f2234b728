#ifndef RC_ROSTER_FINDING_H
#define RC_ROSTER_FINDING_H

#include <stdint.h>

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/entity.h"

/* What is wrong with a record, and how its owner mends it. An *error* drops the record's values,
 * never its presence; a *warning* drops or mends one value (N1). A finding's code is
 * <collection>.<field>.<rule>, stable for ever: owners filter by it. Its message is made of the
 * rule and of names of fields, never of values: those are people's. */

enum rc_severity { RC_WARNING, RC_ERROR, RC_SEVERITY_COUNT_ };

enum rc_rule {
    RC_RULE_UNREADABLE,
    RC_RULE_NOT_AN_OBJECT,
    RC_RULE_MISSING,
    RC_RULE_MALFORMED,
    RC_RULE_CONTROL_CHARACTERS,
    RC_RULE_TOO_LONG,
    RC_RULE_TOO_MANY,
    RC_RULE_SEVERAL,
    RC_RULE_UNKNOWN,
    RC_RULE_INCOMPLETE,
    RC_RULE_LEFT_OUT,
    RC_RULE_SHORT,
    RC_RULE_LONG,
    RC_RULE_QUOTES,
    RC_RULE_ENCODING,
    RC_RULE_ROUNDED,
    RC_RULE_COUNT_
};

/* When a rule is an error. */
enum rc_gravity {
    RC_ALWAYS_ERROR,
    RC_ALWAYS_WARNING,
    RC_BY_NEED, /* an error where the record means nothing without the field, else a warning */
};

struct rc_rule_text {
    const char *name; /* last part of the code */
    enum rc_gravity gravity;
    const char *what; /* after "<field>: " */
    const char *mend; /* how the owner mends it, a sentence */
};

struct rc_finding {
    enum rc_collection collection;
    struct rc_str id; /* sourcedId; empty where it could not be read */
    int64_t place;    /* of the record in its page, from 0; -1: of the page */
    const char *field;
    enum rc_rule rule;
    enum rc_severity severity;
    struct rc_str detail; /* where in the bytes, how long; never a value; may be empty */
    struct rc_str where;  /* "users.csv line 17": begins the message; may be empty */
};

/* The one table of rules. */
const struct rc_rule_text *rc_rule_text(enum rc_rule rule);
/* What follows from a rule for a field that is, or is not, needed. */
enum rc_severity rc_rule_severity(enum rc_rule rule, bool needed);
/* "error", "warning". */
const char *rc_severity_name(enum rc_severity severity);
/* "users.givenName.missing", appended. */
void rc_finding_code(const struct rc_finding *finding, struct rc_buf *out);
/* What is wrong, what becomes of the record, how to mend it; appended. */
void rc_finding_message(const struct rc_finding *finding, struct rc_buf *out);
/* The finding as an element of a batch's findings. */
void rc_finding_print(const struct rc_finding *finding, struct rc_json_out *out);
/* Its row in the manual of findings; form: what is due in its place, "an id". Appended. */
void rc_finding_document(const struct rc_finding *finding, const char *form, struct rc_buf *out);

#endif
