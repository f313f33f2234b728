/* A list of hosts, a host, an address, a line each, and where an answer leads to: an address is
 * judged the same in its mapped form, a list refuses nothing that is let through without it, and no
 * answer leads to another host. */

#include "fuzz.h"
#include "rollcall/base/str.h"
#include "rollcall/port/guard.h"
#include "rollcall/port/http.h"

#include <arpa/inet.h>

static void check_forms(struct rc_arena *arena, struct rc_str host, const char *address)
{
    unsigned char bytes[4];

    if (inet_pton(AF_INET, address, bytes) != 1) return;
    const char *mapped = rc_str_print(arena, "::ffff:%s", address).data;
    FUZZ_ASSERT(!rc_guard_refusal_text(NULL, host, address) ==
                !rc_guard_refusal_text(NULL, host, mapped));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO(rc_guard) struct rc_guard *guard = NULL;
    struct rc_str rest = rc_str_copy(arena, (struct rc_str){(const char *)data, size});
    const char *hosts = rc_str_copy(arena, rc_str_cut(&rest, '\n')).data;
    const struct rc_str host = rc_str_cut(&rest, '\n');
    const char *address = rc_str_copy(arena, rc_str_cut(&rest, '\n')).data;
    struct rc_str url = {0};

    check_forms(arena, host, address);
    if (rc_guard_new(hosts, &guard) == RC_OK && !rc_guard_refusal_text(NULL, host, address))
        FUZZ_ASSERT(!rc_guard_refusal_text(guard, host, address));
    if (rc_url_follow("https://sis.example/a?b=c", rest, arena, &url) != RC_OK) return 0;
    const struct rc_str at = rc_url_host(url);
    FUZZ_ASSERT(rc_str_eq_fold(at, RC_STR("sis.example")) ||
                rc_str_eq_fold(at, RC_STR("sis.example:443")));
    return 0;
}
