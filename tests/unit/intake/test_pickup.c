/* What can be said of a pick-up without a server (intake/pickup.h). */
#include "rollcall/intake/pickup.h"

#include "rollcall/base/auto.h"
#include "support/unit.h"

static void test_a_pattern_fits_whole_names(void **state)
{
    static const struct {
        const char *pattern, *name;
        bool fits;
    } cases[] = {
        {"*.zip", "roster.zip", true},
        {"*.zip", "ROSTER.ZIP", true},
        {"*.zip", ".zip", true},
        {"*.zip", "roster.zip.part", false},
        {"roster.zip", "roster.zip", true},
        {"roster.zip", "my-roster.zip", false},
        {"*", "", true},
        {"", "", true},
        {"", "x", false},
        {"or-????_*.zip", "or-2026_11-23.zip", true},
        {"or-????_*.zip", "or-26_11.zip", false},
        {"*a*b", "aXbXaXb", true},
        {"*a*b", "aXbXa", false},
        {"**.zip", "x.zip", true},
        {"*", "a/b", false},
        {"*", "a\nb", false},
        {"*", "a\xff", false},
        {"*\xc3\xbc*", "Sch\xc3\xbcler.zip", true},
        {"a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (rc_pickup_fits(cases[i].pattern, rc_str_of(cases[i].name)) != cases[i].fits)
            fail_msg("\"%s\" and \"%s\"", cases[i].pattern, cases[i].name);
}

static void test_every_trouble_is_a_line_that_says_where(void **state)
{
    const struct rc_pickup pickup = {
        .host = "sftp.sis.example", .folder = "/exports", .pattern = "or-%s-*.zip"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (int i = 0; i < RC_PICKUP_TROUBLE_COUNT_; i++) {
        const enum rc_pickup_trouble trouble = (enum rc_pickup_trouble)i;
        const struct rc_str words = rc_pickup_words(trouble, &pickup, "", arena);
        assert_int_equal(rc_pickup_trouble_name(trouble) != NULL, words.len > 0);
        assert_int_equal(rc_pickup_trouble_looks(trouble) > 0, words.len > 0);
        assert_null(memchr(words.len > 0 ? words.data : "", '\n', words.len));
        assert_null(strstr(words.len > 0 ? words.data : "", "$s"));
    }
    assert_str(rc_pickup_words(RC_PICKUP_NO_FILE, &pickup, "", arena),
               "no file in /exports on sftp.sis.example fits or-%s-*.zip: check the pattern, and "
               "that the SIS exports there");
    assert_str(rc_pickup_words(RC_PICKUP_REFUSED, &pickup, "it is no zip", arena),
               "the newest zip in /exports on sftp.sis.example is refused [it is no zip]");
}

static void test_the_home_folder_has_a_name(void **state)
{
    const struct rc_pickup pickup = {.host = "sftp.sis.example", .folder = "", .pattern = "*.zip"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_non_null(
        strstr(rc_pickup_words(RC_PICKUP_FOLDER, &pickup, "", arena).data, "the home folder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_pattern_fits_whole_names),
        cmocka_unit_test(test_every_trouble_is_a_line_that_says_where),
        cmocka_unit_test(test_the_home_folder_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
