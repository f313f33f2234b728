/* Configuration: where values come from, and that every mistake is listed. */

#include "rollcall/format/option.h"

#include <stdio.h>
#include <unistd.h>

#include "support/unit.h"

struct config {
    char *brokers;
    char *url;
    int64_t parallel;
    bool tidy;
    int64_t drain_ms;
    int64_t max_bytes;
};

static const struct rc_option common[] = {
    {"kafka.brokers", RC_OPTION_TEXT, offsetof(struct config, brokers), "127.0.0.1:9092", 0, 0,
     "Where Kafka is."},
    {"database.url", RC_OPTION_SECRET, offsetof(struct config, url), "postgresql:///x", 0, 0,
     "Where PostgreSQL is."},
    {NULL, RC_OPTION_TEXT, 0, NULL, 0, 0, NULL},
};
static const struct rc_option own[] = {
    {"stage.parallel", RC_OPTION_INT, offsetof(struct config, parallel), "8", 1, 64,
     "Messages in hand."},
    {"stage.tidy", RC_OPTION_BOOL, offsetof(struct config, tidy), "no", 0, 0, "Whether to tidy."},
    {"drain.timeout", RC_OPTION_MILLIS, offsetof(struct config, drain_ms), "25s", 1000, 600000,
     "How long to drain."},
    {"page.max-bytes", RC_OPTION_BYTES, offsetof(struct config, max_bytes), "8MiB", 1024, 0,
     "Largest page."},
    {NULL, RC_OPTION_TEXT, 0, NULL, 0, 0, NULL},
};
static const struct rc_option *const tables[] = {common, own, NULL};

static const struct rc_option required[] = {
    {"source.token", RC_OPTION_SECRET, offsetof(struct config, url), NULL, 0, 0, "The token."},
    {NULL, RC_OPTION_TEXT, 0, NULL, 0, 0, NULL},
};
static const struct rc_option *const required_tables[] = {required, NULL};

struct fixture {
    struct config config;
    struct rc_buf problems;
    char path[64];
    char secret_path[64];
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){0};
    (void)snprintf(fixture.path, sizeof fixture.path, "/tmp/rc-option-test-%ld.conf",
                   (long)getpid());
    (void)snprintf(fixture.secret_path, sizeof fixture.secret_path, "/tmp/rc-option-test-%ld.key",
                   (long)getpid());
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    rc_options_done(tables, &fixture->config);
    rc_buf_done(&fixture->problems);
    (void)unlink(fixture->path);
    (void)unlink(fixture->secret_path);
    return 0;
}

static rc_status load(struct fixture *fixture, const char *file, const char *const *environment,
                      const char *const *sets)
{
    char *copies[16] = {NULL};
    const struct rc_option_sources sources = {
        .file = file, .environment = environment ? copies : NULL, .sets = sets};

    for (size_t i = 0; environment && environment[i]; i++)
        copies[i] = strdup(environment[i]);
    const rc_status status = rc_options_load(tables, &sources, &fixture->config,
                                             &fixture->problems);
    for (size_t i = 0; copies[i]; i++)
        free(copies[i]);
    return status;
}

static void test_defaults_fill_what_nobody_said(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(load(fixture, NULL, NULL, NULL));
    assert_string_equal(fixture->config.brokers, "127.0.0.1:9092");
    assert_int_equal(fixture->config.parallel, 8);
    assert_false(fixture->config.tidy);
    assert_int_equal(fixture->config.drain_ms, 25000);
    assert_int_equal(fixture->config.max_bytes, 8 << 20);
}

static void test_a_flag_beats_the_environment_beats_the_file_beats_the_default(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture->path,
               "kafka.brokers = file:1\n[stage]\nparallel = 2\ntidy = on\n[]\ndrain.timeout=5m\n");
    const char *environment[] = {"PATH=/bin", "ROLLCALL_KAFKA_BROKERS=env:1",
                                 "ROLLCALL_STAGE_PARALLEL=3", NULL};
    const char *sets[] = {"stage.parallel=4", "stage.parallel = 5", NULL};
    assert_ok(load(fixture, fixture->path, environment, sets));
    assert_string_equal(fixture->config.brokers, "env:1");
    assert_int_equal(fixture->config.parallel, 5);
    assert_true(fixture->config.tidy);
    assert_int_equal(fixture->config.drain_ms, 300000);
}

static void test_every_problem_is_listed_with_its_place(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture->path, "kafka.broker = x\nstage.parallel = 65\nstage.parallel = 3\n");
    const char *environment[] = {"ROLLCALL_DRAIN_TIMEOUT=10", "ROLLCALL_STAGE_PARALEL=1", NULL};
    const char *sets[] = {"page.max-bytes=1", "stage.tidy=maybe", "stage", "something.else=1",
                          NULL};
    assert_fails(load(fixture, fixture->path, environment, sets), RC_REJECT, "problems");
    static const char *const lines[] = {
        "conf line 1: no option is called kafka.broker; did you mean kafka.brokers?\n",
        "conf line 3: stage.parallel was set already by ",
        "conf line 2: stage.parallel: a whole number from 1 to 64 is due\n",
        "ROLLCALL_DRAIN_TIMEOUT: drain.timeout: a time like 250ms, 30s, 5m, 2h or 1d is due\n",
        "no option is called ROLLCALL_STAGE_PARALEL; did you mean ROLLCALL_STAGE_PARALLEL?\n",
        "--set: page.max-bytes: a value from 1KiB is due\n",
        "--set: stage.tidy: true or false is due\n",
        "--set stage: the form is --set name=value\n",
        "--set: no option is called something.else\n",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_non_null(strstr(fixture->problems.data, lines[i]));
    assert_null(fixture->config.brokers); /* nothing is left behind */
}

static void test_a_value_that_is_overridden_need_not_be_right(void **state)
{
    struct fixture *fixture = *state;
    const char *environment[] = {"ROLLCALL_STAGE_PARALLEL=many", NULL};
    const char *sets[] = {"stage.parallel=6", NULL};

    assert_ok(load(fixture, NULL, environment, sets));
    assert_int_equal(fixture->config.parallel, 6);
}

static void test_a_secret_comes_by_environment_or_file_but_not_by_flag(void **state)
{
    struct fixture *fixture = *state;
    char variable[128];

    write_file(fixture->secret_path, "postgresql://who:pass#word@host/db\n");
    (void)snprintf(variable, sizeof variable, "ROLLCALL_DATABASE_URL_FILE=%s",
                   fixture->secret_path);
    assert_ok(load(fixture, NULL, (const char *[]){variable, NULL}, NULL));
    assert_string_equal(fixture->config.url, "postgresql://who:pass#word@host/db");
    assert_ok(load(fixture, NULL, (const char *[]){"ROLLCALL_DATABASE_URL=direct", NULL}, NULL));
    assert_string_equal(fixture->config.url, "direct");
    assert_fails(load(fixture, NULL, NULL, (const char *[]){"database.url=abc", NULL}), RC_REJECT,
                 "problems");
    assert_non_null(strstr(fixture->problems.data, "database.url is a secret"));
    assert_null(strstr(fixture->problems.data, "abc"));
}

static void test_a_secret_given_twice_or_unreadable_is_a_problem(void **state)
{
    struct fixture *fixture = *state;

    assert_fails(load(fixture, NULL,
                      (const char *[]){"ROLLCALL_DATABASE_URL=a",
                                       "ROLLCALL_DATABASE_URL_FILE=/nowhere/at/all", NULL},
                      NULL),
                 RC_REJECT, "problems");
    assert_non_null(
        strstr(fixture->problems.data, "database.url was set already by ROLLCALL_DATABASE_URL"));
    rc_buf_clear(&fixture->problems);
    assert_fails(
        load(fixture, NULL, NULL, (const char *[]){"database.url-file=/nowhere/at/all", NULL}),
        RC_REJECT, "problems");
    assert_non_null(strstr(fixture->problems.data, "/nowhere/at/all cannot be read: No such file"));
}

static void test_only_a_secret_has_a_file(void **state)
{
    struct fixture *fixture = *state;

    assert_fails(load(fixture, NULL,
                      (const char *[]){"ROLLCALL_KAFKA_BROKERS_FILE=/etc/hostname", NULL}, NULL),
                 RC_REJECT, "problems");
}

static void test_what_must_be_set_says_so(void **state)
{
    struct fixture *fixture = *state;
    const struct rc_option_sources sources = {0};

    assert_fails(rc_options_load(required_tables, &sources, &fixture->config, &fixture->problems),
                 RC_REJECT, "problems");
    assert_string_equal(fixture->problems.data,
                        "source.token: it must be set, in the file or as ROLLCALL_SOURCE_TOKEN\n");
}

static void test_variables_of_tests_and_of_the_local_setup_are_no_options(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(load(fixture, NULL,
                   (const char *[]){"ROLLCALL_LOCAL_PORT=1", "ROLLCALL_TEST_X=1",
                                    "ROLLCALL_FAULT=a:kill", "ROLLCALLX=1", NULL},
                   NULL));
}

static void test_a_file_that_cannot_be_read_or_parsed_is_a_problem(void **state)
{
    struct fixture *fixture = *state;

    assert_fails(load(fixture, "/nowhere/rollcall.conf", NULL, NULL), RC_REJECT, "problems");
    assert_string_equal(fixture->problems.data,
                        "/nowhere/rollcall.conf cannot be read: No such file or directory\n");
    rc_buf_clear(&fixture->problems);
    write_file(fixture->path, "\n# fine\n[stage\n");
    assert_fails(load(fixture, fixture->path, NULL, NULL), RC_REJECT, "problems");
    assert_non_null(strstr(fixture->problems.data, ".conf line 3: the section's ] is missing\n"));
    rc_buf_clear(&fixture->problems);
    assert_fails(load(fixture, "/tmp", NULL, NULL), RC_REJECT, "problems");
    assert_non_null(strstr(fixture->problems.data, "/tmp cannot be read: Is a directory"));
}

struct heard {
    struct rc_buf text;
};

static rc_status hear(void *self, struct rc_str name, struct rc_str value, int line)
{
    rc_buf_print(&((struct heard *)self)->text, "%d:%.*s=%.*s;", line, RC_STR_ARG(name),
                 RC_STR_ARG(value));
    return rc_str_eq(name, RC_STR("stop")) ? rc_fail(RC_RETRY, "stopped") : RC_OK;
}

static void test_the_file_has_settings_sections_and_comments(void **state)
{
    struct heard heard = {0};

    (void)state;
    assert_ok(
        rc_option_file_parse(RC_STR("\xEF\xBB\xBF"
                                    "a=1\r\n  b.c = two words # no comment\n; x\n#y\n\n"
                                    "[kafka]\nbrokers= h:1,h:2\n[ a.b ]\nc-d ==\ne=\n[]\nlast=1"),
                             hear, &heard));
    assert_string_equal(
        heard.text.data,
        "1:a=1;2:b.c=two words # no comment;7:kafka.brokers=h:1,h:2;9:a.b.c-d==;10:a.b.e=;"
        "12:last=1;");
    rc_buf_done(&heard.text);
}

static void test_a_file_out_of_form_is_refused_with_its_line(void **state)
{
    static const struct {
        struct rc_str text;
        const char *words;
    } cases[] = {
        {RC_STR_INIT("a=1\nb"), "line 2: `name = value` is due"},
        {RC_STR_INIT("= 1"), "line 1: a name has small letters"},
        {RC_STR_INIT("A = 1"), "line 1: a name has small letters"},
        {RC_STR_INIT("a b = 1"), "line 1: a name has small letters"},
        {RC_STR_INIT("[a"), "line 1: the section's ] is missing"},
        {RC_STR_INIT("[a b]"), "line 1: a section's name"},
        {RC_STR_INIT("a=1\0"), "line 1: a NUL byte"},
        {RC_STR_INIT("[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n"
                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb=1"),
         "line 2: the name is too long"},
        {RC_STR_INIT("stop=1\nb"), "stopped"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct heard heard = {0};
        const rc_status status = rc_option_file_parse(cases[i].text, hear, &heard);
        assert_int_not_equal(status, RC_OK);
        assert_non_null(strstr(rc_error_text(), cases[i].words));
        rc_buf_done(&heard.text);
    }
}

static void test_times_and_sizes_have_units(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } times[] = {{"250ms", 250},   {"30s", 30000}, {"5m", 300000}, {"2h", 7200000},
                 {"1d", 86400000}, {"0", 0},       {"0s", 0}};
    static const struct {
        const char *text;
        int64_t bytes;
    } sizes[] = {{"512", 512}, {"64KiB", 65536}, {"8MiB", 8388608}, {"1GiB", 1073741824}, {"0", 0}};
    static const char *const bad[] = {"",
                                      "s",
                                      "5 s",
                                      "-1s",
                                      "1.5s",
                                      "5x",
                                      "1w",
                                      "99999999999999999999d",
                                      "106751991168d",
                                      "10 KiB",
                                      "8MB",
                                      "9999999999999GiB"};
    int64_t value = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        assert_ok(rc_option_millis(rc_str_of(times[i].text), &value));
        assert_int_equal(value, times[i].ms);
    }
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_ok(rc_option_bytes(rc_str_of(sizes[i].text), &value));
        assert_int_equal(value, sizes[i].bytes);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_fails(rc_option_millis(rc_str_of(bad[i]), &value), RC_REJECT, "a time like");
        assert_fails(rc_option_bytes(rc_str_of(bad[i]), &value), RC_REJECT, "a size like");
    }
}

static void test_a_dump_loads_again_and_masks_secrets(void **state)
{
    struct fixture *fixture = *state;
    RC_AUTO_BUF struct rc_buf out = {0};

    assert_ok(load(
        fixture, NULL, NULL,
        (const char *[]){"drain.timeout=90s", "page.max-bytes=1536KiB", "stage.tidy=1", NULL}));
    rc_options_dump(tables, &fixture->config, &out);
    assert_string_equal(out.data,
                        "kafka.brokers = 127.0.0.1:9092\ndatabase.url = ***\nstage.parallel = "
                        "8\nstage.tidy = true\n"
                        "drain.timeout = 90s\npage.max-bytes = 1536KiB\n");
}

static void test_help_and_manual_tell_kind_default_and_range(void **state)
{
    RC_AUTO_BUF struct rc_buf help = {0};
    RC_AUTO_BUF struct rc_buf manual = {0};

    (void)state;
    rc_options_help(tables, &help);
    assert_non_null(
        strstr(help.data,
               "  drain.timeout  (time, default 25s, from 1s to 10m)\n      How long to drain.\n"));
    assert_non_null(strstr(help.data, "  database.url  (secret, default ***)\n"));
    rc_options_markdown(tables, &manual);
    assert_non_null(strstr(
        manual.data, "| `page.max-bytes` | size | default 8MiB | from 1KiB | Largest page. |\n"));
    rc_buf_clear(&manual);
    rc_options_markdown(required_tables, &manual);
    assert_string_equal(manual.data, "| `source.token` | secret | required |  | The token. |\n");
}

static void test_every_kind_of_option_loads_shows_and_has_a_name(void **state)
{
    static const char *const defaults[] = {"t", "s", "1", "yes", "1s", "1"};
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    _Static_assert(COUNT_OF(defaults) == RC_OPTION_KIND_COUNT_, "a default for every kind");
    for (int kind = 0; kind < RC_OPTION_KIND_COUNT_; kind++) {
        const struct rc_option one[] = {
            {"x", (enum rc_option_kind)kind, 0, defaults[kind], 0, 0, "Help."},
            {NULL, RC_OPTION_TEXT, 0, NULL, 0, 0, NULL}};
        const struct rc_option *const list[] = {one, NULL};
        const struct rc_option_sources sources = {0};
        union {
            char *text;
            int64_t number;
            bool flag;
        } value = {0};
        assert_ok(rc_options_load(list, &sources, &value, &out));
        rc_options_dump(list, &value, &out);
        rc_options_help(list, &out);
        rc_options_done(list, &value);
    }
    assert_non_null(strstr(out.data, "x = t\n  x  (text, default t)\n"));
    assert_null(strstr(out.data, "(null)"));
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_defaults_fill_what_nobody_said),
        WITH_FIXTURE(test_a_flag_beats_the_environment_beats_the_file_beats_the_default),
        WITH_FIXTURE(test_every_problem_is_listed_with_its_place),
        WITH_FIXTURE(test_a_value_that_is_overridden_need_not_be_right),
        WITH_FIXTURE(test_a_secret_comes_by_environment_or_file_but_not_by_flag),
        WITH_FIXTURE(test_a_secret_given_twice_or_unreadable_is_a_problem),
        WITH_FIXTURE(test_only_a_secret_has_a_file),
        WITH_FIXTURE(test_what_must_be_set_says_so),
        WITH_FIXTURE(test_variables_of_tests_and_of_the_local_setup_are_no_options),
        WITH_FIXTURE(test_a_file_that_cannot_be_read_or_parsed_is_a_problem),
        cmocka_unit_test(test_the_file_has_settings_sections_and_comments),
        cmocka_unit_test(test_a_file_out_of_form_is_refused_with_its_line),
        cmocka_unit_test(test_times_and_sizes_have_units),
        WITH_FIXTURE(test_a_dump_loads_again_and_masks_secrets),
        cmocka_unit_test(test_help_and_manual_tell_kind_default_and_range),
        cmocka_unit_test(test_every_kind_of_option_loads_shows_and_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
