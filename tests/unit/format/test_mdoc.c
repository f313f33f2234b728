/* Texts in manual pages: what stands in them is never taken for a macro or an escape. */
#include "support/unit.h"

#include "rollcall/format/mdoc.h"

static void assert_text(const char *text, const char *expected)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_mdoc_text(&out, text);
    assert_string_equal(out.data, expected);
}

static void test_each_sentence_has_a_line(void **state)
{
    (void)state;
    assert_text("One thing. Another? A third.", "One thing.\nAnother?\nA third.\n");
}

static void test_a_long_sentence_is_broken_between_words(void **state)
{
    (void)state;
    assert_text("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh i",
                "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg\n"
                "hhhhhhhhh i\n");
}

static void test_no_line_begins_as_a_macro(void **state)
{
    (void)state;
    assert_text(".Sh is text", "\\&.Sh is text\n");
    assert_text("Said. .Sh too", "Said.\n\\&.Sh too\n");
    assert_text("'br", "\\&'br\n");
}

static void test_a_backslash_stays_one(void **state)
{
    (void)state;
    assert_text("a\\b", "a\\eb\n");
}

static void test_blanks_do_not_pile_up_at_the_begin_of_a_line(void **state)
{
    (void)state;
    assert_text("One.  Two.\n Three.", "One.\nTwo.\nThree.\n");
}

static void test_an_argument_is_one_word_and_no_macro(void **state)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    rc_mdoc_word(&out, "Ar \"x\" \\ y");
    assert_string_equal(out.data, " \"\\&Ar \"\"x\"\" \\e y\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_sentence_has_a_line),
        cmocka_unit_test(test_a_long_sentence_is_broken_between_words),
        cmocka_unit_test(test_no_line_begins_as_a_macro),
        cmocka_unit_test(test_a_backslash_stays_one),
        cmocka_unit_test(test_blanks_do_not_pile_up_at_the_begin_of_a_line),
        cmocka_unit_test(test_an_argument_is_one_word_and_no_macro),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
