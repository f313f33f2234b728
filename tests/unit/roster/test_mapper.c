/* What a record keeps when something is wrong with it (N1), what is hashed (N4), and what stands
 * beside the body. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_mapper.h"

#define SCHOOL(rest) "{'sourcedId':'o1','name':'North','type':'school'" rest "}"

static const enum rc_collection collection_of_school = RC_ORGS;

static struct mapped map_school(const char *json)
{
    return map_record(collection_of_school, json);
}

/* --- beside the body --- */

static void test_tobedeleted_marks_the_record_in_any_spelling(void **state)
{
    static const char *const spellings[] = {"tobedeleted", "toBeDeleted", "to_be_deleted",
                                            "TO-BE-DELETED", "inactive"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        char json[128];
        (void)snprintf(json, sizeof json, SCHOOL(",'status':'%s'"), spellings[i]);
        AUTO_MAPPED mapped = map_school(json);
        assert_true(mapped.deleted);
        assert_string_equal(text_of(&mapped.findings), "");
    }
}

static void test_active_in_any_case_and_no_status_are_not_deleted(void **state)
{
    (void)state;
    AUTO_MAPPED active = map_school(SCHOOL(",'status':'Active'"));
    AUTO_MAPPED absent = map_school(SCHOOL(""));
    assert_false(active.deleted);
    assert_false(absent.deleted);
    assert_string_equal(text_of(&active.findings), "");
}

static void test_an_unknown_status_is_active_with_a_warning(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_school(SCHOOL(",'status':'gone fishing'"));
    assert_false(mapped.deleted);
    assert_false(mapped.dropped);
    assert_string_equal(text_of(&mapped.findings), "orgs.status.unknown warning\n");
}

static void test_the_time_of_change_is_told_in_utc(void **state)
{
    static const struct {
        const char *source, *due;
    } times[] = {
        {"2024-09-01T13:05:00.000Z", "2024-09-01T13:05:00.000Z"},
        {"2024-09-01T13:05:00Z", "2024-09-01T13:05:00.000Z"},
        {"2024-09-01T13:05:00.123456Z", "2024-09-01T13:05:00.123456Z"},
        {"2024-08-31T23:05:00-05:00", "2024-09-01T04:05:00.000Z"},
        {"2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00.000Z"},
        {"2024-09-01 13:05:00", "2024-09-01T13:05:00.000Z"},
        {"2024-09-01", "2024-09-01T00:00:00.000Z"},
        {"9/1/2024 13:05:00", "2024-09-01T13:05:00.000Z"},
        {"1960-02-29T00:00:00+0100", "1960-02-28T23:00:00.000Z"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        char json[160];
        (void)snprintf(json, sizeof json, SCHOOL(",'dateLastModified':'%s'"), times[i].source);
        AUTO_MAPPED mapped = map_school(json);
        assert_string_equal(text_of(&mapped.modified), times[i].due);
        assert_string_equal(text_of(&mapped.findings), "");
    }
}

static void test_a_time_of_change_that_is_none_is_left_out_with_a_warning(void **state)
{
    static const char *const wrong[] = {"yesterday",
                                        "2024-09-31",
                                        "2024-09-01T25:00:00Z",
                                        "2024-09-01T13:05:00.Z",
                                        "2024-09-01T13:05:00+ab",
                                        "0001-01-01T00:00:00"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char json[160];
        (void)snprintf(json, sizeof json, SCHOOL(",'dateLastModified':'%s'"), wrong[i]);
        AUTO_MAPPED mapped = map_school(json);
        assert_false(mapped.dropped);
        assert_string_equal(text_of(&mapped.modified), "");
        assert_string_equal(text_of(&mapped.findings), "orgs.dateLastModified.malformed warning\n");
    }
}

static void test_an_enrollment_names_the_two_it_joins(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_record(RC_ENROLLMENTS,
                                    "{'sourcedId':'e1','user':{'sourcedId':'u1'},'class':['c1'],"
                                    "'school':'s1','role':'student'}");
    assert_string_equal(text_of(&mapped.join), "u1 c1");
}

/* --- what is hashed (N4) --- */

static void test_the_hashed_text_is_collection_id_and_body(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_school(SCHOOL(""));
    assert_string_equal(text_of(&mapped.text),
                        "orgs\no1\n{\"name\":\"North\",\"type\":\"school\"}");
}

static void test_spelling_order_and_time_of_change_do_not_change_the_hashed_text(void **state)
{
    (void)state;
    AUTO_MAPPED a = map_school(
        "{'type':'School','dateLastModified':'2024-09-01T00:00:00Z',"
        "'name':' North','status':'active','sourcedId':'o1','parent':null}");
    AUTO_MAPPED b = map_school(SCHOOL(",'metadata':{}"));
    assert_string_equal(text_of(&a.text), text_of(&b.text));
}

/* --- N1: an error drops values, never presence --- */

static void test_a_dropped_record_keeps_its_id_and_nothing_else(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_school(
        "{'sourcedId':'o1','type':'school','status':'tobedeleted',"
        "'dateLastModified':'2024-09-01'}");
    assert_true(mapped.dropped);
    assert_string_equal(text_of(&mapped.id), "o1");
    assert_string_equal(text_of(&mapped.body), "");
    assert_string_equal(text_of(&mapped.modified), "");
    assert_false(mapped.deleted);
}

static void test_records_without_an_id_are_dropped_without_one(void **state)
{
    static const struct {
        const char *json, *findings;
    } cases[] = {
        {"{'name':'North','type':'school'}", "orgs.sourcedId.missing error\n"},
        {"{'sourcedId':'','name':'North','type':'school'}", "orgs.sourcedId.missing error\n"},
        {"{'sourcedId':null,'name':'North','type':'school'}", "orgs.sourcedId.missing error\n"},
        {"{'sourcedId':{'a':'b'},'name':'North','type':'school'}",
         "orgs.sourcedId.malformed error\n"},
        {"{'sourcedId':'a\\u0001b','name':'North','type':'school'}",
         "orgs.sourcedId.control-characters error\n"},
        {"'o1'", "orgs.record.not-an-object error\n"},
        {"null", "orgs.record.not-an-object error\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_MAPPED mapped = map_school(cases[i].json);
        assert_true(mapped.dropped);
        assert_string_equal(text_of(&mapped.id), "");
        assert_string_equal(text_of(&mapped.findings), cases[i].findings);
    }
}

static void test_an_id_longer_than_is_taken_is_no_id(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};

    (void)state;
    rc_buf_print(&json, "{'sourcedId':'%0600d','name':'North','type':'school'}", 7);
    AUTO_MAPPED mapped = map_school(json.data);
    assert_true(mapped.dropped);
    assert_string_equal(text_of(&mapped.id), "");
    assert_string_equal(text_of(&mapped.findings), "orgs.sourcedId.too-long error\n");
}

static void test_the_id_is_rescued_from_a_record_that_the_gate_refuses(void **state)
{
    static const char *const broken[] = {
        "{'sourcedId':'o1','name':'M\xC3\x28ller','type':'school'}",  /* UTF-8 */
        "{'name':'M\xFFller','sourcedId' : 'o1' ,'type':'school'}",   /* UTF-8, id behind it */
        "{'sourcedId':'o1','name':'Mu\\u0000ller','type':'school'}",  /* NUL */
        "{'sourcedId':'o1','name':'a','name':'b','type':'school'}",   /* a name twice */
        "{'sourcedId':'o1','name':'a\nb','type':'school'}",           /* a raw line break */
        "{'sourcedId':'o1','name':01,'type':'school'}",               /* no number */
        "{'parent':{'sourcedId':'d1'},'sourcedId':'o1','name':nope}", /* another's id before */
        " {'x':'sourcedId','sourcedId':'o1','name':nope} ",           /* the name as a value */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        AUTO_MAPPED mapped = map_school(broken[i]);
        assert_true(mapped.dropped);
        assert_string_equal(text_of(&mapped.id), "o1");
        assert_string_equal(text_of(&mapped.findings), "orgs.record.unreadable error\n");
    }
}

static void test_a_deeply_nested_record_is_dropped_with_its_id(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};

    (void)state;
    rc_buf_add_str(&json, RC_STR("{'sourcedId':'o1','metadata':"));
    for (int i = 0; i < 2000; i++)
        rc_buf_add_char(&json, '[');
    for (int i = 0; i < 2000; i++)
        rc_buf_add_char(&json, ']');
    rc_buf_add_char(&json, '}');
    AUTO_MAPPED mapped = map_school(json.data);
    assert_true(mapped.dropped);
    assert_string_equal(text_of(&mapped.id), "o1");
}

static void test_an_id_is_not_rescued_where_it_is_not_safe(void **state)
{
    static const char *const doubtful[] = {
        "{'sourcedId':'o1','sourcedId':'o2','name':'a'}", /* which? */
        "{'sourcedId':'o\xFF','name':'a'}",               /* broken itself */
        "{'sourcedId':'o\\u0031','name':nope}",           /* escapes are not undone here */
        "{'sourcedId':'o1'x,'name':'a'}",                 /* goes on behind */
        "{'parent':{'sourcedId':'d1'},'name':nope}",      /* another's */
        "{'name':'a'b','sourcedId':'o1'}",                /* a quote too many */
        "{'a':]},'sourcedId':'o1'}",                      /* brackets that do not match */
        "{'sourcedId':12x,'name':'a'}",
        "{'sourcedId':'',nope}",
        "{'sourcedId':",
        "{'sourcedId",
        "{'sourcedId':'o1\\",
        "nope",
        "",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(doubtful); i++) {
        AUTO_MAPPED mapped = map_school(doubtful[i]);
        assert_true(mapped.dropped);
        assert_string_equal(text_of(&mapped.id), "");
    }
}

/* --- limits --- */

static void test_a_text_of_ten_million_bytes_drops_its_record_alone(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    const size_t bytes = 10 * 1000 * 1000;

    (void)state;
    rc_buf_add_str(&json, RC_STR("{\"sourcedId\":\"o1\",\"type\":\"school\",\"name\":\""));
    rc_buf_reserve(&json, bytes);
    memset(json.data + json.len, 'x', bytes);
    json.len += bytes;
    rc_buf_add_str(&json, RC_STR("\"}"));
    AUTO_MAPPED mapped = map_bytes(RC_ORGS, rc_buf_str(&json));
    assert_true(mapped.dropped);
    assert_string_equal(text_of(&mapped.id), "o1");
    assert_string_equal(text_of(&mapped.findings), "orgs.record.unreadable error\n");
}

static void test_a_text_longer_than_its_field_takes_costs_the_value(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};

    (void)state;
    rc_buf_print(&json, SCHOOL(",'identifier':'%0600d'"), 7);
    AUTO_MAPPED mapped = map_school(json.data);
    assert_false(mapped.dropped);
    assert_string_equal(text_of(&mapped.findings), "orgs.identifier.too-long warning\n");
    assert_non_null(strstr(text_of(&mapped.messages), "600 bytes, at most 512"));
}

static void test_a_list_is_cut_at_a_thousand_with_a_warning(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    size_t commas = 0;

    (void)state;
    rc_buf_add_str(&json, RC_STR("{'sourcedId':'k1','title':'a','courseCode':'b','subjects':['0'"));
    for (int i = 1; i < 1200; i++)
        rc_buf_print(&json, ",'%d'", i);
    rc_buf_add_str(&json, RC_STR("]}"));
    AUTO_MAPPED mapped = map_record(RC_COURSES, json.data);
    assert_string_equal(text_of(&mapped.findings), "courses.subjects.too-many warning\n");
    for (const char *at = text_of(&mapped.body); *at; at++)
        commas += *at == ',';
    assert_int_equal(commas, 1000 - 1 + 2);
}

static void test_a_rule_broken_by_many_elements_is_told_once(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_record(RC_COURSES,
                                    "{'sourcedId':'k1','title':'a','courseCode':'b',"
                                    "'subjects':[{'a':1},{'a':1},'Art',true],'grades':['x','y']}");
    assert_string_equal(text_of(&mapped.findings),
                        "courses.grades.unknown warning\ncourses.subjects.malformed warning\n");
    assert_non_null(strstr(text_of(&mapped.body), "\"subjects\":[\"Art\"]"));
}

/* --- one mapper, many records --- */

static void test_a_record_does_not_depend_on_the_one_before(void **state)
{
    static const char *const records[] = {
        "{\"sourcedId\":\"o1\",\"name\":\"North\",\"type\":\"school\",\"identifier\":\"7\"}",
        "{\"type\":\"district\",\"identifier\":\"8\",\"sourcedId\":\"o2\",\"name\":\"D\"}",
        "{\"sourcedId\":\"o3\",\"name\":\"South\"}",
        "{\"sourcedId\":\"o4\",\"name\":\"West\",\"type\":\"school\"}",
    };
    const struct rc_mapper_options options = {0};
    const struct rc_mapping *mapping = NULL;

    (void)state;
    assert_int_equal(rc_mapping_find(RC_STR("oneroster-rest/1.1"), RC_ORGS, &mapping), RC_OK);
    RC_AUTO(rc_mapper) struct rc_mapper *mapper = rc_mapper_new(mapping, &options);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(records); i++) {
            struct rc_record record = {0};
            AUTO_MAPPED alone = map_bytes(RC_ORGS, rc_str_of(records[i]));
            rc_mapper_record(mapper, rc_str_of(records[i]), 0, &record);
            assert_int_equal(record.dropped, alone.dropped);
            assert_true(rc_str_eq(record.id, rc_buf_str(&alone.id)));
            assert_true(rc_str_eq(record.body, rc_buf_str(&alone.body)));
        }
    }
}

static void test_an_org_without_an_identifier_is_used_and_told_of_in_1_2_alone(void **state)
{
    (void)state;
    AUTO_MAPPED in_11 = map_record_of(REST_11, RC_ORGS, SCHOOL(""));
    AUTO_MAPPED in_12 = map_record_of(REST_12, RC_ORGS, SCHOOL(""));
    AUTO_MAPPED whole = map_record_of(REST_12, RC_ORGS, SCHOOL(",'identifier':'0400'"));
    assert_string_equal(text_of(&in_11.findings), "");
    assert_string_equal(text_of(&in_12.findings), "orgs.identifier.missing warning\n");
    assert_string_equal(text_of(&whole.findings), "");
    assert_string_equal(text_of(&in_11.body), text_of(&in_12.body));
}

static void test_an_unknown_format_or_collection_is_refused_by_name(void **state)
{
    const struct rc_mapping *mapping = NULL;

    (void)state;
    assert_int_equal(rc_mapping_find(RC_STR("oneroster-rest/9.9"), RC_ORGS, &mapping), RC_REJECT);
    assert_non_null(strstr(rc_error_text(), "oneroster-rest/9.9"));
    assert_null(mapping);
}

static void
test_every_collection_of_each_version_has_a_mapping_and_its_name_as_envelope(void **state)
{
    static const char *const formats[] = {REST_11, REST_12};

    (void)state;
    for (int i = 0; i < 2 * RC_COLLECTION_COUNT_; i++) {
        const enum rc_collection collection = (enum rc_collection)(i / 2);
        const struct rc_mapping *mapping = NULL;
        enum rc_collection found = RC_COLLECTION_COUNT_;
        assert_int_equal(rc_mapping_find(rc_str_of(formats[i % 2]), collection, &mapping), RC_OK);
        assert_true(rc_collection_parse(rc_mapping_envelope(mapping), &found));
        assert_int_equal(found, collection);
    }
    enum rc_collection none = RC_ORGS;
    assert_false(rc_collection_parse(RC_STR("schools"), &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tobedeleted_marks_the_record_in_any_spelling),
        cmocka_unit_test(test_active_in_any_case_and_no_status_are_not_deleted),
        cmocka_unit_test(test_an_unknown_status_is_active_with_a_warning),
        cmocka_unit_test(test_the_time_of_change_is_told_in_utc),
        cmocka_unit_test(test_a_time_of_change_that_is_none_is_left_out_with_a_warning),
        cmocka_unit_test(test_an_enrollment_names_the_two_it_joins),
        cmocka_unit_test(test_the_hashed_text_is_collection_id_and_body),
        cmocka_unit_test(test_spelling_order_and_time_of_change_do_not_change_the_hashed_text),
        cmocka_unit_test(test_a_dropped_record_keeps_its_id_and_nothing_else),
        cmocka_unit_test(test_records_without_an_id_are_dropped_without_one),
        cmocka_unit_test(test_an_id_longer_than_is_taken_is_no_id),
        cmocka_unit_test(test_the_id_is_rescued_from_a_record_that_the_gate_refuses),
        cmocka_unit_test(test_a_deeply_nested_record_is_dropped_with_its_id),
        cmocka_unit_test(test_an_id_is_not_rescued_where_it_is_not_safe),
        cmocka_unit_test(test_a_text_of_ten_million_bytes_drops_its_record_alone),
        cmocka_unit_test(test_a_text_longer_than_its_field_takes_costs_the_value),
        cmocka_unit_test(test_a_list_is_cut_at_a_thousand_with_a_warning),
        cmocka_unit_test(test_a_rule_broken_by_many_elements_is_told_once),
        cmocka_unit_test(test_a_record_does_not_depend_on_the_one_before),
        cmocka_unit_test(test_an_org_without_an_identifier_is_used_and_told_of_in_1_2_alone),
        cmocka_unit_test(test_an_unknown_format_or_collection_is_refused_by_name),
        cmocka_unit_test(
            test_every_collection_of_each_version_has_a_mapping_and_its_name_as_envelope),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
