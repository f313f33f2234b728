/* Words and numbers. */

#include "../../../common/letter/words.h"

#include "support/unit.h"

static void test_numbers_have_separators(void **state)
{
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {{0, "0"},           {7, "7"},          {999, "999"},
                 {1000, "1,000"},    {-1000, "-1,000"}, {12345678, "12,345,678"},
                 {100000, "100,000"}};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_str(words_number(arena, cases[i].number), cases[i].text);
    assert_str(words_count(arena, 1, "error"), "1 error");
    assert_str(words_count(arena, 2000, "error"), "2,000 errors");
}

static void test_every_role_of_reports_has_a_word(void **state)
{
    (void)state;
    for (size_t i = 0; words_roles[i]; i++)
        assert_string_not_equal(words_role(rc_str_of(words_roles[i]), false), "people");
    assert_string_equal(words_role(RC_STR("librarian"), false), "people");
    assert_string_equal(words_role(RC_STR("staff"), true), "staff member");
}

static void test_every_reason_to_wait_has_a_sentence(void **state)
{
    static const char *const holds[] = {
        "first sync",   "always approve",         "threshold",         "no longer shared",
        "out of scope", "source fault suspected", "username is taken", "e-mail is taken"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(holds); i++)
        assert_string_not_equal(words_hold(rc_str_of(holds[i])), words_hold(RC_STR("new")));
}

static void test_a_sentence_begins_with_a_word_of_owners(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_str(words_sentence(arena, RC_STR("users could not be read")),
               "People could not be read");
    assert_str(words_sentence(arena, RC_STR("orgs")), "Schools");
    assert_str(words_sentence(arena, RC_STR("it was late")), "It was late");
    assert_str(words_sentence(arena, RC_STR("")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_have_separators),
        cmocka_unit_test(test_every_role_of_reports_has_a_word),
        cmocka_unit_test(test_every_reason_to_wait_has_a_sentence),
        cmocka_unit_test(test_a_sentence_begins_with_a_word_of_owners),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
