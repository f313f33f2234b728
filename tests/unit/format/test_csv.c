/* CSV cut into records and cells: what is read, what a flaw costs, and that a text cut in pieces
 * gives the same records. */

#include "rollcall/format/csv.h"

#include <stdlib.h>

#include "rollcall/base/buf.h"
#include "rollcall/format/csv_page.h"
#include "support/unit.h"

static const struct rc_csv_dialect comma = {.separator = ','};

/* The records as "line flaws [cell|cell]\n"; blank lines are left out. */
static void read_all(struct rc_str text, struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_csv_record record;
    struct rc_str cells[8];
    size_t line = 1;

    for (; rc_csv_cut(&comma, &text, true, &record) == RC_OK; line += record.lines) {
        if (rc_csv_blank(record.text)) continue;
        const size_t count = rc_csv_cells(&comma, record.text, arena, cells, COUNT_OF(cells));
        rc_buf_print(out, "%zu%s%s ", line, record.flaws & RC_CSV_UNCLOSED ? "u" : "",
                     record.flaws & RC_CSV_STRAY ? "s" : "");
        for (size_t i = 0; i < count && i < COUNT_OF(cells); i++)
            rc_buf_print(out, "[%.*s]", RC_STR_ARG(cells[i]));
        rc_buf_add_char(out, '\n');
    }
}

static const struct {
    const char *says;
    const char *text;
    const char *records;
} cases[] = {
    {"LF ends a record", "a,b\nc,d\n", "1 [a][b]\n2 [c][d]\n"},
    {"CRLF ends a record", "a,b\r\nc,d\r\n", "1 [a][b]\n2 [c][d]\n"},
    {"a bare CR ends a record", "a,b\rc,d\r", "1 [a][b]\n2 [c][d]\n"},
    {"the last line end may be missing", "a,b\nc,d", "1 [a][b]\n2 [c][d]\n"},
    {"every cell may be quoted", "\"a\",\"b\"\n\"c\",\"\"\n", "1 [a][b]\n2 [c][]\n"},
    {"a separator within quotes is text", "\"a,b\",c\n", "1 [a,b][c]\n"},
    {"doubled quotes are one", "\"a \"\"b\"\" c\",d\n", "1 [a \"b\" c][d]\n"},
    {"a quote within an unquoted cell is text", "5\" pipe,d\n", "1 [5\" pipe][d]\n"},
    {"empty cells are cells", ",,\n", "1 [][][]\n"},
    {"blank lines are no records but count as lines", "a\n\n \r\nb\n", "1 [a]\n4 [b]\n"},
    {"a line break within quotes is text", "\"a\nb\",c\nd,e\n", "1 [a\nb][c]\n3 [d][e]\n"},
    {"a CRLF within quotes is one line", "\"a\r\nb\",c\r\nd,e\r\n", "1 [a\r\nb][c]\n3 [d][e]\n"},
    {"an unclosed quote costs its line alone", "a,\"b\nc,d\ne,f\n",
     "1u [a][b]\n2 [c][d]\n3 [e][f]\n"},
    {"an unclosed quote before quoted cells costs its line alone", "\"a\",\"b\n\"c\",\"d\"\n",
     "1u [a][b]\n2 [c][d]\n"},
    {"an unclosed quote that a later row closes costs its line alone", "a,\"b\nc,\"d\ne,f\n",
     "1u [a][b]\n2u [c][d]\n3 [e][f]\n"},
    {"a row is not swallowed by the quotes of its neighbours", "a,\"b\nc,d\"\n",
     "1u [a][b]\n2 [c][d\"]\n"},
    {"an unclosed quote on the last line", "a,\"b", "1u [a][b]\n"},
    {"text behind a closing quote is told of", "\"a\"b,c\nd,e\n", "1s [ab][c]\n2 [d][e]\n"},
    {"nothing gives nothing", "", ""},
};

static void test_each_way_of_writing_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO_BUF struct rc_buf got = {0};
        read_all(rc_str_of(cases[i].text), &got);
        if (rc_str_eq(rc_buf_str(&got), rc_str_of(cases[i].records))) continue;
        fail_msg("%s: %s", cases[i].says, got.data ? got.data : "");
    }
}

/* Cuts a text of which a few bytes more are known each time; the records as in read_all. */
static void read_in_pieces(struct rc_str text, size_t piece, struct rc_buf *out)
{
    struct rc_csv_record record;
    size_t from = 0;
    size_t known = 0;

    while (from < text.len) {
        struct rc_str rest = {text.data + from, known - from};
        if (rc_csv_cut(&comma, &rest, known == text.len, &record) == RC_OK) {
            rc_buf_print(out, "%zu %u %.*s\n", record.lines, record.flaws, RC_STR_ARG(record.text));
            from = (size_t)(rest.data - text.data);
            continue;
        }
        known = known + piece < text.len ? known + piece : text.len;
    }
}

static void test_a_text_that_comes_in_pieces_gives_the_same_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO_BUF struct rc_buf whole = {0};
        const struct rc_str text = rc_str_of(cases[i].text);
        read_in_pieces(text, text.len + 1, &whole);
        for (size_t piece = 1; piece <= 4; piece++) {
            RC_AUTO_BUF struct rc_buf got = {0};
            read_in_pieces(text, piece, &got);
            assert_true(rc_str_eq(rc_buf_str(&got), rc_buf_str(&whole)));
        }
    }
}

static void test_a_text_cut_at_any_record_gives_the_same_records(void **state)
{
    struct rc_csv_record record;
    struct rc_csv_record again;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rc_str rest = rc_str_of(cases[i].text);
        const char *from = rest.data;
        while (rc_csv_cut(&comma, &rest, true, &record) == RC_OK) {
            struct rc_str alone = {from, (size_t)(rest.data - from)};
            assert_ok(rc_csv_cut(&comma, &alone, true, &again));
            assert_true(rc_str_eq(again.text, record.text));
            assert_int_equal(again.flaws, record.flaws);
            assert_int_equal(alone.len, 0);
            from = rest.data;
        }
    }
}

static void test_a_record_without_end_is_refused(void **state)
{
    const struct rc_csv_dialect small = {.separator = ',', .max_record = 8};
    struct rc_str plain = RC_STR("123456789\n");
    struct rc_str quoted = RC_STR("\"1234567890123\n");
    struct rc_str open = RC_STR("1,\"23\n567890123\n");
    struct rc_csv_record record;

    (void)state;
    assert_fails(rc_csv_cut(&small, &plain, true, &record), RC_REJECT, "longer than 8 bytes");
    assert_fails(rc_csv_cut(&small, &quoted, false, &record), RC_REJECT, "longer than 8 bytes");
    assert_ok(rc_csv_cut(&small, &open, true, &record));
    assert_str(record.text, "1,\"23");
}

static void test_the_separator_is_the_header_s(void **state)
{
    (void)state;
    assert_int_equal(rc_csv_separator(RC_STR("sourcedId,status,name")), ',');
    assert_int_equal(rc_csv_separator(RC_STR("sourcedId;status;\"a,b,c,d\"")), ';');
    assert_int_equal(rc_csv_separator(RC_STR("sourcedId\tstatus")), '\t');
    assert_int_equal(rc_csv_separator(RC_STR("sourcedId")), ',');
}

static void test_a_page_is_read_as_it_was_printed(void **state)
{
    const struct rc_csv_section users = {RC_STR("users.csv"), true, 17, RC_STR("sourcedId,x"),
                                         RC_STR("u1,\"a\nb\"\nu2,\n")};
    const struct rc_csv_section roles = {RC_STR("roles.csv"), false, 0, RC_STR("#,sourcedId"),
                                         RC_STR("")};
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_csv_page page;

    (void)state;
    rc_csv_section_print(&users, &text);
    rc_csv_section_print(&roles, &text);
    assert_ok(rc_csv_page_parse(rc_buf_str(&text), &page));
    assert_int_equal(page.count, 2);
    assert_str(page.sections[0].file, "users.csv");
    assert_true(page.sections[0].delta);
    assert_int_equal(page.sections[0].line, 17);
    assert_str(page.sections[0].header, "sourcedId,x");
    assert_str(page.sections[0].rows, "u1,\"a\nb\"\nu2,\n");
    assert_str(page.sections[1].file, "roles.csv");
    assert_false(page.sections[1].delta);
    assert_str(page.sections[1].rows, "");
}

static void test_what_is_no_page_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "sourcedId,x\nu1,\n",
                                        "@users.csv bulk 2 9999\nsourcedId\n",
                                        "@users.csv full 2 10\nsourcedId\n",
                                        "@users.csv bulk -2 10\nsourcedId\n",
                                        "@users.csv bulk 2 9\nsourcedId\n",
                                        "@users.csv bulk 2"};
    struct rc_csv_page page;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(rc_csv_page_parse(rc_str_of(texts[i]), &page), RC_REJECT);
}

static void test_what_a_spreadsheet_would_run_is_written_as_text(void **state)
{
    static const struct {
        const char *cell, *text;
    } written[] = {
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"+49", "\"'+49\""},
        {"-1", "\"'-1\""},
        {"@sum", "\"'@sum\""},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"a=1", "a=1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        RC_AUTO_BUF struct rc_buf out = {0};
        RC_AUTO_BUF struct rc_buf want = {0};
        rc_csv_add(&out, rc_str_of(written[i].cell), true);
        rc_csv_add(&out, rc_str_of(written[i].cell), false);
        rc_csv_end(&out);
        rc_buf_print(&want, "%s,%s\r\n", written[i].text, written[i].text);
        assert_string_equal(out.data, want.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_spreadsheet_would_run_is_written_as_text),
        cmocka_unit_test(test_each_way_of_writing_is_read),
        cmocka_unit_test(test_a_text_that_comes_in_pieces_gives_the_same_records),
        cmocka_unit_test(test_a_text_cut_at_any_record_gives_the_same_records),
        cmocka_unit_test(test_a_record_without_end_is_refused),
        cmocka_unit_test(test_the_separator_is_the_header_s),
        cmocka_unit_test(test_a_page_is_read_as_it_was_printed),
        cmocka_unit_test(test_what_is_no_page_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
