/* Log lines: one event, one write, one line that can always be parsed. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "support/unit.h"

static int64_t noon(void)
{
    return INT64_C(1769860800123);
}

static void keep_line(const char *line, void *context)
{
    struct rc_buf *lines = context;

    rc_buf_add_str(lines, rc_str_of(line));
}

/* Logs into lines from here on, as JSON of the service "tester". */
static void listen(struct rc_buf *lines, enum rc_log_format format)
{
    rc_clock_replace(noon, NULL);
    rc_log_setup("tester", RC_LOG_INFO, format);
    rc_log_sink(keep_line, lines);
}

static int stop_listening(void **state)
{
    (void)state;
    rc_log_sink(NULL, NULL);
    rc_log_repeats(10, 10000);
    rc_clock_replace(NULL, NULL);
    return 0;
}

static void test_a_line_holds_time_level_service_event_message_and_fields(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    listen(&lines, RC_LOG_JSON);
    {
        RC_LOG_SCOPE("run", "r-1");
        RC_LOG_SCOPE("district", "d-2");
        rc_log_warn("lane.taken", "%d pages", 3);
    }
    rc_log_info("plain", "no fields");
    assert_string_equal(
        lines.data,
        "{\"ts\":\"2026-01-31T12:00:00.123Z\",\"level\":\"warn\",\"svc\":\"tester\","
        "\"event\":\"lane.taken\",\"msg\":\"3 pages\",\"run\":\"r-1\",\"district\":\"d-2\"}\n"
        "{\"ts\":\"2026-01-31T12:00:00.123Z\",\"level\":\"info\",\"svc\":\"tester\","
        "\"event\":\"plain\",\"msg\":\"no fields\"}\n");
}

static void test_text_for_people_has_the_same_parts(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    listen(&lines, RC_LOG_TEXT);
    RC_LOG_SCOPE("run", "r-1");
    rc_log_error("lane.failed", "no answer\nforged line");
    assert_string_equal(
        lines.data,
        "2026-01-31T12:00:00.123Z error tester lane.failed: no answer\\nforged line  run=r-1\n");
}

static void test_a_level_below_is_not_printed_and_its_arguments_are_not_evaluated(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};
    int evaluated = 0;

    (void)state;
    listen(&lines, RC_LOG_JSON);
    rc_log_debug("quiet", "%d", ++evaluated);
    assert_int_equal(evaluated, 0);
    assert_int_equal(lines.len, 0);
    assert_false(rc_log_enabled(RC_LOG_DEBUG));
    assert_true(rc_log_enabled(RC_LOG_ERROR));
}

static void test_what_cannot_stand_in_json_is_escaped(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    listen(&lines, RC_LOG_JSON);
    rc_log_info("e",
                "a\"b\\c\nd\te\x01"
                "f\xC3\xA9"
                "g\xFF"
                "h\xE2\x82");
    assert_non_null(
        strstr(lines.data, "\"a\\\"b\\\\c\\nd\\te\\u0001f\xC3\xA9g\\ufffdh\\ufffd\\ufffd\""));
}

static void test_a_long_message_is_cut_and_the_line_keeps_its_form(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};
    char longer[6000];
    char value[200];

    (void)state;
    listen(&lines, RC_LOG_JSON);
    memset(longer, '\x01', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    memset(value, '"', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    RC_LOG_SCOPE("a", value);
    RC_LOG_SCOPE("b", value);
    RC_LOG_SCOPE("c", value);
    RC_LOG_SCOPE("d", value);
    RC_LOG_SCOPE("e", value);
    RC_LOG_SCOPE("f", value);
    RC_LOG_SCOPE("g", value);
    rc_log_info("long", "%s", longer);
    assert_true(lines.len <= 4096);
    assert_true(rc_str_ends(rc_buf_str(&lines), RC_STR("\\\"\"}\n")));
    assert_non_null(
        strstr(lines.data, "\"f\":\"")); /* whole fields, as many as there is room for */
    assert_null(strstr(lines.data, "\"g\":\""));
}

static void test_more_fields_than_there_is_room_for_are_not_shown_and_pop_again(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};
    struct rc_log_field fields[16];

    (void)state;
    listen(&lines, RC_LOG_JSON);
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        fields[i] = rc_log_push("n", i < 12 ? "in" : "out");
    rc_log_info("e", "m");
    assert_null(strstr(lines.data, "out"));
    for (size_t i = COUNT_OF(fields); i > 0; i--)
        rc_log_pop(&fields[i - 1]);
    rc_buf_clear(&lines);
    rc_log_info("e", "m");
    assert_true(rc_str_ends(rc_buf_str(&lines), RC_STR("\"msg\":\"m\"}\n")));
}

static void test_a_number_stands_without_quotes(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    listen(&lines, RC_LOG_JSON);
    {
        RC_LOG_SCOPE("err.class", "RETRY");
        RC_LOG_NUMBER("dur_ms", 12);
        rc_log_info("e", "m");
    }
    assert_true(rc_str_ends(rc_buf_str(&lines),
                            RC_STR("\"msg\":\"m\",\"err.class\":\"RETRY\",\"dur_ms\":12}\n")));
}

static int64_t mono_ms;

static int64_t test_mono(void)
{
    return mono_ms;
}

static size_t count_lines(const struct rc_buf *lines)
{
    size_t count = 0;

    for (size_t i = 0; i < lines->len; i++)
        count += lines->data[i] == '\n';
    return count;
}

static void test_a_line_that_repeats_is_written_a_few_times_and_then_counted(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    mono_ms = 1000;
    listen(&lines, RC_LOG_JSON);
    rc_clock_replace(noon, test_mono);
    rc_log_repeats(3, 1000);
    const uint64_t before = rc_log_suppressed();
    for (int i = 0; i < 10; i++) {
        RC_LOG_NUMBER("attempt", i); /* a number makes no other line of it */
        rc_log_warn("loop", "no answer");
        RC_LOG_SCOPE("run", i == 0 ? "other" : "same");
        rc_log_warn("scoped", "no answer");
    }
    assert_int_equal(count_lines(&lines), 3 + 1 + 3);
    assert_int_equal(rc_log_suppressed() - before, 7 + 6);
    rc_buf_clear(&lines);
    mono_ms += 1000;
    rc_log_warn("loop", "no answer");
    rc_log_warn("loop", "no answer");
    rc_log_warn("loop", "another text");
    assert_int_equal(count_lines(&lines), 3);
    assert_non_null(strstr(lines.data, "\"msg\":\"no answer\",\"repeated\":7}\n"));
    assert_null(strstr(strstr(lines.data, "repeated") + 1, "repeated"));
}

static void test_logging_keeps_errno(void **state)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    (void)state;
    listen(&lines, RC_LOG_JSON);
    errno = ENOTDIR;
    rc_log_info("e", "m");
    assert_int_equal(errno, ENOTDIR);
}

static void test_every_level_has_a_name_that_parses_back(void **state)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    enum rc_log_level level = RC_LOG_DEBUG;

    (void)state;
    for (int i = 0; i < RC_LOG_LEVEL_COUNT_; i++) {
        assert_true(rc_log_level_parse(names[i], &level));
        assert_int_equal(level, i);
    }
    assert_false(rc_log_level_parse("loud", &level));
}

enum { THREADS = 4, LINES_EACH = 500 };

static void *log_many(void *name)
{
    RC_LOG_SCOPE("thread", name);
    for (int i = 0; i < LINES_EACH; i++)
        rc_log_info("mixed", "%s%s%s%s", (const char *)name, (const char *)name, (const char *)name,
                    (const char *)name);
    return NULL;
}

/* Reads lines from a pipe until it ends; counts those that are whole and of one thread. */
static void *count_whole_lines(void *at)
{
    FILE *from = fdopen(*(const int *)at, "r");
    static int whole;
    char line[4096];

    whole = 0;
    while (fgets(line, sizeof line, from)) {
        char due[256];
        const char *thread = strstr(line, "\"thread\":\"");
        assert_non_null(thread);
        const char letter = thread[10];
        memset(due, letter, 160);
        memcpy(due + 160, "\",\"thread\":\"", 13);
        whole += strstr(line, due) && rc_str_ends(rc_str_of(line), RC_STR("}\n"));
    }
    (void)fclose(from);
    return &whole;
}

static void test_lines_of_threads_never_mix(void **state)
{
    static char names[THREADS][41];
    pthread_t threads[THREADS];
    pthread_t reader;
    int ends[2];
    void *whole = NULL;
    const int kept = dup(STDERR_FILENO);

    (void)state;
    rc_log_setup("tester", RC_LOG_INFO, RC_LOG_JSON);
    rc_log_repeats(0, 0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&reader, NULL, count_whole_lines, &ends[0]), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    (void)close(ends[1]);
    for (int i = 0; i < THREADS; i++) {
        memset(names[i], 'a' + i, 40);
        assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    (void)pthread_join(reader, &whole);
    assert_int_equal(*(int *)whole, THREADS * LINES_EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_line_holds_time_level_service_event_message_and_fields,
                                  stop_listening),
        cmocka_unit_test_teardown(test_text_for_people_has_the_same_parts, stop_listening),
        cmocka_unit_test_teardown(
            test_a_level_below_is_not_printed_and_its_arguments_are_not_evaluated, stop_listening),
        cmocka_unit_test_teardown(test_what_cannot_stand_in_json_is_escaped, stop_listening),
        cmocka_unit_test_teardown(test_a_long_message_is_cut_and_the_line_keeps_its_form,
                                  stop_listening),
        cmocka_unit_test_teardown(
            test_more_fields_than_there_is_room_for_are_not_shown_and_pop_again, stop_listening),
        cmocka_unit_test_teardown(test_a_number_stands_without_quotes, stop_listening),
        cmocka_unit_test_teardown(test_a_line_that_repeats_is_written_a_few_times_and_then_counted,
                                  stop_listening),
        cmocka_unit_test_teardown(test_logging_keeps_errno, stop_listening),
        cmocka_unit_test(test_every_level_has_a_name_that_parses_back),
        cmocka_unit_test(test_lines_of_threads_never_mix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
