/* Lines of folders as servers write them (port/sftp_listing.h). */
#include "rollcall/port/sftp_listing.h"

#include "rollcall/base/auto.h"
#include "support/unit.h"

enum { YEAR = 2026, MONTH = 11 };

static struct rc_sftp_entry read_line(const char *line)
{
    struct rc_sftp_entry entry = {.moment = -1};
    struct rc_str text = rc_str_of(line);

    assert_ok(rc_sftp_listing_next(&text, YEAR, MONTH, &entry));
    assert_int_equal(text.len, 0);
    return entry;
}

static void test_a_line_of_openssh_is_read(void **state)
{
    const struct rc_sftp_entry entry = read_line(
        "-rw-r--r--    1 maple    staff     3000000 Nov 23 06:05 oneroster export.zip\n");

    (void)state;
    assert_str(entry.name, "oneroster export.zip");
    assert_true(entry.regular);
}

static void test_a_name_keeps_its_own_blanks(void **state)
{
    (void)state;
    assert_str(read_line("-rw-r--r-- 1 a b 3 Nov 23 06:05   x .zip").name, "  x .zip");
    assert_str(read_line("-rw-r--r-- 1 a b 3 Nov 23 06:05 x.zip\r\n").name, "x.zip");
}

static void test_folders_links_and_devices_are_no_files(void **state)
{
    static const char kinds[] = "dlbcps?";

    (void)state;
    for (const char *kind = kinds; *kind; kind++) {
        char line[] = "?rwxr-xr-x 2 a b 4096 Nov 23 06:05 x.zip";
        line[0] = *kind;
        assert_false(read_line(line).regular);
    }
}

/* Each was changed later than the one before it. */
static void test_entries_are_ordered_by_their_dates(void **state)
{
    static const char *const lines[] = {
        "-rw-r--r-- 1 a b 3 Jan  1  2024 x",     "-rw-r--r-- 1 a b 3 Dec 31  2024 x",
        "-rw-r--r-- 1 a b 3 Mar 31 2026 x",      "-rw-r--r-- 1 a b 3 Nov  2 23:59 x",
        "-rw-r--r-- 1 a b 3 Nov 23 06:05 x",     "-rw-r--r-- 1 a b 3 Nov 23 06:06 x",
        "-rw-r--r-- 1 a b 3 Dec  1 00:00 x", /* a server's clock that is ahead */
        "-rw-r--r-- 1 a b 3 23.11.26 06:06 x y",
    };

    (void)state;
    for (size_t i = 1; i < COUNT_OF(lines); i++)
        assert_true(read_line(lines[i - 1]).moment < read_line(lines[i]).moment);
}

static void test_a_month_far_ahead_is_of_last_year(void **state)
{
    struct rc_sftp_entry december = {.moment = 0};
    struct rc_sftp_entry january = {.moment = 0};
    struct rc_str text = RC_STR(
        "-rw-r--r-- 1 a b 3 Dec 30 23:00 x\n-rw-r--r-- 1 a b 3 Jan  2 01:00 y");

    (void)state;
    assert_ok(rc_sftp_listing_next(&text, YEAR, 1, &december));
    assert_ok(rc_sftp_listing_next(&text, YEAR, 1, &january));
    assert_true(december.moment < january.moment);
    assert_int_equal(rc_sftp_listing_next(&text, YEAR, 1, &january), RC_NOT_FOUND);
}

static void test_what_is_no_such_line_is_refused_and_passed_over(void **state)
{
    static const char *const lines[] = {"total 12\n",
                                        "\n",
                                        "x.zip\n",
                                        "-rw-r--r-- 1 a b 3 Nov 23\n",
                                        "-rw-r--r-- 1 a b 3 Nov 23 06:05\n",
                                        "-rw-r--r-- 1 a b 3 Nov 23 06:05 \n"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct rc_str text = rc_str_of(lines[i]);
        struct rc_sftp_entry entry;
        assert_fails(rc_sftp_listing_next(&text, YEAR, MONTH, &entry), RC_REJECT, "ls -l");
        assert_int_equal(text.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_of_openssh_is_read),
        cmocka_unit_test(test_a_name_keeps_its_own_blanks),
        cmocka_unit_test(test_folders_links_and_devices_are_no_files),
        cmocka_unit_test(test_entries_are_ordered_by_their_dates),
        cmocka_unit_test(test_a_month_far_ahead_is_of_last_year),
        cmocka_unit_test(test_what_is_no_such_line_is_refused_and_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
