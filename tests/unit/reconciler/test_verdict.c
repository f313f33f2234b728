#include "support/unit.h"
#include "verdict.h"

/* A collection of ten records against which nothing speaks. */
static struct collection_facts whole(void)
{
    return (struct collection_facts){
        .collection = "users",
        .counted = true,
        .total = 10,
        .sealed = true,
        .reason = "",
        .records = 10,
        .arrived = 10,
        .ids = 10,
    };
}

static void expect(const struct collection_facts *facts, enum verdict verdict, const char *words)
{
    struct judgement judgement;

    verdict_judge(facts, &judgement);
    assert_int_equal(judgement.verdict, verdict);
    assert_non_null(strstr(judgement.words, words));
    if (verdict == VERDICT_SEALED) assert_string_equal(judgement.words, "");
}

static void test_a_collection_against_which_nothing_speaks_is_sealed(void **state)
{
    struct collection_facts facts = whole();

    (void)state;
    expect(&facts, VERDICT_SEALED, "");
    facts.counted = false;
    expect(&facts, VERDICT_SEALED, "");
}

static void test_a_contradiction_breaks_the_run(void **state)
{
    struct collection_facts facts[] = {whole(), whole(), whole(), whole(), whole()};

    (void)state;
    facts[0].pages_missing = 1;
    facts[1].lanes_open = 1;
    facts[2].lanes_broken = 1;
    facts[3].arrived = 9;
    facts[4].arrived = 11;
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        expect(&facts[i], VERDICT_BROKEN, "users: 1 ");
}

static void test_a_contradiction_breaks_an_unsealed_collection_too(void **state)
{
    struct collection_facts facts = whole();

    (void)state;
    facts.sealed = false;
    facts.arrived = 8;
    expect(&facts, VERDICT_BROKEN, "users: 2 records are counted and did not arrive");
}

static void test_what_may_hide_somebody_unseals(void **state)
{
    struct collection_facts nameless = whole();
    struct collection_facts unknown = whole();
    struct collection_facts fewer = whole();
    struct collection_facts twice = whole();

    (void)state;
    nameless.nameless = 2;
    nameless.ids = 8;
    expect(&nameless, VERDICT_UNSEALED, "users: 2 records came without a readable id");
    unknown.unknown = 1;
    expect(&unknown, VERDICT_UNSEALED, "could not be read");
    fewer.total = 12;
    expect(&fewer, VERDICT_UNSEALED, "users: 2 is the difference");
    twice.counted = false;
    twice.ids = 7;
    expect(&twice, VERDICT_UNSEALED, "users: 3 records came twice");
}

static void test_an_unsealed_collection_keeps_its_reason(void **state)
{
    struct collection_facts facts = whole();

    (void)state;
    facts.sealed = false;
    facts.reason = "the source stopped";
    facts.unknown = 3;
    expect(&facts, VERDICT_UNSEALED, "the source stopped");
    facts.reason = "";
    expect(&facts, VERDICT_UNSEALED, "not read to its end");
}

static void test_records_beyond_the_first_of_their_id_are_counted(void **state)
{
    struct collection_facts facts = whole();
    struct judgement judgement;

    (void)state;
    facts.ids = 6;
    facts.nameless = 1;
    verdict_judge(&facts, &judgement);
    assert_int_equal(judgement.twice, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_collection_against_which_nothing_speaks_is_sealed),
        cmocka_unit_test(test_a_contradiction_breaks_the_run),
        cmocka_unit_test(test_a_contradiction_breaks_an_unsealed_collection_too),
        cmocka_unit_test(test_what_may_hide_somebody_unseals),
        cmocka_unit_test(test_an_unsealed_collection_keeps_its_reason),
        cmocka_unit_test(test_records_beyond_the_first_of_their_id_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
