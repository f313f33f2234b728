/* The three forms of an answer. */
#include "support/unit.h"

#include "out.h"
#include "rollcall/base/auto.h"

static const struct out_column columns[] = {
    {"name", OUT_TEXT, false}, {"count", OUT_NUMBER, false}, {"on", OUT_BOOL, false},
    {"at", OUT_TIME, false},   {"more", OUT_RAW, true},
};

static const struct rc_str cells[] = {
    RC_STR_INIT("North"),
    RC_STR_INIT("7"),
    RC_STR_INIT("t"),
    RC_STR_INIT("2026-01-31 02:03:04.567+00"),
    RC_STR_INIT("[1,2]"),
    RC_STR_INIT("Zürich\t\x1b[2J"),
    RC_STR_INIT("1234"),
    RC_STR_INIT("f"),
    {NULL, 0},
    {NULL, 0},
};

static void print_rows(struct out *out, enum out_form form)
{
    out_init(out, form, true);
    out_cells(out, columns, COUNT_OF(columns), cells, 2);
}

static void test_a_table_is_aligned_and_steers_no_terminal(void **state)
{
    struct out out;

    (void)state;
    print_rows(&out, OUT_TABLE);
    assert_string_equal(out.text.data,
                        "NAME         COUNT  ON   AT\n"
                        "North            7  yes  2026-01-31T02:03:04Z\n"
                        "Zürich  [2J   1234  no\n");
    out_done(&out);
}

static void test_a_piped_table_has_one_tab_between_fields(void **state)
{
    struct out out;

    (void)state;
    print_rows(&out, OUT_TABS);
    assert_string_equal(out.text.data,
                        "NAME\tCOUNT\tON\tAT\n"
                        "North\t7\tyes\t2026-01-31T02:03:04Z\n"
                        "Zürich\\t\x1b[2J\t1234\tno\t\n");
    out_done(&out);
}

static void test_json_has_all_columns_with_their_kinds(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *rows = NULL;
    struct out out;

    (void)state;
    print_rows(&out, OUT_JSON);
    assert_ok(rc_json_parse(rc_buf_str(&out.text), NULL, arena, &rows));
    assert_int_equal(rc_json_count(rows), 2);
    const struct rc_json *first = rc_json_first(rows);
    assert_str(rc_json_text(rc_json_get(first, "name")), "North");
    assert_int_equal(rc_json_kind(rc_json_get(first, "count")), RC_JSON_NUMBER);
    assert_true(rc_json_bool(rc_json_get(first, "on")));
    assert_str(rc_json_text(rc_json_get(first, "at")), "2026-01-31T02:03:04Z");
    assert_int_equal(rc_json_count(rc_json_get(first, "more")), 2);
    assert_int_equal(rc_json_kind(rc_json_get(rc_json_next(first), "at")), RC_JSON_NULL);
    out_done(&out);
}

static void test_json_values_are_shown_to_people_as_they_would_type_them(void **state)
{
    static const struct out_column value[] = {{"value", OUT_RAW, false}};
    static const struct rc_str values[] = {RC_STR_INIT("true"), RC_STR_INIT("\"keep\""),
                                           RC_STR_INIT("[\"North High\", \"South High\"]"),
                                           RC_STR_INIT("[]"), RC_STR_INIT("{\"aide\": \"staff\"}")};
    struct out out;

    (void)state;
    out_init(&out, OUT_TABS, true);
    out_cells(&out, value, 1, values, COUNT_OF(values));
    assert_string_equal(out.text.data,
                        "VALUE\non\nkeep\nNorth High, South High\n\n"
                        "{\"aide\": \"staff\"}\n");
    out_done(&out);
}

static void test_an_answer_of_parts_is_one_object(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *whole = NULL;
    struct out out;

    (void)state;
    out_init(&out, OUT_JSON, true);
    out_open(&out);
    out_part_cells(&out, "schools", columns, COUNT_OF(columns), cells, 2);
    out_part_cells(&out, "others", columns, COUNT_OF(columns), cells, 0);
    out_close(&out);
    assert_ok(rc_json_parse(rc_buf_str(&out.text), NULL, arena, &whole));
    assert_int_equal(rc_json_count(rc_json_get(whole, "schools")), 2);
    assert_int_equal(rc_json_count(rc_json_get(whole, "others")), 0);
    out_done(&out);
}

static void test_an_act_is_a_sentence_or_its_facts(void **state)
{
    const struct out_fact facts[] = {{"run", "r1"}, {"failure", NULL}};
    struct out out;

    (void)state;
    out_init(&out, OUT_TABLE, true);
    out_act(&out, facts, COUNT_OF(facts), "Run %s was requested.", "r1");
    assert_string_equal(out.text.data, "Run r1 was requested.\n");
    out_done(&out);
    out_init(&out, OUT_JSON, true);
    out_act(&out, facts, COUNT_OF(facts), "Run %s was requested.", "r1");
    assert_string_equal(out.text.data, "{\"run\":\"r1\"}");
    out_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_is_aligned_and_steers_no_terminal),
        cmocka_unit_test(test_a_piped_table_has_one_tab_between_fields),
        cmocka_unit_test(test_json_has_all_columns_with_their_kinds),
        cmocka_unit_test(test_json_values_are_shown_to_people_as_they_would_type_them),
        cmocka_unit_test(test_an_answer_of_parts_is_one_object),
        cmocka_unit_test(test_an_act_is_a_sentence_or_its_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
