/* Pages into batches: the golden files, and what must hold for every batch. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "batch.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/id.h"
#include "rollcall/format/json.h"
#include "rollcall/port/crypto.h"
#include "support/unit.h"

#define DATA RC_SOURCE_DIR "/tests/data/normalizer/"

static const struct rc_str key = {"0123456789abcdef0123456789abcdef", 32};
static const struct batch_limits limits = {.max_records = 1000,
                                           .max_string = 64 * 1024,
                                           .max_findings = 1000,
                                           .part_records = BATCH_PART_RECORDS,
                                           .part_bytes = BATCH_PART_BYTES};

static struct page_facts facts_of(enum rc_collection collection)
{
    return (struct page_facts){.page = RC_STR("0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
                               .format = RC_STR("oneroster-rest/1.1"),
                               .cursor = RC_STR("200"),
                               .collection = collection,
                               .pass = 2,
                               .lane = 0};
}

/* A batch and what was read of it again. */
struct made {
    struct rc_arena *arena;
    struct batch *batch;
    struct rc_buf text; /* of the part read last */
    struct batch_counts counts;
    rc_status status;
    const struct rc_json *root;
};

static void made_done(struct made *made)
{
    batch_free(made->batch);
    rc_buf_done(&made->text);
    rc_arena_free(made->arena);
}
#define AUTO_MADE __attribute__((cleanup(made_done))) struct made

static void read_part(struct made *made)
{
    rc_buf_clear(&made->text);
    batch_next(made->batch, &made->text);
    made->counts = batch_counts(made->batch);
    assert_ok(rc_json_parse(rc_buf_str(&made->text), NULL, made->arena, &made->root));
}

/* The first part, read. A batch borrows its facts: they are kept beside it. */
static struct made make_of(const struct page_facts *facts, struct rc_str bytes,
                           const struct batch_limits *bounds, struct rc_str hash_key)
{
    struct made made = {.arena = rc_arena_new(0)};
    struct page_facts *kept = rc_arena_alloc(made.arena, sizeof *kept);

    *kept = *facts;
    made.status = batch_open(bytes, kept, hash_key, bounds, made.arena, &made.batch);
    if (made.status == RC_OK) read_part(&made);
    return made;
}

static struct made make_with(enum rc_collection collection, struct rc_str bytes,
                             const struct batch_limits *bounds, struct rc_str hash_key)
{
    const struct page_facts facts = facts_of(collection);

    return make_of(&facts, bytes, bounds, hash_key);
}

static struct made make(enum rc_collection collection, const char *bytes)
{
    return make_with(collection, rc_str_of(bytes), &limits, key);
}

static const struct rc_json *element(const struct rc_json *list, size_t index)
{
    const struct rc_json *at = rc_json_first(list);

    for (; index > 0; index--)
        at = rc_json_next(at);
    return at;
}

static struct rc_str text_at(const struct made *made, const char *list, size_t index,
                             const char *name)
{
    return rc_json_text(rc_json_get(element(rc_json_get(made->root, list), index), name));
}

static void test_agents_keep_their_order_only_where_it_says_who_is_the_primary_parent(void **state)
{
    static const char bytes[] =
        "{\"users\":[{\"sourcedId\":\"u\",\"givenName\":\"A\",\"familyName\":\"B\",\"role\":"
        "\"student\",\"enabledUser\":\"true\",\"orgs\":[{\"sourcedId\":\"s\"}],\"agents\":[{"
        "\"sourcedId\":\"z\"},{\"sourcedId\":\"a\"}]}]}";
    static const struct {
        const char *said;
        const char *agents;
    } rows[] = {{"", "\"agents\":[\"a\",\"z\"]"}, {"first-agent", "\"agents\":[\"z\",\"a\"]"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        RC_AUTO_BUF struct rc_buf body = {0};
        struct rc_headers headers = {0};
        struct page_facts facts = {0};
        rc_headers_add(&headers, "rc_page", RC_STR("p"));
        rc_headers_add(&headers, "rc_format", RC_STR("oneroster-rest/1.1"));
        rc_headers_add(&headers, "rc_collection", RC_STR("users"));
        rc_headers_add(&headers, "rc_cursor", RC_STR("0"));
        rc_headers_add(&headers, "rc_pass", RC_STR("1"));
        rc_headers_add(&headers, "rc_lane", RC_STR("0"));
        rc_headers_add(&headers, "rc_primary_parent", rc_str_of(rows[i].said));
        assert_ok(page_facts_read(&headers, &facts));
        struct made made = make_of(&facts, rc_str_of(bytes), &limits, key);
        rc_json_print(&body, rc_json_get(element(rc_json_get(made.root, "records"), 0), "body"));
        assert_non_null(strstr(body.data, rows[i].agents));
        made_done(&made);
    }
}

/* --- golden files --- */

static void read_file(const char *path, struct rc_buf *out)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        rc_buf_add_char(out, (char)c);
    (void)fclose(file);
}

static void write_file(const char *path, const struct rc_buf *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
    assert_int_equal(fclose(file), 0);
}

/* "users-errors.page.json" becomes what stands in "users-errors.batch.json"; "users-12-….page.json"
 * is a page of 1.2. */
static void check_golden(const char *name)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf due = {0};
    enum rc_collection collection = RC_COLLECTION_COUNT_;
    struct rc_str rest = rc_str_of(name);

    assert_true(rc_collection_parse(rc_str_cut(&rest, '-'), &collection));
    const struct rc_str stem = {name, strlen(name) - strlen(".page.json")};
    const char *path = rc_str_print(arena, DATA "%.*s.batch.json", RC_STR_ARG(stem)).data;
    read_file(rc_str_print(arena, DATA "%s", name).data, &page);
    struct page_facts facts = facts_of(collection);
    if (rc_str_starts(rest, RC_STR("12-"))) facts.format = RC_STR("oneroster-rest/1.2");
    AUTO_MADE made = make_of(&facts, rc_buf_str(&page), &limits, key);
    assert_ok(made.status);
    if (getenv("RC_WRITE")) write_file(path, &made.text);
    read_file(path, &due);
    assert_string_equal(made.text.data, due.data);
}

static void test_every_golden_page_becomes_its_golden_batch(void **state)
{
    DIR *folder = opendir(DATA);
    size_t count = 0;

    (void)state;
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (!rc_str_ends(rc_str_of(entry->d_name), RC_STR(".page.json"))) continue;
        check_golden(entry->d_name);
        count++;
    }
    (void)closedir(folder);
    assert_true(count >= 13);
}

/* --- what must hold --- */

static void test_the_same_page_gives_the_same_bytes(void **state)
{
    static const char page[] =
        "{\"orgs\":[{\"sourcedId\":\"o1\",\"name\":\"N\",\"type\":\"school\"},"
        "{\"sourcedId\":\"o2\"}]}";

    (void)state;
    AUTO_MADE first = make(RC_ORGS, page);
    AUTO_MADE second = make(RC_ORGS, page);
    assert_string_equal(first.text.data, second.text.data);
}

static void test_a_record_is_hashed_under_the_districts_key(void **state)
{
    static const char page[] =
        "{\"orgs\":[{\"sourcedId\":\"o1\",\"name\":\"N\",\"type\":\"school\"}]}";
    unsigned char hash[RC_HASH_BYTES];
    char due[RC_HASH_TEXT];

    (void)state;
    AUTO_MADE mine = make(RC_ORGS, page);
    AUTO_MADE other = make_with(RC_ORGS, rc_str_of(page), &limits, RC_STR("another key of 16"));
    rc_hash_keyed(key, RC_STR("orgs\no1\n{\"name\":\"N\",\"type\":\"school\"}"), hash);
    rc_hex(hash, sizeof hash, due);
    assert_str(text_at(&mine, "records", 0, "hash"), due);
    assert_false(rc_str_eq(text_at(&other, "records", 0, "hash"), rc_str_of(due)));
}

static void test_equal_bodies_of_two_records_have_two_hashes(void **state)
{
    (void)state;
    AUTO_MADE made = make(RC_ORGS,
                          "[{\"sourcedId\":\"o1\",\"name\":\"N\",\"type\":\"school\"},"
                          "{\"sourcedId\":\"o2\",\"name\":\"N\",\"type\":\"school\"}]");
    assert_false(
        rc_str_eq(text_at(&made, "records", 0, "hash"), text_at(&made, "records", 1, "hash")));
}

static void test_one_bad_record_costs_itself_alone(void **state)
{
    (void)state;
    AUTO_MADE made = make(RC_ORGS,
                          "[{\"sourcedId\":\"o1\",\"name\":\"N\",\"type\":\"school\"},"
                          "{\"sourcedId\":\"o2\",\"name\":\"\xFF\",\"type\":\"school\"},"
                          "{\"name\":\"N\",\"type\":\"school\"},"
                          "{\"sourcedId\":\"o4\",\"name\":\"S\",\"type\":\"school\"}]");
    assert_int_equal(made.counts.records, 2);
    assert_int_equal(made.counts.dropped, 2);
    assert_str(text_at(&made, "records", 1, "place"), "3");
    assert_str(text_at(&made, "dropped", 0, "id"), "o2");
    assert_str(text_at(&made, "dropped", 0, "place"), "1");
    assert_null(rc_json_get(element(rc_json_get(made.root, "dropped"), 1), "id"));
    assert_str(text_at(&made, "findings", 0, "rule"), "orgs.record.unreadable");
    assert_str(text_at(&made, "findings", 1, "rule"), "orgs.sourcedId.missing");
}

static void test_the_batch_says_what_it_is_made_of(void **state)
{
    (void)state;
    AUTO_MADE made = make(RC_ORGS, "[{\"sourcedId\":\"o1\",\"name\":\"N\",\"type\":\"school\"},5]");
    const struct rc_json *batch = rc_json_get(made.root, "batch");
    static const char *const due[][2] = {
        {"page", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
        {"collection", "orgs"},
        {"pass", "2"},
        {"lane", "0"},
        {"cursor", "200"},
        {"normalizer", NORMALIZER_VERSION},
        {"part", "1"},
        {"parts", "1"},
        {"count", "2"},
    };

    for (size_t i = 0; i < COUNT_OF(due); i++)
        assert_str(rc_json_text(rc_json_get(batch, due[i][0])), due[i][1]);
}

static void test_findings_beyond_the_limit_are_counted(void **state)
{
    const struct batch_limits few = {.max_records = 100,
                                     .max_string = 1024,
                                     .max_findings = 2,
                                     .part_records = 100,
                                     .part_bytes = 1024};

    (void)state;
    AUTO_MADE made = make_with(RC_ORGS, RC_STR("[1,2,3,4,5]"), &few, key);
    assert_int_equal(made.counts.findings, 5);
    assert_int_equal(rc_json_count(rc_json_get(made.root, "findings")), 3);
    assert_int_equal(rc_json_count(rc_json_get(made.root, "dropped")), 5);
    assert_str(text_at(&made, "findings", 2, "rule"), "orgs.page.left-out");
    assert_non_null(strstr(made.text.data, "2 of 5 listed"));
}

/* --- parts --- */

static const struct batch_limits small = {
    .max_records = 100, .max_string = 1024, .max_findings = 2, .part_records = 2, .part_bytes = 60};

static void test_a_page_is_cut_into_parts_by_records_and_by_bytes(void **state)
{
    static const struct {
        const char *page;
        size_t parts;
    } cases[] = {
        {"[]", 1},
        {"[1]", 1},
        {"[1,2]", 1},
        {"[1,2,3]", 2},
        {"[1,2,3,4,5]", 3},
        {"[1,                                                                               2]", 2},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_MADE made = make_with(RC_ORGS, rc_str_of(cases[i].page), &small, key);
        assert_ok(made.status);
        assert_int_equal(batch_parts(made.batch), cases[i].parts);
    }
}

static void test_the_parts_hold_every_record_once_at_its_place(void **state)
{
    (void)state;
    AUTO_MADE made = make_with(RC_ORGS, RC_STR("[1,2,3,4,5]"), &small, key);
    size_t place = 0;

    for (size_t part = 1; part <= 3; part++) {
        const struct rc_json *batch = rc_json_get(made.root, "batch");
        const size_t count = rc_json_count(rc_json_get(made.root, "dropped"));
        char digits[24];
        snprintf(digits, sizeof digits, "%zu", part);
        assert_str(rc_json_text(rc_json_get(batch, "part")), digits);
        assert_str(rc_json_text(rc_json_get(batch, "parts")), "3");
        for (size_t i = 0; i < count; i++, place++) {
            snprintf(digits, sizeof digits, "%zu", place);
            assert_str(text_at(&made, "dropped", i, "place"), digits);
        }
        snprintf(digits, sizeof digits, "%zu", count);
        assert_str(rc_json_text(rc_json_get(batch, "count")), digits);
        if (part < 3) read_part(&made);
    }
    assert_int_equal(place, 5);
}

static void
test_findings_are_counted_over_all_parts_and_the_last_tells_of_those_left_out(void **state)
{
    static const size_t due[] = {2, 0, 1};

    (void)state;
    AUTO_MADE made = make_with(RC_ORGS, RC_STR("[1,2,3,4,5]"), &small, key);
    for (size_t part = 0; part < COUNT_OF(due); part++) {
        assert_int_equal(rc_json_count(rc_json_get(made.root, "findings")), due[part]);
        if (part + 1 < COUNT_OF(due)) read_part(&made);
    }
    assert_non_null(strstr(made.text.data, "2 of 5 listed"));
    assert_int_equal(made.counts.dropped, 5);
}

/* The reconciler relies on it for speed alone: see its batch.c. */
static void test_each_record_stands_on_a_line_of_its_own(void **state)
{
    (void)state;
    AUTO_MADE made = make(RC_ORGS,
                          "[{\"sourcedId\":\"o1\",\"name\":\"a b\",\"type\":\"school\"},5,"
                          "{\"sourcedId\":\"o2\",\"name\":\"N\",\"type\":\"school\"}]");
    struct rc_str rest = rc_buf_str(&made.text);

    assert_true(rc_str_ends(rc_str_cut(&rest, '\n'), RC_STR(",\"records\":[")));
    assert_true(rc_str_starts(rc_str_cut(&rest, '\n'), RC_STR("{\"id\":\"o1\",\"place\":0,")));
    assert_true(rc_str_starts(rc_str_cut(&rest, '\n'), RC_STR("{\"id\":\"o2\",\"place\":2,")));
    assert_true(rc_str_starts(rest, RC_STR("],\"dropped\":[")));
}

/* --- pages that are none --- */

static void test_pages_that_cannot_be_cut_are_refused_with_what_and_where(void **state)
{
    static const char *const pages[][2] = {
        {"<html><body>Sign in</body></html>", "HTML"},
        {"{\"users\":[]}", "\"orgs\" is not in the answer"},
        {"{}", "empty object"},
        {"{\"orgs\":[{\"sourcedId\":\"o1\"", "cut off at byte"},
        {"{\"orgs\":{}}", "no array"},
        {"", "empty answer"},
        {"{\"orgs\":[]} trailing", "text after the end"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        AUTO_MADE made = make(RC_ORGS, pages[i][0]);
        assert_fails(made.status, RC_REJECT, pages[i][1]);
        assert_null(made.batch);
    }
}

static void test_more_records_than_are_taken_refuse_the_page(void **state)
{
    const struct batch_limits two = {.max_records = 2,
                                     .max_string = 1024,
                                     .max_findings = 10,
                                     .part_records = 2,
                                     .part_bytes = 1024};

    (void)state;
    AUTO_MADE made = make_with(RC_ORGS, RC_STR("[1,2,3]"), &two, key);
    assert_fails(made.status, RC_REJECT, "more than 2 records");
}

/* --- headers --- */

static const struct rc_header good[] = {
    {{"rc_page", 7}, {"p1", 2}},
    {{"rc_format", 9}, {"oneroster-rest/1.1", 18}},
    {{"rc_collection", 13}, {"users", 5}},
    {{"rc_cursor", 9}, {"0", 1}},
    {{"rc_pass", 7}, {"1", 1}},
    {{"rc_lane", 7}, {"0", 1}},
};

static void test_facts_are_read_from_the_headers(void **state)
{
    struct rc_headers headers = {.count = COUNT_OF(good)};
    struct page_facts facts = {0};

    (void)state;
    memcpy(headers.items, good, sizeof good);
    assert_ok(page_facts_read(&headers, &facts));
    assert_str(facts.page, "p1");
    assert_int_equal(facts.collection, RC_USERS);
    assert_int_equal(facts.pass, 1);
}

static void test_a_missing_header_refuses_the_page_by_its_name(void **state)
{
    (void)state;
    for (size_t missing = 0; missing < COUNT_OF(good); missing++) {
        struct rc_headers headers = {0};
        struct page_facts facts = {0};
        for (size_t i = 0; i < COUNT_OF(good); i++)
            if (i != missing) headers.items[headers.count++] = good[i];
        assert_fails(page_facts_read(&headers, &facts), RC_REJECT, good[missing].name.data);
    }
}

static void test_an_unknown_collection_or_pass_refuses_the_page(void **state)
{
    struct rc_headers headers = {.count = COUNT_OF(good)};
    struct page_facts facts = {0};

    (void)state;
    memcpy(headers.items, good, sizeof good);
    headers.items[2].value = RC_STR("pupils");
    assert_fails(page_facts_read(&headers, &facts), RC_REJECT, "rc_collection");
    headers.items[2].value = RC_STR("users");
    headers.items[4].value = RC_STR("-1");
    assert_fails(page_facts_read(&headers, &facts), RC_REJECT, "rc_pass");
}

static int setup(void **state)
{
    (void)state;
    return rc_crypto_setup() == RC_OK ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agents_keep_their_order_only_where_it_says_who_is_the_primary_parent),
        cmocka_unit_test(test_every_golden_page_becomes_its_golden_batch),
        cmocka_unit_test(test_the_same_page_gives_the_same_bytes),
        cmocka_unit_test(test_a_record_is_hashed_under_the_districts_key),
        cmocka_unit_test(test_equal_bodies_of_two_records_have_two_hashes),
        cmocka_unit_test(test_one_bad_record_costs_itself_alone),
        cmocka_unit_test(test_the_batch_says_what_it_is_made_of),
        cmocka_unit_test(test_findings_beyond_the_limit_are_counted),
        cmocka_unit_test(test_a_page_is_cut_into_parts_by_records_and_by_bytes),
        cmocka_unit_test(test_the_parts_hold_every_record_once_at_its_place),
        cmocka_unit_test(
            test_findings_are_counted_over_all_parts_and_the_last_tells_of_those_left_out),
        cmocka_unit_test(test_each_record_stands_on_a_line_of_its_own),
        cmocka_unit_test(test_pages_that_cannot_be_cut_are_refused_with_what_and_where),
        cmocka_unit_test(test_more_records_than_are_taken_refuse_the_page),
        cmocka_unit_test(test_facts_are_read_from_the_headers),
        cmocka_unit_test(test_a_missing_header_refuses_the_page_by_its_name),
        cmocka_unit_test(test_an_unknown_collection_or_pass_refuses_the_page),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
