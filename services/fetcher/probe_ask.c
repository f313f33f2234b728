/* The questions of a test, in the order in which each is worth asking after the one before. Each is
 * asked once: trouble in passing is what a test should show. */
#include "probe_ask.h"

#include <string.h>

#include "oneroster.h"
#include "oneroster_error.h"
#include "probe_store.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"
#include "sign.h"

enum {
    USERS_PAGES = 3, /* of people, for the sample */
    PEEK = 2,        /* records of a question that is about the first one */
    FILTER_PAGE = 100,
    REACH_TIMES = 5,    /* how much larger a page is tried */
    REACH_MOST = 10000, /* what a source may be set up for */
    LEASE_TIMES = 3,
    REDIRECTS_MAX = 3,
    RECORD_MAX = 1024 * 1024,
    DAY_MS = 24 * 3600 * 1000,
};

struct question {
    enum rc_collection collection;
    int64_t limit, offset;
    const char *order;  /* "asc", "desc"; NULL: none is asked for */
    const char *filter; /* as the standard writes it; NULL: none */
};

/* What came; the page's records are borrowed from the thread's buffer until the next question. */
struct came {
    enum trouble trouble;
    struct rc_str words;
    struct rc_http_answer http;
    struct rc_page page;
    bool at_sign; /* the trouble is that of signing in */
};

/* ---- one question ---- */

/* Longer than any question takes. */
static int64_t lease_ms(const struct probe *probe)
{
    return LEASE_TIMES * probe->fetcher->options->timeout_ms;
}

static struct rc_str url_of(const struct probe *probe, const struct question *q)
{
    const struct rc_str address = oneroster_address(probe->lane.source.version,
                                                    probe->lane.source.base_url,
                                                    probe->lane.collection, probe->env->arena);
    RC_AUTO_BUF struct rc_buf url = {0};

    rc_buf_print(&url, "%.*s?limit=%lld&offset=%lld", RC_STR_ARG(address), (long long)q->limit,
                 (long long)q->offset);
    if (q->order) rc_buf_print(&url, "&sort=sourcedId&orderBy=%s", q->order);
    if (q->filter) {
        rc_buf_add_str(&url, RC_STR("&filter="));
        rc_url_encode(&url, rc_str_of(q->filter));
    }
    return rc_str_copy(probe->env->arena, rc_buf_str(&url));
}

static void judge(struct probe *probe, struct came *came)
{
    const struct oneroster_answer answer = {came->http.code, came->http.type,
                                            rc_buf_str(came->http.body), probe->lane.collection,
                                            probe->fetcher->options->page_records};
    int64_t count = 0;

    came->trouble = oneroster_judge(&answer, probe->env->arena, &count);
    if (came->trouble != TROUBLE_NONE) return;
    if (rc_page_split(answer.body, answer.collection, (size_t)answer.max_records, probe->env->arena,
                      &came->page) != RC_OK)
        came->trouble = TROUBLE_BROKEN_BODY;
}

/* The transport's and the parser's findings, else the standard's word in an error payload. */
static const char *detail_of(const struct probe *probe, const struct came *came)
{
    static const enum trouble reasons[] = {TROUBLE_TRANSPORT, TROUBLE_BROKEN_BODY, TROUBLE_LATE,
                                           TROUBLE_INWARD};
    struct oneroster_error error = {0};

    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (came->trouble == reasons[i])
            return rc_str_copy(probe->env->arena, rc_str_of(rc_error_text())).data;
    (void)oneroster_error_read(rc_buf_str(came->http.body), probe->env->arena, &error);
    return error.word.len > 0 ? error.word.data : "";
}

/* *ret_code: the status that decides, the source's or the token address's; 0: none came. */
static void send_signed(struct probe *probe, struct rc_str url, struct came *came, long *ret_code)
{
    struct rc_str header = {0};

    *ret_code = 0;
    came->trouble = sign_url(&probe->asker, url, &header, ret_code);
    came->at_sign = came->trouble != TROUBLE_NONE;
    if (came->at_sign) return;
    const bool form = probe->lane.source.quirks.form_type;
    const char *const headers[] = {"Accept: application/json", header.data,
                                   form ? "Content-Type: application/x-www-form-urlencoded" : NULL,
                                   NULL};
    const struct rc_http_request request = {.url = url.data, .headers = headers};
    came->trouble = asker_send(&probe->asker, &request, &came->http);
    if (came->trouble == TROUBLE_NONE) *ret_code = came->http.code;
}

/* Its turn comes when the source is asked no faster than it bears; the test stays ours so long. */
static bool waits_for_turn(struct probe *probe, const struct came *came)
{
    const int64_t wait_ms = probe->asker.limited_ms;
    bool mine = true;

    if (came->trouble != TROUBLE_LIMITED || rc_clock_mono_ms() + wait_ms >= probe->until_ms)
        return false;
    if (probe_renew(probe, lease_ms(probe) + wait_ms, &mine) == RC_OK) probe->lost = !mine;
    if (!probe->lost) probe->lost = rc_process_wait(probe->env->process, wait_ms);
    return !probe->lost;
}

/* A redirect within the source's own host, as for a page. */
static bool leads_on(const struct probe *probe, const struct came *came, struct rc_str *url)
{
    const long code = came->http.code;
    const bool moved = (code >= 301 && code <= 303) || code == 307 || code == 308;

    return came->trouble == TROUBLE_NONE && moved &&
           rc_url_follow(url->data, came->http.location, probe->env->arena, url) == RC_OK;
}

static void exchange(struct probe *probe, struct rc_str url, struct came *came)
{
    unsigned hops = 0;
    long code = 0;

    do {
        do
            send_signed(probe, url, came, &code);
        while (waits_for_turn(probe, came));
    } while (hops++ < REDIRECTS_MAX && leads_on(probe, came, &url));
    if (came->trouble == TROUBLE_NONE) judge(probe, came);
    if (came->trouble == TROUBLE_NONE) return;
    came->words = trouble_words(came->trouble, code, detail_of(probe, came), probe->env->arena);
}

static void note(struct probe *probe, const struct came *came, int64_t took_ms)
{
    struct probe_facts *facts = &probe->facts;

    facts->requests++;
    facts->took_ms += took_ms;
    if (took_ms > facts->slowest_ms) facts->slowest_ms = took_ms;
    if (came->http.code == 429 || came->trouble == TROUBLE_LIMITED) facts->busy = true;
    if (facts->skew_known || came->http.date_ms < 0) return;
    facts->skew_known = true;
    facts->skew_ms = came->http.date_ms + 500 - (rc_clock_now_ms() - took_ms / 2);
}

/* Nothing more may be asked: the fetcher is being stopped, the test is somebody else's, or its time
 * is over. */
static bool may_ask(struct probe *probe)
{
    bool mine = true;

    if (probe->lost || probe->facts.cut) return false;
    if (rc_process_flag(probe->env->stop)) {
        probe->lost = true;
        return false;
    }
    if (rc_clock_mono_ms() >= probe->until_ms) {
        probe->facts.cut = true;
        return false;
    }
    /* PostgreSQL being away is no answer: the end will tell. */
    if (probe_renew(probe, lease_ms(probe), &mine) == RC_OK) probe->lost = !mine;
    return !probe->lost;
}

/* False: nothing was asked. */
static bool ask(struct probe *probe, const struct question *q, struct came *came)
{
    const int64_t began_ms = rc_clock_mono_ms();

    *came = (struct came){
        .trouble = TROUBLE_STOPPED,
        .http = {.body = &probe->fetcher->body, .total = -1, .retry_after_ms = -1, .date_ms = -1}};
    if (!may_ask(probe)) return false;
    probe->lane.collection = rc_str_of(rc_collection_name(q->collection));
    exchange(probe, url_of(probe, q), came);
    if (came->trouble == TROUBLE_STOPPED) {
        probe->lost = true;
        return false;
    }
    note(probe, came, rc_clock_mono_ms() - began_ms);
    return true;
}

/* ---- records of a page ---- */

static struct rc_str id_of(const struct probe *probe, struct rc_str record)
{
    const struct rc_json_limits limits = {.max_bytes = RECORD_MAX, .max_depth = 32};
    const struct rc_json *value = NULL;

    if (rc_json_parse(record, &limits, probe->env->arena, &value) != RC_OK)
        return (struct rc_str){0};
    return rc_str_copy(probe->env->arena, rc_json_text(rc_json_get(value, "sourcedId")));
}

static struct rc_str first_id(const struct probe *probe, const struct came *came)
{
    return came->page.count > 0 ? id_of(probe, came->page.records[0]) : (struct rc_str){0};
}

static void survey_page(struct probe *probe, enum rc_collection collection, const struct came *came)
{
    for (size_t i = 0; i < came->page.count; i++)
        rc_survey_add(probe->survey, collection, came->page.records[i]);
}

static int by_bytes(struct rc_str a, struct rc_str b)
{
    return rc_str_cmp(a, b);
}

/* As numbers are ordered. */
static int by_length(struct rc_str a, struct rc_str b)
{
    if (a.len != b.len) return a.len < b.len ? -1 : 1;
    return rc_str_cmp(a, b);
}

/* As most databases order texts: without case, punctuation or not; what only differs in those is
 * let pass. */
static int by_letter(struct rc_str a, struct rc_str b)
{
    const size_t least = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < least; i++) {
        const int one = a.data[i] | 0x20;
        const int other = b.data[i] | 0x20;
        const bool digits = one >= '0' && one <= '9' && other >= '0' && other <= '9';
        const bool letters = one >= 'a' && one <= 'z' && other >= 'a' && other <= 'z';
        if (!digits && !letters) return one == other ? 0 : -1;
        if (one != other) return one - other;
    }
    return 0;
}

/* Do the ids stand in the order of any of the rules that databases have? */
static bool in_order(const struct probe *probe, const struct came *came)
{
    int (*const rules[])(struct rc_str a, struct rc_str b) = {by_bytes, by_length, by_letter};
    bool holds[COUNT_OF(rules)] = {true, true, true};
    struct rc_str before = first_id(probe, came);

    for (size_t i = 1; i < came->page.count; i++) {
        const struct rc_str id = id_of(probe, came->page.records[i]);
        for (size_t r = 0; r < COUNT_OF(rules); r++)
            holds[r] = holds[r] && rules[r](before, id) <= 0;
        before = id;
    }
    return holds[0] || holds[1] || holds[2];
}

/* ---- a collection's first page ---- */

static bool is_short(const struct came *came, int64_t asked_for)
{
    const int64_t got = (int64_t)came->page.count;

    return got > 0 && got < asked_for;
}

static void note_size(struct probe *probe, const struct came *came, int64_t asked_for,
                      int64_t offset)
{
    const int64_t got = (int64_t)came->page.count;
    const bool more = came->http.total > offset + got ||
                      (came->http.total < 0 && paging_link_of(came->http.link) == PAGING_LINK_NEXT);

    if (is_short(came, asked_for) && more && (probe->facts.clamp == 0 || got > probe->facts.clamp))
        probe->facts.clamp = got;
    if (got == asked_for && got > probe->facts.reached) probe->facts.reached = got;
}

/* What has come up to here is all there is. */
static bool is_whole(const struct came *came, int64_t read, enum probe_answer next)
{
    if (came->http.total >= 0) return read == came->http.total;
    return next == PROBE_NO || paging_link_of(came->http.link) == PAGING_LINK_LAST;
}

static void fill(struct probe_read *read, const struct came *came)
{
    const int64_t got = (int64_t)came->page.count;

    read->trouble = came->trouble;
    read->words = came->words;
    read->total = came->trouble == TROUBLE_NONE ? came->http.total : -1;
    read->received = got;
    read->read = got;
    read->bytes = (int64_t)came->http.body->len;
    read->took_ms = came->http.took_ms;
    read->link = came->trouble == TROUBLE_NONE ? paging_link_of(came->http.link)
                                               : PAGING_LINK_ABSENT;
    read->whole = came->trouble == TROUBLE_NONE && is_whole(came, got, PROBE_UNKNOWN);
}

static const char *usual_order(const struct probe *probe)
{
    return probe->facts.sort_refused || probe->lane.source.quirks.unsorted ? NULL : "asc";
}

/* False: nothing was asked any more. */
static bool read_first(struct probe *probe, enum rc_collection collection, int64_t limit,
                       struct came *came)
{
    struct probe_read *read = &probe->facts.reads[collection];
    struct question q = {collection, limit, 0, usual_order(probe), NULL};

    if (!ask(probe, &q, came)) return false;
    if (came->trouble == TROUBLE_QUESTION && q.order) {
        q.order = NULL;
        if (!ask(probe, &q, came)) return false;
        probe->facts.sort_refused = came->trouble == TROUBLE_NONE;
    }
    *read = (struct probe_read){.asked = true, .asked_for = limit};
    fill(read, came);
    if (came->trouble != TROUBLE_NONE) return true;
    note_size(probe, came, limit, 0);
    survey_page(probe, collection, came);
    return true;
}

/* ---- signing in ---- */

static bool is_sign(const struct came *came)
{
    if (came->trouble == TROUBLE_LIMITED) return false; /* nobody was asked */
    return came->at_sign || came->trouble == TROUBLE_CREDENTIALS;
}

/* A key that one kind of signature lets in and the other does not. */
static void try_other_hash(struct probe *probe)
{
    static const struct rc_str kinds[] = {RC_STR_INIT("oauth1-sha1"), RC_STR_INIT("oauth1-sha256")};
    const struct rc_str own = probe->lane.source.auth;
    const struct question q = {RC_ORGS, PEEK, 0, NULL, NULL};
    struct came came;

    if (!rc_str_starts(own, RC_STR("oauth1"))) return;
    probe->lane.source.auth = rc_str_eq(own, kinds[0]) ? kinds[1] : kinds[0];
    if (ask(probe, &q, &came) && came.trouble == TROUBLE_NONE)
        probe->facts.better_auth = probe->lane.source.auth;
    probe->lane.source.auth = own;
}

static void try_other_version(struct probe *probe)
{
    static const struct rc_str versions[] = {RC_STR_INIT("1.1"), RC_STR_INIT("1.2")};
    const struct oneroster_version *own = probe->lane.source.version;
    const struct question q = {RC_ORGS, PEEK, 0, NULL, NULL};

    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct came came;
        if (rc_str_eq(versions[i], probe->facts.setup.version)) continue;
        probe->lane.source.version = oneroster_version_find(versions[i]);
        if (probe->lane.source.version && ask(probe, &q, &came) && came.trouble == TROUBLE_NONE)
            probe->facts.better_version = versions[i];
    }
    probe->lane.source.version = own;
}

/* Whatever is asked next would meet the same. */
static bool ends_all(const struct came *came)
{
    static const enum trouble ends[] = {TROUBLE_NOT_FOUND, TROUBLE_REDIRECT,    TROUBLE_BAD_URL,
                                        TROUBLE_HTML,      TROUBLE_NO_ENVELOPE, TROUBLE_BUSY,
                                        TROUBLE_INWARD,    TROUBLE_LIMITED};

    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (came->trouble == ends[i]) return true;
    return false;
}

static bool may_be_version(enum trouble trouble)
{
    return trouble == TROUBLE_NOT_FOUND || trouble == TROUBLE_NO_ENVELOPE ||
           trouble == TROUBLE_QUESTION;
}

/* What is tested is the new secret, where one is being replaced. */
static struct rc_str sign_words(const struct probe *probe, const struct came *came)
{
    if (probe->lane.source.old_secret.len == 0) return came->words;
    return rc_str_print(probe->env->arena,
                        "%.*s; this is the new secret, syncs go on with the old one until it works",
                        RC_STR_ARG(came->words));
}

/* The first question is about everything at once: the way there, the key, the version. False: none
 * of the others is worth asking. */
static bool knock(struct probe *probe)
{
    struct came came;

    if (!read_first(probe, RC_ORGS, probe->facts.setup.page_size, &came)) return false;
    if (came.trouble == TROUBLE_TRANSPORT || came.trouble == TROUBLE_LATE) {
        probe->facts.unreachable = rc_str_of(detail_of(probe, &came));
        return false;
    }
    /* A token that is refused for this scope alone is no matter of the key. */
    if (is_sign(&came) && came.trouble != TROUBLE_FORBIDDEN) {
        probe->facts.sign = came.trouble;
        probe->facts.sign_words = sign_words(probe, &came);
        try_other_hash(probe);
        return false;
    }
    if (may_be_version(came.trouble)) try_other_version(probe);
    return !ends_all(&came) && probe->facts.better_version.len == 0;
}

/* ---- people, and how the source pages ---- */

static void read_more_users(struct probe *probe, const struct came *first)
{
    struct probe_read *users = &probe->facts.reads[RC_USERS];
    const struct rc_str first_of_all = first_id(probe, first);

    for (int page = 1; page < USERS_PAGES && !users->whole && users->received > 0; page++) {
        const struct question q = {RC_USERS, users->asked_for, users->read, usual_order(probe),
                                   NULL};
        struct came came;
        if (!ask(probe, &q, &came) || came.trouble != TROUBLE_NONE) return;
        const int64_t got = (int64_t)came.page.count;
        if (got > 0 && rc_str_eq(first_id(probe, &came), first_of_all)) {
            probe->facts.offset = PROBE_NO;
            return;
        }
        if (got > 0) probe->facts.offset = PROBE_YES;
        note_size(probe, &came, q.limit, q.offset);
        survey_page(probe, RC_USERS, &came);
        users->read += got;
        users->whole = is_whole(&came, users->read, got > 0 ? PROBE_UNKNOWN : PROBE_NO);
    }
}

/* Small collections have one page: asked for two records at a time, they have two. */
static void try_offset(struct probe *probe, struct rc_str first)
{
    const struct question q = {RC_USERS, 1, 1, usual_order(probe), NULL};
    struct came came;

    if (probe->facts.offset != PROBE_UNKNOWN || probe->facts.reads[RC_USERS].read < PEEK) return;
    if (!ask(probe, &q, &came) || came.trouble != TROUBLE_NONE || came.page.count == 0) return;
    probe->facts.offset = rc_str_eq(first_id(probe, &came), first) ? PROBE_NO : PROBE_YES;
}

static void try_order(struct probe *probe, struct rc_str first, bool ordered)
{
    const struct question q = {RC_USERS, PEEK, 0, "desc", NULL};
    struct came came;

    if (!usual_order(probe) || probe->facts.reads[RC_USERS].received < PEEK) return;
    if (!ask(probe, &q, &came) || came.trouble != TROUBLE_NONE || came.page.count == 0) return;
    probe->facts.sorted = ordered && !rc_str_eq(first_id(probe, &came), first) ? PROBE_YES
                                                                               : PROBE_NO;
}

static void ask_users(struct probe *probe)
{
    struct came came;

    if (!read_first(probe, RC_USERS, probe->facts.setup.page_size, &came)) return;
    if (came.trouble != TROUBLE_NONE) return;
    const struct rc_str first = first_id(probe, &came);
    const bool ordered = in_order(probe, &came);

    read_more_users(probe, &came);
    try_offset(probe, first);
    try_order(probe, first, ordered);
}

/* ---- filters ---- */

static const char *const roles_11[] = {"student",  "teacher", "administrator", "aide", "proctor",
                                       "guardian", "parent",  "relative",      NULL};
static const char *const roles_12[] = {"student",
                                       "teacher",
                                       "siteAdministrator",
                                       "districtAdministrator",
                                       "principal",
                                       "counselor",
                                       "aide",
                                       "proctor",
                                       "guardian",
                                       "parent",
                                       "relative",
                                       NULL};

static bool is_12(const struct probe *probe)
{
    return rc_str_eq(probe->facts.setup.version, RC_STR("1.2"));
}

static const char *role_filter(const struct probe *probe, const char *role)
{
    return rc_str_print(probe->env->arena, "%s='%s'", is_12(probe) ? "roles.role" : "role", role)
        .data;
}

/* How many of the sample have the role, of how many. */
static int64_t sampled(const struct rc_survey *survey, struct rc_str role)
{
    const struct rc_survey_row *row = NULL;

    for (size_t i = 0; (row = rc_survey_row_at(survey, i)) != NULL; i++)
        if (row->school.len == 0 && rc_str_eq(row->role, role)) return row->people;
    return 0;
}

/* Students alone where students alone are asked for, and others are known of. */
static enum probe_answer judge_filter(const struct probe *probe, const struct came *came)
{
    RC_AUTO(rc_survey) struct rc_survey *asked = rc_survey_new();
    const struct rc_str student = RC_STR("student");
    const int64_t known = sampled(probe->survey, student);

    for (size_t i = 0; i < came->page.count; i++)
        rc_survey_add(asked, RC_USERS, came->page.records[i]);
    const int64_t students = sampled(asked, student);
    if (came->page.count == 0) return known > 0 ? PROBE_NO : PROBE_UNKNOWN;
    if (students < (int64_t)came->page.count) return PROBE_NO;
    return known < probe->facts.reads[RC_USERS].read ? PROBE_YES : PROBE_UNKNOWN;
}

static bool was_refused(const struct came *came)
{
    return came->trouble == TROUBLE_QUESTION || came->trouble == TROUBLE_ERROR_BODY ||
           came->trouble == TROUBLE_NOT_FOUND || came->trouble == TROUBLE_OVERLOAD;
}

static void set_total(struct probe *probe, size_t at, const char *role, int64_t people)
{
    probe->facts.totals[at] = (struct probe_total){role, people};
}

/* Counted by the source where it filters, else by us where everybody was read. */
static int64_t people_of(struct probe *probe, const char *role)
{
    const struct question q = {RC_USERS, 1, 0, NULL, role_filter(probe, role)};
    struct came came;

    if (probe->facts.reads[RC_USERS].whole) return sampled(probe->survey, rc_str_of(role));
    if (probe->facts.filter != PROBE_YES || !ask(probe, &q, &came) || came.trouble != TROUBLE_NONE)
        return -1;
    return came.http.total;
}

static void count_roles(struct probe *probe)
{
    const char *const *roles = is_12(probe) ? roles_12 : roles_11;

    for (size_t i = 0; roles[i] && i + 1 < PROBE_ROLES_MAX; i++)
        set_total(probe, i, roles[i], people_of(probe, roles[i]));
}

static void try_filter(struct probe *probe)
{
    const struct question q = {RC_USERS, FILTER_PAGE, 0, NULL, role_filter(probe, "student")};
    struct came came;

    if (probe->facts.reads[RC_USERS].read == 0 || !ask(probe, &q, &came)) return;
    if (came.trouble == TROUBLE_NONE) probe->facts.filter = judge_filter(probe, &came);
    if (was_refused(&came)) probe->facts.filter = PROBE_NO;
    count_roles(probe);
}

/* Did any change come for since? */
static bool asked_for_changes(struct probe *probe, const char *since, struct came *came)
{
    const struct question q = {
        RC_USERS, 1, 0, NULL,
        rc_str_print(probe->env->arena, "dateLastModified>='%s'", since).data};

    return ask(probe, &q, came) && came->trouble == TROUBLE_NONE && came->page.count > 0;
}

/* Nothing has changed since a day that has not come, and everything since one long gone. */
static void try_changes(struct probe *probe)
{
    struct came came;

    if (probe->facts.reads[RC_USERS].read == 0) return;
    if (asked_for_changes(probe, "2999-01-01T00:00:00.000Z", &came) || was_refused(&came) ||
        came.trouble == TROUBLE_NO_ENVELOPE) {
        probe->facts.changes = PROBE_NO;
        return;
    }
    if (came.trouble != TROUBLE_NONE) return;
    if (asked_for_changes(probe, "1970-01-01T00:00:00.000Z", &came))
        probe->facts.changes = PROBE_YES;
    else if (came.trouble == TROUBLE_NONE)
        probe->facts.changes = PROBE_NO;
}

/* ---- larger pages ---- */

/* Only where a larger page is known to be there, and a fetcher would take it. */
static int64_t larger_page(const struct probe *probe, const struct probe_read *read)
{
    int64_t limit = read->asked_for * REACH_TIMES;

    if (probe->facts.clamp > 0 || read->trouble != TROUBLE_NONE || read->received == 0) return 0;
    if (limit > REACH_MOST) limit = REACH_MOST;
    if (read->total < limit || limit <= read->asked_for) return 0;
    return read->bytes / read->received * limit < probe->fetcher->options->page_bytes / 2 ? limit
                                                                                          : 0;
}

static void try_reach(struct probe *probe)
{
    const struct probe_read *read = &probe->facts.reads[RC_ENROLLMENTS];
    const int64_t limit = read->asked ? larger_page(probe, read) : 0;
    const struct question q = {RC_ENROLLMENTS, limit, 0, usual_order(probe), NULL};
    struct came came;

    if (limit == 0 || !ask(probe, &q, &came) || came.trouble != TROUBLE_NONE) return;
    note_size(probe, &came, limit, 0);
}

/* ---- the whole ---- */

static void note_future(struct probe *probe)
{
    struct rc_survey_counts counts;
    char tomorrow[25];

    rc_survey_counts(probe->survey, &counts);
    rc_clock_print(rc_clock_now_ms() + DAY_MS, tomorrow);
    probe->facts.future = counts.newest.len > 0 &&
                          rc_str_cmp(counts.newest, rc_str_of(tomorrow)) > 0;
}

static void ask_rest(struct probe *probe)
{
    static const enum rc_collection plain[] = {RC_ACADEMIC_SESSIONS, RC_COURSES, RC_CLASSES,
                                               RC_ENROLLMENTS};
    static const enum rc_collection optional[] = {RC_DEMOGRAPHICS, RC_RESOURCES};
    struct came came;

    ask_users(probe);
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        if (!read_first(probe, plain[i], probe->facts.setup.page_size, &came)) return;
    try_filter(probe);
    try_changes(probe);
    try_reach(probe);
    /* One record, of which only is looked at whether it came. */
    for (size_t i = 0; i < COUNT_OF(optional); i++)
        if (!read_first(probe, optional[i], 1, &came)) return;
    note_future(probe);
}

/* Nobody is asked. */
static void refuse(struct probe *probe, enum trouble trouble, struct rc_str words)
{
    probe->facts.sign = trouble;
    probe->facts.sign_words = words;
}

void probe_ask_all(struct probe *probe)
{
    if (probe->removed)
        refuse(probe, TROUBLE_NO_CREDENTIALS, RC_STR("the source was removed: nobody is asked"));
    else if (!probe->lane.source.version)
        refuse(probe, TROUBLE_QUESTION, RC_STR("this program does not know the source's version"));
    else if (knock(probe))
        ask_rest(probe);
}
