#ifndef NOTIFIER_LETTER_H
#define NOTIFIER_LETTER_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

/* From facts to a mail's subject, text and HTML: pure, so that what owners read is tested without a
 * server. facts is an object of the blocks that services/notifier/sql/facts_*.sql give: district,
 * run, people, memberships, holds, leaving, findings, collections, missed; and alert, an object
 * with kind and message, in a mail about an alert. */

enum letter_kind { LETTER_RESULT, LETTER_HELD, LETTER_ALERT, LETTER_KIND_COUNT_ };
/* "result", "held", "alert": the mail row's kind. */
const char *letter_kind_name(enum letter_kind kind);

struct letter_input {
    enum letter_kind kind;
    const struct rc_json *facts;
    struct rc_str console_url; /* "https://rollcall.example.org"; empty: there are no links */
};

struct letter {
    struct rc_buf subject;
    struct rc_buf text;
    struct rc_buf html;
};
/* Frees the texts, not the struct. */
void letter_done(struct letter *letter);

/* Fills letter, whose buffers are empty. RC_REJECT: a template is broken. */
RC_MUST_CHECK rc_status letter_write(const struct letter_input *in, struct rc_arena *arena,
                                     struct letter *letter);

/* ---- its parts ---- */

/* "[On hold] Maple County: 1,874 new people wait for your approval": state and numbers first. */
void letter_subject(const struct letter_input *in, struct rc_arena *arena, struct rc_buf *out);

/* How the mail looks at first sight: a word, a sign and colours for each state. */
struct letter_tone {
    const char *state; /* of the run; NULL: any other */
    const char *tag;   /* in the subject: "OK" */
    const char *sign;
    const char *color, *tint; /* of the letter's head: border and text, background */
};
/* By what the letter tells: well, waits, failed. Of a table, never NULL. */
const struct letter_tone *letter_tone(const struct letter_input *in);
/* Sums over all roles. */
int64_t letter_people(const struct rc_json *facts, const char *column);
/* How many of a kind wait; kind NULL: people of any kind. */
int64_t letter_waiting(const struct rc_json *facts, const char *kind);
/* What the templates are filled from, as JSON. */
void letter_view(const struct letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 struct rc_buf *out);

#endif
