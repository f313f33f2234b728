#ifndef RC_BASE_ID_H
#define RC_BASE_ID_H

#include <stdbool.h>

#include "rollcall/base/str.h"

/* UUIDs of version 7 (RFC 9562), whose order is the order of making, so that indexes grow at one
 * end. */

#define RC_ID_TEXT  37
#define RC_ID_BYTES 16

/* "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77" and a NUL. */
void rc_id_new(char out[RC_ID_TEXT]);
/* Fills out with bytes that nobody can guess. */
void rc_random(void *out, size_t len);
/* Its bytes in the usual text form. */
void rc_id_print(const unsigned char id[RC_ID_BYTES], char out[RC_ID_TEXT]);
/* The bytes of a UUID in text, with or without dashes; false, out zeroed: it is none. */
bool rc_id_parse(struct rc_str text, unsigned char out[RC_ID_BYTES]);
/* Is it a UUID in the usual text form? */
bool rc_id_valid(struct rc_str text);
/* Lower-case hex of bytes into out (2 × len + 1). */
void rc_hex(const unsigned char *bytes, size_t len, char *out);
/* What a digit of hex is worth, in either case; -1: it is none. */
int rc_hex_digit(char c);
/* The len bytes that hex of 2 × len digits says; false, out zeroed: it is no such text. */
bool rc_unhex(struct rc_str hex, unsigned char *out, size_t len);

#endif
