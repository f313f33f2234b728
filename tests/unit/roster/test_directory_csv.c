/* A live application's accounts: which headers and rows are read, and what is said of the others.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/directory_csv.h"

#define HEADER "id,given_name,family_name,"

/* All rows as JSON, a line each; of problems "line column: what". In arena. */
static const char *read_all(struct rc_arena *arena, const char *text)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    struct rc_directory_csv *csv = NULL;
    const struct rc_directory_problem *problem = NULL;

    assert_int_equal(rc_directory_csv_new(rc_str_of(text), arena, &csv), RC_OK);
    while (rc_directory_csv_next(csv, &out, &problem) == RC_OK) {
        for (const char *between = ""; problem; problem = problem->next, between = " | ")
            rc_buf_print(&out, "%s%zu %.*s: %s", between, problem->line,
                         RC_STR_ARG(problem->column), problem->what);
        rc_buf_add_char(&out, '\n');
    }
    return rc_str_copy(arena, rc_buf_str(&out)).data;
}

static void test_a_row_becomes_what_its_columns_say(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_string_equal(
        read_all(arena, HEADER "email,grades,roles,status,students,relation\n"
                               "7, Ada ,\"Doe, Jr\",a@x.example,05;06,Student; teacher@s1,,,\n"
                               "\n"
                               "8,Pat,Roe,,,guardian,archived,7;9,parent\n"),
        "{\"line\":2,\"id\":\"7\",\"roles\":[{\"role\":\"student\",\"school\":\"\"},"
        "{\"role\":\"teacher\",\"school\":\"s1\"}],\"status\":\"active\",\"students\":[],"
        "\"relation\":\"\",\"values\":{\"given_name\":\"Ada\",\"family_name\":\"Doe, Jr\","
        "\"email\":\"a@x.example\",\"grades\":[\"05\",\"06\"]}}\n"
        "{\"line\":4,\"id\":\"8\",\"roles\":[{\"role\":\"guardian\",\"school\":\"\"}],"
        "\"status\":\"archived\",\"students\":[\"7\",\"9\"],\"relation\":\"parent\","
        "\"values\":{\"given_name\":\"Pat\",\"family_name\":\"Roe\",\"email\":null,"
        "\"grades\":[]}}\n");
}

static void test_headers_are_known_however_they_are_written(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_string_equal(read_all(arena,
                                 "\xef\xbb\xbfUser ID;First-Name;lastName;State_ID\r\n"
                                 "7;Ada;Doe;m1\r\n"),
                        "{\"line\":2,\"id\":\"7\",\"values\":{\"given_name\":\"Ada\","
                        "\"family_name\":\"Doe\",\"master_id\":\"m1\"}}\n");
}

static void test_a_number_may_stand_in_either_of_two_columns(void **state)
{
    static const struct {
        const char *cells, *due;
    } cases[] = {{"4,", "\"4\""}, {",5", "\"5\""}, {"4,5", "\"4\""}, {",", "null"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        const char *text = rc_str_print(arena, HEADER "Student Number,Staff Number\n7,A,D,%s\n",
                                        cases[i].cells)
                               .data;
        const char *due = rc_str_print(arena, "\"identifier\":%s}}\n", cases[i].due).data;
        if (!strstr(read_all(arena, text), due)) fail_msg("%s", read_all(arena, text));
    }
}

static void test_columns_that_are_not_read_are_named(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_directory_csv *csv = NULL;

    (void)state;
    assert_int_equal(rc_directory_csv_new(RC_STR(HEADER "Shoe size,email,Pet\n"), arena, &csv),
                     RC_OK);
    assert_true(rc_str_eq(rc_directory_csv_ignored(csv), RC_STR("Shoe size, Pet")));
}

static void test_a_header_that_will_not_do_is_refused(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {{"", "the file is empty"},
                 {"\n\n", "the file is empty"},
                 {"id,given_name\n", "no column family_name"},
                 {"given_name,family_name\n", "no column id"},
                 {HEADER "email,E-Mail\n", "two columns say email"},
                 {HEADER "\"email\n", "cannot be read"},
                 {HEADER "\xff\n", "cannot be read"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        struct rc_directory_csv *csv = NULL;
        assert_int_equal(rc_directory_csv_new(rc_str_of(cases[i].text), arena, &csv), RC_REJECT);
        assert_null(csv);
        if (!strstr(rc_error_text(), cases[i].said))
            fail_msg("\"%s\": %s", cases[i].text, rc_error_text());
    }
}

static void test_a_problem_names_line_and_column_and_costs_its_row_alone(void **state)
{
    static const struct {
        const char *row, *said;
    } cases[] = {
        {",A,D,,,,", "2 id: this may not be empty"},
        {"1,,D,,,,", "2 given_name: this may not be empty"},
        {"1,A,D,nobody,,,", "2 email: an e-mail address has an @"},
        {"1,A,D,,1.23E+05,,", "2 number: a spreadsheet has rounded"},
        {"1,A,D,,,boss,", "2 roles: one of student, teacher"},
        {"1,A,D,,,,gone", "2 status: active or archived is due"},
        {"1,A\xff,D,,,,", "2 given_name: no UTF-8"},
        {",,D,nobody,,boss,gone",
         "2 id: this may not be empty | 2 given_name: this may not be empty | 2 email: an e-mail "
         "address has an @ | 2 roles: one of student"},
        {"1,A,D", "2 : 3 cells, where the header has 7"},
        {"1,\"A,D,,,,", "2 : a quote is not closed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        const char *text = rc_str_print(arena, HEADER "email,number,roles,status\n%s\n9,Z,D,,,,\n",
                                        cases[i].row)
                               .data;
        const char *found = read_all(arena, text);
        if (strncmp(found, cases[i].said, strlen(cases[i].said)) != 0)
            fail_msg("\"%s\": %s", cases[i].row, found);
        assert_non_null(strstr(found, "\n{\"line\":3,\"id\":\"9\""));
    }
}

static void test_two_rows_with_one_id_or_user_name_contradict_each_other(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const char *found = read_all(arena, HEADER
                                 "username\n1,A,D,ada\n1,B,D,ben\n2,C,D,ADA\n3,E,D,\n"
                                 "4,F,D,\n");

    (void)state;
    assert_non_null(strstr(found, "3 id: line 2 has the same"));
    assert_non_null(strstr(found, "4 username: line 2 has the same"));
    assert_non_null(strstr(found, "{\"line\":5,\"id\":\"3\""));
    assert_non_null(strstr(found, "{\"line\":6,\"id\":\"4\""));
}

/* A cell of the columns roles, grades, students and relation, and what is said of its row. */
static const char *read_lists(struct rc_arena *arena, const char *cells)
{
    return read_all(
        arena,
        rc_str_print(arena, HEADER "roles,grades,students,relation\n1,A,D,%s\n", cells).data);
}

static void test_a_list_is_parted_by_one_sign_alone(void **state)
{
    static const struct {
        const char *cells, *due;
    } cases[] = {
        {",\"a,b\",,", "\"grades\":[\"a\",\"b\"]"},
        {",\"a;b,c\",,", "\"grades\":[\"a\",\"b,c\"]"},
        {",\"b,c;\",,", "\"grades\":[\"b,c\"]"},
        {"\"student; teacher@North, Main\",,,", "\"school\":\"North, Main\""},
        {",,\";;7; ;9\",", "\"students\":[\"7\",\"9\"]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        const char *found = read_lists(arena, cases[i].cells);
        if (!strstr(found, cases[i].due)) fail_msg("\"%s\": %s", cases[i].cells, found);
    }
}

static void test_lists_and_their_entries_have_an_end(void **state)
{
    static const struct {
        const char *before; /* the letters */
        char letter;
        int letters;
        const char *after, *said;
    } cases[] = {
        {",,", ';', 200, ",", "\"students\":[]"},
        {",,", ';', 201, ",", "students: more than 200 entries"},
        {"", ';', 201, ",,,", "roles: more than 200 entries"},
        {",", 'x', 300, ",,", "\"grades\":[\"xxx"},
        {",", 'x', 301, ",,", "grades: an entry is longer"},
        {",,", 'x', 301, ",", "students: an entry is longer"},
        {"student@", 'x', 300, ",,,", "roles: an entry is longer"},
        {",,,", 'x', 300, "", "\"relation\":\"xxx"},
        {",,,", 'x', 301, "", "relation: longer than"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        char letters[400] = "";
        memset(letters, cases[i].letter, (size_t)cases[i].letters);
        const char *cells =
            rc_str_print(arena, "%s%s%s", cases[i].before, letters, cases[i].after).data;
        const char *found = read_lists(arena, cells);
        if (!strstr(found, cases[i].said)) fail_msg("\"%s\": %s", cells, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_becomes_what_its_columns_say),
        cmocka_unit_test(test_headers_are_known_however_they_are_written),
        cmocka_unit_test(test_a_number_may_stand_in_either_of_two_columns),
        cmocka_unit_test(test_columns_that_are_not_read_are_named),
        cmocka_unit_test(test_a_header_that_will_not_do_is_refused),
        cmocka_unit_test(test_a_problem_names_line_and_column_and_costs_its_row_alone),
        cmocka_unit_test(test_two_rows_with_one_id_or_user_name_contradict_each_other),
        cmocka_unit_test(test_a_list_is_parted_by_one_sign_alone),
        cmocka_unit_test(test_lists_and_their_entries_have_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
