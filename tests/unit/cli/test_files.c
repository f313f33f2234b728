/* The files of schemas/ that the tool reads: topics and the steps of the schema. */
#include "support/unit.h"

#include "migrations.h"
#include "rollcall/base/auto.h"
#include "topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADING \
    "name,key,partitions,retention_days,max_message_mib,compression,sealed,producers,consumers\n"

static void test_a_topic_is_read_with_its_settings(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct topics topics;

    (void)state;
    assert_ok(
        topics_parse(RC_STR(HEADING "page.fetched,page,24,7,16,producer,yes,fetcher,normalizer\n"
                                    "\n# a note\ndead.letter,district,6,30,17,zstd,no,a b,\n"),
                     arena, &topics));
    assert_int_equal(topics.count, 2);
    assert_string_equal(topics.items[0].name, "rollcall.page.fetched.v1");
    assert_int_equal(topics.items[0].partitions, 24);
    assert_str(topics.items[0].consumers, "normalizer");
    assert_int_equal(topics.items[1].consumers.len, 0);
    assert_string_equal(topic_settings(&topics.items[0], 1, arena),
                        "retention.ms=604800000;max.message.bytes=16777216;segment.ms=86400000;"
                        "compression.type=producer");
    assert_non_null(strstr(topic_settings(&topics.items[0], 3, arena), ";min.insync.replicas=2"));
}

static void test_a_wrong_line_of_topics_is_named(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct topics topics;

    (void)state;
    assert_fails(topics_parse(RC_STR(HEADING "a,b,many,7,1,producer,no,x,y\n"), arena, &topics),
                 RC_REJECT, "line 2, partitions");
    assert_fails(topics_parse(RC_STR(HEADING "a,b,1,7\n"), arena, &topics), RC_REJECT,
                 "line 2: field max_message_mib is missing");
    assert_fails(topics_parse(RC_STR(HEADING "a,b,1,7,1,producer,no,x,y,z\n"), arena, &topics),
                 RC_REJECT, "too many fields");
    assert_fails(topics_parse(RC_STR("name,key\n"), arena, &topics), RC_REJECT, "line 1");
    assert_fails(topics_parse(RC_STR(HEADING), arena, &topics), RC_REJECT, "no topic");
}

static void test_the_declared_topics_are_read(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct topics topics;
    struct rc_str text;

    (void)state;
    assert_ok(file_read(RC_SOURCE_DIR "/schemas/topics.csv", arena, &text));
    assert_ok(topics_parse(text, arena, &topics));
    assert_true(topics.count >= 10);
}

/* ---- migrations ---- */

static char folder[] = "/tmp/rollcall-migrations-XXXXXX";

static void put(const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("SELECT 1;", file);
    fclose(file);
}

static void drop(const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

static void test_migrations_are_found_in_the_order_of_their_versions(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct migrations found;
    const char *text = NULL;

    (void)state;
    assert_fails(migrations_read(folder, arena, &found), RC_REJECT, "holds no NNNN_name.up.sql");
    put("0010_b.up.sql");
    put("0010_b.down.sql");
    put("0002_a.up.sql");
    put("README");
    assert_fails(migrations_read(folder, arena, &found), RC_REJECT, "0002_a.down.sql is missing");
    put("0002_a.down.sql");
    assert_ok(migrations_read(folder, arena, &found));
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].version, 2);
    assert_int_equal(migrations_find(&found, 10), 1);
    assert_int_equal(migrations_find(&found, 3), -1);
    assert_ok(migrations_text(&found, 1, ".up.sql", arena, &text));
    assert_string_equal(text, "SELECT 1;");
    put("2_c.up.sql");
    assert_fails(migrations_read(folder, arena, &found), RC_REJECT, "stands twice");
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"0010_b.up.sql",   "0010_b.down.sql", "0002_a.up.sql",
                                        "0002_a.down.sql", "2_c.up.sql",      "README"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        drop(names[i]);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_topic_is_read_with_its_settings),
        cmocka_unit_test(test_a_wrong_line_of_topics_is_named),
        cmocka_unit_test(test_the_declared_topics_are_read),
        cmocka_unit_test_setup_teardown(test_migrations_are_found_in_the_order_of_their_versions,
                                        make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
