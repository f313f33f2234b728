/* Zips from outside: what is read, and what is refused before a byte of it is unpacked. The zips
 * are made by hand, byte by byte, since no library writes bad ones. */

#include "rollcall/port/zip.h"

#include "rollcall/base/buf.h"
#include "support/unit.h"

static const struct rc_zip_limits limits = {.max_bytes = 1 << 20,
                                            .max_members = 4,
                                            .max_member_bytes = 1000000,
                                            .max_total_bytes = 1500000,
                                            .max_ratio = 100};

/* A member as it is written; zero: as it really is. */
struct made {
    const char *name;
    const char *content;
    unsigned declared; /* size */
    unsigned flags;
    unsigned method;
    unsigned attributes; /* of Unix */
    bool wrong_checksum;
};

static void put(struct rc_buf *out, unsigned long value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        rc_buf_add_char(out, (char)(value >> (8 * i) & 0xFF));
}

static unsigned long checksum(const char *text)
{
    unsigned long crc = 0xFFFFFFFF;

    for (; *text; text++) {
        crc ^= (unsigned char)*text;
        for (int i = 0; i < 8; i++)
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return crc ^ 0xFFFFFFFF;
}

/* What stands both before the member and in the directory. */
static void put_facts(struct rc_buf *out, const struct made *member)
{
    const size_t len = strlen(member->content);

    put(out, 20, 2);
    put(out, member->flags, 2);
    put(out, member->method, 2);
    put(out, 0, 4);
    put(out, checksum(member->content) ^ (member->wrong_checksum ? 1 : 0), 4);
    put(out, len, 4);
    put(out, member->declared ? member->declared : len, 4);
    put(out, strlen(member->name), 2);
    put(out, 0, 2);
}

static void put_entry(struct rc_buf *out, const struct made *member, unsigned long offset)
{
    put(out, 0x02014B50, 4);
    put(out, 3 << 8 | 20, 2); /* made on Unix */
    put_facts(out, member);
    put(out, 0, 6);
    put(out, (unsigned long)member->attributes << 16, 4);
    put(out, offset, 4);
    rc_buf_add_str(out, rc_str_of(member->name));
}

static void make_zip(const struct made *members, size_t count, struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf directory = {0};

    for (size_t i = 0; i < count; i++) {
        put_entry(&directory, &members[i], out->len);
        put(out, 0x04034B50, 4);
        put_facts(out, &members[i]);
        rc_buf_add_str(out, rc_str_of(members[i].name));
        rc_buf_add_str(out, rc_str_of(members[i].content));
    }
    const size_t offset = out->len;
    rc_buf_add_str(out, rc_buf_str(&directory));
    put(out, 0x06054B50, 4);
    put(out, 0, 4);
    put(out, count, 2);
    put(out, count, 2);
    put(out, directory.len, 4);
    put(out, offset, 4);
    put(out, 0, 2);
}

static rc_status open_made(const struct made *members, size_t count, struct rc_buf *bytes,
                           struct rc_zip **ret_zip)
{
    make_zip(members, count, bytes);
    return rc_zip_open_bytes(rc_buf_str(bytes), &limits, ret_zip);
}

static rc_status read_all(struct rc_zip *zip, size_t index, struct rc_buf *out)
{
    RC_AUTO(rc_zip_reader) struct rc_zip_reader *reader = NULL;
    char piece[7];
    size_t got = 1;

    RC_TRY(rc_zip_read_open(zip, index, &reader));
    while (got > 0) {
        RC_TRY(rc_zip_read(reader, piece, sizeof piece, &got));
        rc_buf_add(out, piece, got);
    }
    return RC_OK;
}

static void test_members_are_read_in_pieces_any_number_of_times(void **state)
{
    const struct made members[] = {{.name = "users.csv", .content = "sourcedId\nu1\n"},
                                   {.name = "a/", .content = ""}};
    RC_AUTO(rc_zip) struct rc_zip *zip = NULL;
    RC_AUTO_BUF struct rc_buf bytes = {0};

    (void)state;
    assert_ok(open_made(members, 2, &bytes, &zip));
    assert_int_equal(rc_zip_count(zip), 2);
    assert_str(rc_zip_member(zip, 0)->name, "users.csv");
    assert_int_equal(rc_zip_member(zip, 0)->size, 13);
    assert_true(rc_zip_member(zip, 1)->folder);
    assert_int_equal(rc_zip_bytes(zip), bytes.len);
    for (int i = 0; i < 2; i++) {
        RC_AUTO_BUF struct rc_buf text = {0};
        assert_ok(read_all(zip, 0, &text));
        assert_str(rc_buf_str(&text), "sourcedId\nu1\n");
    }
}

static const struct {
    struct made member;
    const char *words;
} refused[] = {
    {{.name = "../a.csv", .content = "x"}, "../a.csv has a name that leads out of the zip"},
    {{.name = "a/../../b", .content = "x"}, "leads out of the zip"},
    {{.name = "/a.csv", .content = "x"}, "has an absolute name"},
    {{.name = "c:a.csv", .content = "x"}, "has an absolute name"},
    {{.name = "a\\b.csv", .content = "x"}, "member 1 has a name with characters"},
    {{.name = "a\nb.csv", .content = "x"}, "member 1 has a name with characters"},
    {{.name = "\xFF.csv", .content = "x"}, "member 1 has a name with characters"},
    {{.name = "", .content = "x"}, "member 1 has no name"},
    {{.name = "a.csv", .content = "x", .flags = 1}, "a.csv is encrypted"},
    {{.name = "a.csv", .content = "x", .method = 14}, "a.csv is packed by a method"},
    {{.name = "a.csv", .content = "/etc/passwd", .attributes = 0120777}, "a.csv is a link"},
    {{.name = "a.csv", .content = "x", .declared = 1000001}, "a.csv is larger than is taken"},
};

static void test_what_a_member_may_not_be_is_refused_by_the_directory_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        RC_AUTO_BUF struct rc_buf bytes = {0};
        struct rc_zip *zip = NULL;
        assert_fails(open_made(&refused[i].member, 1, &bytes, &zip), RC_REJECT, refused[i].words);
        assert_null(zip);
    }
}

static void test_a_member_that_unpacks_to_too_many_times_its_size_is_refused(void **state)
{
    const struct rc_zip_limits wide = {.max_bytes = 1 << 20,
                                       .max_members = 4,
                                       .max_member_bytes = INT64_C(1) << 40,
                                       .max_total_bytes = INT64_C(1) << 40,
                                       .max_ratio = 100};
    const struct made bomb = {.name = "a.csv", .content = "x", .declared = 2000000};
    RC_AUTO_BUF struct rc_buf bytes = {0};
    struct rc_zip *zip = NULL;

    (void)state;
    make_zip(&bomb, 1, &bytes);
    assert_fails(rc_zip_open_bytes(rc_buf_str(&bytes), &wide, &zip), RC_REJECT,
                 "unpacks to suspiciously many times its size");
}

static void test_a_name_stands_once_whatever_its_case(void **state)
{
    const struct made members[] = {{.name = "a.csv", .content = "x"},
                                   {.name = "A.CSV", .content = "y"}};
    RC_AUTO_BUF struct rc_buf bytes = {0};
    struct rc_zip *zip = NULL;

    (void)state;
    assert_fails(open_made(members, 2, &bytes, &zip), RC_REJECT, "A.CSV stands in the zip twice");
}

static void test_members_and_their_sum_are_bounded(void **state)
{
    struct made members[] = {{.name = "1", .content = "x"},
                             {.name = "2", .content = "x"},
                             {.name = "3", .content = "x"},
                             {.name = "4", .content = "x"},
                             {.name = "5", .content = "x"}};
    RC_AUTO_BUF struct rc_buf many = {0};
    RC_AUTO_BUF struct rc_buf large = {0};
    struct rc_zip *zip = NULL;

    (void)state;
    assert_fails(open_made(members, 5, &many, &zip), RC_REJECT,
                 "has 5 members, at most 4 are taken");
    members[0].declared = members[1].declared = 800000;
    assert_fails(open_made(members, 2, &large, &zip), RC_REJECT,
                 "unpacks to more than 1500000 bytes");
}

static void test_what_is_damaged_or_lies_about_its_length_ends_the_reading(void **state)
{
    static const struct made members[] = {
        {.name = "a.csv", .content = "0123456789", .wrong_checksum = true},
        {.name = "a.csv", .content = "0123456789", .declared = 20},
        {.name = "a.csv", .content = "0123456789", .declared = 5},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        RC_AUTO(rc_zip) struct rc_zip *zip = NULL;
        RC_AUTO_BUF struct rc_buf bytes = {0};
        RC_AUTO_BUF struct rc_buf text = {0};
        rc_status status = open_made(&members[i], 1, &bytes, &zip);
        if (status == RC_OK) status = read_all(zip, 0, &text);
        assert_int_equal(status, RC_REJECT);
        assert_true(text.len <= 10);
    }
}

static void test_what_is_no_zip_is_refused(void **state)
{
    struct rc_zip *zip = NULL;

    (void)state;
    assert_fails(rc_zip_open_bytes(RC_STR("sourcedId,name\n"), &limits, &zip), RC_REJECT,
                 "this is no zip");
    assert_fails(rc_zip_open_bytes(RC_STR(""), &limits, &zip), RC_REJECT, "this is no zip");
    assert_fails(rc_zip_open("/no/such/file", &limits, &zip), RC_RETRY, "no such file");
    assert_fails(rc_zip_open("/tmp", &limits, &zip), RC_RETRY, "or it is none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_are_read_in_pieces_any_number_of_times),
        cmocka_unit_test(test_what_a_member_may_not_be_is_refused_by_the_directory_alone),
        cmocka_unit_test(test_a_member_that_unpacks_to_too_many_times_its_size_is_refused),
        cmocka_unit_test(test_a_name_stands_once_whatever_its_case),
        cmocka_unit_test(test_members_and_their_sum_are_bounded),
        cmocka_unit_test(test_what_is_damaged_or_lies_about_its_length_ends_the_reading),
        cmocka_unit_test(test_what_is_no_zip_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
