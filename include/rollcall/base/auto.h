#ifndef RC_BASE_AUTO_H
#define RC_BASE_AUTO_H

#include <stdlib.h>

/* Ownership by scope: a variable declared with RC_AUTO is freed on every way out, and handed on
 * with <type>_take. */

/* Frees the variable when it leaves scope:  RC_AUTO(rc_db) struct rc_db *db = NULL; */
#define RC_AUTO(type) __attribute__((cleanup(type##_free_at)))

/* After the declaration of rc_x_free(struct rc_x *): gives rc_x the two functions that RC_AUTO
 * needs. */
#define RC_AUTO_DEFINE(type)                                 \
    static inline void type##_free_at(struct type **at)      \
    {                                                        \
        type##_free(*at);                                    \
    }                                                        \
    /* Hands ownership on: returns *at and leaves NULL. */   \
    static inline struct type *type##_take(struct type **at) \
    {                                                        \
        struct type *taken = *at;                            \
        *at = NULL;                                          \
        return taken;                                        \
    }

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
