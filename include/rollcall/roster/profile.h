#ifndef RC_ROSTER_PROFILE_H
#define RC_ROSTER_PROFILE_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

/* A vendor profile: what is known of one kind of SIS before anybody has asked a district's own. It
 * is data, a JSON file of schemas/profiles or of an operator's folder: which fields a connection
 * needs and where they stand in that SIS, how one signs in, how it is asked, what of its answers is
 * trusted. Pure; profile.schema.json says the same of the file as this parser does. */

/* A field of the connect form. url, token-url, client-id and client-secret are the source's own;
 * any other is there to be put into the profile's addresses. Empty texts: not said. */
struct rc_profile_field {
    struct rc_str name;
    struct rc_str label;    /* what the SIS calls it */
    struct rc_str where;    /* where it stands there */
    struct rc_str example;  /* never a real one */
    struct rc_str fallback; /* taken where nobody says otherwise */
};

struct rc_profile_texts {
    const struct rc_str *items;
    size_t count;
};

/* Texts are views into the arena that was given to rc_profile_parse. */
struct rc_profile {
    struct rc_str id, name, vendor;
    struct rc_str check, check_where; /* is OneRoster on there at all: asked first */
    struct rc_profile_texts versions; /* of OneRoster; the first is the usual one */
    struct rc_profile_texts auths;    /* likewise, as `source add --auth` names them */
    struct rc_str url, token_url;     /* with {field} where a field's value goes; empty: asked */
    const struct rc_profile_field *fields;
    size_t field_count;
    int64_t page_size, parallel;
    struct rc_str busy_from, busy_until; /* HH:MM: one request at a time; empty: never so */
    bool honest_dates, honest_deletes;   /* C1; whether its delete flag is trusted */
    struct rc_str parent, parent_words;  /* who is the primary parent; in words for owners */
    const struct rc_json *quirks;        /* NULL: none; kept with the source, read by the stages */
    struct rc_profile_texts notes;
};

/* Reads a profile. RC_REJECT: it is none; every problem stands in problems (may be NULL), a line
 * each, "form[2].where: a text is due", and the first of them in the error. */
RC_MUST_CHECK rc_status rc_profile_parse(struct rc_str text, struct rc_arena *arena,
                                         struct rc_buf *problems, struct rc_profile *ret_profile);

/* The field of that name, or NULL. */
const struct rc_profile_field *rc_profile_field_find(const struct rc_profile *profile,
                                                     struct rc_str name);
/* Is the word in the list? */
bool rc_profile_has(const struct rc_profile_texts *texts, struct rc_str word);

/* A field's value, or the empty view. */
typedef struct rc_str rc_profile_value_fn(void *self, struct rc_str name);
/* An address of the profile with values in the place of {field}, in arena. A field that begins the
 * address loses slashes at its end; in any other place a value may hold only what an address may
 * hold as it stands. RC_REJECT names the field that does not fit. */
RC_MUST_CHECK rc_status rc_profile_address(struct rc_str template, rc_profile_value_fn *value,
                                           void *self, struct rc_arena *arena,
                                           struct rc_str *ret_address);

#endif
