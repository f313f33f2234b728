/* The table of rules, the tables of fields, and the list of findings that is made of both. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../../common/roster/mapper_private.h"
#include "rollcall/base/auto.h"
#include "rollcall/roster/csv_upload.h"
#include "rollcall/roster/oneroster_csv.h"
#include "with_mapper.h"

#define LIST_PATH RC_SOURCE_DIR "/services/normalizer/FINDINGS.md"

static void test_every_rule_has_a_name_a_text_and_a_way_to_mend_it(void **state)
{
    (void)state;
    for (int i = 0; i < RC_RULE_COUNT_; i++) {
        const struct rc_rule_text *rule = rc_rule_text((enum rc_rule)i);
        assert_non_null(rule->name);
        assert_true(strlen(rule->what) > 0);
        assert_int_equal(rule->mend[strlen(rule->mend) - 1], '.');
        for (int j = 0; j < i; j++)
            assert_string_not_equal(rule->name, rc_rule_text((enum rc_rule)j)->name);
    }
}

static void test_severities_follow_the_rule_and_the_need(void **state)
{
    (void)state;
    assert_int_equal(rc_rule_severity(RC_RULE_MISSING, true), RC_ERROR);
    assert_int_equal(rc_rule_severity(RC_RULE_MISSING, false), RC_WARNING);
    assert_int_equal(rc_rule_severity(RC_RULE_UNREADABLE, false), RC_ERROR);
    assert_int_equal(rc_rule_severity(RC_RULE_UNKNOWN, true), RC_WARNING);
}

static void test_rows_of_every_mapping_stand_in_order_and_fit_the_engine(void **state)
{
    (void)state;
    for (size_t i = 0; rc_mapping_at(i); i++) {
        const struct rc_mapping *mapping = rc_mapping_at(i);
        size_t names = 0;
        assert_in_range(mapping->field_count, 1, RC_FIELDS_MAX);
        for (size_t j = 0; j < mapping->field_count; j++) {
            const struct rc_field *field = &mapping->fields[j];
            for (size_t k = 0; k < RC_FIELD_SOURCES && field->sources[k]; k++)
                names++;
            if (j > 0) assert_true(strcmp(mapping->fields[j - 1].name, field->name) < 0);
            assert_non_null(field->kind->write);
            if (field->kind == &rc_kind_enum) assert_non_null(field->words);
        }
        assert_in_range(names, 1, RC_NAMES_MAX - 3);
    }
}

static void test_messages_say_what_happens_and_never_show_a_value(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_record(
        RC_USERS,
        "{'sourcedId':'u1','givenName':'Wilhelmina\\u0007','familyName':['Quackenbush','Q'],"
        "'email':'quack at example','role':'Wizard','orgs':[{'sourcedId':'s1'}],"
        "'grades':['Owl'],'enabledUser':'maybe','phone':{'home':'5550100'}}");
    static const char *const secrets[] = {"Wilhelmina", "Quackenbush", "quack",  "Wizard",
                                          "Owl",        "maybe",       "5550100"};

    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        assert_null(strstr(text_of(&mapped.messages), secrets[i]));
    assert_non_null(strstr(text_of(&mapped.messages),
                           "givenName holds control characters, such as a line break. The record "
                           "counts as present, but its values are not used until this is mended. "
                           "Type it again in the source, without them.\n"));
    assert_non_null(strstr(text_of(&mapped.messages),
                           "email is not in a form that can be read. The record is used without "
                           "it."));
}

static void test_an_unreadable_record_says_where(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_record(RC_ORGS, "{'sourcedId':'o1','name':'a','name':'b'}");
    assert_non_null(strstr(text_of(&mapped.messages),
                           "record cannot be read (JSON, byte 29: the name stands twice"));
}

static void test_a_record_without_an_id_says_what_follows(void **state)
{
    (void)state;
    AUTO_MAPPED mapped = map_record(RC_ORGS, "{'name':'a','type':'school'}");
    assert_non_null(strstr(text_of(&mapped.messages), "nobody in the collection counts as gone"));
}

static void test_a_finding_prints_what_the_schema_asks_for(void **state)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out out = {.buf = &text};
    const struct rc_finding finding = {.collection = RC_USERS,
                                       .id = RC_STR("u1"),
                                       .place = 4,
                                       .field = "email",
                                       .rule = RC_RULE_MISSING,
                                       .severity = RC_WARNING};

    (void)state;
    rc_finding_print(&finding, &out);
    assert_string_equal(text.data,
                        "{\"collection\":\"users\",\"id\":\"u1\",\"place\":4,\"field\":\"email\","
                        "\"rule\":\"users.email.missing\",\"severity\":\"warning\","
                        "\"message\":\"email has no value. The record is used without it. Enter it "
                        "in the source.\"}");
}

/* The whole list, as the document has it. RC_WRITE=1 writes it. */
static void print_list(struct rc_buf *out)
{
    rc_buf_add_str(
        out, RC_STR("# Findings\n\n"
                    "Every code that the normalizer can give, what it says, and the form that is "
                    "due. Made from the tables in\n"
                    "`common/roster`; a test compares (`RC_WRITE=1 test-unit-roster-findings` "
                    "writes it anew).\n\n"
                    "An *error* drops the record's values, never its presence: nobody is taken as "
                    "gone because of it. A *warning* drops or\n"
                    "mends one value. What a source merely spells in another way (`\"TRUE\"`, "
                    "`1/31/2026`, `\"9\"` for grade 09, one value where\n"
                    "a list is due …) is read without a finding.\n\n"
                    "| code | severity | message | form due |\n| --- | --- | --- | --- |\n"));
    rc_mapper_document(out);
    rc_csv_document(out);
    rc_upload_document(out);
}

static void read_list(struct rc_buf *out)
{
    FILE *file = fopen(LIST_PATH, "rb");

    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        rc_buf_add_char(out, (char)c);
    (void)fclose(file);
}

static void test_the_document_lists_every_code(void **state)
{
    RC_AUTO_BUF struct rc_buf due = {0};
    RC_AUTO_BUF struct rc_buf found = {0};

    (void)state;
    print_list(&due);
    if (getenv("RC_WRITE")) {
        FILE *file = fopen(LIST_PATH, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(due.data, 1, due.len, file), due.len);
        assert_int_equal(fclose(file), 0);
    }
    read_list(&found);
    assert_true(rc_str_eq(rc_buf_str(&due), rc_buf_str(&found)));
}

static void test_no_code_is_listed_twice(void **state)
{
    RC_AUTO_BUF struct rc_buf list = {0};
    struct rc_str codes[1024];
    size_t count = 0;

    (void)state;
    rc_mapper_document(&list);
    rc_csv_document(&list);
    for (struct rc_str rest = rc_buf_str(&list); rest.len > 0;) {
        struct rc_str line = rc_str_cut(&rest, '\n');
        (void)rc_str_cut(&line, '`');
        const struct rc_str code = rc_str_cut(&line, '`');
        for (size_t i = 0; i < count; i++)
            assert_false(rc_str_eq(codes[i], code));
        assert_true(count < COUNT_OF(codes));
        codes[count++] = code;
    }
    assert_true(count > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule_has_a_name_a_text_and_a_way_to_mend_it),
        cmocka_unit_test(test_severities_follow_the_rule_and_the_need),
        cmocka_unit_test(test_rows_of_every_mapping_stand_in_order_and_fit_the_engine),
        cmocka_unit_test(test_messages_say_what_happens_and_never_show_a_value),
        cmocka_unit_test(test_an_unreadable_record_says_where),
        cmocka_unit_test(test_a_record_without_an_id_says_what_follows),
        cmocka_unit_test(test_a_finding_prints_what_the_schema_asks_for),
        cmocka_unit_test(test_the_document_lists_every_code),
        cmocka_unit_test(test_no_code_is_listed_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
