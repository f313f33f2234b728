#ifndef LETTER_PARTS_H
#define LETTER_PARTS_H

#include "rollcall/letter/letter.h"

/* The parts that a letter is made of. */

/* "[On hold] Maple County: 1,874 new people wait for your approval": state and numbers first. */
void letter_subject(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_buf *out);

/* How the mail looks at first sight: a word, a sign and colours for each state. */
struct letter_tone {
    const char *state; /* of the run; NULL: any other */
    const char *tag;   /* in the subject: "OK" */
    const char *sign;
    const char *color, *tint; /* of the letter's head: border and text, background */
};
/* By what the letter tells: well, waits, failed. Of a table, never NULL. */
const struct letter_tone *letter_tone(const struct rc_letter_input *in);
/* Sums over all roles. */
int64_t letter_people(const struct rc_json *facts, const char *column);
/* How many lists and memberships of lists and families were made, changed or ended. */
int64_t letter_memberships(const struct rc_json *facts);
/* How many of a kind wait; kind NULL: people of any kind. */
int64_t letter_waiting(const struct rc_json *facts, const char *kind);
/* Lines of more than 78 columns are broken at blanks, what follows stands below their first word.
 */
void letter_wrap(struct rc_buf *out, struct rc_str text);
/* What the templates are filled from, as JSON. */
void letter_view(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 struct rc_buf *out);

#endif
