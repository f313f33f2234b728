/* Roles that a delta does not speak of are added to its people. */

#include "rollcall/roster/csv_roles.h"

#include "rollcall/format/csv_page.h"
#include "support/unit.h"

static const struct rc_csv_section people = {RC_STR_INIT("users.csv"), true, 2,
                                             RC_STR_INIT("sourcedId,status,givenName,familyName"),
                                             RC_STR_INIT("u1,active,Ann,Lee\nu2,active,Bob,Ray\n")};
static const struct rc_csv_section roles = {
    RC_STR_INIT("roles.csv"), true, 0,
    RC_STR_INIT("#;role;orgSourcedId;userSourcedId;sourcedId;status"),
    RC_STR_INIT("7;Teacher;s1;u1;r1;active\n8;aide;s1;u1;r2;tobedeleted\n")};
static const struct rc_csv_known_role known[] = {
    {RC_STR_INIT("u1"),
     RC_STR_INIT("teacher"),
     RC_STR_INIT("s1"),
     RC_STR_INIT("primary"),
     {0},
     {0}},
    {RC_STR_INIT("u1"), RC_STR_INIT("aide"), RC_STR_INIT("s1"), {0}, {0}, {0}},
    {RC_STR_INIT("u1"),
     RC_STR_INIT("proctor"),
     RC_STR_INIT("s2"),
     RC_STR_INIT("secondary"),
     {0},
     {0}},
    {RC_STR_INIT("u2"), RC_STR_INIT("student"), RC_STR_INIT("s\"1"), {0}, {0}, {0}},
};

/* The page of these people, and of what the delta says of roles (NULL: nothing), once the first
 * count of the known roles were offered; its views lie in *whole. */
static void add_known(const struct rc_csv_section *said, size_t count, struct rc_buf *whole,
                      struct rc_csv_page *page)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_csv_section_print(&people, &text);
    if (said) rc_csv_section_print(said, &text);
    assert_ok(rc_csv_roles_add(rc_buf_str(&text), known, count, arena, whole));
    assert_ok(rc_csv_page_parse(rc_buf_str(whole), page));
    assert_int_equal(page->count, 2);
}

static void test_roles_that_the_delta_names_stand_as_it_says_and_others_are_added(void **state)
{
    RC_AUTO_BUF struct rc_buf whole = {0};
    struct rc_csv_page page;

    (void)state;
    add_known(&roles, COUNT_OF(known), &whole, &page);
    assert_true(rc_str_eq(page.sections[0].rows, people.rows));
    assert_str(page.sections[1].rows,
               "7;Teacher;s1;u1;r1;active\n8;aide;s1;u1;r2;tobedeleted\n"
               "\"\";\"proctor\";\"s2\";\"u1\";\"\";\"\"\n"
               "\"\";\"student\";\"s\"\"1\";\"u2\";\"\";\"\"\n");
}

static void test_people_whose_roles_did_not_change_keep_them(void **state)
{
    RC_AUTO_BUF struct rc_buf whole = {0};
    struct rc_csv_page page;

    (void)state;
    add_known(NULL, 1, &whole, &page);
    assert_str(page.sections[1].rows,
               "\"\",\"\",\"\",\"u1\",\"primary\",\"teacher\",\"\",\"\",\"s1\"\n");
}

static void test_only_people_of_a_delta_without_whole_roles_want_any(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_csv_section bulk = people;
    struct rc_csv_section whole_roles = roles;
    RC_AUTO_BUF struct rc_buf delta = {0};
    RC_AUTO_BUF struct rc_buf of_bulk = {0};
    RC_AUTO_BUF struct rc_buf with_roles = {0};
    struct rc_str *ids = NULL;
    size_t count = 0;

    (void)state;
    bulk.delta = whole_roles.delta = false;
    rc_csv_section_print(&people, &delta);
    rc_csv_section_print(&bulk, &of_bulk);
    rc_csv_section_print(&people, &with_roles);
    rc_csv_section_print(&whole_roles, &with_roles);
    assert_ok(rc_csv_roles_wanted(rc_buf_str(&delta), arena, &ids, &count));
    assert_int_equal(count, 2);
    assert_str(ids[1], "u2");
    assert_int_equal(rc_csv_roles_wanted(rc_buf_str(&of_bulk), arena, &ids, &count), RC_NOT_FOUND);
    assert_int_equal(rc_csv_roles_wanted(rc_buf_str(&with_roles), arena, &ids, &count),
                     RC_NOT_FOUND);
    assert_fails(rc_csv_roles_add(rc_buf_str(&of_bulk), known, 1, arena, &with_roles), RC_REJECT,
                 "given no roles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles_that_the_delta_names_stand_as_it_says_and_others_are_added),
        cmocka_unit_test(test_people_whose_roles_did_not_change_keep_them),
        cmocka_unit_test(test_only_people_of_a_delta_without_whole_roles_want_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
