/* Addresses that a tenant's URL must not lead to, as one table for each family. */
#include "rollcall/port/guard.h"

#include "rollcall/base/buf.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

enum { V4_BYTES = 4, V6_BYTES = 16, HOST_MAX = 253, ITEMS_MAX = 1000 };

/* An address without its port: 4 or 16 bytes. */
struct place {
    unsigned char bytes[V6_BYTES];
    size_t size;
};

struct network {
    struct place base;
    unsigned bits;
};

struct rc_guard {
    struct network *networks;
    size_t network_count;
    struct rc_str *names; /* lower-cased by comparison; ".internal": all below it */
    size_t name_count;
    struct rc_arena *arena;
};

/* ---- what is not public ---- */

static const struct {
    unsigned char base[V4_BYTES];
    unsigned bits;
    const char *words;
} v4_ranges[] = {
    {{0, 0, 0, 0}, 8, "this host"},
    {{10, 0, 0, 0}, 8, "private"},
    {{100, 64, 0, 0}, 10, "a carrier's inner network"},
    {{127, 0, 0, 0}, 8, "loopback"},
    {{168, 63, 129, 16}, 32, "a cloud's metadata"},
    {{169, 254, 0, 0}, 16, "link-local, where clouds keep metadata"},
    {{172, 16, 0, 0}, 12, "private"},
    {{192, 0, 0, 0}, 24, "reserved"},
    {{192, 0, 2, 0}, 24, "for examples only"},
    {{192, 88, 99, 0}, 24, "a relay"},
    {{192, 168, 0, 0}, 16, "private"},
    {{198, 18, 0, 0}, 15, "for measurements only"},
    {{198, 51, 100, 0}, 24, "for examples only"},
    {{203, 0, 113, 0}, 24, "for examples only"},
    {{224, 0, 0, 0}, 4, "multicast"},
    {{240, 0, 0, 0}, 4, "reserved"},
};

/* First match wins; what none names and is not in 2000::/3 is not global unicast. */
static const struct {
    unsigned char base[V6_BYTES];
    unsigned bits;
    const char *words;
} v6_ranges[] = {
    {{[15] = 1}, 128, "loopback"},
    {{0}, 128, "this host"},
    {{0xfc}, 7, "private"},
    {{0xfe, 0x80}, 10, "link-local"},
    {{0xfe, 0xc0}, 10, "private"},
    {{0xff}, 8, "multicast"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "an inner translator's"},
    {{0x20, 0x01, 0x00, 0x00}, 23, "reserved"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "for examples only"},
    {{0x20, 0x02}, 16, "a relay"},
    {{0x3f, 0xff}, 20, "for examples only"},
};

/* Prefixes in front of an address of IPv4, which is what is reached then. */
static const unsigned char carriers[][V6_BYTES - V4_BYTES] = {
    {[10] = 0xff, [11] = 0xff}, /* ::ffff:0:0/96, mapped */
    {0x00, 0x64, 0xff, 0x9b},   /* 64:ff9b::/96, NAT64 */
};

static bool within(const unsigned char *bytes, const unsigned char *base, unsigned bits)
{
    const size_t whole = bits / 8;
    const unsigned mask = (0xff00u >> (bits % 8)) & 0xff;

    if (memcmp(bytes, base, whole) != 0) return false;
    return bits % 8 == 0 || ((unsigned)(bytes[whole] ^ base[whole]) & mask) == 0;
}

static const char *refusal_v4(const struct place *place)
{
    for (size_t i = 0; i < COUNT_OF(v4_ranges); i++)
        if (within(place->bytes, v4_ranges[i].base, v4_ranges[i].bits)) return v4_ranges[i].words;
    return NULL;
}

static const char *refusal_v6(const struct place *place)
{
    for (size_t i = 0; i < COUNT_OF(v6_ranges); i++)
        if (within(place->bytes, v6_ranges[i].base, v6_ranges[i].bits)) return v6_ranges[i].words;
    return (place->bytes[0] & 0xe0) == 0x20 ? NULL : "reserved";
}

/* ---- addresses ---- */

/* The address of IPv4 that it carries, where it carries one. */
static struct place unwrapped(const struct place *place)
{
    const size_t head = V6_BYTES - V4_BYTES;
    struct place inner = {.size = V4_BYTES};

    if (place->size == V4_BYTES) return *place;
    for (size_t i = 0; i < COUNT_OF(carriers); i++) {
        if (memcmp(place->bytes, carriers[i], head) != 0) continue;
        memcpy(inner.bytes, place->bytes + head, V4_BYTES);
        return inner;
    }
    return *place;
}

static bool place_of(const struct sockaddr *address, struct place *ret_place)
{
    struct place place = {.size = 0};

    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        place.size = V4_BYTES;
        memcpy(place.bytes, &v4->sin_addr, V4_BYTES);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        place.size = V6_BYTES;
        memcpy(place.bytes, &v6->sin6_addr, V6_BYTES);
    } else {
        return false;
    }
    *ret_place = unwrapped(&place);
    return true;
}

/* A zone ("%eth0") says which link, not which address. */
static bool read_place(struct rc_str text, struct place *ret_place)
{
    char copy[INET6_ADDRSTRLEN];
    struct rc_str rest = text;
    struct rc_str bare = rc_str_cut(&rest, '%');
    struct place place = {.size = 0};

    if (bare.len == 0 || bare.len >= sizeof copy) return false;
    memcpy(copy, bare.data, bare.len);
    copy[bare.len] = '\0';
    if (inet_pton(AF_INET, copy, place.bytes) == 1)
        place.size = V4_BYTES;
    else if (inet_pton(AF_INET6, copy, place.bytes) == 1)
        place.size = V6_BYTES;
    *ret_place = place;
    return place.size > 0;
}

/* ---- what the operator lets through ---- */

static bool names_it(struct rc_str name, struct rc_str host)
{
    if (!rc_str_starts(name, RC_STR("."))) return rc_str_eq_fold(name, host);
    if (host.len <= name.len) return false;
    return rc_str_eq_fold(name, (struct rc_str){host.data + host.len - name.len, name.len});
}

/* Without brackets and without the root's dot at its end. */
static struct rc_str bare_host(struct rc_str host)
{
    if (rc_str_starts(host, RC_STR("[")) && rc_str_ends(host, RC_STR("]")))
        host = (struct rc_str){host.data + 1, host.len - 2};
    if (rc_str_ends(host, RC_STR("."))) host.len--;
    return host;
}

static bool lists_place(const struct rc_guard *guard, struct rc_str host, const struct place *place)
{
    const struct rc_str bare = bare_host(host);

    if (!guard) return false;
    for (size_t i = 0; i < guard->name_count; i++)
        if (names_it(guard->names[i], bare)) return true;
    for (size_t i = 0; i < guard->network_count; i++) {
        const struct network *network = &guard->networks[i];
        if (network->base.size == place->size &&
            within(place->bytes, network->base.bytes, network->bits))
            return true;
    }
    return false;
}

static const char *judge(const struct rc_guard *guard, struct rc_str host,
                         const struct place *place)
{
    if (lists_place(guard, host, place)) return NULL;
    return place->size == V4_BYTES ? refusal_v4(place) : refusal_v6(place);
}

const char *rc_guard_refusal(const struct rc_guard *guard, struct rc_str host,
                             const struct sockaddr *address)
{
    struct place place = {.size = 0};

    return place_of(address, &place) ? judge(guard, host, &place)
                                     : "not an address of the internet";
}

const char *rc_guard_refusal_text(const struct rc_guard *guard, struct rc_str host,
                                  const char *address)
{
    struct place place = {.size = 0};

    if (!read_place(rc_str_of(address), &place)) return "not an address of the internet";
    place = unwrapped(&place);
    return judge(guard, host, &place);
}

bool rc_guard_lists(const struct rc_guard *guard, struct rc_str host,
                    const struct sockaddr *address)
{
    struct place place = {.size = 0};

    return place_of(address, &place) && lists_place(guard, host, &place);
}

/* ---- reading the list ---- */

static bool name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

static bool is_name(struct rc_str text)
{
    bool letter = false;

    for (size_t i = 0; i < text.len; i++) {
        if (!name_letter(text.data[i])) return false;
        letter = letter || text.data[i] > '9';
    }
    return letter && text.len <= HOST_MAX;
}

/* A network of mapped addresses is one of IPv4. */
static bool read_network(struct rc_str text, struct network *ret_network)
{
    struct rc_str bits = text;
    struct place place = {.size = 0};
    int64_t number = 0;

    if (!read_place(rc_str_cut(&bits, '/'), &place)) return false;
    number = (int64_t)place.size * 8;
    if (bits.data && rc_str_int(bits, 0, number, &number) != RC_OK) return false;
    const struct place inner = unwrapped(&place);
    if (inner.size != place.size) number = number < 96 ? 0 : number - 96;
    *ret_network = (struct network){inner, (unsigned)number};
    return true;
}

static rc_status add_item(struct rc_guard *guard, struct rc_str item)
{
    if (guard->network_count + guard->name_count == ITEMS_MAX)
        return rc_fail(RC_REJECT, "more than %d hosts are listed", ITEMS_MAX);
    if (read_network(item, &guard->networks[guard->network_count])) {
        guard->network_count++;
        return RC_OK;
    }
    if (!is_name(item))
        return rc_fail(RC_REJECT,
                       "\"%.*s\" is neither a host name nor an address nor a network (10.0.0.0/8)",
                       (int)(item.len > 80 ? 80 : item.len), item.data);
    guard->names[guard->name_count++] = rc_str_copy(guard->arena, bare_host(item));
    return RC_OK;
}

static rc_status add_all(struct rc_guard *guard, struct rc_str hosts)
{
    while (hosts.data) {
        struct rc_str part = rc_str_cut(&hosts, ',');
        while (part.data) {
            const struct rc_str item = rc_str_trim(rc_str_cut(&part, ' '));
            if (item.len > 0) RC_TRY(add_item(guard, item));
        }
    }
    return RC_OK;
}

rc_status rc_guard_new(const char *hosts, struct rc_guard **ret_guard)
{
    RC_AUTO(rc_guard) struct rc_guard *guard = rc_malloc(sizeof *guard);

    *guard = (struct rc_guard){.arena = rc_arena_new(0)};
    guard->networks = rc_arena_alloc(guard->arena, ITEMS_MAX * sizeof *guard->networks);
    guard->names = rc_arena_alloc(guard->arena, ITEMS_MAX * sizeof *guard->names);
    RC_TRY(add_all(guard, rc_str_of(hosts)));
    *ret_guard = rc_guard_take(&guard);
    return RC_OK;
}

void rc_guard_free(struct rc_guard *guard)
{
    if (!guard) return;
    rc_arena_free(guard->arena);
    free(guard);
}
