/* zstd at its quickest level: rosters are repetitive, and more effort gains little. The size of
 * what is inside stands in zstd's frame and is checked before memory is taken, so that a few bytes
 * cannot ask for gigabytes. */
#include "rollcall/port/pack.h"

#include <zstd.h>

#include <stdio.h>

enum { LEVEL = 1 };

struct rc_packer {
    ZSTD_CCtx *in;
    ZSTD_DCtx *out;
};

/* Out of memory, or a library that does not work: nothing that an input could cause. */
static void must(bool worked, const char *what)
{
    if (worked) return;
    fprintf(stderr, "rollcall: zstd: %s\n", what);
    abort();
}

struct rc_packer *rc_packer_new(void)
{
    struct rc_packer *packer = rc_malloc(sizeof *packer);

    *packer = (struct rc_packer){ZSTD_createCCtx(), ZSTD_createDCtx()};
    must(packer->in && packer->out, "no memory");
    return packer;
}

void rc_packer_free(struct rc_packer *packer)
{
    if (!packer) return;
    ZSTD_freeCCtx(packer->in);
    ZSTD_freeDCtx(packer->out);
    free(packer);
}

void rc_pack(struct rc_packer *packer, struct rc_str plain, struct rc_buf *out)
{
    const size_t room = ZSTD_compressBound(plain.len);

    rc_buf_reserve(out, room);
    const size_t len = ZSTD_compressCCtx(packer->in, out->data + out->len, room,
                                         plain.data ? plain.data : "", plain.len, LEVEL);
    must(!ZSTD_isError(len), ZSTD_getErrorName(len));
    out->len += len;
    rc_buf_add(out, "", 0);
}

rc_status rc_unpack(struct rc_packer *packer, struct rc_str packed, size_t max,
                    struct rc_arena *arena, struct rc_str *ret_plain)
{
    const unsigned long long len = ZSTD_getFrameContentSize(packed.data, packed.len);

    if (len == ZSTD_CONTENTSIZE_ERROR || len == ZSTD_CONTENTSIZE_UNKNOWN)
        return rc_fail(RC_REJECT, "%zu bytes that zstd did not pack, or cut short", packed.len);
    if (len > max)
        return rc_fail(RC_REJECT, "packed are %llu bytes, and at most %zu are taken", len, max);
    char *plain = rc_arena_bytes(arena, (size_t)len + 1);
    const size_t got = ZSTD_decompressDCtx(packer->out, plain, (size_t)len, packed.data,
                                           packed.len);
    if (ZSTD_isError(got) || got != len)
        return rc_fail(RC_REJECT, "packed bytes are damaged (%s)",
                       ZSTD_isError(got) ? ZSTD_getErrorName(got) : "short");
    plain[len] = '\0';
    *ret_plain = (struct rc_str){plain, (size_t)len};
    return RC_OK;
}
