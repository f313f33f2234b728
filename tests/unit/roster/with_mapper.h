#ifndef RC_TESTS_WITH_MAPPER_H
#define RC_TESTS_WITH_MAPPER_H

#include "rollcall/base/buf.h"
#include "rollcall/roster/mapper.h"

/* Maps one record and keeps what came of it as text that a test can compare. */

struct mapped {
    struct rc_buf id;
    struct rc_buf modified;
    struct rc_buf body;     /* empty: dropped */
    struct rc_buf text;     /* what is hashed */
    struct rc_buf join;     /* "user class" of an enrollment */
    struct rc_buf findings; /* "users.email.malformed warning\n" … */
    struct rc_buf messages; /* the messages, a line each */
    bool dropped;
    bool deleted;
};

#define REST_11 "oneroster-rest/1.1"
#define REST_12 "oneroster-rest/1.2"

/* json: where it says ' a " is meant. */
struct mapped map_record_of(const char *format, enum rc_collection collection, const char *json);
/* As 1.1, which most of what is tested does not differ from. */
struct mapped map_record(enum rc_collection collection, const char *json);
/* The bytes as they are, as 1.1. */
struct mapped map_bytes(enum rc_collection collection, struct rc_str bytes);
void mapped_done(struct mapped *mapped);
#define AUTO_MAPPED __attribute__((cleanup(mapped_done))) struct mapped

/* The text, never NULL. */
const char *text_of(const struct rc_buf *buf);

#endif
