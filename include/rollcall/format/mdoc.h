#ifndef RC_FORMAT_MDOC_H
#define RC_FORMAT_MDOC_H

#include "rollcall/base/buf.h"

/* Texts for manual pages in mdoc(7), as mandoc and groff read it. */

/* Adds plain text as lines of a page: a sentence on each, nothing in it taken for a macro. */
void rc_mdoc_text(struct rc_buf *out, const char *text);
/* Adds text as an argument of a macro: quoted where it has blanks, never taken for a macro. */
void rc_mdoc_word(struct rc_buf *out, const char *text);

#endif
