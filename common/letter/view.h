#ifndef LETTER_VIEW_H
#define LETTER_VIEW_H

#include "parts.h"

/* What the parts of a view share: the facts they read, the JSON they write. */
struct view {
    const struct rc_letter_input *in;
    struct rc_arena *arena;
    struct rc_json_out json;
    struct rc_str link; /* to the district's page; empty: none */
    struct view_share {
        size_t each;  /* records that every group may name by their ids */
        size_t spare; /* groups, from the first on, that may name one more */
    } share;
};

/* A member of one block of facts; NULL where either is absent. */
const struct rc_json *view_fact(const struct view *view, const char *block, const char *name);
/* Empty where either is absent. */
struct rc_str view_fact_text(const struct view *view, const char *block, const char *name);
/* One value for the template; copied. */
void view_put(struct view *view, const char *name, struct rc_str text);
/* An element of a list that is shown as a line. */
void view_put_line(struct view *view, struct rc_str text);

/* Shares the records that a mail may name (fifty in all) evenly among all groups of these facts, so
 * that a large group leaves room for the others. */
void view_share(struct view *view, const struct rc_json *const *facts, size_t count);
/* How many of a group's records may be named; asked once for each group, in the mail's order. */
size_t view_allow(struct view *view, const struct rc_json *records);

/* "412 students to archive": one group of what waits. */
struct rc_str view_waiting(struct view *view, const struct rc_json *hold);
/* The ids of a group's records, as far as they may be named, with the field where it is not the
 * whole group's: "a, b (first name) and 3 more". */
struct rc_str view_ids(struct view *view, const struct rc_json *group);
/* "2 schools", where those are all that the reader sees. */
void view_put_scope(struct view *view);
/* How a mail that is no more than useful is stopped; slug: of a district that it tells of. */
void view_put_stop(struct view *view, const struct rc_letter_input *in, struct rc_str slug);
/* Mails that may not have arrived, as lines. */
void view_put_missed(struct view *view);

/* The table of roles, and memberships. */
void view_put_people(struct view *view);
/* Joined and ended, where there are any. */
void view_put_memberships(struct view *view);
/* What is to be mended, by rule. */
void view_put_findings(struct view *view);

#endif
