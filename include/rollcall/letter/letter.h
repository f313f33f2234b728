#ifndef RC_LETTER_LETTER_H
#define RC_LETTER_LETTER_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"
#include "rollcall/port/db.h"

/* The owners' mails: facts read from PostgreSQL, and from facts a subject, text and HTML. The
 * second step is pure, so that what owners read is tested without a server. Who plans mails and who
 * only shows one that would come (`rollcall mail preview`) write them by this. */

enum rc_letter_kind { RC_LETTER_RESULT, RC_LETTER_HELD, RC_LETTER_ALERT, RC_LETTER_KIND_COUNT_ };
/* "result", "held", "alert": the mail row's kind. */
const char *rc_letter_kind_name(enum rc_letter_kind kind);

/* ---- facts ---- */

/* What a mail is about and who reads it. */
struct rc_letter_about {
    enum rc_letter_kind kind;
    const char *member;
    const char *zone;            /* the reader's */
    const char *run;             /* uuid or NULL */
    const struct rc_json *alert; /* {"kind", "message"}; NULL but in a mail about one */
};
/* The facts of a letter, an object of the blocks that common/letter/sql/facts_*.sql give, in arena.
 * Reads in the transaction in hand, of the district. */
RC_MUST_CHECK rc_status rc_letter_facts(struct rc_arena *arena, struct rc_db *tx,
                                        const struct rc_letter_about *about,
                                        const struct rc_json **ret_facts);

/* ---- words ---- */

struct rc_letter_input {
    enum rc_letter_kind kind;
    const struct rc_json *facts;
    struct rc_str console_url; /* "https://rollcall.example.org"; empty: there are no links */
};

struct rc_letter {
    struct rc_buf subject;
    struct rc_buf text;
    struct rc_buf html;
};
/* Frees the texts, not the struct. */
void rc_letter_done(struct rc_letter *letter);

/* Fills letter, whose buffers are empty. RC_REJECT: a template is broken. */
RC_MUST_CHECK rc_status rc_letter_write(const struct rc_letter_input *in, struct rc_arena *arena,
                                        struct rc_letter *letter);

#endif
