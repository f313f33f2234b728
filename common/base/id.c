/* Ids that nobody hands out: UUIDs of version 7, made of the time and of chance. No state is kept,
 * so any thread of any process may make them; the twelve bits behind the milliseconds hold their
 * fraction (RFC 9562, 6.2, method 3), which keeps the order of making within a process to about a
 * quarter of a microsecond. */

#include "rollcall/base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

void rc_random(void *out, size_t len)
{
    unsigned char *at = out;

    while (len > 0) {
        const ssize_t got = getrandom(at, len, 0);
        if (got < 0)
            continue; /* only EINTR can be here: the buffer is good and the pool is never asked to
                         give up */
        at += got;
        len -= (size_t)got;
    }
}

void rc_hex(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 0x0F];
    }
    *out = '\0';
}

int rc_hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool rc_unhex(struct rc_str hex, unsigned char *out, size_t len)
{
    bool good = hex.len == 2 * len;

    for (size_t i = 0; i < len && good; i++) {
        const int high = rc_hex_digit(hex.data[2 * i]);
        const int low = rc_hex_digit(hex.data[2 * i + 1]);
        good = high >= 0 && low >= 0;
        if (good) out[i] = (unsigned char)(high * 16 + low);
    }
    if (!good) memset(out, 0, len);
    return good;
}

void rc_id_print(const unsigned char id[RC_ID_BYTES], char out[RC_ID_TEXT])
{
    static const size_t groups[] = {4, 2, 2, 2, 6};
    size_t at = 0;

    for (size_t group = 0; group < COUNT_OF(groups); group++) {
        if (group > 0) *out++ = '-';
        rc_hex(id + at, groups[group], out);
        out += 2 * groups[group];
        at += groups[group];
    }
}

void rc_id_new(char out[RC_ID_TEXT])
{
    struct timespec now;
    unsigned char uuid[RC_ID_BYTES];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    const uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    const uint64_t fraction = ((uint64_t)now.tv_nsec % 1000000) * 4096 / 1000000;
    rc_random(uuid + 8, 8);
    for (unsigned i = 0; i < 6; i++)
        uuid[i] = (unsigned char)(ms >> (40 - 8 * i));
    uuid[6] = (unsigned char)(0x70U | (fraction >> 8));
    uuid[7] = (unsigned char)fraction;
    uuid[8] = (unsigned char)(0x80U | (uuid[8] & 0x3FU));
    rc_id_print(uuid, out);
}

bool rc_id_parse(struct rc_str text, unsigned char out[RC_ID_BYTES])
{
    char hex[2 * RC_ID_BYTES + 1];
    size_t len = 0;

    for (size_t i = 0; i < text.len && len < sizeof hex; i++)
        if (text.data[i] != '-') hex[len++] = text.data[i];
    return rc_unhex((struct rc_str){hex, len}, out, RC_ID_BYTES);
}

bool rc_id_valid(struct rc_str text)
{
    if (text.len != RC_ID_TEXT - 1) return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : rc_hex_digit(c) < 0) return false;
    }
    return true;
}
