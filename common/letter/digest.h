#ifndef LETTER_DIGEST_H
#define LETTER_DIGEST_H

#include "view.h"

/* The daily digest's words. facts: {"day", "zone", "weekly", "districts": […], "missed": […]}, of
 * each district the blocks that sql/digest_*.sql give. */

/* How much a district needs its reader, which is the order in which they stand. */
enum digest_rank {
    DIGEST_WAITS,  /* a person must decide */
    DIGEST_FAILED, /* a sync failed */
    DIGEST_ERRORS, /* records could not be read */
    DIGEST_CALM,   /* below this nothing is wrong */
    DIGEST_CHANGED = DIGEST_CALM,
    DIGEST_QUIET, /* nothing to tell */
    DIGEST_RANK_COUNT_
};
/* Of one district's facts. */
enum digest_rank digest_rank(const struct rc_json *district);
/* Of the one that needs most. */
enum digest_rank digest_worst(const struct rc_json *facts);

/* Sums over all roles of a district; time: "now" or "before". */
int64_t digest_sum(const struct rc_json *district, const char *time, const char *column);
/* "[On hold] Maple County: 412 wait for your decision, 12 new, …, daily digest". */
void digest_subject(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_buf *out);
const struct letter_tone *digest_tone(const struct rc_letter_input *in);
/* What the templates are filled from, as JSON; at most detailed districts are told of at length. */
void digest_view(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 size_t detailed, struct rc_buf *out);
/* The table of roles of the district that view stands at, with the time before beside. */
void digest_put_people(struct view *view, bool weekly);

#endif
