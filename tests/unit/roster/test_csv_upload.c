/* What a manifest says against what the zip holds, and what follows for each file. */

#include "rollcall/roster/csv_upload.h"

#include "support/unit.h"

static size_t place_of(const char *file)
{
    size_t at = 0;

    while (strcmp(rc_csv_file_at(at)->name, file) != 0)
        at++;
    return at;
}

static struct rc_csv_manifest read(struct rc_arena *arena, const char *text)
{
    struct rc_csv_manifest manifest = {0};

    assert_ok(rc_csv_manifest_read(rc_str_of(text), arena, &manifest));
    return manifest;
}

static void test_a_manifest_is_read_in_any_order_case_and_quoting(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_csv_manifest manifest = read(
        arena,
        "\xEF\xBB\xBFpropertyName,value\r\n\"file.users\" , Bulk\r\nFILE.ORGS,DELTA\r\n"
        "oneroster.version,1.2\r\nfile.classes,absent\r\nfile.courses,\r\nfile.people,bulk\r\n"
        "source.systemCode,absent\r\nfile.demographics,full\r\nfile.roles,bulk\r\n"
        "file.roles,bulk\r\nfile.resources,bulk\r\nfile.resources,delta");

    (void)state;
    assert_true(manifest.present);
    assert_str(manifest.version, "1.2");
    assert_int_equal(manifest.said[place_of("users.csv")], RC_CSV_SAID_BULK);
    assert_int_equal(manifest.said[place_of("orgs.csv")], RC_CSV_SAID_DELTA);
    assert_int_equal(manifest.said[place_of("classes.csv")], RC_CSV_SAID_ABSENT);
    assert_int_equal(manifest.said[place_of("courses.csv")], RC_CSV_SAID_NOTHING);
    assert_int_equal(manifest.said[place_of("enrollments.csv")], RC_CSV_SAID_NOTHING);
    assert_int_equal(manifest.said[place_of("demographics.csv")], RC_CSV_SAID_ODD);
    assert_int_equal(manifest.said[place_of("roles.csv")], RC_CSV_SAID_BULK);
    assert_int_equal(manifest.said[place_of("resources.csv")], RC_CSV_SAID_TWICE);
}

/* Only what is surely whole may count absences: everything odd is read as a delta. */
static void test_a_file_is_whole_only_where_the_manifest_says_so_and_it_is_there(void **state)
{
    for (int said = 0; said < RC_CSV_SAID_COUNT_; said++) {
        for (int there = 0; there < 2; there++) {
            struct rc_csv_manifest manifest = {.present = true};
            manifest.said[place_of("users.csv")] = (enum rc_csv_said)said;
            const struct rc_csv_verdict verdict = rc_csv_manifest_judge(
                &manifest, place_of("users.csv"), there);
            const bool whole = said == RC_CSV_SAID_BULK && there;
            const bool announced = said == RC_CSV_SAID_BULK || said == RC_CSV_SAID_DELTA;
            assert_int_equal(verdict.taken && !verdict.delta && !verdict.odd, whole);
            assert_int_equal(verdict.odd,
                             there ? !announced : announced || said == RC_CSV_SAID_TWICE);
            if (there) assert_true(verdict.taken);
        }
    }
    (void)state;
}

static void test_without_a_manifest_no_file_is_whole(void **state)
{
    const struct rc_csv_manifest none = {0};
    const struct rc_csv_verdict verdict = rc_csv_manifest_judge(&none, place_of("users.csv"), true);

    (void)state;
    assert_true(verdict.taken && verdict.delta && verdict.odd);
    assert_int_equal(verdict.rule, RC_UPLOAD_NO_MANIFEST);
    assert_false(rc_csv_manifest_judge(&none, place_of("users.csv"), false).taken);
}

static void test_a_manifest_without_end_is_refused(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_csv_manifest manifest;

    (void)state;
    for (int i = 0; i < 1001; i++)
        rc_buf_add_str(&text, RC_STR("a,b\n"));
    assert_fails(rc_csv_manifest_read(rc_buf_str(&text), arena, &manifest), RC_REJECT, "1000 rows");
}

static void test_every_rule_names_its_subject_and_how_to_mend_it(void **state)
{
    (void)state;
    for (int i = 0; i < RC_UPLOAD_RULE_COUNT_; i++) {
        RC_AUTO_BUF struct rc_buf text = {0};
        rc_upload_rule_message((enum rc_upload_rule)i, RC_STR("users.csv"), &text);
        assert_true(rc_str_starts(rc_buf_str(&text), RC_STR("users.csv ")));
        assert_true(rc_str_ends(rc_buf_str(&text), RC_STR(".")));
        assert_true(rc_str_starts(rc_str_of(rc_upload_rule_code((enum rc_upload_rule)i)),
                                  RC_STR("upload.")));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(rc_upload_rule_code((enum rc_upload_rule)i),
                                    rc_upload_rule_code((enum rc_upload_rule)j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_manifest_is_read_in_any_order_case_and_quoting),
        cmocka_unit_test(test_a_file_is_whole_only_where_the_manifest_says_so_and_it_is_there),
        cmocka_unit_test(test_without_a_manifest_no_file_is_whole),
        cmocka_unit_test(test_a_manifest_without_end_is_refused),
        cmocka_unit_test(test_every_rule_names_its_subject_and_how_to_mend_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
