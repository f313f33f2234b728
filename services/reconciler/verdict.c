/* The rules by which a collection is whole, incomplete, or contradicts itself, as a table: the
 * first that speaks decides. */
#include "verdict.h"

#include "rollcall/base/auto.h"

#include <stdio.h>

static int64_t twice_of(const struct collection_facts *facts)
{
    return facts->arrived - facts->nameless - facts->ids;
}

/* Each gives a number to name, 0: it has nothing to say. */
static int64_t pages_missing(const struct collection_facts *facts)
{
    return facts->pages_missing;
}

static int64_t lanes_open(const struct collection_facts *facts)
{
    return facts->lanes_open;
}

static int64_t lanes_broken(const struct collection_facts *facts)
{
    return facts->lanes_broken;
}

static int64_t not_arrived(const struct collection_facts *facts)
{
    const int64_t less = facts->records - facts->arrived;

    return less < 0 ? -less : less;
}

static int64_t nameless(const struct collection_facts *facts)
{
    return facts->nameless;
}

static int64_t unknown(const struct collection_facts *facts)
{
    return facts->unknown;
}

static int64_t off_total(const struct collection_facts *facts)
{
    const int64_t off = facts->counted ? facts->total - facts->ids : 0;

    return off < 0 ? -off : off;
}

/* Without a total nothing says that a page which repeats one record did not lose another. */
static int64_t doubled(const struct collection_facts *facts)
{
    return facts->counted ? 0 : twice_of(facts);
}

static const struct {
    enum verdict verdict;
    int64_t (*count)(const struct collection_facts *facts);
    const char *words; /* behind the number */
} rules[] = {
    {VERDICT_BROKEN, pages_missing, "listed pages were never normalized"},
    {VERDICT_BROKEN, lanes_open, "fetch streams have not ended"},
    {VERDICT_BROKEN, lanes_broken, "seals contradict the pages that they list"},
    {VERDICT_BROKEN, not_arrived,
     "records are counted and did not arrive, or arrived and are not counted"},
    {VERDICT_UNSEALED, nameless,
     "records came without a readable id, so nobody can be counted as gone"},
    {VERDICT_UNSEALED, unknown,
     "records that were never read before could not be read: mend them in the SIS"},
    {VERDICT_UNSEALED, off_total,
     "is the difference between the source's total and the ids that it sent"},
    {VERDICT_UNSEALED, doubled,
     "records came twice, and the source gives no total to compare with"},
};

static void say(const struct collection_facts *facts, enum verdict verdict, int64_t number,
                const char *words, struct judgement *judgement)
{
    judgement->verdict = verdict;
    snprintf(judgement->words, sizeof judgement->words, "%s: %lld %s", facts->collection,
             (long long)number, words);
}

void verdict_judge(const struct collection_facts *facts, struct judgement *ret_judgement)
{
    *ret_judgement = (struct judgement){.twice = twice_of(facts)};
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        const int64_t number = rules[i].count(facts);
        if (rules[i].verdict == VERDICT_UNSEALED && !facts->sealed) break;
        if (number == 0) continue;
        say(facts, rules[i].verdict, number, rules[i].words, ret_judgement);
        return;
    }
    if (facts->sealed) return;
    ret_judgement->verdict = VERDICT_UNSEALED;
    snprintf(ret_judgement->words, sizeof ret_judgement->words, "%s",
             facts->reason[0] ? facts->reason : "the source was not read to its end");
}
