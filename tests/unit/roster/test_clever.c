/* Answers of Clever as records: what each row becomes, by collection. Quotes are written as '. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/clever.h"
#include "rollcall/roster/mapper.h"

#define ROWS(rows)  "{'data':[" rows "],'links':[{'rel':'self','uri':'/v3.1/x'}]}"
#define ROW(object) ROWS("{'data':" object ",'links':[]}")
#define USER(roles) \
    "{'id':'u1','district':'d1','name':{'first':'Ann','middle':'','last':'Lee'},'email':'', \
'last_modified':'2026-08-01T10:00:00.123Z','roles':{" roles "}}"
#define SECTION(lists)                                                            \
    "{'id':'c1','district':'d1','school':'s1','name':'Math 1','subject':'',"      \
    "'grade':'5','period':'2','section_number':null,'sis_id':'77','course':null," \
    "'term_id':''," lists "}"
#define EVENT(type, data) \
    "{'id':'e1','type':'" type "','created':'2026-09-02T08:00:00.000Z','data':" data "}"

struct expectation {
    const char *says;
    enum rc_collection collection;
    const char *answer;
    const char *records; /* a line each: id, deleted (-), dropped (!), body */
};

/* behind: her roles, and what stands behind them. */
#define PERSON(between, behind) \
    "u1 {'enabled':true,'familyName':'Lee','givenName':'Ann'" between ",'roles':[" behind "}\n"

static const struct expectation expectations[] = {
    {"a district and a school are orgs", RC_ORGS,
     ROWS("{'data':{'id':'d1','name':'Maple','state':'running'}},{'data':{'id':'s1','district':"
          "'d1','name':'North','school_number':'','sis_id':'12'}}"),
     "d1 {'name':'Maple','type':'district'}\n"
     "s1 {'identifier':'12','name':'North','parent':'d1','type':'school'}\n"},
    {"a term need not have a name or dates, and dates may have times", RC_ACADEMIC_SESSIONS,
     ROWS("{'data':{'id':'t1','district':'d1','name':null,'start_date':'2026-08-01T00:00:00.000Z'}"
          "}"),
     "t1 {'startDate':'2026-08-01','title':'Term','type':'term'}\n"},
    {"rows without a wrapper are read too", RC_COURSES,
     ROWS("{'id':'k1','district':'d1','name':'','number':'M1'}"),
     "k1 {'courseCode':'M1','org':'d1','title':'M1'}\n"},
    {"a section is a class", RC_CLASSES, ROW(SECTION("'students':[],'teachers':[]")),
     "c1 {'classCode':'77','classType':'scheduled','grades':['05'],'periods':['2'],'school':'s1',"
     "'title':'Math 1'}\n"},
    {"a section is its enrollments, each person once", RC_ENROLLMENTS,
     ROW(SECTION("'teacher':'p1','teachers':['p2'],'students':['u1','u2','u1']")),
     "c1:u1:student {'class':'c1','role':'student','school':'s1','user':'u1'}\n"
     "c1:u2:student {'class':'c1','role':'student','school':'s1','user':'u2'}\n"
     "c1:p2:teacher {'class':'c1','primary':false,'role':'teacher','school':'s1','user':'p2'}\n"
     "c1:p1:teacher {'class':'c1','primary':true,'role':'teacher','school':'s1','user':'p1'}\n"},
    {"a section without anybody is no enrollment", RC_ENROLLMENTS,
     ROW(SECTION("'students':[],'teachers':[]")), ""},
    {"a student", RC_USERS,
     ROW(USER("'student':{'school':'s1','schools':['s1','s2'],'sis_id':'9','grade':'Kindergarten',"
              "'student_number':'1','credentials':{'district_username':'annl'}}")),
     PERSON(",'grades':['KG'],'identifier':'9','primaryOrg':'s1'",
            "{'org':'s1','role':'student','roleType':'primary'},{'org':'s2','role':'student',"
            "'roleType':'secondary'}],'userIds':[{'identifier':'1','type':'student_number'}"
            "],'username':'annl'")},
    {"one person has all roles", RC_USERS,
     ROW(USER("'teacher':{'school':'s1','schools':['s1']},'staff':{'schools':['s2'],'staff_id':"
              "'7'},'district_admin':{'title':''}")),
     PERSON(",'identifier':'7','primaryOrg':'s1'",
            "{'org':'d1','role':'districtAdministrator'},{'org':'s2','role':'ext:staff'},"
            "{'org':'s1','role':'teacher','roleType':'primary'}],'userIds':[{'identifier':'7',"
            "'type':'staff_id'}]")},
    {"a contact is a guardian, once per student, with one name", RC_USERS,
     ROW("{'id':'g1','district':'d1','name':{'last':'Sam Lee'},'roles':{'contact':{'phone':'555',"
         "'phone_type':'Cell','student_relationships':[{'student':'u1','relationship':'Parent',"
         "'type':''},{'student':'u1','relationship':'','type':'Primary'},{'student':'u2',"
         "'relationship':'Aunt/Uncle','type':'Emergency'}]}}}"),
     "g1 {'agents':['u1'],'enabled':true,'familyName':'Sam Lee','roles':[{'org':'d1','role':"
     "'guardian'},{'org':'d1','role':'parent'}],'sms':'555'}\n"},
    {"whom to call in an emergency is nobody's guardian", RC_USERS,
     ROW("{'id':'g1','district':'d1','name':{'last':'Sam Lee'},'roles':{'contact':{"
         "'student_relationships':[{'student':'u1','relationship':'','type':'Emergency'}]}}}"),
     "g1 {'enabled':true,'familyName':'Sam Lee','roles':[{'org':'d1','role':'relative'}]}\n"},
    {"a person without a role is there, and unread", RC_USERS, ROW(USER("")), "u1 !\n"},
    {"demographics are of students alone", RC_DEMOGRAPHICS,
     ROWS("{'data':{'id':'p1','roles':{'teacher':{}}}},{'data':{'id':'u1','roles':{'student':{"
          "'dob':'9/3/2015','gender':'X','race':'Asian','hispanic_ethnicity':'N'}}}}"),
     "u1 {'asian':true,'birthDate':'2015-09-03','hispanicOrLatinoEthnicity':false,'sex':"
     "'other'}\n"},
    {"an event tells of the whole record", RC_COURSES,
     ROW(EVENT("courses.updated",
               "{'object':{'id':'k1','name':'Art'},'previous_attributes':{"
               "'name':'A'}}")),
     "k1 {'title':'Art'}\n"},
    {"an event of another kind is nothing here", RC_COURSES,
     ROW(EVENT("terms.created", "{'object':{'id':'t1','name':'Fall'}}")), ""},
    {"a deleted event marks the record", RC_COURSES,
     ROW(EVENT("courses.deleted", "{'object':{'id':'k1','name':'Art'}}")),
     "k1 - {'title':'Art'}\n"},
    {"of several events the last holds", RC_COURSES,
     ROWS("{'data':" EVENT(
         "courses.updated",
         "{'object':{'id':'k1','name':'Art'}}") "},{'data':" EVENT("courses.deleted",
                                                                   "{'object':{'id':'k1','name':'"
                                                                   "Art 2'}}") "}"),
     "k1 - {'title':'Art 2'}\n"},
    {"who is no longer listed leaves the class", RC_ENROLLMENTS,
     ROW(EVENT("sections.updated",
               "{'object':{'id':'c1','school':'s1','students':['u2'],"
               "'teachers':[]},'previous_attributes':{'students':['u1',"
               "'u2']}}")),
     "c1:u2:student {'class':'c1','role':'student','school':'s1','user':'u2'}\n"
     "c1:u1:student - {'class':'c1','role':'student','school':'s1','user':'u1'}\n"},
    {"a row that is no object is nobody whom we know", RC_USERS, ROWS("{'data':5}"), " !\n"},
};

static struct rc_str quoted(const char *text, struct rc_buf *buf)
{
    for (; *text; text++)
        rc_buf_add_char(buf, (char)(*text == '\'' ? '"' : *text));
    return rc_buf_str(buf);
}

static void ignore(void *self, const struct rc_finding *finding)
{
    (void)self;
    (void)finding;
}

static void print_records(const struct expectation *of, const struct rc_clever_page *page,
                          struct rc_buf *out)
{
    const struct rc_mapper_options options = {.found = ignore};
    const struct rc_mapping *mapping = NULL;
    struct rc_record record = {0};

    assert_int_equal(rc_mapping_find(RC_STR(RC_CLEVER_FORMAT), of->collection, &mapping), RC_OK);
    RC_AUTO(rc_mapper) struct rc_mapper *mapper = rc_mapper_new(mapping, &options);
    for (size_t i = 0; i < page->count; i++) {
        rc_mapper_record(mapper, page->records[i].json, page->records[i].place, &record);
        rc_buf_print(out, "%.*s %s%s%.*s\n", RC_STR_ARG(record.id), record.deleted ? "- " : "",
                     record.dropped ? "!" : "", RC_STR_ARG(record.body));
    }
}

static void test_rows_become_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(expectations); i++) {
        const struct expectation *of = &expectations[i];
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf answer = {0};
        RC_AUTO_BUF struct rc_buf due = {0};
        RC_AUTO_BUF struct rc_buf came = {0};
        struct rc_clever_page page = {0};
        const rc_status status = rc_clever_page_read(quoted(of->answer, &answer), of->collection,
                                                     1000, arena, &page);
        if (status == RC_OK) print_records(of, &page, &came);
        rc_buf_add_char(&came, '\0');
        (void)quoted(of->records, &due);
        rc_buf_add_char(&due, '\0');
        if (status != RC_OK || strcmp(came.data, due.data) != 0)
            fail_msg("%s: status %d\n%s---\n%s", of->says, status, came.data, due.data);
    }
}

static void test_an_events_time_is_its_records_time(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf answer = {0};
    struct rc_clever_page page = {0};
    (void)state;

    assert_int_equal(
        rc_clever_page_read(quoted(ROW(EVENT("users.created", "{'object':" USER("") "}")), &answer),
                            RC_USERS, 10, arena, &page),
        RC_OK);
    assert_int_equal(page.count, 1);
    assert_non_null(strstr(page.records[0].json.data, "2026-09-02T08:00:00.000Z"));
    assert_null(strstr(page.records[0].json.data, "2026-08-01"));
}

static const struct {
    const char *answer, *after;
} links[] = {
    {"{'data':[],'links':[{'rel':'self','uri':'/v3.1/users'}]}", ""},
    {"{'data':[],'links':[{'rel':'next','uri':'/v3.1/users?starting_after=5f'}]}", "5f"},
    {"{'links':[{'uri':'/v3.1/users?limit=10&starting_after=5f&role=x','rel':'next'}],'data':[]}",
     "5f"},
    {"{'data':[],'links':[{'rel':'prev','uri':'/v3.1/users?starting_after=5f'}]}", ""},
    {"{'data':[],'links':[{'rel':'next','uri':'/v3.1/users'}]}", ""},
    {"{'data':[]}", ""},
};

static void test_the_next_answer_stands_in_the_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(links); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf answer = {0};
        struct rc_clever_page page = {0};
        assert_int_equal(
            rc_clever_page_read(quoted(links[i].answer, &answer), RC_USERS, 10, arena, &page),
            RC_OK);
        if (!rc_str_eq(page.after, rc_str_of(links[i].after))) fail_msg("%s", links[i].answer);
    }
}

static void test_what_is_no_answer_of_clever_is_refused(void **state)
{
    static const char *const answers[] = {
        "", "<html></html>", "[]", "{'message':'no'}", "{'data':[{'data':{", "{'data':{}}"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_clever_page page = {0};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        RC_AUTO_BUF struct rc_buf answer = {0};
        assert_int_equal(
            rc_clever_page_read(quoted(answers[i], &answer), RC_USERS, 10, arena, &page),
            RC_REJECT);
    }
}

static void test_a_section_of_too_many_is_refused(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf answer = {0};
    struct rc_clever_page page = {0};
    (void)state;

    quoted(ROW(SECTION("'students':['1','2','3'],'teachers':[]")), &answer);
    assert_int_equal(rc_clever_page_read(rc_buf_str(&answer), RC_ENROLLMENTS, 3, arena, &page),
                     RC_OK);
    assert_int_equal(rc_clever_page_read(rc_buf_str(&answer), RC_ENROLLMENTS, 2, arena, &page),
                     RC_REJECT);
    assert_int_equal(rc_clever_page_read(rc_buf_str(&answer), RC_RESOURCES, 2, arena, &page),
                     RC_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_become_records),
        cmocka_unit_test(test_an_events_time_is_its_records_time),
        cmocka_unit_test(test_the_next_answer_stands_in_the_link),
        cmocka_unit_test(test_what_is_no_answer_of_clever_is_refused),
        cmocka_unit_test(test_a_section_of_too_many_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
