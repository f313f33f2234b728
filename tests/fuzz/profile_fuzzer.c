/* Profiles: a file is taken whole or told of, and one that is taken keeps its promises. */

#include "fuzz.h"
#include "rollcall/roster/profile.h"

static struct rc_str value(void *self, struct rc_str name)
{
    (void)self;
    (void)name;
    return RC_STR("https-x");
}

static void check_address(struct rc_str template, struct rc_arena *arena)
{
    struct rc_str made = {0};

    FUZZ_ASSERT(rc_profile_address(template, value, NULL, arena, &made) == RC_OK);
    FUZZ_ASSERT(memchr(made.data, '{', made.len) == NULL || made.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO_BUF struct rc_buf problems = {0};
    struct rc_profile profile = {0};
    const struct rc_str text = {(const char *)data, size};

    if (rc_profile_parse(text, arena, &problems, &profile) != RC_OK) {
        FUZZ_ASSERT(problems.len > 0 && profile.id.len == 0);
        return 0;
    }
    FUZZ_ASSERT(problems.len == 0 && profile.versions.count > 0 && profile.auths.count > 0);
    FUZZ_ASSERT(rc_profile_field_find(&profile, RC_STR("client-secret")) != NULL);
    check_address(profile.url, arena);
    check_address(profile.token_url, arena);
    return 0;
}
