#ifndef RC_LETTER_LETTER_H
#define RC_LETTER_LETTER_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"
#include "rollcall/port/db.h"

/* The owners' mails: facts read from PostgreSQL, and from facts a subject, text and HTML. The
 * second step is pure, so that what owners read is tested without a server. Who plans mails and who
 * only shows one that would come (`rollcall mail preview`) write them by this. */

enum rc_letter_kind {
    RC_LETTER_RESULT,
    RC_LETTER_HELD,
    RC_LETTER_ALERT,
    RC_LETTER_DIGEST,
    RC_LETTER_KIND_COUNT_
};
/* "result", "held", "alert", "digest": the mail row's kind. */
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

/* ---- the daily digest ---- */

/* Whose digest: a reader (in hex, as digest_reader has it), who may be a member of many districts,
 * or with reader NULL one member of one district, whatever that member chose. */
struct rc_digest_ask {
    const char *reader;
    const char *district, *member;
    const char *due;   /* when it was due: a weekly one is due on a Monday; NULL: now */
    bool all;          /* also what is not due now: for a look at what would come */
    bool choices_only; /* what was chosen, without a mail */
};
/* A member who is told by it: what was told of is noted there. */
struct rc_digest_part {
    const char *district, *member;
    const char *since; /* the time that is told of begins so */
};
/* A reader's digest as it would be at this moment; lives in the arena. */
struct rc_digest {
    const char *zone; /* by the first member, as are hour and day; NULL: the reader is no member */
    const char *day;
    int64_t hour;
    bool weekly_only; /* nobody chose another one: it comes on Mondays */
    size_t count;     /* 0: there is nothing to send */
    const struct rc_digest_part *parts;
    const struct rc_json *facts; /* {"day", "zone", "weekly", "districts": […], "missed": […]} */
};
/* Reads in the transaction in hand, and leaves it in the first part's district. */
RC_MUST_CHECK rc_status rc_digest_read(struct rc_arena *arena, struct rc_db *tx,
                                       const struct rc_digest_ask *ask,
                                       struct rc_digest *ret_digest);

/* ---- words ---- */

/* Stands for the token in the links of a mail, which is made when the mail is handed over and kept
 * nowhere. As long as a token, so that lines break alike. */
#define RC_LETTER_TOKEN "the-token-of-this-mail-goes-here"

struct rc_letter_input {
    enum rc_letter_kind kind;
    const struct rc_json *facts;
    struct rc_str console_url; /* "https://rollcall.example.org"; empty: there are no links */
    bool optional;             /* its reader may do without: the mail says how to stop it */
    struct rc_str left_out;    /* files that found no room: "a.csv, b.csv"; empty: none */
    struct rc_str stop_url;    /* where that is done; empty: by a command */
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
