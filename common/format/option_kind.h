#ifndef RC_FORMAT_OPTION_KIND_H
#define RC_FORMAT_OPTION_KIND_H

#include "rollcall/format/option.h"

/* What each kind of option is called, reads and shows. Private to this layer. */

struct rc_option_kind_rule {
    const char *name; /* for people */
    /* Reads text into the value at at; RC_REJECT with what is due. */
    rc_status (*parse)(const struct rc_option *option, struct rc_str text, void *at);
    void (*print)(const void *at, struct rc_buf *out);
    void (*done)(void *at); /* NULL: owns nothing */
};

/* The rule of a kind; every kind has one. */
const struct rc_option_kind_rule *rc_option_kind_rule(enum rc_option_kind kind);

/* The range in the option's own notation, "from 1s to 10m"; nothing when there is none. */
void rc_option_range(const struct rc_option *option, struct rc_buf *out);

#endif
