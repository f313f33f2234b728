/* Templates for mails and pages. */

#include "rollcall/format/template.h"
#include "support/unit.h"

static const char data_text[] =
    "{\"name\":\"<Maple> & \\\"Co\\\"\",\"lines\":\"a\\nb\",\"count\":12,\"zero\":0,\"on\":true,"
    "\"off\":false,\"empty\":\"\",\"none\":null,\"list\":[{\"id\":\"1\"},{\"id\":\"2\",\"count\":3}"
    "],"
    "\"words\":[\"x\",\"y\"],\"no\":[],\"deep\":{\"er\":{\"est\":\"found\"}}}";

static rc_status render(const char *text, enum rc_template_kind kind, struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *data = NULL;

    assert_ok(rc_json_parse(rc_str_of(data_text), NULL, arena, &data));
    rc_buf_clear(out);
    return rc_template_render(rc_str_of(text), kind, data, out);
}

static void test_tags_are_filled_from_data(void **state)
{
    static const char *const cases[][2] = {
        {"plain { } text", "plain { } text"},
        {"{{count}} {{ count }}|{{absent}}|{{none}}|{{on}}", "12 12|||true"},
        {"{{name}}", "&lt;Maple&gt; &amp; &quot;Co&quot;"},
        {"{{{name}}}", "<Maple> & \"Co\""},
        {"{{deep.er.est}}|{{deep.none.est}}|{{deep.er}}", "found||"},
        {"a{{! a comment }}b", "ab"},
        {"{{#list}}[{{id}} {{count}}]{{/list}}", "[1 12][2 3]"},
        {"{{#words}}{{.}},{{/words}}", "x,y,"},
        {"{{#no}}x{{/no}}{{^no}}nobody{{/no}}", "nobody"},
        {"{{#zero}}x{{/zero}}{{^zero}}none{{/zero}}", "none"},
        {"{{#empty}}x{{/empty}}{{#off}}x{{/off}}{{#none}}x{{/none}}{{#absent}}x{{/absent}}-", "-"},
        {"{{#on}}yes{{/on}}{{^on}}no{{/on}}", "yes"},
        {"{{#count}}{{.}} people{{/count}}", "12 people"},
        {"{{#deep}}{{#er}}{{est}}{{/er}}{{count}}{{/deep}}", "found12"},
        {"{{#list}}{{#words}}{{id}}{{.}} {{/words}}{{/list}}", "1x 1y 2x 2y "},
        {"{{^list}}none{{/list}}", ""},
        {"", ""},
    };
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_ok(render(cases[i][0], RC_TEMPLATE_HTML, &out));
        assert_str(rc_buf_str(&out), cases[i][1]);
    }
}

static void test_a_tag_alone_on_its_line_takes_the_line_with_it(void **state)
{
    static const char *const cases[][2] = {
        {"a\n{{#list}}\n{{id}}\n{{/list}}\nb\n", "a\n1\n2\nb\n"},
        {"a\n  {{#list}}  \r\n  - {{id}}\n  {{/list}}\nb", "a\n  - 1\n  - 2\nb"},
        {"{{! first }}\na\n{{! last }}", "a\n"},
        {"x {{#on}}\ny{{/on}}\n", "x \ny\n"},
        {"{{#on}} {{/on}}\n", " \n"},
        {"{{count}}\n", "12\n"},
        {"{{#on}}\n{{#list}}\n{{id}}\n{{/list}}\n{{/on}}\n", "1\n2\n"},
    };
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_ok(render(cases[i][0], RC_TEMPLATE_TEXT, &out));
        assert_str(rc_buf_str(&out), cases[i][1]);
    }
}

static void test_in_plain_text_a_value_makes_no_lines(void **state)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    assert_ok(render("{{lines}}|{{{lines}}}|{{name}}", RC_TEMPLATE_TEXT, &out));
    assert_string_equal(out.data, "a b|a\nb|<Maple> & \"Co\"");
}

static void test_a_bad_template_names_its_line_and_writes_nothing(void **state)
{
    static const char *const cases[][2] = {
        {"a\n{{count", "line 2: the tag is not closed"},
        {"{{{count}}", "line 1: the tag is not closed"},
        {"{{}}", "line 1: no such tag"},
        {"{{#}}", "line 1: no such tag"},
        {"\n\n{{> partial}}", "line 3: no such tag"},
        {"{{=<% %>=}}", "line 1: no such tag"},
        {"{{a b}}", "line 1: no such tag"},
        {"{{{a b}}}", "line 1: no such tag"},
        {"a\n{{#on}}\nb", "line 2: the section is not closed"},
        {"{{/on}}", "line 1: a section is closed that was not opened"},
        {"{{#on}}\n{{/off}}", "line 2: another section is open here"},
        {"{{#on}}{{#off}}{{/on}}{{/off}}", "another section is open here"},
        {"text {{count}} {{#off}}{{/on}}{{/off}}", "another section is open here"},
    };
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_fails(render(cases[i][0], RC_TEMPLATE_TEXT, &out), RC_REJECT, cases[i][1]);
        assert_int_equal(out.len, 0);
    }
}

static void test_sections_are_nested_only_so_deep(void **state)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (int i = 0; i < 32; i++)
        rc_buf_add_str(&text, RC_STR("{{#on}}"));
    rc_buf_add_str(&text, RC_STR("x"));
    for (int i = 0; i < 32; i++)
        rc_buf_add_str(&text, RC_STR("{{/on}}"));
    assert_ok(render(text.data, RC_TEMPLATE_TEXT, &out));
    assert_string_equal(out.data, "x");
    rc_buf_clear(&text);
    for (int i = 0; i < 33; i++)
        rc_buf_add_str(&text, RC_STR("{{#on}}"));
    assert_fails(render(text.data, RC_TEMPLATE_TEXT, &out), RC_REJECT, "nested too deeply");
}

static void test_html_is_escaped_byte_by_byte(void **state)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    rc_html_escape(&out, RC_STR("&<>\"'\xC3\xA9"));
    assert_string_equal(out.data, "&amp;&lt;&gt;&quot;&#39;\xC3\xA9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags_are_filled_from_data),
        cmocka_unit_test(test_a_tag_alone_on_its_line_takes_the_line_with_it),
        cmocka_unit_test(test_in_plain_text_a_value_makes_no_lines),
        cmocka_unit_test(test_a_bad_template_names_its_line_and_writes_nothing),
        cmocka_unit_test(test_sections_are_nested_only_so_deep),
        cmocka_unit_test(test_html_is_escaped_byte_by_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
