/* Where a collection ends: every rule as a row. */

#include "paging.h"

#include "support/unit.h"

static void test_the_end_is_decided_by_what_came(void **state)
{
    static const struct {
        const char *what;
        struct paging_facts facts; /* count, received, total, pages, link, until */
        enum paging_way way;
        const char *reason;
    } cases[] = {
        {"a full page", {100, 100, -1, 1, PAGING_LINK_ABSENT, -1}, PAGING_ON, NULL},
        {"a short page is no end", {3, 103, -1, 2, PAGING_LINK_ABSENT, -1}, PAGING_ON, NULL},
        {"a short page before the total", {50, 150, 500, 3, PAGING_LINK_LAST, -1}, PAGING_ON, NULL},
        {"the total is reached", {50, 500, 500, 10, PAGING_LINK_LAST, -1}, PAGING_SEALED, NULL},
        {"the total is reached without links",
         {50, 500, 500, 10, PAGING_LINK_ABSENT, -1},
         PAGING_SEALED,
         NULL},
        {"total reached, yet a next link",
         {50, 500, 500, 10, PAGING_LINK_NEXT, -1},
         PAGING_ON,
         NULL},
        {"then an empty page", {0, 500, 500, 10, PAGING_LINK_ABSENT, -1}, PAGING_SEALED, NULL},
        {"no total, links end", {50, 500, -1, 10, PAGING_LINK_LAST, -1}, PAGING_SEALED, NULL},
        {"no total, links go on", {50, 500, -1, 10, PAGING_LINK_NEXT, -1}, PAGING_ON, NULL},
        {"no total, an empty page", {0, 500, -1, 10, PAGING_LINK_ABSENT, -1}, PAGING_SEALED, NULL},
        {"no total, an empty page with a next",
         {0, 500, -1, 10, PAGING_LINK_NEXT, -1},
         PAGING_UNSEALED,
         "behind an empty one"},
        {"nothing, and the total says so",
         {0, 0, 0, 0, PAGING_LINK_ABSENT, -1},
         PAGING_UNSEALED,
         "answered with nothing"},
        {"nothing at all",
         {0, 0, -1, 0, PAGING_LINK_ABSENT, -1},
         PAGING_UNSEALED,
         "answered with nothing"},
        {"fewer than announced",
         {0, 490, 500, 10, PAGING_LINK_ABSENT, -1},
         PAGING_UNSEALED,
         "fewer records"},
        {"more than announced go on", {50, 550, 500, 11, PAGING_LINK_ABSENT, -1}, PAGING_ON, NULL},
        {"more than announced",
         {0, 550, 500, 11, PAGING_LINK_ABSENT, -1},
         PAGING_UNSEALED,
         "more records"},
        {"the next lane's range", {50, 300, 500, 6, PAGING_LINK_NEXT, 300}, PAGING_SEALED, NULL},
        {"before the next lane's range", {49, 299, 500, 6, PAGING_LINK_NEXT, 300}, PAGING_ON, NULL},
        {"nothing before the next lane's range",
         {0, 250, 500, 6, PAGING_LINK_ABSENT, 300},
         PAGING_UNSEALED,
         "fewer records"},
        {"no end", {1, 200000, -1, 200000, PAGING_LINK_NEXT, -1}, PAGING_UNSEALED, "do not end"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *reason = NULL;
        if (paging_decide(&cases[i].facts, &reason) != cases[i].way) fail_msg("%s", cases[i].what);
        if ((reason == NULL) != (cases[i].reason == NULL)) fail_msg("%s: reason", cases[i].what);
        if (reason && !strstr(reason, cases[i].reason)) fail_msg("%s: %s", cases[i].what, reason);
    }
}

static void test_links_are_read_in_every_way_that_sources_write_them(void **state)
{
    static const struct {
        const char *header;
        enum paging_link link;
    } cases[] = {
        {"", PAGING_LINK_ABSENT},
        {"  ", PAGING_LINK_ABSENT},
        {"<https://s/u?offset=100>; rel=\"next\"", PAGING_LINK_NEXT},
        {"<https://s/u?offset=100>; rel=next", PAGING_LINK_NEXT},
        {"<https://s/u?offset=100>;rel='next'", PAGING_LINK_NEXT},
        {"<https://s/u?offset=100>; REL=\"NEXT\"", PAGING_LINK_NEXT},
        {"<https://s/u?offset=100>; title=\"a, b\"; rel=\"next\"", PAGING_LINK_NEXT},
        {"</u?offset=100>; rel=\"last next\"", PAGING_LINK_NEXT},
        {"<https://s/u?filter=a,b;rel=next>; rel=\"last\"", PAGING_LINK_LAST},
        {"<https://s/u>; rel=\"first\", <https://s/u?o=2>; rel=\"next\", <https://s/u?o=9>; "
         "rel=\"last\"",
         PAGING_LINK_NEXT},
        {"<https://s/u>; rel=\"first\", <https://s/u?o=1>; rel=\"prev\"", PAGING_LINK_LAST},
        {"<https://s/next>; rel=\"prev\"", PAGING_LINK_LAST},
        {"nonsense", PAGING_LINK_LAST},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (paging_link_of(rc_str_of(cases[i].header)) != cases[i].link)
            fail_msg("%s", cases[i].header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_is_decided_by_what_came),
        cmocka_unit_test(test_links_are_read_in_every_way_that_sources_write_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
