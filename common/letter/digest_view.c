/* A digest's facts to what its templates show, district by district, those first that wait for
 * somebody. */
#include "digest.h"

#include "words.h"

enum { BRIEF_MAX = 200, HOUR_S = 3600, DAY_S = 86400 };

struct writing {
    struct view view;
    struct rc_letter_input district; /* what the view stands at */
    const struct rc_json **order;    /* the districts, those first that need their reader most */
    size_t count, detailed;          /* of them; those first ones that are told of at length */
    bool weekly;
};

/* ---- what waits ---- */

static struct rc_str hold_line(struct view *view, const struct rc_json *hold)
{
    const struct rc_str what = view_waiting(view, hold);
    const struct rc_str since = rc_json_text(rc_json_get(hold, "since"));

    if (since.len == 0) return what;
    return rc_str_print(view->arena, "%.*s, since %.*s", RC_STR_ARG(what), RC_STR_ARG(since));
}

static void put_holds(struct view *view)
{
    const struct rc_json *hold = rc_json_first(rc_json_get(view->in->facts, "holds"));

    rc_json_put_bool(&view->json, "any_holds", hold != NULL);
    rc_json_open(&view->json, "holds", '[');
    while (hold) {
        const struct rc_str why = rc_json_text(rc_json_get(hold, "hold"));
        rc_json_open(&view->json, NULL, '{');
        view_put(view, "why", rc_str_of(words_hold(why)));
        rc_json_open(&view->json, "lines", '[');
        for (; hold && rc_str_eq(rc_json_text(rc_json_get(hold, "hold")), why);
             hold = rc_json_next(hold)) {
            rc_json_open(&view->json, NULL, '{');
            view_put(view, "text", hold_line(view, hold));
            view_put(view, "ids", view_ids(view, hold));
            rc_json_close(&view->json, '}');
        }
        rc_json_close(&view->json, ']');
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

/* Whose account a record may be. */
static void put_asked(struct view *view)
{
    const struct rc_json *asked = rc_json_get(view->in->facts, "asked");
    const int64_t count = words_fact(asked, "count");

    if (count == 0) return;
    rc_json_open(&view->json, "asked", '{');
    view_put(view, "text",
             rc_str_print(view->arena, "%.*s may belong to an account, the first since %.*s.",
                          RC_STR_ARG(words_count(view->arena, count, "record")),
                          RC_STR_ARG(rc_json_text(rc_json_get(asked, "since")))));
    view_put(view, "ids", view_ids(view, asked));
    rc_json_close(&view->json, '}');
}

/* ---- who will be archived soon ---- */

static struct rc_str leaving_date(struct view *view, const struct rc_json *date)
{
    const int64_t days = words_fact(date, "days");
    const struct rc_str count = words_number(view->arena, words_fact(date, "count"));
    const struct rc_str on = rc_json_text(rc_json_get(date, "on"));

    if (days == 0)
        return rc_str_print(view->arena, "%.*s with the next complete sync that lacks them",
                            RC_STR_ARG(count));
    return rc_str_print(view->arena, "%.*s from %.*s on, in %.*s", RC_STR_ARG(count),
                        RC_STR_ARG(on), RC_STR_ARG(words_count(view->arena, days, "day")));
}

static void put_leaving(struct view *view)
{
    const struct rc_json *leaving = rc_json_get(view->in->facts, "leaving");
    const int64_t count = words_fact(leaving, "count");
    const struct rc_json *date = rc_json_first(rc_json_get(leaving, "dates"));
    const struct rc_str number = words_number(view->arena, count);
    const char *who = count == 1 ? "person is" : "people are";

    if (count == 0) return;
    rc_json_open(&view->json, "leaving", '{');
    rc_json_put_bool(&view->json, "archives", rc_json_bool(rc_json_get(leaving, "archives")));
    if (rc_json_bool(rc_json_get(leaving, "archives"))) {
        view_put(view, "text",
                 rc_str_print(view->arena,
                              "%.*s %s no longer in your SIS. Where your settings say so, they "
                              "will be archived; who comes back until then stays:",
                              RC_STR_ARG(number), who));
        rc_json_open(&view->json, "dates", '[');
        for (; date; date = rc_json_next(date))
            view_put_line(view, leaving_date(view, date));
        rc_json_close(&view->json, ']');
    } else {
        view_put(view, "text",
                 rc_str_print(view->arena,
                              "%.*s %s no longer in your SIS. By your settings their accounts are "
                              "kept.",
                              RC_STR_ARG(number), who));
    }
    rc_json_close(&view->json, '}');
}

/* ---- sources ---- */

static struct rc_str age_words(struct rc_arena *arena, int64_t seconds)
{
    if (seconds >= 2 * (int64_t)DAY_S) return words_count(arena, seconds / DAY_S, "day");
    if (seconds >= HOUR_S) return words_count(arena, seconds / HOUR_S, "hour");
    return RC_STR("less than an hour");
}

static struct rc_str source_data(struct view *view, const struct rc_json *source)
{
    const struct rc_str read = rc_json_text(rc_json_get(source, "read"));
    const struct rc_str age = age_words(view->arena, words_fact(source, "age"));

    if (read.len == 0) return RC_STR("nothing was read yet");
    return rc_str_print(view->arena, "data of %.*s (%.*s old)", RC_STR_ARG(read), RC_STR_ARG(age));
}

static struct rc_str source_next(const struct view *view, const struct rc_json *source)
{
    const struct rc_str next = rc_json_text(rc_json_get(source, "next"));

    if (next.len > 0) return rc_str_print(view->arena, "next sync %.*s", RC_STR_ARG(next));
    return rc_json_bool(view_fact(view, "district", "paused"))
               ? RC_STR("no sync while the district is paused")
               : RC_STR("no next sync: automatic syncing is off");
}

static struct rc_str source_trouble(const struct view *view, const struct rc_json *source)
{
    const struct rc_str state = rc_json_text(rc_json_get(source, "state"));
    const struct rc_str why = words_sentence(view->arena,
                                             rc_json_text(rc_json_get(source, "failure")));
    const int64_t failed = words_fact(source, "failed");
    const struct rc_str syncs = words_count(view->arena, failed, "sync");

    if (rc_str_eq(state, RC_STR("Failed")))
        return rc_str_print(view->arena,
                            "The last sync failed, and nothing was changed by it. %.*s",
                            RC_STR_ARG(why));
    if (rc_str_eq(state, RC_STR("Paused")))
        return RC_STR("The last sync has stopped and waits for a person.");
    if (failed == 0) return (struct rc_str){0};
    return rc_str_print(view->arena, "%.*s failed, a later one went well.", RC_STR_ARG(syncs));
}

static void put_sources(struct view *view)
{
    const struct rc_json *source = rc_json_first(rc_json_get(view->in->facts, "sources"));

    rc_json_open(&view->json, "sources", '[');
    for (; source; source = rc_json_next(source)) {
        const struct rc_str name = rc_json_text(rc_json_get(source, "name"));
        rc_json_open(&view->json, NULL, '{');
        view_put(view, "text",
                 rc_str_print(view->arena, "%.*s: %.*s; %.*s", RC_STR_ARG(name),
                              RC_STR_ARG(source_data(view, source)),
                              RC_STR_ARG(source_next(view, source))));
        view_put(view, "trouble", source_trouble(view, source));
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

/* ---- what a person had kept ---- */

static struct rc_str excluded_people(struct view *view)
{
    const int64_t count = words_fact(rc_json_get(view->in->facts, "kept"), "excluded");
    const struct rc_str number = words_number(view->arena, count);

    return rc_str_print(view->arena, "%.*s excluded %s", RC_STR_ARG(number),
                        count == 1 ? "person" : "people");
}

static struct rc_str differing(struct view *view, const struct rc_json *kept)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    const int64_t count = words_fact(kept, "differ");
    const struct rc_json *record = rc_json_first(rc_json_get(kept, "records"));
    const size_t allowed = view_allow(view, rc_json_get(kept, "records"));
    const int64_t more = count - (int64_t)allowed;

    rc_buf_add_str(&out, words_number(view->arena, count));
    rc_buf_print(&out, " %s from your SIS", count == 1 ? "differs" : "differ");
    for (size_t i = 0; i < allowed; i++, record = rc_json_next(record)) {
        const struct rc_str field = words_column(rc_json_text(rc_json_get(record, "field")));
        rc_buf_print(&out, "%s%.*s of %.*s", i > 0 ? ", " : ": ", RC_STR_ARG(field),
                     RC_STR_ARG(rc_json_text(rc_json_get(record, "id"))));
    }
    if (more > 0 && allowed > 0)
        rc_buf_print(&out, " and %.*s more", RC_STR_ARG(words_number(view->arena, more)));
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

static void put_kept(struct view *view)
{
    const struct rc_json *kept = rc_json_get(view->in->facts, "kept");
    const struct rc_str pins = words_count(view->arena, words_fact(kept, "pins"), "pinned field");

    if (words_fact(kept, "pins") + words_fact(kept, "excluded") + words_fact(kept, "differ") == 0)
        return;
    rc_json_open(&view->json, "kept", '[');
    if (words_fact(kept, "differ") > 0)
        view_put_line(view, rc_str_print(view->arena, "%.*s, of which %.*s", RC_STR_ARG(pins),
                                         RC_STR_ARG(differing(view, kept))));
    else if (words_fact(kept, "pins") > 0)
        view_put_line(view, pins);
    if (words_fact(kept, "excluded") > 0) view_put_line(view, excluded_people(view));
    rc_json_close(&view->json, ']');
}

/* ---- a district ---- */

static struct rc_str applied(struct view *view)
{
    static const char *const parts[][2] = {{"created", "new"},
                                           {"changed", "changed"},
                                           {"restored", "restored"},
                                           {"archived", "archived"}};
    RC_AUTO_BUF struct rc_buf out = {0};

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const int64_t count = digest_sum(view->in->facts, "now", parts[i][0]);
        if (count > 0)
            rc_buf_print(&out, "%s%.*s %s", out.len > 0 ? ", " : "",
                         RC_STR_ARG(words_number(view->arena, count)), parts[i][1]);
    }
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

static struct rc_str verdict(struct view *view)
{
    static const char *const words[] = {
        [DIGEST_WAITS] = "Something waits for your decision.",
        [DIGEST_FAILED] = "A sync failed.",
        [DIGEST_ERRORS] = "The values of some records could not be used.",
        [DIGEST_CHANGED] = "Your directory follows your SIS.",
        [DIGEST_QUIET] = "Your directory agrees with your SIS.",
    };
    const struct rc_str done = applied(view);
    const struct rc_str since = view_fact_text(view, "district", "since");
    const char *first = words[digest_rank(view->in->facts)];

    _Static_assert(COUNT_OF(words) == DIGEST_RANK_COUNT_, "words for every rank");
    return rc_str_print(view->arena, "%s Since %.*s: %.*s.", first, RC_STR_ARG(since),
                        RC_STR_ARG(done.len > 0 ? done : RC_STR("no changes")));
}

static void put_name(struct view *view)
{
    view_put(view, "district", view_fact_text(view, "district", "name"));
    view_put(view, "slug", view_fact_text(view, "district", "slug"));
    view_put(view, "link", view->link);
    view_put_scope(view);
}

static void put_district(struct writing *writing)
{
    struct view *view = &writing->view;

    put_name(view);
    view_put(view, "verdict", verdict(view));
    put_holds(view);
    put_asked(view);
    put_leaving(view);
    digest_put_people(view, writing->weekly);
    view_put_findings(view);
    put_sources(view);
    put_kept(view);
}

/* Points the view at a district. */
static void enter(struct writing *writing, const struct rc_letter_input *in,
                  const struct rc_json *district)
{
    struct view *view = &writing->view;

    writing->district = (struct rc_letter_input){
        .kind = in->kind, .facts = district, .console_url = in->console_url};
    view->in = &writing->district;
    view->link = (struct rc_str){0};
    if (in->console_url.len > 0)
        view->link = rc_str_print(view->arena, "%.*s/districts/%.*s", RC_STR_ARG(in->console_url),
                                  RC_STR_ARG(view_fact_text(view, "district", "slug")));
}

static void put_detailed(struct writing *writing, const struct rc_letter_input *in)
{
    rc_json_open(&writing->view.json, "districts", '[');
    for (size_t i = 0; i < writing->detailed; i++) {
        enter(writing, in, writing->order[i]);
        rc_json_open(&writing->view.json, NULL, '{');
        put_district(writing);
        rc_json_close(&writing->view.json, '}');
    }
    rc_json_close(&writing->view.json, ']');
}

/* ---- those without room, or without anything to tell ---- */

static void put_brief_line(struct writing *writing)
{
    struct view *view = &writing->view;
    const struct rc_str name = view_fact_text(view, "district", "name");

    view_put_line(
        view, rc_str_print(view->arena, "%.*s: %.*s", RC_STR_ARG(name), RC_STR_ARG(verdict(view))));
}

static void put_brief(struct writing *writing, const struct rc_letter_input *in)
{
    struct view *view = &writing->view;
    const size_t all = writing->count - writing->detailed;
    const size_t shown = all < BRIEF_MAX ? all : BRIEF_MAX;

    rc_json_open(&view->json, "briefs", '[');
    for (size_t i = 0; i < shown; i++) {
        enter(writing, in, writing->order[writing->detailed + i]);
        put_brief_line(writing);
    }
    if (all > shown)
        view_put_line(view, rc_str_print(view->arena, "and %.*s",
                                         RC_STR_ARG(words_count(view->arena, (int64_t)(all - shown),
                                                                "further district"))));
    rc_json_close(&view->json, ']');
    rc_json_put_bool(&view->json, "any_briefs", all > 0);
}

/* ---- all of them ---- */

/* Those of one rank stay in the order of the facts. */
static void order_districts(struct writing *writing, const struct rc_letter_input *in)
{
    const struct rc_json *districts = rc_json_get(in->facts, "districts");

    writing->order = rc_arena_array(writing->view.arena, rc_json_count(districts) + 1,
                                    sizeof *writing->order);
    for (int rank = 0; rank < DIGEST_RANK_COUNT_; rank++) {
        const struct rc_json *one = rc_json_first(districts);
        for (; one; one = rc_json_next(one))
            if ((int)digest_rank(one) == rank) writing->order[writing->count++] = one;
    }
}

/* At most so many; one without anything to tell only where it is the only one. */
static void choose_detailed(struct writing *writing, size_t most)
{
    size_t count = writing->count < most ? writing->count : most;

    while (count > 0 && writing->count > 1 &&
           digest_rank(writing->order[count - 1]) == DIGEST_QUIET)
        count--;
    writing->detailed = count;
    view_share(&writing->view, writing->order, count);
}

/* What is of the whole mail. */
static void put_whole(struct view *view, const struct rc_letter_input *in)
{
    const struct rc_json *first = rc_json_first(rc_json_get(in->facts, "districts"));

    view->in = in;
    view_put_missed(view);
    view_put(view, "left_out", in->left_out);
    view_put_stop(view, in, rc_json_text(rc_json_get(rc_json_get(first, "district"), "slug")));
}

static void put_top(struct writing *writing, const struct rc_letter_input *in,
                    struct rc_str subject)
{
    struct view *view = &writing->view;
    const struct letter_tone *tone = digest_tone(in);
    const struct rc_str day = rc_json_text(rc_json_get(in->facts, "day"));
    const struct rc_str zone = rc_json_text(rc_json_get(in->facts, "zone"));

    view_put(view, "subject", subject);
    view_put(view, "color", rc_str_of(tone->color));
    view_put(view, "tint", rc_str_of(tone->tint));
    view_put(view, "sign", rc_str_of(tone->sign));
    view_put(view, "title", writing->weekly ? RC_STR("Your week") : RC_STR("Your day"));
    view_put(view, "day", day);
    view_put(view, "zone", zone);
    view_put(view, "name", writing->weekly ? RC_STR("weekly digest") : RC_STR("daily digest"));
}

void digest_view(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 size_t detailed, struct rc_buf *out)
{
    struct writing writing = {
        .view = {.in = in, .arena = arena, .json = {.buf = out}},
        .weekly = rc_json_bool(rc_json_get(in->facts, "weekly")),
    };

    order_districts(&writing, in);
    choose_detailed(&writing, detailed);
    rc_json_open(&writing.view.json, NULL, '{');
    put_top(&writing, in, subject);
    put_whole(&writing.view, in);
    put_detailed(&writing, in);
    put_brief(&writing, in);
    rc_json_close(&writing.view.json, '}');
}
