/* Where a program's options name certificates. */
#include "rollcall/worker/expiring.h"

#include "rollcall/worker/process.h"
#include "support/unit.h"

struct config {
    struct rc_common_options common;
    char *ca_file;
    char *other;
};

static const struct rc_option own_table[] = {
    {.name = "smtp.ca-file", .kind = RC_OPTION_TEXT, .offset = offsetof(struct config, ca_file)},
    {.name = "smtp.url", .kind = RC_OPTION_TEXT, .offset = offsetof(struct config, other)},
    {.name = NULL},
};
static const struct rc_option *const tables[] = {rc_common_option_table, own_table, NULL};

static char empty[] = "";
static struct rc_arena *arena;
static struct rc_expiring found[RC_EXPIRING_MAX];

static int setup(void **state)
{
    (void)state;
    arena = rc_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_arena_free(arena);
    return 0;
}

static size_t find(char *url, char *settings, char *ca_file)
{
    const struct config config = {.common = {.database_url = url, .kafka_settings = settings},
                                  .ca_file = ca_file,
                                  .other = empty};

    return rc_expiring_find(tables, &config, arena, found);
}

static void assert_found(size_t i, const char *option, const char *path, bool trusted)
{
    assert_string_equal(found[i].option, option);
    assert_string_equal(found[i].path, path);
    assert_int_equal(found[i].trusted, trusted);
}

static void test_files_are_found_where_the_libraries_want_them(void **state)
{
    char url[] =
        "postgresql://who@db/roll?sslcert=%2Fa%20b.pem&sslrootcert=/root.pem&sslmode=verify-full";
    char settings[] =
        "ssl.ca.location=/old.pem; ssl.certificate.location=/k.pem;ssl.ca.location=/ca.pem";
    char ca_file[] = "/mail.pem";

    (void)state;
    assert_int_equal(find(url, settings, ca_file), 5);
    assert_found(0, "database.url sslcert", "/a b.pem", false);
    assert_found(1, "database.url sslrootcert", "/root.pem", true);
    assert_found(2, "kafka.settings ssl.certificate.location", "/k.pem", false);
    assert_found(3, "kafka.settings ssl.ca.location", "/ca.pem", true);
    assert_found(4, "smtp.ca-file", "/mail.pem", true);
}

static void test_where_none_is_named_none_is_found(void **state)
{
    char url[] = "host=db user=who";
    char bad[] = "postgresql://who@db:port:port/%zz";
    char settings[] = "ssl.ca.location=probe";

    (void)state;
    assert_int_equal(find(url, settings, empty), 0);
    assert_int_equal(find(bad, empty, empty), 0);
    assert_int_equal(find(empty, empty, empty), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_found_where_the_libraries_want_them),
        cmocka_unit_test(test_where_none_is_named_none_is_found),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
