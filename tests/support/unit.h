#ifndef RC_SUPPORT_UNIT_H
#define RC_SUPPORT_UNIT_H

/* What every unit test needs: cmocka with the headers that it wants first, and assertions on views
 * and failures. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rollcall/base/str.h"

static inline void rc_assert_str(struct rc_str view, const char *text, const char *file, int line)
{
    if (rc_str_eq(view, rc_str_of(text))) return;
    print_error("\"%.*s\" stands where \"%s\" is due\n", RC_STR_ARG(view), text);
    _fail(file, line);
}

static inline void rc_assert_fails(rc_status got, rc_status due, const char *words,
                                   const char *file, int line)
{
    if (got == due && strstr(rc_error_text(), words)) return;
    print_error("%s, \"%s\" where %s with \"%s\" is due\n", rc_status_name(got), rc_error_text(),
                rc_status_name(due), words);
    _fail(file, line);
}

static inline void rc_assert_ok(rc_status got, const char *file, int line)
{
    if (got == RC_OK) return;
    print_error("%s: %s\n", rc_status_name(got), rc_error_text());
    _fail(file, line);
}

/* The view holds just that text. */
#define assert_str(view, text) rc_assert_str(view, text, __FILE__, __LINE__)
/* The call fails with that status and a text that holds the words. */
#define assert_fails(call, status, words) rc_assert_fails(call, status, words, __FILE__, __LINE__)
#define assert_ok(call)                   rc_assert_ok(call, __FILE__, __LINE__)

#endif
