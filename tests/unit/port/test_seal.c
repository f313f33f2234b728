/* Sealed frames: what opens, and everything that must not. */
#include "rollcall/port/seal.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"
#include "support/unit.h"

#define DISTRICT "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4aaa"
#define OTHER    "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4bbb"

static const struct rc_seal_place place = {.district = RC_STR_INIT(DISTRICT),
                                           .field = RC_STR_INIT("topic:page.fetched")};
static const struct rc_seal_place bound = {.district = RC_STR_INIT(DISTRICT),
                                           .field = RC_STR_INIT("topic:page.fetched"),
                                           .facts = RC_STR_INIT("5:ce_id6:page-1")};
static const struct rc_seal_key key = {.id = "key id of sixtee",
                                       .bytes = "0123456789abcdef0123456789abcde"};

/* The bytes of buf from where text begins, or NULL. */
static const char *memmem_of(const struct rc_buf *buf, const char *text)
{
    for (size_t i = 0; i + strlen(text) <= buf->len; i++)
        if (memcmp(buf->data + i, text, strlen(text)) == 0) return buf->data + i;
    return NULL;
}

static int setup(void **state)
{
    (void)state;
    return rc_crypto_setup() == RC_OK ? 0 : -1;
}

static void expect_opens_at(const struct rc_seal_place *where, struct rc_str sealed,
                            struct rc_str plain)
{
    struct rc_seal_head head;
    char out[256] = "";

    assert_ok(rc_seal_head_parse(sealed, &head));
    assert_int_equal(head.plain_len, plain.len);
    assert_ok(rc_seal_open(&key, where, sealed, out));
    assert_memory_equal(out, plain.data, plain.len);
}

static void expect_opens(struct rc_str sealed, struct rc_str plain)
{
    expect_opens_at(&place, sealed, plain);
}

/* Refused, and nothing of the plain text is left in out. */
static void expect_refused(const struct rc_seal_key *with, const struct rc_seal_place *where,
                           struct rc_str sealed)
{
    char out[256];

    memset(out, 0, sizeof out);
    assert_int_equal(rc_seal_open(with, where, sealed, out), RC_REJECT);
    for (size_t i = 0; i < sizeof out; i++)
        assert_int_equal(out[i], 0);
}

static void test_what_was_sealed_opens_as_it_was(void **state)
{
    (void)state;
    static const struct rc_str plains[] = {RC_STR_INIT(""), RC_STR_INIT("x"),
                                           RC_STR_INIT("{\"users\":[]}\0 and a NUL")};

    for (size_t i = 0; i < COUNT_OF(plains); i++) {
        RC_AUTO_BUF struct rc_buf sealed = {0};

        rc_seal(&key, &place, RC_SEAL_RAW, plains[i], &sealed);
        assert_int_equal(sealed.len, plains[i].len + RC_SEAL_OVERHEAD);
        expect_opens(rc_buf_str(&sealed), plains[i]);
    }
}

/* Made by another implementation of the frame (libsodium called from Python), so that a change of
 * the format does not pass unseen: what lies on topics and in backups must still open. */
static void test_a_frame_of_version_one_opens_for_ever(void **state)
{
    (void)state;
    static const char hex[] =
        "52635301006b6579206964206f6620736978746565000102030405060708090a0b0c0d0e0f101112"
        "1314151617bc79bddd79b5d4742b6aa6a3b7e399d2d743cb05d3a569cbd906235e0e08";
    unsigned char frame[RC_SEAL_OVERHEAD + 14];

    assert_true(rc_unhex(rc_str_of(hex), frame, sizeof frame));
    expect_opens((struct rc_str){(const char *)frame, sizeof frame}, RC_STR("a known secret"));
}

/* So does one of version two, at its place with its facts. */
static void test_a_frame_of_version_two_opens_for_ever(void **state)
{
    (void)state;
    static const char hex[] =
        "52635302006b6579206964206f6620736978746565000102030405060708090a0b0c0d0e0f1011"
        "121314151617bc79bddd79b5d4742b6aa6a3b7e3437885a8b5fca9b5e8d74d7a08325dae";
    unsigned char frame[RC_SEAL_OVERHEAD + 14];

    assert_true(rc_unhex(rc_str_of(hex), frame, sizeof frame));
    expect_opens_at(&bound, (struct rc_str){(const char *)frame, sizeof frame},
                    RC_STR("a known secret"));
}

static void test_with_other_facts_or_none_what_is_bound_to_facts_is_refused(void **state)
{
    (void)state;
    static const struct rc_str others[] = {RC_STR_INIT("5:ce_id6:page-2"), RC_STR_INIT(""),
                                           RC_STR_INIT("5:ce_id6:page-1\n")};
    RC_AUTO_BUF struct rc_buf sealed = {0};

    rc_seal(&key, &bound, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    assert_int_equal(sealed.data[3], 2);
    expect_opens_at(&bound, rc_buf_str(&sealed), RC_STR("a secret"));
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const struct rc_seal_place other = {place.district, place.field, others[i]};
        expect_refused(&key, &other, rc_buf_str(&sealed));
    }
    expect_refused(&key, &(struct rc_seal_place){bound.district, bound.field, others[0]},
                   rc_buf_str(&sealed));
    assert_non_null(strstr(rc_error_text(), "another message, district or field"));
    sealed.data[3] = 1; /* called a frame of before there were facts */
    expect_refused(&key, &bound, rc_buf_str(&sealed));
}

/* What lies on topics and in dead letters since before payloads were bound to their headers. */
static void
test_a_frame_of_version_one_opens_in_a_place_with_facts_and_stays_in_its_field(void **state)
{
    (void)state;
    const struct rc_seal_place elsewhere = {RC_STR(DISTRICT), RC_STR("topic:batch.normalized"),
                                            bound.facts};
    RC_AUTO_BUF struct rc_buf sealed = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    assert_int_equal(sealed.data[3], 1);
    expect_opens_at(&bound, rc_buf_str(&sealed), RC_STR("a secret"));
    expect_refused(&key, &elsewhere, rc_buf_str(&sealed));
    sealed.data[3] = 2;
    expect_refused(&key, &place, rc_buf_str(&sealed));
}

static void test_the_frame_shows_its_key_and_form_and_nothing_of_the_text(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_seal_head head;

    rc_seal(&key, &place, RC_SEAL_PACKED, RC_STR("Mira Castellanos"), &sealed);
    assert_ok(rc_seal_head_parse(rc_buf_str(&sealed), &head));
    assert_int_equal(head.form, RC_SEAL_PACKED);
    assert_memory_equal(head.key_id, key.id, sizeof key.id);
    assert_null(memmem_of(&sealed, "Mira"));
    assert_null(memmem_of(&sealed, DISTRICT));
}

static void test_the_same_text_is_never_the_same_bytes(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf one = {0};
    RC_AUTO_BUF struct rc_buf two = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("same"), &one);
    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("same"), &two);
    assert_memory_not_equal(one.data + RC_SEAL_HEAD_BYTES, two.data + RC_SEAL_HEAD_BYTES,
                            one.len - RC_SEAL_HEAD_BYTES);
}

static void test_a_change_of_any_byte_is_refused(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.data[i] = (char)(sealed.data[i] ^ 1);
        expect_refused(&key, &place, rc_buf_str(&sealed));
        sealed.data[i] = (char)(sealed.data[i] ^ 1);
    }
    expect_opens(rc_buf_str(&sealed), RC_STR("a secret"));
}

static void test_every_shorter_frame_is_refused(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    for (size_t len = 0; len < sealed.len; len++)
        expect_refused(&key, &place, (struct rc_str){sealed.data, len});
}

static void test_another_district_or_field_is_refused(void **state)
{
    (void)state;
    static const struct rc_seal_place others[] = {
        {RC_STR_INIT(OTHER), RC_STR_INIT("topic:page.fetched"), {0}},
        {RC_STR_INIT(DISTRICT), RC_STR_INIT("topic:batch.normalized"), {0}},
        {RC_STR_INIT(DISTRICT), RC_STR_INIT("topic:page.fetche"), {0}},
        {RC_STR_INIT(DISTRICT), RC_STR_INIT(""), {0}},
    };
    RC_AUTO_BUF struct rc_buf sealed = {0};

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect_refused(&key, &others[i], rc_buf_str(&sealed));
    assert_non_null(strstr(rc_error_text(), "another district or field"));
}

static void test_another_key_is_refused_even_under_the_same_id(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_seal_key other = key;

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    rc_seal_key_new(other.bytes);
    expect_refused(&other, &place, rc_buf_str(&sealed));
    other = key;
    other.id[0] ^= 1;
    expect_refused(&other, &place, rc_buf_str(&sealed));
}

static void test_a_form_of_a_later_version_is_refused_in_words(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_seal_head head;

    rc_seal(&key, &place, RC_SEAL_RAW, RC_STR("a secret"), &sealed);
    sealed.data[4] = 9;
    assert_fails(rc_seal_head_parse(rc_buf_str(&sealed), &head), RC_REJECT, "in form 9, which");
    sealed.data[3] = 3;
    assert_fails(rc_seal_head_parse(rc_buf_str(&sealed), &head), RC_REJECT, "in version 3, which");
}

static void test_a_master_key_is_read_from_its_text(void **state)
{
    (void)state;
    char text[RC_SEAL_MASTER_TEXT];
    char padded[64];
    struct rc_seal_key one;
    struct rc_seal_key two;

    rc_seal_master_new(text);
    snprintf(padded, sizeof padded, "  %s\n", text);
    assert_ok(rc_seal_master_parse(rc_str_of(text), &one));
    assert_ok(rc_seal_master_parse(rc_str_of(padded), &two));
    assert_memory_equal(&one, &two, sizeof one);
    rc_seal_master_new(text);
    assert_ok(rc_seal_master_parse(rc_str_of(text), &two));
    assert_memory_not_equal(one.id, two.id, sizeof one.id);
    assert_memory_not_equal(one.bytes, two.bytes, sizeof one.bytes);
}

static void test_a_text_that_is_no_master_key_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "secret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "????AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    struct rc_seal_key parsed;

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(rc_seal_master_parse(rc_str_of(texts[i]), &parsed), RC_REJECT);
    assert_non_null(strstr(rc_error_text(), "rollcall key generate"));
}

static void test_secret_memory_is_zeroed(void **state)
{
    (void)state;
    static const unsigned char zeros[100];
    unsigned char *at = rc_secret_alloc(sizeof zeros);

    assert_memory_equal(at, zeros, sizeof zeros);
    memset(at, 7, sizeof zeros);
    rc_secret_wipe(at, sizeof zeros);
    assert_memory_equal(at, zeros, sizeof zeros);
    rc_secret_free(at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_sealed_opens_as_it_was),
        cmocka_unit_test(test_a_frame_of_version_one_opens_for_ever),
        cmocka_unit_test(test_a_frame_of_version_two_opens_for_ever),
        cmocka_unit_test(test_with_other_facts_or_none_what_is_bound_to_facts_is_refused),
        cmocka_unit_test(
            test_a_frame_of_version_one_opens_in_a_place_with_facts_and_stays_in_its_field),
        cmocka_unit_test(test_the_frame_shows_its_key_and_form_and_nothing_of_the_text),
        cmocka_unit_test(test_the_same_text_is_never_the_same_bytes),
        cmocka_unit_test(test_a_change_of_any_byte_is_refused),
        cmocka_unit_test(test_every_shorter_frame_is_refused),
        cmocka_unit_test(test_another_district_or_field_is_refused),
        cmocka_unit_test(test_another_key_is_refused_even_under_the_same_id),
        cmocka_unit_test(test_a_form_of_a_later_version_is_refused_in_words),
        cmocka_unit_test(test_a_master_key_is_read_from_its_text),
        cmocka_unit_test(test_a_text_that_is_no_master_key_is_refused),
        cmocka_unit_test(test_secret_memory_is_zeroed),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
