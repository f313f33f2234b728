/* Sealed frames from outside: nothing but what was sealed opens, whatever the bytes; and packed
 * bytes, which only an attacker with the key could choose, are refused or unpack within the limit.
 * The first byte chooses what the rest is. */

#include <string.h>

#include "fuzz.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/pack.h"
#include "rollcall/port/seal.h"

enum { LIMIT = 1 << 16 };

static const struct rc_seal_key key = {.id = "sixteen bytes id",
                                       .bytes = "a key of thirty-two bytes, made"};
static const struct rc_seal_place place = {
    .district = RC_STR_INIT("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4aaa"),
    .field = RC_STR_INIT("topic:page.fetched"),
    .facts = RC_STR_INIT("5:ce_id1:7")};

/* As it came, and with our own head before it, so that the tag is reached. */
static void try_frame(struct rc_str bytes, struct rc_arena *arena)
{
    struct rc_seal_head head;

    if (rc_seal_head_parse(bytes, &head) != RC_OK) return;
    char *out = rc_arena_bytes(arena, head.plain_len + 1);
    FUZZ_ASSERT(rc_seal_open(&key, &place, bytes, out) == RC_REJECT);
    for (size_t i = 0; i < head.plain_len && memcmp(head.key_id, key.id, sizeof key.id) == 0; i++)
        FUZZ_ASSERT(out[i] == 0);
}

static void try_under_our_head(struct rc_str bytes, struct rc_arena *arena)
{
    RC_AUTO_BUF struct rc_buf frame = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR(""), &frame);
    frame.len = RC_SEAL_HEAD_BYTES;
    rc_buf_add_str(&frame, bytes);
    try_frame(rc_buf_str(&frame), arena);
}

static void try_packed(struct rc_str bytes, struct rc_arena *arena)
{
    RC_AUTO(rc_packer) struct rc_packer *packer = rc_packer_new();
    struct rc_str plain = {0};

    if (rc_unpack(packer, bytes, LIMIT, arena, &plain) == RC_OK) FUZZ_ASSERT(plain.len <= LIMIT);
}

static void try_round(struct rc_str bytes, struct rc_arena *arena)
{
    RC_AUTO(rc_packer) struct rc_packer *packer = rc_packer_new();
    RC_AUTO_BUF struct rc_buf packed = {0};
    RC_AUTO_BUF struct rc_buf frame = {0};
    struct rc_str again = {0};

    rc_pack(packer, bytes, &packed);
    rc_seal(&key, &place, RC_SEAL_PACKED, rc_buf_str(&packed), &frame);
    char *out = rc_arena_bytes(arena, packed.len + 1);
    FUZZ_ASSERT(rc_seal_open(&key, &place, rc_buf_str(&frame), out) == RC_OK);
    FUZZ_ASSERT(rc_unpack(packer, (struct rc_str){out, packed.len}, bytes.len, arena, &again) ==
                RC_OK);
    FUZZ_ASSERT(rc_str_eq(bytes, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct rc_str bytes, struct rc_arena * arena) = {
        try_frame, try_under_our_head, try_packed, try_round};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);

    if (size == 0 || rc_crypto_setup() != RC_OK) return 0;
    tries[data[0] % COUNT_OF(tries)]((struct rc_str){(const char *)data + 1, size - 1}, arena);
    return 0;
}
