/* What owners read. Whole mails stand in tests/data/letter: <name>.json are the facts, .txt and
 * .html what is made of them (RC_WRITE=1 writes them anew; look at them in a browser then). */

#include "rollcall/letter/letter.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/unit.h"

static const char *const samples[] = {"asked",
                                      "clever_connected",
                                      "clever_waiting",
                                      "completed",
                                      "credentials_expiring",
                                      "credentials_refused",
                                      "delta",
                                      "digest",
                                      "digest_many",
                                      "digest_quiet",
                                      "errors",
                                      "failed",
                                      "held",
                                      "held_lists",
                                      "held_school",
                                      "hold_unanswered",
                                      "hold_waiting",
                                      "lane_failed",
                                      "mail_bouncing",
                                      "mail_silent",
                                      "member_verify",
                                      "owner_unreachable",
                                      "pause_begun",
                                      "pause_ended",
                                      "pause_tomorrow",
                                      "pickup_old",
                                      "quiet",
                                      "run_parked",
                                      "setup_ready",
                                      "source_changed",
                                      "source_empty",
                                      "source_vanished",
                                      "threshold",
                                      "unread",
                                      "webhook_failing"};

static void read_file(const char *name, const char *suffix, struct rc_buf *out)
{
    char path[500], block[4096];

    snprintf(path, sizeof path, "%s/tests/data/letter/%s%s", RC_SOURCE_DIR, name, suffix);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        rc_buf_add(out, block, got);
    fclose(file);
}

static void write_file(const char *name, const char *suffix, const struct rc_buf *text)
{
    char path[500];

    snprintf(path, sizeof path, "%s/tests/data/letter/%s%s", RC_SOURCE_DIR, name, suffix);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
    fclose(file);
}

static enum rc_letter_kind kind_of(struct rc_str name)
{
    int kind = 0;

    while (!rc_str_eq(name, rc_str_of(rc_letter_kind_name((enum rc_letter_kind)kind))))
        kind++;
    return (enum rc_letter_kind)kind;
}

static void write_letter(const char *text, struct rc_arena *arena, struct rc_letter *letter)
{
    const struct rc_json *sample = NULL;

    assert_ok(rc_json_parse(rc_str_of(text), NULL, arena, &sample));
    const struct rc_letter_input in = {
        .kind = kind_of(rc_json_text(rc_json_get(sample, "kind"))),
        .facts = rc_json_get(sample, "facts"),
        .console_url = rc_json_text(rc_json_get(sample, "link")),
        .optional = rc_json_bool(rc_json_get(sample, "optional")),
        .stop_url = rc_json_text(rc_json_get(sample, "stop")),
    };
    assert_ok(rc_letter_write(&in, arena, letter));
}

/* ---- whole mails ---- */

static void compare(const char *name, const char *suffix, const struct rc_buf *text)
{
    RC_AUTO_BUF struct rc_buf kept = {0};

    if (getenv("RC_WRITE")) write_file(name, suffix, text);
    read_file(name, suffix, &kept);
    assert_string_equal(text->data, kept.data);
}

static void test_mails_are_as_they_were_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf json = {0};
        RC_AUTO_BUF struct rc_buf text = {0};
        struct rc_letter letter = {0};
        read_file(samples[i], ".json", &json);
        write_letter(json.data, arena, &letter);
        rc_buf_print(&text, "Subject: %s\n\n%s", letter.subject.data, letter.text.data);
        compare(samples[i], ".txt", &text);
        compare(samples[i], ".html", &letter.html);
        rc_letter_done(&letter);
    }
}

static void test_no_mail_speaks_of_internals_or_leaves_a_tag(void **state)
{
    static const char *const words[] = {"sourcedId",       "delta", "tombstone", "givenName",
                                        "academicSession", "{{",    "(null)"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        RC_AUTO_BUF struct rc_buf both = {0};
        read_file(samples[i], ".txt", &both);
        read_file(samples[i], ".html", &both);
        for (size_t k = 0; k < COUNT_OF(words); k++)
            if (strstr(both.data, words[k])) fail_msg("%s says \"%s\"", samples[i], words[k]);
    }
}

static void test_html_asks_nothing_of_the_network(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        RC_AUTO_BUF struct rc_buf html = {0};
        read_file(samples[i], ".html", &html);
        assert_null(strstr(html.data, "<img"));
        assert_null(strstr(html.data, "src="));
        assert_null(strstr(html.data, "url("));
        assert_null(strstr(html.data, "<script"));
    }
}

/* ---- subjects ---- */

static void check_subject(const char *kind, const char *facts, const char *subject)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf sample = {0};
    struct rc_letter letter = {0};

    rc_buf_print(&sample, "{\"kind\":\"%s\",\"facts\":{\"district\":{\"name\":\"Oak\"},%s}}", kind,
                 facts);
    write_letter(sample.data, arena, &letter);
    assert_string_equal(letter.subject.data, subject);
    rc_letter_done(&letter);
}

#define DIGEST(blocks) "\"districts\":[{\"district\":{\"name\":\"Oak\"}" blocks "}]"
#define RUN(state)     "\"run\":{\"state\":\"" state "\"}"

static void test_a_subject_says_state_and_numbers_first(void **state)
{
    static const struct {
        const char *kind, *facts, *subject;
    } cases[] = {
        {"held",
         RUN("On hold") ",\"holds\":[{\"hold\":\"first sync\",\"kind\":\"create\",\"role\":"
                        "\"student\",\"count\":1874},{\"hold\":\"first sync\",\"kind\":\"join\","
                        "\"role\":\"student\",\"count\":9000}]",
         "[On hold] Oak: 1,874 new people wait for your approval"},
        {"held", RUN("On hold") ",\"holds\":[{\"hold\":\"x\",\"kind\":\"create\",\"count\":1}]",
         "[On hold] Oak: 1 new person waits for your approval"},
        {"held",
         RUN("On hold") ",\"holds\":[{\"hold\":\"x\",\"kind\":\"update\",\"count\":1000},{\"hold\":"
                        "\"x\",\"kind\":\"archive\",\"count\":2}]",
         "[On hold] Oak: 2 to archive, 1,000 to change wait for your approval"},
        {"held", RUN("On hold") ",\"holds\":[{\"hold\":\"x\",\"kind\":\"end\",\"count\":1}]",
         "[On hold] Oak: 1 membership change waits for your approval"},
        {"held", RUN("On hold") ",\"holds\":[{\"hold\":\"x\",\"kind\":\"archive\",\"count\":412}]",
         "[On hold] Oak: 412 people would be archived"},
        {"result",
         RUN("Completed") ",\"people\":{\"student\":{\"created\":12,\"changed\":45,\"archived\":3}"
                          "}",
         "[OK] Oak: 12 new, 45 changed, 3 archived, 0 errors"},
        {"result", RUN("Completed with warnings") ",\"findings\":{\"warnings\":1,\"errors\":0}",
         "[Warnings] Oak: 0 new, 0 changed, 0 archived, 0 errors, 1 warning"},
        {"result", RUN("Completed with errors") ",\"findings\":{\"warnings\":0,\"errors\":1234567}",
         "[Errors] Oak: 0 new, 0 changed, 0 archived, 1,234,567 errors"},
        {"result", RUN("Failed"), "[Failed] Oak: the sync failed, nothing was changed"},
        {"alert", "\"alert\":{\"message\":\"academicSessions could not be read: no\\r\\nBcc: x\"}",
         "[Attention] Oak: Terms could not be read"},
        {"digest", DIGEST(""), "[OK] Oak: 0 new, 0 changed, 0 archived, 0 errors"},
        {"digest",
         DIGEST(",\"holds\":[{\"hold\":\"x\",\"kind\":\"archive\",\"count\":412}],\"sources\":[{"
                "\"state\":\"Failed\"}]"),
         "[On hold] Oak: 412 wait for your decision, 1 sync failed, 0 new, 0 changed, 0 archived, "
         "0 "
         "errors"},
        {"digest",
         DIGEST(",\"sources\":[{\"state\":\"Completed\",\"failed\":1}],\"people\":{\"now\":{"
                "\"student\":{\"created\":1200}}}"),
         "[Failed] Oak: 1 sync failed, 1,200 new, 0 changed, 0 archived, 0 errors"},
        {"digest", DIGEST("},{\"findings\":{\"errors\":1}"),
         "[Errors] 2 districts: 0 new, 0 changed, 0 archived, 1 error"},
        {"alert", "\"alert\":{\"message\":\"a\\r\\nBcc: x\"}", "[Attention] Oak: A  Bcc"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_subject(cases[i].kind, cases[i].facts, cases[i].subject);
}

/* A mail of many districts, all with something to tell. */
static void test_a_digest_of_many_districts_stays_below_what_is_cut(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf sample = {0};
    struct rc_letter letter = {0};

    (void)state;
    rc_buf_print(&sample, "{\"kind\":\"digest\",\"facts\":{\"districts\":[");
    for (int i = 0; i < 300; i++)
        rc_buf_print(&sample,
                     "%s{\"district\":{\"name\":\"D%d\",\"slug\":\"d%d\"},\"people\":{\"now\":{"
                     "\"student\":{\"created\":%d,\"failed\":2},\"guardian\":{\"changed\":1}}},"
                     "\"holds\":[{\"hold\":\"first sync\",\"kind\":\"create\",\"count\":9}]}",
                     i > 0 ? "," : "", i, i, i);
    rc_buf_print(&sample, "]}}");
    write_letter(sample.data, arena, &letter);
    assert_in_range(letter.html.len + letter.text.len, 10000, 100000);
    assert_non_null(strstr(letter.text.data, "== D0 =="));
    assert_non_null(strstr(letter.text.data, "- D60: Something waits"));
    rc_letter_done(&letter);
}

/* ---- records by their ids ---- */

static void add_records(struct rc_buf *out, const char *prefix, int count)
{
    rc_buf_print(out, "\"records\":[");
    for (int i = 0; i < count; i++)
        rc_buf_print(out, "%s{\"id\":\"%s%d-%0150d\",\"field\":null}", i > 0 ? "," : "", prefix, i,
                     0);
    rc_buf_print(out, "]");
}

static void add_finding(struct rc_buf *out, const char *prefix, int count, int records)
{
    rc_buf_print(out,
                 "{\"rule\":\"r\",\"severity\":\"error\",\"message\":\"email is odd\","
                 "\"collection\":\"users\",\"field\":\"email\",\"count\":%d,",
                 count);
    add_records(out, prefix, records);
    rc_buf_print(out, "}");
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        count++;
    return count;
}

static void test_a_digest_names_fifty_records_and_of_each_group_as_many_as_of_others(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf sample = {0};
    struct rc_letter letter = {0};

    (void)state;
    rc_buf_print(&sample,
                 "{\"kind\":\"digest\",\"facts\":{\"districts\":[{\"district\":{\"name\":"
                 "\"Oak\"},\"holds\":[{\"hold\":\"threshold\",\"kind\":\"archive\","
                 "\"role\":\"student\",\"count\":412,");
    add_records(&sample, "held-", 50);
    rc_buf_print(&sample, "}],\"findings\":{\"groups\":[");
    add_finding(&sample, "bad-", 60, 50);
    rc_buf_print(&sample, ",");
    add_finding(&sample, "few-", 3, 3);
    rc_buf_print(&sample, "]}}]}}");
    write_letter(sample.data, arena, &letter);
    assert_int_equal(count_of(letter.text.data, "few-"), 3);
    assert_int_equal(count_of(letter.text.data, "held-"), 24);
    assert_int_equal(count_of(letter.text.data, "bad-"), 23);
    assert_non_null(strstr(letter.text.data, "and 388 more"));
    assert_non_null(strstr(letter.text.data, "and 37 more"));
    assert_in_range(letter.html.len + letter.text.len, 1000, 88000);
    rc_letter_done(&letter);
}

static void test_a_sole_group_names_all_fifty(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf sample = {0};
    struct rc_letter letter = {0};

    (void)state;
    rc_buf_print(&sample,
                 "{\"kind\":\"digest\",\"facts\":{\"districts\":[{\"findings\":{\"groups\":[");
    add_finding(&sample, "bad-", 50, 50);
    rc_buf_print(&sample, "]}}]}}");
    write_letter(sample.data, arena, &letter);
    assert_int_equal(count_of(letter.text.data, "bad-"), 50);
    assert_null(strstr(letter.text.data, " more"));
    rc_letter_done(&letter);
}

static void test_a_record_is_named_with_its_field_where_its_group_has_several(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_letter letter = {0};

    (void)state;
    write_letter(
        "{\"kind\":\"digest\",\"facts\":{\"districts\":[{\"holds\":[{\"hold\":\"threshold\","
        "\"kind\":\"update\",\"role\":\"student\",\"count\":2,\"records\":[{\"id\":\"s1\","
        "\"field\":\"given_name\"},{\"id\":\"s2\",\"field\":\"email\"}]}]}]}}",
        arena, &letter);
    assert_non_null(strstr(letter.text.data, "s1 (first name), s2 (e-mail)"));
    rc_letter_done(&letter);
}

static size_t columns_of(struct rc_str line)
{
    size_t columns = 0;

    for (size_t k = 0; k < line.len; k++)
        columns += ((unsigned char)line.data[k] & 0xC0) != 0x80;
    return columns;
}

static void test_a_mail_s_text_is_no_wider_than_a_screen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        RC_AUTO_BUF struct rc_buf text = {0};
        read_file(samples[i], ".txt", &text);
        struct rc_str rest = rc_buf_str(&text);
        (void)rc_str_cut(&rest, '\n'); /* the subject */
        while (rest.data) {
            const struct rc_str line = rc_str_cut(&rest, '\n');
            /* An address has no blank to break it at. */
            if (columns_of(line) > 78 && !rc_str_starts(rc_str_trim(line), RC_STR("https://")))
                fail_msg("%s: %.*s", samples[i], RC_STR_ARG(line));
        }
    }
}

static void test_a_command_stands_on_one_line(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_letter letter = {0};

    (void)state;
    write_letter(
        "{\"kind\":\"alert\",\"optional\":true,\"facts\":{\"alert\":{\"kind\":\"owner."
        "unreachable\",\"message\":\"x\"},\"district\":{\"slug\":\"a-district-with-a-name-"
        "that-is-much-longer-than-most-of-them-are\"}}}",
        arena, &letter);
    assert_non_null(
        strstr(letter.text.data, "rollcall member add --role owner --email ADDRESS --district a-"));
    assert_non_null(strstr(letter.text.data, " --email ADDRESS --digest off"));
    rc_letter_done(&letter);
}

static void test_only_a_mail_that_is_optional_says_how_to_stop_it(void **state)
{
    static const struct {
        const char *optional, *stop, *words;
    } cases[] = {
        {"false", "https://m.example/stop/1", NULL},
        {"true", "https://m.example/stop/1", "To stop these mails: https://m.example/stop/1"},
        {"true", "", "rollcall member set --district oak --email ADDRESS --digest off"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf sample = {0};
        struct rc_letter letter = {0};
        rc_buf_print(&sample,
                     "{\"kind\":\"result\",\"optional\":%s,\"stop\":\"%s\",\"facts\":{"
                     "\"district\":{\"slug\":\"oak\"}}}",
                     cases[i].optional, cases[i].stop);
        write_letter(sample.data, arena, &letter);
        assert_int_equal(strstr(letter.text.data, "To stop these mails") != NULL,
                         cases[i].words != NULL);
        if (cases[i].words) assert_non_null(strstr(letter.text.data, cases[i].words));
        rc_letter_done(&letter);
    }
}

static void test_a_mail_without_any_fact_is_written_all_the_same(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_letter letter = {0};

    (void)state;
    write_letter("{\"kind\":\"result\",\"facts\":{}}", arena, &letter);
    assert_true(letter.text.len > 0 && letter.html.len > 0);
    rc_letter_done(&letter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mails_are_as_they_were_looked_at),
        cmocka_unit_test(test_no_mail_speaks_of_internals_or_leaves_a_tag),
        cmocka_unit_test(test_html_asks_nothing_of_the_network),
        cmocka_unit_test(test_a_subject_says_state_and_numbers_first),
        cmocka_unit_test(test_a_digest_of_many_districts_stays_below_what_is_cut),
        cmocka_unit_test(test_a_digest_names_fifty_records_and_of_each_group_as_many_as_of_others),
        cmocka_unit_test(test_a_sole_group_names_all_fifty),
        cmocka_unit_test(test_a_record_is_named_with_its_field_where_its_group_has_several),
        cmocka_unit_test(test_a_mail_s_text_is_no_wider_than_a_screen),
        cmocka_unit_test(test_a_command_stands_on_one_line),
        cmocka_unit_test(test_only_a_mail_that_is_optional_says_how_to_stop_it),
        cmocka_unit_test(test_a_mail_without_any_fact_is_written_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
