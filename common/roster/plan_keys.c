/* By what nodes are found to belong to one person (P1, P2): digests of values, cheap enough to be
 * made anew for a whole district whenever one is planned. They are at least as coarse as what the
 * planner compares, so nobody who could match is missed. */
#include "rollcall/roster/plan.h"

#include "rollcall/base/hash.h"

/* ASCII letters without case; mixed at the end, since tables use the high bits. */
static uint64_t hash_byte(uint64_t hash, char c)
{
    return rc_hash_byte(hash, (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c));
}

static uint64_t hash_text(uint64_t hash, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        hash = hash_byte(hash, text.data[i]);
    return hash_byte(hash, '\0');
}

static uint64_t mixed(uint64_t hash)
{
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

void rc_plan_keys_add(struct rc_plan_keys *keys, struct rc_arena *arena, uint64_t key)
{
    if (keys->count == keys->room) {
        const size_t room = keys->room ? 2 * keys->room : 8;
        uint64_t *items = rc_arena_array(arena, room, sizeof *items);
        if (keys->count > 0) memcpy(items, keys->items, keys->count * sizeof *items);
        keys->items = items;
        keys->room = room;
    }
    keys->items[keys->count++] = key;
}

void rc_plan_keys_of_values(struct rc_plan_keys *keys, struct rc_arena *arena,
                            const struct rc_str *values)
{
    static const enum rc_field fields[] = {RC_FIELD_EMAIL, RC_FIELD_USERNAME, RC_FIELD_IDENTIFIER,
                                           RC_FIELD_MASTER_ID};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const struct rc_str value = rc_str_trim(values[fields[i]]);
        if (value.len == 0) continue;
        const uint64_t start = hash_byte(RC_HASH_START, (char)('0' + (int)fields[i]));
        rc_plan_keys_add(keys, arena, mixed(hash_text(start, value)));
    }
}

static uint64_t hash_digits(uint64_t hash, struct rc_str phone, size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < phone.len; i++) {
        if (phone.data[i] < '0' || phone.data[i] > '9') continue;
        hash = hash_byte(hash, phone.data[i]);
        *ret_count += 1;
    }
    return hash;
}

void rc_plan_keys_of_person(struct rc_plan_keys *keys, struct rc_arena *arena,
                            const struct rc_str *values)
{
    size_t digits = 0;
    uint64_t hash = hash_digits(hash_byte(RC_HASH_START, 'p'), values[RC_FIELD_PHONE], &digits);
    if (digits == 0) return;
    hash = hash_text(hash, rc_str_trim(values[RC_FIELD_GIVEN_NAME]));
    hash = hash_text(hash, rc_str_trim(values[RC_FIELD_FAMILY_NAME]));
    rc_plan_keys_add(keys, arena, mixed(hash_text(hash, rc_str_trim(values[RC_FIELD_EMAIL]))));
}

static void add_alike(struct rc_plan_keys *keys, struct rc_arena *arena, uint64_t hash,
                      const struct rc_str *values)
{
    hash = hash_text(hash, rc_str_trim(values[RC_FIELD_GIVEN_NAME]));
    rc_plan_keys_add(keys, arena,
                     mixed(hash_text(hash, rc_str_trim(values[RC_FIELD_FAMILY_NAME]))));
}

void rc_plan_keys_of_likeness(struct rc_plan_keys *keys, struct rc_arena *arena,
                              const struct rc_plan_likeness *likeness, const struct rc_str *values)
{
    if (rc_str_trim(values[RC_FIELD_GIVEN_NAME]).len == 0 ||
        rc_str_trim(values[RC_FIELD_FAMILY_NAME]).len == 0)
        return;
    if (likeness->home.len > 0) {
        const uint64_t hash = hash_text(hash_byte(RC_HASH_START, 'h'), likeness->source);
        add_alike(keys, arena, hash_text(hash_text(hash, likeness->home), likeness->grade), values);
    }
    if (likeness->born.len > 0) {
        const uint64_t hash = hash_text(hash_byte(RC_HASH_START, 'd'), likeness->source);
        add_alike(keys, arena, hash_text(hash, likeness->born), values);
    }
}

static uint64_t hash_values(uint64_t hash, const struct rc_str *values)
{
    static const enum rc_field fields[] = {RC_FIELD_GIVEN_NAME, RC_FIELD_FAMILY_NAME,
                                           RC_FIELD_EMAIL,      RC_FIELD_USERNAME,
                                           RC_FIELD_IDENTIFIER, RC_FIELD_MASTER_ID};
    size_t digits = 0;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        hash = hash_text(hash, rc_str_trim(values[fields[i]]));
    return hash_byte(hash_digits(hash, values[RC_FIELD_PHONE], &digits), '\0');
}

uint64_t rc_plan_match_basis(const struct rc_str *record, const struct rc_str *account)
{
    return mixed(hash_values(hash_values(hash_byte(RC_HASH_START, 'b'), record), account));
}

uint64_t rc_plan_kin_key(struct rc_str source, struct rc_str id)
{
    /* Ids are compared with case by the planner; without it here, which only joins more. */
    return mixed(hash_text(hash_text(hash_byte(RC_HASH_START, 'k'), source), id));
}
