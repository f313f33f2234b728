#ifndef FETCHER_SIGN_H
#define FETCHER_SIGN_H

#include "asker.h"

/* The Authorization header for url, in arena. Asks for a token where none is in hand; *ret_code is
 * the token address's status then. */
enum trouble sign_url(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                      long *ret_code);
/* After a 401 of that Date (-1: none): true when a fresh token may help (the old one is dropped
 * then), or a signature by the source's own clock (the asker keeps to it then). */
bool sign_anew(struct asker *asker, int64_t date_ms);

#endif
