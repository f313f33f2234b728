#ifndef RC_ROSTER_CLEVER_WRITER_H
#define RC_ROSTER_CLEVER_WRITER_H

#include "rollcall/base/map.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/clever.h"

/* Inside of the reader of Clever, private to this layer: the row in hand, and how records are
 * written from it. */

struct rc_clever_writer {
    enum rc_collection collection;
    struct rc_arena *arena;
    struct rc_clever_page page;
    size_t room;
    struct rc_map *told; /* of events: id → its place among the records */
    /* the record in hand */
    struct rc_str id;
    struct rc_buf text;
    struct rc_json_out json;
    /* the row in hand */
    const struct rc_json *object;
    bool event;
    const struct rc_json *before; /* what an event says that changed, as it was; NULL */
    struct rc_str modified;       /* of an event: its own time */
    bool deleted;                 /* the event tells that it is gone */
    int64_t place;
};

/* A record with the fields that all have; is it one that is gone? */
void rc_clever_begin(struct rc_clever_writer *writer, struct rc_str id, bool deleted);
/* It is whole: to the page. */
void rc_clever_end(struct rc_clever_writer *writer);
/* A record that is handed on as the bytes it came in. */
void rc_clever_hand_on(struct rc_clever_writer *writer, struct rc_str bytes);

/* The value as it came, whatever its kind: the mapper judges it. Nothing where it holds nothing. */
void rc_clever_put(struct rc_clever_writer *writer, const char *name, const struct rc_json *value);
/* The first of the values that holds something. */
void rc_clever_put_first(struct rc_clever_writer *writer, const char *name,
                         const struct rc_json *const *values, size_t count);
/* Nothing where the text is empty. */
void rc_clever_put_text(struct rc_clever_writer *writer, const char *name, struct rc_str text);
/* A grade in the words of OneRoster; one that Clever does not list stays as it is. */
void rc_clever_put_grade(struct rc_clever_writer *writer, const struct rc_json *value);
/* Clever writes nothing as null, as "" or not at all. */
bool rc_clever_holds(const struct rc_json *value);

/* The records of the row in hand. */
void rc_clever_write_user(struct rc_clever_writer *writer);
void rc_clever_write_demographics(struct rc_clever_writer *writer);
void rc_clever_write_org(struct rc_clever_writer *writer);
void rc_clever_write_term(struct rc_clever_writer *writer);
void rc_clever_write_course(struct rc_clever_writer *writer);
void rc_clever_write_class(struct rc_clever_writer *writer);
void rc_clever_write_enrollments(struct rc_clever_writer *writer);

#endif
