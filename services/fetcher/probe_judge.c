/* The report card: a row per thing that is looked at, in the order in which a person would. */
#include "probe.h"

#include <inttypes.h>
#include <string.h>

#include "rollcall/base/auto.h"

enum {
    SKEW_NOTED_MS = 60 * 1000,
    SKEW_REFUSED_MS = 300 * 1000, /* OAuth 1.0a: signatures count as expired beyond it */
    SLOW_MS = 10 * 1000,
    MOST_SEVERAL = 10, /* one in so many people may be several records before it is said */
};

const char *probe_state_name(enum probe_state state)
{
    static const char *const names[] = {[PROBE_OK] = "ok",
                                        [PROBE_OPEN] = "unknown",
                                        [PROBE_WARNING] = "warning",
                                        [PROBE_ERROR] = "error"};
    _Static_assert(COUNT_OF(names) == PROBE_STATE_COUNT_, "a name for every state");

    return names[state];
}

struct judging {
    const struct probe_facts *facts;
    struct rc_arena *arena;
    struct probe_card *card;
};

static void add(struct judging *j, const char *check, enum probe_state state, struct rc_str says,
                const char *ask)
{
    if (j->card->count < PROBE_LINES_MAX)
        j->card->lines[j->card->count++] = (struct probe_line){check, state, says, ask};
}

static bool answered(const struct probe_facts *facts)
{
    return facts->unreachable.len == 0;
}

/* It came to reading: somebody answered and let us in. */
static bool read_any(const struct probe_facts *facts)
{
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        if (facts->reads[c].asked && facts->reads[c].trouble == TROUBLE_NONE) return true;
    return false;
}

/* ---- getting there ---- */

static bool contains(struct rc_str text, const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.data + i, word, len) == 0) return true;
    return false;
}

/* By the transport's words (port/http.c); first match wins, the last always does. */
static const struct {
    const char *word, *check, *says, *ask;
} transports[] = {
    {"could not resolve", "connection", "the host's name is not known",
     "Check the host in the source's URL; ask for the address of the OneRoster API."},
    {"connection refused", "connection", "nobody listens at that address and port",
     "Ask whether the OneRoster service runs, and at which address and port."},
    {"CA file cannot be read", "tls", "the source's CA file cannot be read by the fetcher",
     "Put the file where the fetchers run, or set another: rollcall source set ca-file=FILE."},
    {"TLS", "tls", "its certificate cannot be trusted, or no common protocol was found",
     "Ask for a server that sends its whole certificate chain for this very name; until then give "
     "the chain: rollcall source set ca-file=FILE."},
    {"timed out", "connection", "nothing came back in time",
     "Ask whether a firewall keeps us out (give them our addresses), and whether the SIS is slow."},
    {"not in HTTP", "connection", "something answers there, but no web server",
     "Ask for the address and port of the OneRoster API; try https:// in the URL."},
    {"", "connection", "the connection broke",
     "Ask whether the SIS, or a firewall before it, lets our addresses in."},
};

static void judge_connection(struct judging *j)
{
    const struct probe_facts *facts = j->facts;
    size_t i = 0;

    if (answered(facts)) {
        add(j, "connection", PROBE_OK, RC_STR("the SIS answers"), NULL);
        return;
    }
    while (!contains(facts->unreachable, transports[i].word))
        i++;
    if (strcmp(transports[i].check, "tls") == 0)
        add(j, "connection", PROBE_OK, RC_STR("a server is there"), NULL);
    add(j, transports[i].check, PROBE_ERROR,
        rc_str_print(j->arena, "%s [%.*s]", transports[i].says, RC_STR_ARG(facts->unreachable)),
        transports[i].ask);
}

static void judge_tls(struct judging *j)
{
    if (!answered(j->facts)) return;
    if (rc_str_starts(j->facts->setup.url, RC_STR("https:")))
        add(j, "tls", PROBE_OK, RC_STR("encrypted, and its certificate is trusted"), NULL);
    else
        add(j, "tls", PROBE_WARNING,
            RC_STR("not encrypted: everybody on the way can read key and roster"),
            "Ask for an https:// address.");
}

static const char *ask_sign(const struct probe_facts *facts)
{
    if (facts->sign == TROUBLE_TOKEN) return "Ask for the token URL; it is not that of the roster.";
    if (facts->sign == TROUBLE_NO_CREDENTIALS)
        return "Ask for a client id and secret; rollcall source set enters them.";
    return "Ask whether key and secret are active, whether they are of OAuth 1.0a (SHA-1 or "
           "SHA-256) or OAuth 2, and for which address.";
}

static bool oauth1(const struct probe_facts *facts)
{
    return rc_str_starts(facts->setup.auth, RC_STR("oauth1"));
}

static bool refused_by_clock(const struct probe_facts *facts)
{
    const int64_t skew = facts->skew_ms < 0 ? -facts->skew_ms : facts->skew_ms;

    return oauth1(facts) && facts->skew_known && skew >= SKEW_REFUSED_MS;
}

static void judge_sign_in(struct judging *j)
{
    const struct probe_facts *facts = j->facts;

    if (!answered(facts)) return;
    if (facts->better_auth.len > 0)
        add(j, "sign-in", PROBE_ERROR,
            rc_str_print(j->arena, "it refuses %.*s and lets us in with %.*s",
                         RC_STR_ARG(facts->setup.auth), RC_STR_ARG(facts->better_auth)),
            NULL);
    else if (facts->sign != TROUBLE_NONE && refused_by_clock(facts))
        add(j, "sign-in", PROBE_ERROR,
            RC_STR("it refuses us, most likely since its clock is wrong: signatures carry the "
                   "time"),
            "Ask to have the server's clock set (NTP).");
    else if (facts->sign != TROUBLE_NONE)
        add(j, "sign-in", PROBE_ERROR, facts->sign_words, ask_sign(facts));
    else if (read_any(facts))
        add(j, "sign-in", PROBE_OK,
            rc_str_print(j->arena, "it lets us in with %.*s", RC_STR_ARG(facts->setup.auth)), NULL);
}

static void judge_version(struct judging *j)
{
    const struct probe_facts *facts = j->facts;
    const struct rc_survey_counts *seen = &facts->survey;
    const bool new = rc_str_eq(facts->setup.version, RC_STR("1.2"));

    if (facts->better_version.len > 0)
        add(j, "version", PROBE_ERROR,
            rc_str_print(j->arena, "it speaks OneRoster %.*s, not %.*s",
                         RC_STR_ARG(facts->better_version), RC_STR_ARG(facts->setup.version)),
            NULL);
    else if (new ? seen->by_role > 0 : seen->by_roles > 0)
        add(j, "version", PROBE_WARNING,
            rc_str_print(j->arena,
                         "it speaks OneRoster %.*s, but gives people's roles as the other version "
                         "does; they are understood",
                         RC_STR_ARG(facts->setup.version)),
            "Ask which version of OneRoster is meant to be used with this key.");
    else if (read_any(facts))
        add(j, "version", PROBE_OK,
            rc_str_print(j->arena, "it speaks OneRoster %.*s", RC_STR_ARG(facts->setup.version)),
            NULL);
}

/* ---- what it shares ---- */

static const struct {
    enum trouble trouble;
    const char *ask;
} questions[] = {
    {TROUBLE_FORBIDDEN, "Ask to have it shared with this key."},
    {TROUBLE_NOT_FOUND, "Ask for the address of the OneRoster API, and whether it is licensed."},
    {TROUBLE_HTML, "Ask for the address of the OneRoster API, not of the sign-in page."},
    {TROUBLE_BUSY, "Ask how many requests a minute are allowed, and at which hours."},
};

static const char *ask_read(enum trouble trouble)
{
    for (size_t i = 0; i < COUNT_OF(questions); i++)
        if (questions[i].trouble == trouble) return questions[i].ask;
    return "Send them this line.";
}

static void judge_required(struct judging *j, enum rc_collection collection)
{
    const struct probe_read *read = &j->facts->reads[collection];
    const char *name = rc_collection_name(collection);

    if (!read->asked || j->facts->sign != TROUBLE_NONE || !answered(j->facts)) return;
    if (read->trouble != TROUBLE_NONE)
        add(j, name, PROBE_ERROR, read->words, ask_read(read->trouble));
    else if (read->received == 0)
        add(j, name, PROBE_ERROR, rc_str_print(j->arena, "it shares no %s with this key", name),
            "Ask whether sharing is set up for this key, and for the present school year.");
}

/* Roster data that a district opts in to. */
static void judge_optional(struct judging *j, enum rc_collection collection, bool wanted)
{
    const struct probe_read *read = &j->facts->reads[collection];
    const char *name = rc_collection_name(collection);

    if (!read->asked || j->facts->sign != TROUBLE_NONE) return;
    if (read->trouble == TROUBLE_NONE && read->received == 0)
        add(j, name, PROBE_OK, RC_STR("it answers, and there are none"), NULL);
    else if (read->trouble == TROUBLE_NONE)
        add(j, name, PROBE_OK,
            rc_str_print(j->arena, "it shares them%s", wanted ? "" : "; they are not read"), NULL);
    else if (!wanted)
        add(j, name, PROBE_OK, RC_STR("it does not share them; they are not read"), NULL);
    else
        add(j, name, PROBE_WARNING,
            rc_str_print(j->arena, "it does not share them: %.*s", RC_STR_ARG(read->words)),
            "Ask to have them shared with this key, or leave them out.");
}

static void judge_collections(struct judging *j)
{
    for (enum rc_collection c = RC_ORGS; c <= RC_ENROLLMENTS; c++)
        judge_required(j, c);
    judge_optional(j, RC_DEMOGRAPHICS, j->facts->setup.demographics);
    judge_optional(j, RC_RESOURCES, j->facts->setup.resources);
}

static void judge_schools(struct judging *j)
{
    const struct probe_read *orgs = &j->facts->reads[RC_ORGS];

    if (!orgs->asked || orgs->trouble != TROUBLE_NONE || orgs->received == 0) return;
    if (j->facts->survey.schools > 0)
        add(j, "schools", PROBE_OK,
            rc_str_print(j->arena, "%s%" PRId64 " schools", orgs->whole ? "" : "at least ",
                         j->facts->survey.schools),
            NULL);
    else if (orgs->whole)
        add(j, "schools", PROBE_ERROR, RC_STR("none of its orgs is a school"),
            "Ask to have the schools shared with this key.");
}

static int64_t people_of(const struct probe_facts *facts, const char *role)
{
    for (const struct probe_total *total = facts->totals; total->role; total++)
        if (strcmp(total->role, role) == 0) return total->people;
    return -1;
}

/* Whom a school has for sure: none of them is a matter of sharing. */
static void judge_roles(struct judging *j)
{
    static const struct {
        const char *role, *says, *ask;
    } due[] = {
        {"student", "it shares no students", "Ask whether students are shared with this key."},
        {"teacher", "it shares no teachers",
         "Ask whether teachers are shared; some systems leave out people without an account."},
    };

    for (size_t i = 0; i < COUNT_OF(due); i++)
        if (people_of(j->facts, due[i].role) == 0)
            add(j, "roles", PROBE_WARNING, rc_str_of(due[i].says), due[i].ask);
}

static void judge_people(struct judging *j)
{
    const struct rc_survey_counts *seen = &j->facts->survey;
    const int64_t several = seen->numbered - seen->persons;

    if (seen->records[RC_USERS] == 0) return;
    judge_roles(j);
    if (several * MOST_SEVERAL > seen->persons)
        add(j, "people", PROBE_WARNING,
            rc_str_print(j->arena,
                         "%" PRId64 " people of the sample are %" PRId64
                         " records: one for each school or role; equal ones become one account",
                         seen->persons, seen->numbered),
            "Ask for one record per person, with all roles and schools in it.");
    else if (seen->numbered > 0)
        add(j, "people", PROBE_OK, RC_STR("one record per person"), NULL);
    else
        add(j, "people", PROBE_WARNING,
            RC_STR("people have no number (identifier): they are recognised by name and e-mail "
                   "alone"),
            "Ask to have the student and staff numbers sent as identifier.");
    if (seen->unreadable > 0)
        add(j, "records", PROBE_WARNING,
            rc_str_print(j->arena,
                         "%" PRId64 " records of the sample cannot be read, or have no "
                         "sourcedId",
                         seen->unreadable),
            "Send them this line.");
}

/* ---- how it answers ---- */

static void judge_clock(struct judging *j)
{
    const int64_t ahead = j->facts->skew_ms;
    const int64_t skew = ahead < 0 ? -ahead : ahead;

    if (!answered(j->facts)) return;
    if (!j->facts->skew_known)
        add(j, "clock", PROBE_OPEN, RC_STR("its answers carry no date"), NULL);
    else if (skew < SKEW_NOTED_MS)
        add(j, "clock", PROBE_OK, RC_STR("right within a minute"), NULL);
    else
        add(j, "clock", skew >= SKEW_REFUSED_MS && oauth1(j->facts) ? PROBE_ERROR : PROBE_WARNING,
            rc_str_print(j->arena,
                         "%" PRId64 " s %s: changes may be missed, and signatures be "
                         "refused",
                         skew / 1000, ahead > 0 ? "ahead" : "behind"),
            "Ask to have the server's clock set (NTP).");
}

static void judge_page_size(struct judging *j)
{
    const struct probe_facts *facts = j->facts;

    if (facts->clamp > 0)
        add(j, "page size", PROBE_OK,
            rc_str_print(j->arena,
                         "it gives at most %" PRId64 " records at once, whatever is asked for",
                         facts->clamp),
            "Ask whether larger pages can be allowed: fewer requests for both sides.");
    else if (facts->reached > 0)
        add(j, "page size", PROBE_OK,
            rc_str_print(j->arena, "%" PRId64 " records at once come as asked", facts->reached),
            NULL);
}

static void judge_offset(struct judging *j)
{
    if (j->facts->offset == PROBE_NO)
        add(j, "pages", PROBE_ERROR,
            RC_STR("it gives the first page again where the next one is asked for: no collection "
                   "can be read to its end"),
            "Ask to have limit and offset work as OneRoster has them.");
    else if (j->facts->offset == PROBE_YES)
        add(j, "pages", PROBE_OK, RC_STR("the next page is another one"), NULL);
}

static bool any_total(const struct probe_facts *facts)
{
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        if (facts->reads[c].asked && facts->reads[c].total >= 0) return true;
    return false;
}

static bool any_link(const struct probe_facts *facts)
{
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        if (facts->reads[c].asked && facts->reads[c].link != PAGING_LINK_ABSENT) return true;
    return false;
}

static void judge_totals(struct judging *j)
{
    if (!read_any(j->facts)) return;
    if (any_total(j->facts))
        add(j, "totals", PROBE_OK, RC_STR("it says how many records there are"), NULL);
    else
        add(j, "totals", PROBE_WARNING,
            RC_STR("it does not say how many records there are: a collection that is cut short "
                   "cannot be told from a whole one, and is read in one lane"),
            "Ask to have X-Total-Count sent.");
    if (any_link(j->facts))
        add(j, "links", PROBE_OK, RC_STR("it names the next page"), NULL);
    else
        add(j, "links", any_total(j->facts) ? PROBE_OK : PROBE_WARNING,
            RC_STR("it does not name the next page"), NULL);
}

static void judge_order(struct judging *j)
{
    if (j->facts->sort_refused)
        add(j, "order", PROBE_WARNING,
            RC_STR("it refuses to be asked for an order: pages may shift while they are read"),
            "Ask to have sort=sourcedId work.");
    else if (j->facts->sorted == PROBE_NO)
        add(j, "order", PROBE_WARNING,
            RC_STR("it ignores the order that is asked for: records may come twice or be missed "
                   "while they change"),
            "Ask to have sort=sourcedId work.");
    else if (j->facts->sorted == PROBE_YES)
        add(j, "order", PROBE_OK, RC_STR("pages come in the order that is asked for"), NULL);
}

static void judge_filter(struct judging *j)
{
    if (j->facts->filter == PROBE_NO)
        add(j, "filter", PROBE_WARNING,
            RC_STR("it ignores or refuses filters: people are counted from the sample alone"),
            "Ask to have filter work, at least by role and by dateLastModified.");
    else if (j->facts->filter == PROBE_YES)
        add(j, "filter", PROBE_OK, RC_STR("filters work"), NULL);
}

static void judge_changes(struct judging *j)
{
    const enum probe_answer dates = probe_dates(j->facts);

    if (dates == PROBE_NO)
        add(j, "changes", PROBE_WARNING,
            j->facts->future
                ? RC_STR("dates of changes lie in the future: nothing can be built on them")
            : j->facts->survey.dated == 0
                ? RC_STR("records carry no date of their last change")
                : RC_STR("all records carry the same date of change: that of the export, not of "
                         "the record"),
            "Ask whether dateLastModified moves with the record alone.");
    else if (j->facts->changes == PROBE_NO)
        add(j, "changes", PROBE_WARNING,
            RC_STR("it cannot be asked for changes alone: every sync reads everything"),
            "Ask to have filter=dateLastModified>='…' work.");
    else if (j->facts->changes == PROBE_YES)
        add(j, "changes", PROBE_OK, RC_STR("it can be asked for changes alone"), NULL);
}

static void judge_speed(struct judging *j)
{
    const struct probe_facts *facts = j->facts;

    if (facts->busy)
        add(j, "limits", PROBE_WARNING, RC_STR("it was too busy to answer all questions"),
            "Ask how many requests a minute are allowed, and at which hours.");
    if (facts->cut)
        add(j, "time", PROBE_WARNING,
            RC_STR("the time for a test was over before everything was asked"), NULL);
    if (!read_any(facts)) return;
    if (facts->slowest_ms >= SLOW_MS)
        add(j, "speed", PROBE_WARNING,
            rc_str_print(j->arena, "the slowest answer took %" PRId64 " s",
                         facts->slowest_ms / 1000),
            "Ask at which hours the system is quiet, and for faster answers.");
    else
        add(j, "speed", PROBE_OK,
            rc_str_print(j->arena, "%" PRId64 " questions, the slowest answer took %" PRId64 " ms",
                         facts->requests, facts->slowest_ms),
            NULL);
}

static void (*const checks[])(struct judging *j) = {
    judge_connection, judge_tls,    judge_sign_in, judge_version, judge_collections,
    judge_schools,    judge_people, judge_clock,   judge_offset,  judge_page_size,
    judge_totals,     judge_order,  judge_filter,  judge_changes, judge_speed,
};

static const char *verdict_of(const struct probe_card *card)
{
    enum probe_state worst = PROBE_OK;

    for (size_t i = 0; i < card->count; i++)
        if (card->lines[i].state > worst) worst = card->lines[i].state;
    if (worst == PROBE_ERROR) return "bad";
    return worst == PROBE_WARNING ? "limited" : "good";
}

void probe_judge(const struct probe_facts *facts, struct rc_arena *arena,
                 struct probe_card *ret_card)
{
    struct judging j = {facts, arena, ret_card};

    *ret_card = (struct probe_card){0};
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        checks[i](&j);
    ret_card->verdict = verdict_of(ret_card);
}
