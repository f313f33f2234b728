#ifndef CLI_PERSON_FIND_H
#define CLI_PERSON_FIND_H

#include "cli.h"

/* A person as the commands name one; texts live in the arena. */
struct person_ref {
    const char *node;    /* "a:<account>", or "r:<source>:<record>" of one without an account */
    const char *account; /* NULL: none */
    const char *record;  /* SIS id where there is no account; else NULL */
};

/* The person whom named means: an account's id, user name, e-mail, number or master id, a record's
 * SIS id, or a node. In the transaction in hand. RC_NOT_FOUND, without a word: nobody. Several:
 * CLI_USAGE, with their nodes. */
RC_MUST_CHECK rc_status person_find(struct cli *cli, struct rc_db *tx, const char *named,
                                    struct person_ref *ret_person);
/* The same; nobody: CLI_NOTHING, with what shows more. */
RC_MUST_CHECK rc_status person_need(struct cli *cli, struct rc_db *tx, const char *named,
                                    struct person_ref *ret_person);

#endif
