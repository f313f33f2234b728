/* The report card: from what was observed to lines, strategy, advice and what has changed, a row
 * per rule. */

#include "probe.h"

#include "support/unit.h"

/* A source with which all is well, as far as it was looked at; cases change it. */
static struct probe_facts well(void)
{
    struct probe_facts facts = {
        .setup = {.name = RC_STR("sis"),
                  .url = RC_STR("https://sis.example"),
                  .auth = RC_STR("oauth2"),
                  .version = RC_STR("1.1"),
                  .page_size = 1000,
                  .parallel = 1,
                  .honest_dates = true},
        .skew_known = true,
        .offset = PROBE_YES,
        .sorted = PROBE_YES,
        .filter = PROBE_YES,
        .changes = PROBE_YES,
        .reached = 1000,
        .slowest_ms = 80,
        .requests = 20,
        .survey = {.schools = 3, .numbered = 900, .persons = 900, .dated = 1000, .dates = 90},
        .totals = {{"student", 900}, {"teacher", 60}},
    };

    facts.survey.records[RC_USERS] = 1000;
    for (int c = 0; c <= RC_ENROLLMENTS; c++)
        facts.reads[c] = (struct probe_read){.asked = true,
                                             .asked_for = 1000,
                                             .received = 1000,
                                             .read = 1000,
                                             .total = 1000,
                                             .took_ms = 80,
                                             .bytes = 300000,
                                             .link = PAGING_LINK_LAST,
                                             .whole = true};
    return facts;
}

static const struct probe_line *line_of(const struct probe_card *card, const char *check)
{
    for (size_t i = 0; i < card->count; i++)
        if (strcmp(card->lines[i].check, check) == 0) return &card->lines[i];
    return NULL;
}

static bool says(struct rc_str text, const char *words)
{
    const size_t len = strlen(words);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.data + i, words, len) == 0) return true;
    return false;
}

/* ---- lines ---- */

static void refuse(struct probe_facts *facts, enum rc_collection collection, enum trouble trouble)
{
    facts->reads[collection] = (struct probe_read){
        .asked = true, .trouble = trouble, .words = RC_STR("words of the trouble"), .total = -1};
}

static void unreachable(struct probe_facts *facts, const char *words)
{
    *facts = (struct probe_facts){.setup = facts->setup, .unreachable = rc_str_of(words)};
}

static void no_name(struct probe_facts *facts)
{
    unreachable(facts, "sis.example: could not resolve the name (after 3 ms)");
}

static void refused(struct probe_facts *facts)
{
    unreachable(facts, "sis.example: connection refused (after 1 ms)");
}

static void no_answer(struct probe_facts *facts)
{
    unreachable(facts, "sis.example: timed out (after 20000 ms)");
}

static void untrusted(struct probe_facts *facts)
{
    unreachable(facts,
                "sis.example: TLS: certificate not trusted, or for another name; give a CA "
                "file for this source (after 9 ms)");
}

static void no_ca_file(struct probe_facts *facts)
{
    unreachable(facts, "sis.example: TLS: the CA file cannot be read (after 0 ms)");
}

static void reset(struct probe_facts *facts)
{
    unreachable(facts, "sis.example: connection reset (after 9 ms)");
}

static void plain(struct probe_facts *facts)
{
    facts->setup.url = RC_STR("http://sis.example");
}

static void not_signed_in(struct probe_facts *facts, enum trouble trouble)
{
    *facts = (struct probe_facts){.setup = facts->setup,
                                  .sign = trouble,
                                  .sign_words = RC_STR("words of the trouble"),
                                  .skew_known = true};
    refuse(facts, RC_ORGS, trouble);
}

static void wrong_key(struct probe_facts *facts)
{
    not_signed_in(facts, TROUBLE_CREDENTIALS);
}

static void wrong_token_url(struct probe_facts *facts)
{
    not_signed_in(facts, TROUBLE_TOKEN);
}

static void other_hash(struct probe_facts *facts)
{
    not_signed_in(facts, TROUBLE_CREDENTIALS);
    facts->setup.auth = RC_STR("oauth1-sha1");
    facts->better_auth = RC_STR("oauth1-sha256");
}

static void expired_signature(struct probe_facts *facts)
{
    not_signed_in(facts, TROUBLE_CREDENTIALS);
    facts->setup.auth = RC_STR("oauth1-sha1");
    facts->skew_ms = -900000;
}

static void other_version(struct probe_facts *facts)
{
    refuse(facts, RC_ORGS, TROUBLE_NOT_FOUND);
    facts->better_version = RC_STR("1.2");
}

static void mixed_version(struct probe_facts *facts)
{
    facts->survey.by_roles = 1;
}

static void forbidden_classes(struct probe_facts *facts)
{
    refuse(facts, RC_CLASSES, TROUBLE_FORBIDDEN);
}

static void sign_in_page(struct probe_facts *facts)
{
    refuse(facts, RC_ORGS, TROUBLE_HTML);
}

static void no_enrollments(struct probe_facts *facts)
{
    facts->reads[RC_ENROLLMENTS].received = 0;
}

static void no_demographics(struct probe_facts *facts)
{
    refuse(facts, RC_DEMOGRAPHICS, TROUBLE_FORBIDDEN);
}

static void wanted_demographics(struct probe_facts *facts)
{
    no_demographics(facts);
    facts->setup.demographics = true;
}

static void no_schools(struct probe_facts *facts)
{
    facts->survey.schools = 0;
}

static void no_students(struct probe_facts *facts)
{
    facts->totals[0].people = 0;
}

static void a_record_per_school(struct probe_facts *facts)
{
    facts->survey.persons = 600;
}

static void no_numbers(struct probe_facts *facts)
{
    facts->survey.numbered = facts->survey.persons = 0;
}

static void broken_records(struct probe_facts *facts)
{
    facts->survey.unreadable = 4;
}

static void no_date(struct probe_facts *facts)
{
    facts->skew_known = false;
}

static void ahead(struct probe_facts *facts)
{
    facts->skew_ms = 400000;
}

static void ahead_and_signed(struct probe_facts *facts)
{
    ahead(facts);
    facts->setup.auth = RC_STR("oauth1-sha256");
}

static void clamped(struct probe_facts *facts)
{
    facts->clamp = 250;
}

static void same_page(struct probe_facts *facts)
{
    facts->offset = PROBE_NO;
}

static void no_totals(struct probe_facts *facts)
{
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        facts->reads[c].total = -1;
}

static void no_totals_no_links(struct probe_facts *facts)
{
    no_totals(facts);
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        facts->reads[c].link = PAGING_LINK_ABSENT;
}

static void sort_refused(struct probe_facts *facts)
{
    facts->sort_refused = true;
    facts->sorted = PROBE_UNKNOWN;
}

static void sort_ignored(struct probe_facts *facts)
{
    facts->sorted = PROBE_NO;
}

static void no_filter(struct probe_facts *facts)
{
    facts->filter = PROBE_NO;
}

static void no_changes(struct probe_facts *facts)
{
    facts->changes = PROBE_NO;
}

static void export_dates(struct probe_facts *facts)
{
    facts->survey.dates = 1;
}

static void no_dates(struct probe_facts *facts)
{
    facts->survey.dated = facts->survey.dates = 0;
}

static void future_dates(struct probe_facts *facts)
{
    facts->future = true;
}

static void busy(struct probe_facts *facts)
{
    facts->busy = true;
}

static void cut(struct probe_facts *facts)
{
    facts->cut = true;
}

static void slow(struct probe_facts *facts)
{
    facts->slowest_ms = 12000;
}

static void nothing(struct probe_facts *facts)
{
    (void)facts;
}

static const struct {
    void (*change)(struct probe_facts *facts);
    const char *check;
    enum probe_state state;
    const char *words, *verdict;
} lines[] = {
    {nothing, "connection", PROBE_OK, "answers", "good"},
    {nothing, "people", PROBE_OK, "one record per person", "good"},
    {no_name, "connection", PROBE_ERROR, "name is not known", "bad"},
    {refused, "connection", PROBE_ERROR, "nobody listens", "bad"},
    {no_answer, "connection", PROBE_ERROR, "nothing came back in time", "bad"},
    {reset, "connection", PROBE_ERROR, "the connection broke", "bad"},
    {untrusted, "tls", PROBE_ERROR, "cannot be trusted", "bad"},
    {no_ca_file, "tls", PROBE_ERROR, "CA file cannot be read", "bad"},
    {plain, "tls", PROBE_WARNING, "not encrypted", "limited"},
    {wrong_key, "sign-in", PROBE_ERROR, "words of the trouble", "bad"},
    {wrong_token_url, "sign-in", PROBE_ERROR, "words of the trouble", "bad"},
    {other_hash, "sign-in", PROBE_ERROR, "lets us in with oauth1-sha256", "bad"},
    {expired_signature, "sign-in", PROBE_ERROR, "its clock is wrong", "bad"},
    {other_version, "version", PROBE_ERROR, "OneRoster 1.2, not 1.1", "bad"},
    {mixed_version, "version", PROBE_WARNING, "as the other version does", "limited"},
    {forbidden_classes, "classes", PROBE_ERROR, "words of the trouble", "bad"},
    {sign_in_page, "orgs", PROBE_ERROR, "words of the trouble", "bad"},
    {no_enrollments, "enrollments", PROBE_ERROR, "shares no enrollments", "bad"},
    {no_demographics, "demographics", PROBE_OK, "does not share them", "good"},
    {wanted_demographics, "demographics", PROBE_WARNING, "does not share them", "limited"},
    {no_schools, "schools", PROBE_ERROR, "none of its orgs is a school", "bad"},
    {no_students, "roles", PROBE_WARNING, "no students", "limited"},
    {a_record_per_school, "people", PROBE_WARNING, "600 people of the sample are 900 records",
     "limited"},
    {no_numbers, "people", PROBE_WARNING, "have no number", "limited"},
    {broken_records, "records", PROBE_WARNING, "4 records", "limited"},
    {no_date, "clock", PROBE_OPEN, "carry no date", "good"},
    {ahead, "clock", PROBE_WARNING, "400 s ahead", "limited"},
    {ahead_and_signed, "clock", PROBE_ERROR, "400 s ahead", "bad"},
    {clamped, "page size", PROBE_OK, "at most 250 records", "good"},
    {same_page, "pages", PROBE_ERROR, "the first page again", "bad"},
    {no_totals, "totals", PROBE_WARNING, "does not say how many", "limited"},
    {no_totals_no_links, "links", PROBE_WARNING, "does not name the next page", "limited"},
    {sort_refused, "order", PROBE_WARNING, "refuses to be asked for an order", "limited"},
    {sort_ignored, "order", PROBE_WARNING, "ignores the order", "limited"},
    {no_filter, "filter", PROBE_WARNING, "ignores or refuses filters", "limited"},
    {no_changes, "changes", PROBE_WARNING, "every sync reads everything", "limited"},
    {export_dates, "changes", PROBE_WARNING, "that of the export", "limited"},
    {no_dates, "changes", PROBE_WARNING, "carry no date of their last change", "limited"},
    {future_dates, "changes", PROBE_WARNING, "lie in the future", "limited"},
    {busy, "limits", PROBE_WARNING, "too busy", "limited"},
    {cut, "time", PROBE_WARNING, "before everything was asked", "limited"},
    {slow, "speed", PROBE_WARNING, "took 12 s", "limited"},
};

static void test_each_habit_has_its_line_and_the_worst_is_the_verdict(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct probe_facts facts = well();
        struct probe_card card;
        lines[i].change(&facts);
        probe_judge(&facts, arena, &card);
        const struct probe_line *line = line_of(&card, lines[i].check);
        if (!line || line->state != lines[i].state || !says(line->says, lines[i].words))
            fail_msg("%s: \"%.*s\" stands where \"%s\" is due", lines[i].check,
                     line ? (int)line->says.len : 0, line ? line->says.data : "", lines[i].words);
        if (strcmp(card.verdict, lines[i].verdict) != 0)
            fail_msg("%s: %s where %s is due", lines[i].words, card.verdict, lines[i].verdict);
    }
}

static void test_what_was_not_come_to_has_no_line(void **state)
{
    static const char *const checks[] = {"sign-in", "version", "orgs",  "clock",
                                         "pages",   "totals",  "speed", "people"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct probe_facts facts = well();
    struct probe_card card;

    (void)state;
    refused(&facts);
    probe_judge(&facts, arena, &card);
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        assert_null(line_of(&card, checks[i]));
}

/* ---- strategy and advice ---- */

static void large(struct probe_facts *facts)
{
    facts->reads[RC_ENROLLMENTS].total = 100000;
    facts->reads[RC_ENROLLMENTS].whole = false;
}

static void large_without_order(struct probe_facts *facts)
{
    large(facts);
    facts->sorted = PROBE_NO;
}

static void large_and_busy(struct probe_facts *facts)
{
    large(facts);
    facts->busy = true;
}

static void middling(struct probe_facts *facts)
{
    large(facts);
    facts->reads[RC_ENROLLMENTS].total = 45000;
}

static void larger_pages(struct probe_facts *facts)
{
    facts->reached = 5000;
}

static void heavy_records(struct probe_facts *facts)
{
    facts->reads[RC_USERS].bytes = INT64_C(30000000);
}

static void slow_records(struct probe_facts *facts)
{
    facts->reads[RC_ENROLLMENTS].took_ms = 45000;
}

static void few_records_from_afar(struct probe_facts *facts)
{
    facts->reads[RC_ORGS].received = 3;
    facts->reads[RC_ORGS].bytes = 900;
    facts->reads[RC_ORGS].took_ms = 900;
}

static const struct {
    const char *what;
    void (*change)(struct probe_facts *facts);
    int64_t page_size, parallel;
    bool sorted, delta;
} choices[] = {
    {"well", nothing, 1000, 1, true, true},
    {"a large one", large, 1000, 4, true, true},
    {"a middling one", middling, 1000, 2, true, true},
    {"no order", large_without_order, 1000, 1, true, true},
    {"busy", large_and_busy, 1000, 1, true, true},
    {"clamped", clamped, 250, 1, true, true},
    {"larger pages come", larger_pages, 5000, 1, true, true},
    {"heavy records", heavy_records, 100, 1, true, true},
    {"slow records", slow_records, 200, 1, true, true},
    {"few records from afar", few_records_from_afar, 1000, 1, true, true},
    {"sort refused", sort_refused, 1000, 1, false, true},
    {"no filter of changes", no_changes, 1000, 1, true, false},
    {"dates of the export", export_dates, 1000, 1, true, false},
};

static void test_the_strategy_follows_from_what_was_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(choices); i++) {
        struct probe_facts facts = well();
        struct probe_strategy strategy;
        choices[i].change(&facts);
        probe_choose(&facts, (int64_t)8 * 1024 * 1024, &strategy);
        if (strategy.page_size != choices[i].page_size ||
            strategy.parallel != choices[i].parallel || strategy.sorted != choices[i].sorted ||
            strategy.delta != choices[i].delta)
            fail_msg("%s: pages of %lld in %lld lanes", choices[i].what,
                     (long long)strategy.page_size, (long long)strategy.parallel);
    }
}

static const struct {
    void (*change)(struct probe_facts *facts);
    const char *name, *better;
} advices[] = {
    {large, "parallel", "4"},
    {clamped, "page-size", "250"},
    {larger_pages, "page-size", "5000"},
    {wanted_demographics, "demographics", "off"},
    {export_dates, "honest-dates", "off"},
    {other_hash, "auth", "oauth1-sha256"},
    {other_version, "version", "1.2"},
};

static void test_advice_names_the_setting_and_its_better_value(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(advices); i++) {
        struct probe_facts facts = well();
        struct probe_strategy strategy;
        struct probe_advice advice[PROBE_ADVICE_MAX];
        advices[i].change(&facts);
        probe_choose(&facts, (int64_t)8 * 1024 * 1024, &strategy);
        assert_int_equal(probe_advise(&facts, &strategy, arena, advice), 1);
        assert_string_equal(advice[0].name, advices[i].name);
        assert_str(advice[0].better, advices[i].better);
    }
}

/* Wanted, and not answered for a while. */
static void busy_demographics(struct probe_facts *facts)
{
    wanted_demographics(facts);
    facts->reads[RC_DEMOGRAPHICS].trouble = TROUBLE_LIMITED;
}

static void test_nothing_is_advised_where_all_is_well_or_nothing_was_seen(void **state)
{
    void (*const changes[])(struct probe_facts *) = {nothing, refused, wrong_key, no_demographics,
                                                     busy_demographics};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct probe_facts facts = well();
        struct probe_strategy strategy;
        struct probe_advice advice[PROBE_ADVICE_MAX];
        changes[i](&facts);
        probe_choose(&facts, (int64_t)8 * 1024 * 1024, &strategy);
        assert_int_equal(probe_advise(&facts, &strategy, arena, advice), 0);
    }
}

/* ---- what has changed ---- */

struct compared {
    struct rc_buf matters, changes;
};

static void compare(const struct probe_facts *facts, const char *before, struct rc_arena *arena,
                    struct compared *ret)
{
    const struct rc_json *root = NULL;
    struct probe_card card;

    if (before) assert_ok(rc_json_parse(rc_str_of(before), NULL, arena, &root));
    probe_judge(facts, arena, &card);
    probe_matters(facts, &card, root, arena, &ret->matters, &ret->changes);
}

static void done(struct compared *compared)
{
    rc_buf_done(&compared->matters);
    rc_buf_done(&compared->changes);
}

static void test_the_first_test_has_changed_nothing_and_a_repeated_one_neither(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct probe_facts facts = well();
    struct compared first = {0};
    struct compared second = {0};

    (void)state;
    compare(&facts, NULL, arena, &first);
    assert_str(rc_buf_str(&first.changes), "[]");
    compare(&facts, first.matters.data, arena, &second);
    assert_str(rc_buf_str(&second.changes), "[]");
    assert_string_equal(first.matters.data, second.matters.data);
    done(&first);
    done(&second);
}

static void test_a_change_is_told_in_words(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct probe_facts facts = well();
    struct compared before = {0};
    struct compared now = {0};

    (void)state;
    clamped(&facts);
    compare(&facts, NULL, arena, &before);
    facts.clamp = 100;
    facts.filter = PROBE_NO;
    compare(&facts, before.matters.data, arena, &now);
    assert_str(rc_buf_str(&now.changes),
               "[\"the test as a whole: good before, limited now\",\"the largest page that it "
               "gives: 250 before, 100 now\",\"filters work: yes before, no now\"]");
    done(&before);
    done(&now);
}

static void test_what_could_not_be_found_out_is_remembered_from_before(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct probe_facts facts = well();
    struct compared before = {0};
    struct compared away = {0};
    struct compared back = {0};

    (void)state;
    compare(&facts, NULL, arena, &before);
    refused(&facts);
    compare(&facts, before.matters.data, arena, &away);
    assert_str(rc_buf_str(&away.changes),
               "[\"the test as a whole: good before, bad now\",\"the SIS answers: yes before, no "
               "now\"]");
    facts = well();
    facts.filter = PROBE_NO;
    compare(&facts, away.matters.data, arena, &back);
    assert_non_null(strstr(back.changes.data, "filters work: yes before, no now"));
    done(&before);
    done(&away);
    done(&back);
}

static void test_trouble_in_passing_is_no_change_of_what_is_shared(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct probe_facts facts = well();
    struct compared before = {0};
    struct compared now = {0};

    (void)state;
    compare(&facts, NULL, arena, &before);
    refuse(&facts, RC_ENROLLMENTS, TROUBLE_SERVER);
    compare(&facts, before.matters.data, arena, &now);
    assert_null(strstr(now.changes.data, "enrollments"));
    done(&before);
    done(&now);
}

/* ---- the report ---- */

static void test_the_report_is_json_with_exact_people_where_all_were_read(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();
    RC_AUTO_BUF struct rc_buf text = {0};
    struct probe_facts facts = well();
    struct probe_card card;
    struct probe_strategy strategy;
    const struct rc_json *root = NULL;

    (void)state;
    rc_survey_add(survey, RC_ORGS,
                  RC_STR("{\"sourcedId\":\"n\",\"type\":\"school\",\"name\":\"North\"}"));
    rc_survey_add(
        survey, RC_USERS,
        RC_STR("{\"sourcedId\":\"1\",\"role\":\"aide\",\"orgs\":[{\"sourcedId\":\"n\"}]}"));
    probe_judge(&facts, arena, &card);
    probe_choose(&facts, (int64_t)8 * 1024 * 1024, &strategy);
    const struct probe_result result = {&facts, &card, &strategy, survey, RC_STR("[]")};
    probe_report(&result, arena, &text);
    assert_ok(rc_json_parse(rc_buf_str(&text), NULL, arena, &root));
    assert_str(rc_json_text(rc_json_get(root, "verdict")), "good");
    assert_int_equal(rc_json_count(rc_json_get(root, "checks")), card.count);
    assert_non_null(strstr(text.data, "{\"role\":\"aide\",\"people\":1,\"exact\":true}"));
    assert_non_null(strstr(text.data, "{\"role\":\"student\",\"people\":900,\"exact\":true}"));
    assert_non_null(
        strstr(text.data, "{\"school\":\"n\",\"name\":\"North\",\"roles\":{\"aide\":1}}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_habit_has_its_line_and_the_worst_is_the_verdict),
        cmocka_unit_test(test_what_was_not_come_to_has_no_line),
        cmocka_unit_test(test_the_strategy_follows_from_what_was_seen),
        cmocka_unit_test(test_advice_names_the_setting_and_its_better_value),
        cmocka_unit_test(test_nothing_is_advised_where_all_is_well_or_nothing_was_seen),
        cmocka_unit_test(test_the_first_test_has_changed_nothing_and_a_repeated_one_neither),
        cmocka_unit_test(test_a_change_is_told_in_words),
        cmocka_unit_test(test_what_could_not_be_found_out_is_remembered_from_before),
        cmocka_unit_test(test_trouble_in_passing_is_no_change_of_what_is_shared),
        cmocka_unit_test(test_the_report_is_json_with_exact_people_where_all_were_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
