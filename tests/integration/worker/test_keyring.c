/* Keys of districts, against the real schema with the rights of the programs that seal and open. */
#include "rollcall/worker/keyring.h"

#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/pack.h"
#include "rollcall/port/seal.h"

#include "support/unit.h"
#include "with_database.h"

static struct database database;
static struct rc_db *fetcher_db;
static struct rc_db *reconciler_db;
static struct rc_arena *arena;
static char master[RC_SEAL_MASTER_TEXT];
static char former[RC_SEAL_MASTER_TEXT];

static int start_all(void **state)
{
    (void)state;
    assert_ok(rc_crypto_setup());
    database_start(&database);
    database_tell(&database,
                  "INSERT INTO district (district_id, slug, name) VALUES "
                  "('" DISTRICT_A "', 'a', 'A'), ('" DISTRICT_B "', 'b', 'B')");
    fetcher_db = database_open(&database, "rollcall_fetcher");
    reconciler_db = database_open(&database, "rollcall_reconciler");
    arena = rc_arena_new(0);
    rc_seal_master_new(master);
    rc_seal_master_new(former);
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    rc_db_free(fetcher_db);
    rc_db_free(reconciler_db);
    rc_arena_free(arena);
    database_stop(&database);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    database_tell(&database, "DELETE FROM district_data_key; DELETE FROM key_master");
    rc_clock_replace(NULL, NULL);
    return 0;
}

static struct rc_keyring *ring_of(char *present, char *old)
{
    const struct rc_common_options options = {
        .keys_master = present, .keys_master_old = old, .keys_life_ms = 60000};
    struct rc_keyring *ring = NULL;

    assert_ok(rc_keyring_new(&options, &ring));
    return ring;
}

static int64_t count_keys(void)
{
    return database_ask(&database, "SELECT count(*) FROM district_data_key");
}

static void expect_opens(struct rc_keyring *ring, const struct rc_buf *sealed, const char *text)
{
    struct rc_str plain = {0};

    assert_ok(rc_keyring_open(ring, reconciler_db, DISTRICT_A, "topic:x", rc_buf_str(sealed), arena,
                              &plain));
    assert_str(plain, text);
}

static rc_status open_as(struct rc_keyring *ring, const char *district, const char *field,
                         const struct rc_buf *sealed)
{
    struct rc_str plain = {0};

    return rc_keyring_open(ring, reconciler_db, district, field, rc_buf_str(sealed), arena, &plain);
}

static void test_a_district_gets_its_key_at_first_use_and_another_program_opens(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *fetcher = ring_of(master, NULL);
    RC_AUTO(rc_keyring) struct rc_keyring *reconciler = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf raw = {0};
    RC_AUTO_BUF struct rc_buf packed = {0};

    assert_ok(rc_keyring_seal(fetcher, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &raw));
    assert_ok(
        rc_keyring_seal_packed(fetcher, fetcher_db, DISTRICT_A, "topic:x", RC_STR("two"), &packed));
    assert_int_equal(count_keys(), 1);
    expect_opens(reconciler, &raw, "one");
    expect_opens(reconciler, &packed, "two");
}

static void test_nothing_opens_in_another_district_or_field(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    assert_fails(open_as(ring, DISTRICT_B, "topic:x", &sealed), RC_REJECT, "has no key");
    assert_fails(open_as(ring, DISTRICT_A, "topic:y", &sealed), RC_REJECT, "the seal is broken");
    /* The key is at hand now: still none of B's. */
    expect_opens(ring, &sealed, "one");
    assert_fails(open_as(ring, DISTRICT_B, "topic:x", &sealed), RC_REJECT, "has no key");
}

/* A row moved between districts by somebody who may write to the database. */
static void test_a_wrapped_key_is_of_one_district(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    database_tell(&database, "UPDATE district_data_key SET district_id = '" DISTRICT_B "'");
    assert_fails(open_as(ring, DISTRICT_B, "topic:x", &sealed), RC_FATAL, "the seal is broken");
}

static void test_a_key_in_hand_costs_no_statement(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_str plain = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    assert_ok(open_as(ring, DISTRICT_A, "topic:x", &sealed));
    rc_buf_clear(&sealed);
    assert_ok(rc_keyring_seal(ring, NULL, DISTRICT_A, "topic:x", RC_STR("two"), &sealed));
    assert_ok(
        rc_keyring_open(ring, NULL, DISTRICT_A, "topic:x", rc_buf_str(&sealed), arena, &plain));
}

static int64_t later_ms(void)
{
    return INT64_MAX / 2;
}

static void
test_a_key_that_was_replaced_is_used_no_longer_than_its_life_and_still_opens(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf before = {0};
    RC_AUTO_BUF struct rc_buf after = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("old"), &before));
    database_tell(&database,
                  "UPDATE district_data_key SET state = 'replaced', replaced_at = now()");
    /* No active key, but one that was: nothing is made by itself. */
    rc_clock_replace(NULL, later_ms);
    assert_fails(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("new"), &after),
                 RC_REJECT, "were destroyed");
    expect_opens(ring, &before, "old");
}

static void test_a_destroyed_key_opens_nothing_and_no_new_one_is_made(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    database_tell(&database,
                  "UPDATE district_data_key SET state = 'destroyed', wrapped = '', "
                  "destroyed_at = now()");
    rc_keyring_forget(ring);
    assert_fails(open_as(ring, DISTRICT_A, "topic:x", &sealed), RC_REJECT, "was destroyed");
    assert_fails(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("two"), &sealed),
                 RC_REJECT, "were destroyed");
    assert_int_equal(count_keys(), 1);
}

static void test_a_key_made_in_a_transaction_that_is_rolled_back_is_not_used_after(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf lost = {0};
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_db_begin(fetcher_db, DISTRICT_A));
    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("lost"), &lost));
    rc_db_rollback(fetcher_db);
    assert_int_equal(count_keys(), 0);
    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    rc_keyring_forget(ring);
    expect_opens(ring, &sealed, "one");
}

static void test_another_master_key_is_fatal_in_words_and_loses_nothing(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *right = ring_of(master, NULL);
    RC_AUTO(rc_keyring) struct rc_keyring *wrong = ring_of(former, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_seal(right, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    assert_fails(open_as(wrong, DISTRICT_A, "topic:x", &sealed), RC_FATAL, "keys.master-old");
    assert_fails(rc_keyring_seal(wrong, fetcher_db, DISTRICT_A, "topic:x", RC_STR("two"), &sealed),
                 RC_FATAL, "keys.master-old");
    assert_int_equal(count_keys(), 1);
}

static void test_a_former_master_key_unwraps_and_the_present_one_wraps(void **state)
{
    (void)state;
    static const unsigned char hash_key[20] = "a hash key of twenty";
    RC_AUTO(rc_keyring) struct rc_keyring *before = ring_of(former, NULL);
    RC_AUTO(rc_keyring) struct rc_keyring *during = ring_of(master, former);
    RC_AUTO(rc_keyring) struct rc_keyring *after = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf wrapped = {0};
    RC_AUTO_BUF struct rc_buf anew = {0};
    unsigned char out[20];

    rc_keyring_wrap(before, DISTRICT_A, "hash-key",
                    (struct rc_str){(const char *)hash_key, sizeof hash_key}, &wrapped);
    assert_ok(rc_keyring_unwrap(during, DISTRICT_A, "hash-key", rc_buf_str(&wrapped), out, 20));
    assert_memory_equal(out, hash_key, sizeof out);
    assert_ok(rc_keyring_rewrap(during, DISTRICT_A, "hash-key", rc_buf_str(&wrapped), &anew));
    assert_ok(rc_keyring_unwrap(after, DISTRICT_A, "hash-key", rc_buf_str(&anew), out, 20));
    assert_memory_equal(out, hash_key, sizeof out);
    assert_int_equal(rc_keyring_rewrap(after, DISTRICT_A, "hash-key", rc_buf_str(&anew), &wrapped),
                     RC_NOT_FOUND);
}

static void test_without_a_master_key_the_words_say_how_to_make_one(void **state)
{
    (void)state;
    const struct rc_common_options none = {.keys_master = (char[]){""}};
    const struct rc_common_options bad = {.keys_master = (char[]){"secret"}};
    struct rc_keyring *ring = NULL;

    assert_fails(rc_keyring_new(&none, &ring), RC_REJECT, "rollcall key generate");
    assert_fails(rc_keyring_new(&bad, &ring), RC_REJECT, "rollcall key generate");
    assert_null(ring);
}

/* The district's only data key, as whoever holds the master key can take it from the database. */
static struct rc_seal_key take_key(const struct rc_keyring *ring)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "postgres");
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    unsigned char wrapped[RC_SEAL_KEY_BYTES + RC_SEAL_OVERHEAD];
    struct rc_seal_key key;
    char name[RC_KEY_NAME];

    assert_ok(rc_db_one(db,
                        "SELECT encode(uuid_send(key_id), 'hex'), encode(wrapped, 'hex') FROM "
                        "district_data_key",
                        0, NULL, &rows));
    assert_true(rc_unhex(rc_rows_text(rows, 0, 0), key.id, sizeof key.id));
    assert_true(rc_unhex(rc_rows_text(rows, 0, 1), wrapped, sizeof wrapped));
    rc_keyring_key_name(key.id, name);
    assert_ok(rc_keyring_unwrap(ring, DISTRICT_A, name,
                                (struct rc_str){(const char *)wrapped, sizeof wrapped}, key.bytes,
                                sizeof key.bytes));
    return key;
}

static void test_a_bomb_is_refused_by_what_it_says_of_itself(void **state)
{
    (void)state;
    static char zeros[17 << 20];
    static const struct rc_seal_place place = {.district = RC_STR_INIT(DISTRICT_A),
                                               .field = RC_STR_INIT("topic:x")};
    RC_AUTO(rc_packer) struct rc_packer *packer = rc_packer_new();
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf packed = {0};
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_seal(ring, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    rc_buf_clear(&sealed);
    const struct rc_seal_key key = take_key(ring);
    rc_pack(packer, (struct rc_str){zeros, sizeof zeros}, &packed);
    rc_seal(&key, &place, RC_SEAL_PACKED, rc_buf_str(&packed), &sealed);
    assert_true(sealed.len < 4096);
    assert_fails(open_as(ring, DISTRICT_A, "topic:x", &sealed), RC_REJECT, "at most 16777216");
}

static void test_more_than_can_be_opened_is_not_sealed(void **state)
{
    (void)state;
    static char zeros[(16 << 20) + 1];
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_fails(rc_keyring_seal_packed(ring, fetcher_db, DISTRICT_A, "topic:x",
                                        (struct rc_str){zeros, sizeof zeros}, &sealed),
                 RC_REJECT, "too many to seal");
}

static void test_a_program_with_another_master_key_says_so_when_it_starts(void **state)
{
    (void)state;
    RC_AUTO(rc_keyring) struct rc_keyring *right = ring_of(master, NULL);
    RC_AUTO(rc_keyring) struct rc_keyring *wrong = ring_of(former, NULL);
    RC_AUTO(rc_keyring) struct rc_keyring *both = ring_of(former, master);
    RC_AUTO_BUF struct rc_buf sealed = {0};

    assert_ok(rc_keyring_check(wrong, fetcher_db)); /* nothing is wrapped yet */
    assert_ok(rc_keyring_seal(right, fetcher_db, DISTRICT_A, "topic:x", RC_STR("one"), &sealed));
    assert_ok(rc_keyring_check(right, reconciler_db));
    assert_ok(rc_keyring_check(both, reconciler_db));
    assert_fails(rc_keyring_check(wrong, reconciler_db), RC_FATAL, "keys.master-old");
}

static void digest_of(const char *district, const char *text, char out[RC_HASH_TEXT])
{
    RC_AUTO(rc_keyring) struct rc_keyring *ring = ring_of(master, NULL);

    assert_ok(rc_keyring_digest(ring, fetcher_db, district, rc_str_of(text), out));
}

static void test_a_digest_tells_equal_texts_of_a_district_until_its_key_is_replaced(void **state)
{
    char first[RC_HASH_TEXT];
    char other[RC_HASH_TEXT];

    (void)state;
    digest_of(DISTRICT_A, "a page", first);
    digest_of(DISTRICT_A, "a page", other);
    assert_string_equal(first, other);
    digest_of(DISTRICT_A, "a pagf", other);
    assert_string_not_equal(first, other);
    digest_of(DISTRICT_B, "a page", other);
    assert_string_not_equal(first, other);
    database_tell(&database, "DELETE FROM district_data_key");
    digest_of(DISTRICT_A, "a page", other);
    assert_string_not_equal(first, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_district_gets_its_key_at_first_use_and_another_program_opens,
                               clean),
        cmocka_unit_test_setup(test_nothing_opens_in_another_district_or_field, clean),
        cmocka_unit_test_setup(test_a_wrapped_key_is_of_one_district, clean),
        cmocka_unit_test_setup(test_a_key_in_hand_costs_no_statement, clean),
        cmocka_unit_test_setup(
            test_a_key_that_was_replaced_is_used_no_longer_than_its_life_and_still_opens, clean),
        cmocka_unit_test_setup(test_a_destroyed_key_opens_nothing_and_no_new_one_is_made, clean),
        cmocka_unit_test_setup(
            test_a_key_made_in_a_transaction_that_is_rolled_back_is_not_used_after, clean),
        cmocka_unit_test_setup(test_another_master_key_is_fatal_in_words_and_loses_nothing, clean),
        cmocka_unit_test_setup(test_a_former_master_key_unwraps_and_the_present_one_wraps, clean),
        cmocka_unit_test_setup(test_without_a_master_key_the_words_say_how_to_make_one, clean),
        cmocka_unit_test_setup(test_a_bomb_is_refused_by_what_it_says_of_itself, clean),
        cmocka_unit_test_setup(test_more_than_can_be_opened_is_not_sealed, clean),
        cmocka_unit_test_setup(
            test_a_digest_tells_equal_texts_of_a_district_until_its_key_is_replaced, clean),
        cmocka_unit_test_setup(test_a_program_with_another_master_key_says_so_when_it_starts,
                               clean),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
