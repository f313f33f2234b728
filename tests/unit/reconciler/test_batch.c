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
    assert_str(batch.records[0].modified, "");
    assert_str(batch.records[1].id, "ben");
    assert_str(batch.records[0].body, "{\"a\":1}");
    assert_str(batch.records[1].body, "");
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
    assert_true(batch.records[0].deleted);
    assert_str(batch.records[0].modified, "1970-01-01T00:00:01Z");
    assert_str(batch.records[0].user, "ann");
    assert_str(batch.records[0].klass, "c1");
}

/* As the normalizer writes it: one record a line. */
#define LINES(lines)                                  \
    "{" FACTS ",\"records\":[\n" lines                \
    "\n],\"dropped\":[{\"id\":\"ben\",\"place\":1}]," \
    "\"findings\":[{\"rule\":\"x\"}]}"
#define FULL                                                       \
    "{\"id\":\"e1\",\"place\":12," HASH                            \
    ",\"modified\":\"2026-08-01T00:00:00.000Z\",\"deleted\":true," \
    "\"user\":\"ann\",\"class\":\"c1\",\"body\":{\"a\":{\"b\":\"}}\"}}}"

static void test_records_on_lines_are_read_as_records_in_a_list(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct batch batch = {0};

    (void)state;
    assert_ok(batch_parse(RC_STR(LINES(RECORD ",\n" FULL)), arena, &batch));
    assert_int_equal(batch.readable, 2);
    assert_int_equal(batch.count, 3);
    assert_int_equal(batch.finding_count, 1);
    assert_str(batch.records[0].id, "ann");
    assert_int_equal(batch.records[0].place, 3);
    assert_str(batch.records[0].hash, "00112233445566778899aabbccddeeff");
    assert_str(batch.records[0].body, "{\"a\":1}");
    assert_str(batch.records[1].modified, "2026-08-01T00:00:00.000Z");
    assert_true(batch.records[1].deleted);
    assert_str(batch.records[1].user, "ann");
    assert_str(batch.records[1].klass, "c1");
    assert_str(batch.records[1].body, "{\"a\":{\"b\":\"}}\"}}");
    assert_str(batch.records[2].id, "ben");
    assert_str(batch.records[2].body, "");
}

static void test_a_line_in_another_form_is_left_to_the_parser(void **state)
{
    static const struct {
        const char *line, *id, *body;
    } cases[] = {
        {"{\"id\":\"a\\\"b\",\"place\":3," HASH ",\"body\":{\"a\":1}}", "a\"b", "{\"a\":1}"},
        {"{\"place\":3,\"id\":\"ann\"," HASH ",\"body\":{\"a\":1}}", "ann", "{\"a\":1}"},
        {"{ \"id\" : \"ann\", \"place\": 3, " HASH ", \"body\": { \"a\": 1 } }", "ann",
         "{\"a\":1}"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct batch batch = {0};
        const char *text = rc_str_print(arena, LINES("%s"), cases[i].line).data;
        assert_ok(batch_parse(rc_str_of(text), arena, &batch));
        assert_int_equal(batch.readable, 1);
        assert_str(batch.records[0].id, cases[i].id);
        assert_int_equal(batch.records[0].place, 3);
    }
}

static void test_a_line_that_does_not_fit_is_rejected_by_its_number(void **state)
{
    static const char *const lines[][2] = {
        {"nonsense", "records[1]"},
        {"{\"id\":\"\",\"place\":0," HASH ",\"body\":{}}", "its id is empty"},
        {"{\"id\":\"a\",\"place\":0,\"hash\":\"00\",\"body\":{}}", "32 hex digits"},
        {"{\"id\":\"a\",\"place\":0," HASH ",\"modified\":\"now\",\"body\":{}}", "time"},
        {"{\"id\":\"a\",\"place\":0," HASH ",\"body\":[]}", "no object"},
        {"", "records[1]"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct batch batch = {.count = 77};
        const char *text = rc_str_print(arena, LINES(RECORD ",\n%s"), lines[i][0]).data;
        assert_fails(batch_parse(rc_str_of(text), arena, &batch), RC_REJECT, lines[i][1]);
        assert_int_equal(batch.count, 77);
    }
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
        cmocka_unit_test(test_records_on_lines_are_read_as_records_in_a_list),
        cmocka_unit_test(test_a_line_in_another_form_is_left_to_the_parser),
        cmocka_unit_test(test_a_line_that_does_not_fit_is_rejected_by_its_number),
        cmocka_unit_test(test_a_batch_that_does_not_fit_is_rejected_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
