#ifndef RC_ROSTER_MAPPER_PRIVATE_H
#define RC_ROSTER_MAPPER_PRIVATE_H

#include "rollcall/roster/mapper.h"

/* Inside of the mapper, private to this layer: a mapping is rows of fields, a field has a kind, a
 * kind is a function that reads a source's value and writes the canonical one. A further version of
 * a standard is further rows. */

enum { RC_FIELD_SOURCES = 4, RC_FIELDS_MAX = 24, RC_NAMES_MAX = 48, RC_GUESSES_MAX = 64 };
enum { RC_ITEMS_MAX = 1000, RC_TEXT_MAX = 1024, RC_ID_MAX = 512 };

/* What the record means without the field. */
enum rc_need {
    RC_OPTIONAL, /* the same */
    RC_WANTED,   /* less: a warning */
    RC_NEEDED,   /* nothing: an error */
};

/* What became of reading a value. */
enum rc_took {
    RC_TOOK,
    RC_NOTHING,  /* it holds no value after all, as a blank-filled reference */
    RC_REPORTED, /* it could not be used, and a finding says so */
};

struct rc_field;

/* A further name that a kind's findings can carry, and the bits of its rules. */
struct rc_told {
    const char *name;
    unsigned rules;
};

/* A way to read values. */
struct rc_field_kind {
    const char *form; /* what is due, for the list of findings */
    enum rc_took (*write)(struct rc_mapper *mapper, const struct rc_json *value);
    unsigned rules;             /* bits (1 << rule) that write can give */
    const struct rc_told *also; /* NULL-named last; may be NULL */
};

/* A word that a source may use, and what it means; canonical NULL: itself. */
struct rc_word {
    const char *spelling;
    const char *canonical;
};
struct rc_words {
    const struct rc_word *list;
    size_t count;
    bool open; /* further words are kept, as ext:<word> */
};

struct rc_field {
    const char *name;                      /* canonical; a table's rows stand in byte order of it */
    const char *sources[RC_FIELD_SOURCES]; /* names in the source, the first with a value wins; */
                                           /* the first of all names the field in findings */
    const struct rc_field_kind *kind;
    enum rc_need need;
    size_t max_bytes; /* 0: RC_TEXT_MAX */
    const struct rc_words *words;
};

struct rc_mapping {
    const char *format; /* "oneroster-rest/1.1" */
    enum rc_collection collection;
    const char *envelope;
    const struct rc_field *fields;
    size_t field_count;
};

/* One table of mappings per source kind and version, without a format behind the last. */
extern const struct rc_mapping rc_oneroster_11[];
extern const struct rc_mapping rc_oneroster_12[];
extern const struct rc_mapping rc_clever_31[];
/* All of them, one after the other; NULL past the last. */
const struct rc_mapping *rc_mapping_at(size_t index);

extern const struct rc_field_kind rc_kind_text;
extern const struct rc_field_kind rc_kind_email;
extern const struct rc_field_kind rc_kind_bool;
extern const struct rc_field_kind rc_kind_date;
extern const struct rc_field_kind rc_kind_year;
extern const struct rc_field_kind rc_kind_enum;
extern const struct rc_field_kind rc_kind_ref;
extern const struct rc_field_kind rc_kind_refs;
extern const struct rc_field_kind rc_kind_texts;
extern const struct rc_field_kind rc_kind_grades;       /* of 1.1's list */
extern const struct rc_field_kind rc_kind_local_grades; /* also what a district agreed on */
extern const struct rc_field_kind rc_kind_user_ids;
extern const struct rc_field_kind rc_kind_profiles;
extern const struct rc_field_kind rc_kind_role_at_orgs; /* 1.1's: one role, many orgs */
extern const struct rc_field_kind rc_kind_roles;        /* 1.2's: many roles, an org each */

struct rc_mapper {
    const struct rc_mapping *mapping;
    struct rc_mapper_options options;
    struct rc_json_limits limits;
    struct rc_arena *scratch; /* of the record in hand */
    struct rc_buf text;       /* its canonical text */
    struct rc_json_out json;  /* writing into text */

    /* Names that the mapping reads, each once, and which of them each field's sources are. */
    struct rc_str names[RC_NAMES_MAX];
    size_t name_count;
    unsigned char slots[RC_FIELDS_MAX][RC_FIELD_SOURCES];
    /* The name that stood at each place of the record before: sources write the same order. */
    unsigned char guesses[RC_GUESSES_MAX];

    /* The record in hand. */
    const struct rc_json *values[RC_NAMES_MAX];
    struct rc_str refs[RC_FIELDS_MAX]; /* by field: the id that a reference holds */
    struct rc_str id;
    int64_t place;
    bool dropped;

    /* The field in hand. */
    const struct rc_field *field;
    const unsigned char *slot;
    const char *field_name; /* as findings call it */
    bool needed;            /* a value that cannot be used is an error */
    unsigned reported;      /* bits of rules: a field is told of once per rule */
};

/* Takes a field in hand: findings are about it from now on. slot: the numbers of its sources'
 * names; NULL for a field without a kind that writes. */
void rc_mapper_begin(struct rc_mapper *mapper, const struct rc_field *field,
                     const unsigned char *slot);
/* Tells of the field in hand. Always RC_REPORTED. */
enum rc_took rc_mapper_report(struct rc_mapper *mapper, enum rc_rule rule, struct rc_str detail);
/* The value under the field's source number which, or NULL when it has none. */
const struct rc_json *rc_mapper_source(const struct rc_mapper *mapper, size_t which);
/* Is it more than null, "", [], {} and lists of these? */
bool rc_json_has_value(const struct rc_json *value);

/* Readers of single values, for the kinds; each reports on the field in hand. */
enum rc_took rc_take_text(struct rc_mapper *mapper, const struct rc_json *value,
                          struct rc_str *ret_text);
/* A plain id out of an id or a reference {sourcedId, href}. */
enum rc_took rc_take_ref(struct rc_mapper *mapper, const struct rc_json *value,
                         struct rc_str *ret_id);
/* A word of the field's vocabulary. */
enum rc_took rc_take_word(struct rc_mapper *mapper, const struct rc_json *value,
                          struct rc_str *ret_word);
/* A word of another vocabulary, for parts of a field. */
enum rc_took rc_take_word_of(struct rc_mapper *mapper, const struct rc_words *words,
                             const struct rc_json *value, struct rc_str *ret_word);
/* The elements of an array that have a value, or the value alone; at most RC_ITEMS_MAX. */
size_t rc_take_items(struct rc_mapper *mapper, const struct rc_json *value,
                     const struct rc_json ***ret_items);
/* The first of rc_take_items, told of when there are more; NULL when there is none. */
const struct rc_json *rc_take_one(struct rc_mapper *mapper, const struct rc_json *value);

/* Writes texts as the field's array, sorted and each once where sorted. RC_NOTHING for none. */
enum rc_took rc_put_texts(struct rc_mapper *mapper, struct rc_str *texts, size_t count,
                          bool sorted);

/* --- pure readers of texts --- */

/* Without blanks at both ends: ASCII ones, no-break space, zero-width space, byte order mark. */
struct rc_str rc_trim_all(struct rc_str text);
/* YYYY-MM-DD out of a date, a date and time, M/D/YYYY; a NUL behind. */
bool rc_date_read(struct rc_str text, char out[11]);
/* RFC 3339 in UTC out of a date and time with or without zone, or of a date. */
bool rc_time_read(struct rc_str text, char out[32]);
/* The year in which a school year ends, of "2025", "2024-2025", "2024/25". */
bool rc_year_read(struct rc_str text, char out[5]);
/* The vocabulary's word for a grade; false: not in it. */
bool rc_grade_read(struct rc_str text, struct rc_str *ret_grade);
/* The canonical word, compared without case, blanks, - and _; NULL: not listed. */
const char *rc_word_find(const struct rc_words *words, struct rc_str text);
/* Does a record's status, in whatever spelling, mark it deleted? */
bool rc_status_deleted(struct rc_str status);
/* "ext:" and the word, other characters as _; the empty view when nothing of it is left. */
struct rc_str rc_word_extension(struct rc_arena *arena, struct rc_str text);
/* The sourcedId of a record that is not JSON; empty where it is not safe to say (N1). */
struct rc_str rc_record_rescue_id(struct rc_str bytes);

#endif
