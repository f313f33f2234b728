#ifndef LETTER_WORDS_H
#define LETTER_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/format/json.h"

/* The words that owners read, as tables: never an internal one where an ordinary one exists. */

/* "1,874" */
struct rc_str words_number(struct rc_arena *arena, int64_t number);
/* "1 error", "2 errors": plural is one's with an s. */
struct rc_str words_count(struct rc_arena *arena, int64_t number, const char *one);
/* A whole number of facts; 0 where it is absent. */
int64_t words_fact(const struct rc_json *object, const char *name);

enum { WORDS_ROLE_COUNT = 5 };
/* Roles in the order of reports; NULL ends. */
extern const char *const words_roles[WORDS_ROLE_COUNT + 1];
/* "student" -> "student" or "students"; a role that is not known: "people". */
const char *words_role(struct rc_str role, bool one);
/* "users" -> "people". A collection that is not known: as it is. */
struct rc_str words_collection(struct rc_str collection);
/* Why something waits, as a sentence. */
const char *words_hold(struct rc_str hold);
/* "create" -> "to create"; of memberships "to add to class lists". */
const char *words_intent(struct rc_str kind);
/* Is it about a person's account (else about a membership)? */
bool words_of_people(struct rc_str kind);
/* "owner" -> "an owner of": why a member is mailed, before the district's name; never NULL. */
const char *words_reader(struct rc_str role);
/* "givenName" -> "first name"; one that is not known: as it is. */
struct rc_str words_field(struct rc_str field);
/* "given_name" -> "first name": a field of an account. */
struct rc_str words_column(struct rc_str column);
/* A text that may begin with a collection's name, with the ordinary word instead and a capital. */
struct rc_str words_sentence(struct rc_arena *arena, struct rc_str text);

#endif
