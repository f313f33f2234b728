#include "batch.h"
#include "support/unit.h"

#define FACTS                                                                              \
    "\"batch\":{\"page\":\"p1\",\"collection\":\"users\",\"pass\":2,\"normalizer\":\"7\"," \
    "\"part\":1,\"parts\":2}"
#define HASH   "\"hash\":\"00112233445566778899aabbccddeeff\""
#define RECORD "{\"id\":\"ann\",\"place\":3," HASH ",\"body\":{\"a\":1}}"

static void test_a_batch_is_read_with_its_dropped_records_behind(void **state)
{
    static const char text[] = "{" FACTS ",\"records\":[" RECORD
                               "],\"dropped\":[{\"id\":\"ben\",\"place\":0},"
                               "{\"place\":1}],\"findings\":[{\"rule\":\"x\"}]}";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct batch batch = {0};

    (void)state;
    assert_ok(batch_parse(rc_str_of(text), arena, &batch));
    assert_str(batch.page, "p1");
    assert_str(batch.normalizer, "7");
    assert_int_equal(batch.pass, 2);
    assert_int_equal(batch.parts, 2);
    assert_int_equal(batch.readable, 1);
    assert_int_equal(batch.count, 2);
    assert_int_equal(batch.nameless, 1);
    assert_int_equal(batch.finding_count, 1);
    assert_str(batch.records[0].id, "ann");
    assert_false(batch.records[0].dated);
    assert_str(batch.records[1].id, "ben");
    assert_null(batch.records[1].body);
}

static void test_a_record_keeps_date_mark_and_references(void **state)
{
    static const char text[] =
        "{" FACTS ",\"records\":[{\"id\":\"e1\",\"place\":0," HASH
        ",\"modified\":\"1970-01-01T00:00:01Z\",\"deleted\":true,\"user\":\"ann\",\"class\":\"c1\","
        "\"body\":{}}]}";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct batch batch = {0};

    (void)state;
    assert_ok(batch_parse(rc_str_of(text), arena, &batch));
    assert_true(batch.records[0].dated && batch.records[0].deleted);
    assert_int_equal(batch.records[0].modified, 1000000);
    assert_str(batch.records[0].user, "ann");
    assert_str(batch.records[0].klass, "c1");
}

static void test_a_batch_that_does_not_fit_is_rejected_by_name(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[]", "page"},
        {"{\"batch\":{\"page\":\"p1\"}}", "collection"},
        {"{\"batch\":{\"page\":\"p\",\"collection\":\"users\",\"normalizer\":\"7\",\"pass\":1,"
         "\"part\":3,\"parts\":2}}",
         "part 3 of 2"},
        {"{" FACTS ",\"records\":[{\"id\":\"\",\"place\":0," HASH ",\"body\":{}}]}", "records[0]"},
        {"{" FACTS ",\"records\":[{\"id\":\"a\",\"place\":0,\"hash\":\"zz\",\"body\":{}}]}",
         "hash"},
        {"{" FACTS ",\"records\":[{\"id\":\"a\",\"place\":0," HASH ",\"body\":7}]}", "body"},
        {"{" FACTS ",\"records\":[{\"id\":\"a\",\"place\":0," HASH
         ",\"modified\":\"now\",\"body\":{}}]}",
         "time"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct batch batch = {.count = 77};
        assert_fails(batch_parse(rc_str_of(cases[i].text), arena, &batch), RC_REJECT,
                     cases[i].words);
        assert_int_equal(batch.count, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_batch_is_read_with_its_dropped_records_behind),
        cmocka_unit_test(test_a_record_keeps_date_mark_and_references),
        cmocka_unit_test(test_a_batch_that_does_not_fit_is_rejected_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
