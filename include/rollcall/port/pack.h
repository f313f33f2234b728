#ifndef RC_PORT_PACK_H
#define RC_PORT_PACK_H

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* Compression of payloads before they are sealed (sealed bytes cannot be compressed), through zstd.
 * One object per thread: it holds the library's working memory. */

struct rc_packer;

/* Ends the process where there is no memory. */
struct rc_packer *rc_packer_new(void);
/* NULL is nothing. */
void rc_packer_free(struct rc_packer *packer);
RC_AUTO_DEFINE(rc_packer)

/* Appends the packed bytes. */
void rc_pack(struct rc_packer *packer, struct rc_str plain, struct rc_buf *out);
/* Unpacks into arena. RC_REJECT: not of rc_pack's making, or of more than max bytes, which is found
 * before any memory is taken. */
RC_MUST_CHECK rc_status rc_unpack(struct rc_packer *packer, struct rc_str packed, size_t max,
                                  struct rc_arena *arena, struct rc_str *ret_plain);

#endif
