#ifndef RC_BASE_HASH_H
#define RC_BASE_HASH_H

#include <stdint.h>

/* FNV-1a of 64 bits, a byte at a time, the same in every process and for ever, since rows hold what
 * it gave. It withstands nobody who looks for collisions: that is rc_map's hash and port/crypto's
 * digests. */

#define RC_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t rc_hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * UINT64_C(0x100000001b3);
}

#endif
