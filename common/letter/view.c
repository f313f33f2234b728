/* Facts to what the templates show: whole sentences, numbers with separators, only the parts that
 * have something to say. */
#include "view.h"

#include <string.h>

#include "rollcall/letter/alert.h"
#include "words.h"

/* ---- verdict ---- */

static struct rc_str applied_words(struct view *view)
{
    static const char *const parts[][2] = {{"created", "new"},
                                           {"changed", "changed"},
                                           {"restored", "restored"},
                                           {"archived", "archived"},
                                           {"linked", "recognised"}};
    RC_AUTO_BUF struct rc_buf out = {0};

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const int64_t count = letter_people(view->in->facts, parts[i][0]);
        const struct rc_str number = words_number(view->arena, count);
        if (count > 0)
            rc_buf_print(&out, "%s%.*s %s", out.len > 0 ? ", " : "", RC_STR_ARG(number),
                         parts[i][1]);
    }
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

/* Is it the first of a source that waits? */
static bool is_first_sync(const struct view *view)
{
    const struct rc_json *hold = rc_json_first(rc_json_get(view->in->facts, "holds"));

    return rc_str_eq(rc_json_text(rc_json_get(hold, "hold")), RC_STR("first sync"));
}

static struct rc_str verdict_held(struct view *view)
{
    const struct rc_str applied = applied_words(view);

    if (applied.len == 0 && letter_memberships(view->in->facts) > 0)
        return RC_STR(
            "A part of the sync waits for your decision. The rest has been applied: class lists "
            "and families alone.");
    if (applied.len == 0 && is_first_sync(view))
        return RC_STR(
            "Your first sync is ready. It waits for your approval, and nothing has been "
            "changed yet.");
    if (applied.len == 0)
        return RC_STR("The sync waits for your decision. Nothing has been changed yet.");
    return rc_str_print(view->arena,
                        "A part of the sync waits for your decision. The rest has been applied: "
                        "%.*s.",
                        RC_STR_ARG(applied));
}

static struct rc_str verdict_failed(struct view *view)
{
    const struct rc_str why = words_sentence(view->arena, view_fact_text(view, "run", "failure"));
    const bool dot = rc_str_ends(why, RC_STR("."));

    return rc_str_print(view->arena,
                        "The sync failed, and nothing in your directory was changed.%s%.*s%s",
                        why.len > 0 ? " " : "", RC_STR_ARG(why), why.len == 0 || dot ? "" : ".");
}

/* What was not read to its end is not said to agree. */
static struct rc_str step_words(struct view *view)
{
    const struct rc_str applied = applied_words(view);

    if (applied.len > 0)
        return rc_str_print(view->arena, "Your directory was brought in step with your SIS: %.*s.",
                            RC_STR_ARG(applied));
    if (rc_json_first(rc_json_get(view->in->facts, "collections")))
        return RC_STR("Nothing had to be changed, as far as your SIS could be read.");
    return RC_STR("Your directory agrees with your SIS; nothing had to be changed.");
}

static struct rc_str verdict_done(struct view *view)
{
    const struct rc_json *findings = rc_json_get(view->in->facts, "findings");
    const struct rc_str done = step_words(view);
    const int64_t errors = words_fact(findings, "errors");
    const struct rc_str bad = words_count(view->arena, errors, "record");

    if (errors == 0) return done;
    return rc_str_print(view->arena, "%.*s The values of %.*s could not be used.", RC_STR_ARG(done),
                        RC_STR_ARG(bad));
}

static struct rc_str verdict_alert(struct view *view)
{
    const struct rc_str what = words_sentence(view->arena,
                                              view_fact_text(view, "alert", "message"));

    return rc_str_print(view->arena, "%.*s%s", RC_STR_ARG(what),
                        rc_str_ends(what, RC_STR(".")) ? "" : ".");
}

static struct rc_str verdict(struct view *view)
{
    if (view->in->kind == RC_LETTER_ALERT) return verdict_alert(view);
    if (view->in->kind == RC_LETTER_HELD) return verdict_held(view);
    if (rc_str_eq(view_fact_text(view, "run", "state"), RC_STR("Failed")))
        return verdict_failed(view);
    return verdict_done(view);
}

static void put_alert(struct view *view, const struct rc_alert_kind *kind)
{
    const struct {
        const char *name, *text;
    } parts[] = {
        {"note", kind->note}, {"look", kind->look}, {"mend", kind->mend}, {"mends", kind->mends}};

    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].text) view_put(view, parts[i].name, rc_str_of(parts[i].text));
    view_put(view, "confirm", view_fact_text(view, "alert", "url"));
}

static void put_head(struct view *view, struct rc_str subject)
{
    const struct letter_tone *tone = letter_tone(view->in);
    const struct rc_str state = view_fact_text(view, "run", "state");
    const bool alert = view->in->kind == RC_LETTER_ALERT;
    const struct rc_alert_kind *kind = rc_alert_kind_of(view_fact_text(view, "alert", "kind"));

    view_put(view, "subject", subject);
    view_put(view, "color", rc_str_of(tone->color));
    view_put(view, "tint", rc_str_of(tone->tint));
    view_put(view, "sign", rc_str_of(tone->sign));
    view_put(view, "state", alert ? rc_str_of(kind->head) : state);
    view_put(view, "district", view_fact_text(view, "district", "name"));
    view_put(view, "slug", view_fact_text(view, "district", "slug"));
    view_put_scope(view);
    view_put(view, "source", view_fact_text(view, "run", "source"));
    view_put(view, "verdict", verdict(view));
    view_put(view, "link", view->link);
    rc_json_put_bool(&view->json, "failed", rc_str_eq(state, RC_STR("Failed")));
    rc_json_put_bool(&view->json, "alert", alert);
    view_put(view, "reader", rc_str_of(words_reader(view_fact_text(view, "district", "reader"))));
    if (alert) put_alert(view, kind);
}

/* ---- what waits ---- */

struct rc_str view_waiting(struct view *view, const struct rc_json *hold)
{
    const int64_t count = words_fact(hold, "count");
    const struct rc_str number = words_number(view->arena, count);
    const struct rc_str kind = rc_json_text(rc_json_get(hold, "kind"));
    const struct rc_str role = rc_json_text(rc_json_get(hold, "role"));
    const char *who = words_role(role, count == 1);

    if (rc_str_eq(kind, RC_STR("rename")))
        return rc_str_print(view->arena, "%.*s class list%s %s", RC_STR_ARG(number),
                            count == 1 ? "" : "s", words_intent(kind));
    if (words_of_people(kind))
        return rc_str_print(view->arena, "%.*s %s %s", RC_STR_ARG(number), who, words_intent(kind));
    return rc_str_print(view->arena, "%.*s membership%s of %s %s", RC_STR_ARG(number),
                        count == 1 ? "" : "s", words_role(role, false), words_intent(kind));
}

/* Rows of one reason stand together. */
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
             hold = rc_json_next(hold))
            view_put_line(view, view_waiting(view, hold));
        rc_json_close(&view->json, ']');
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

/* ---- who is leaving ---- */

static void put_leaving(struct view *view)
{
    const int64_t count = words_fact(rc_json_get(view->in->facts, "leaving"), "count");
    const struct rc_str number = words_number(view->arena, count);
    const struct rc_str from = view_fact_text(view, "leaving", "from");

    if (count == 0) return;
    const struct rc_str who = rc_str_print(view->arena, "%.*s %s no longer in your SIS",
                                           RC_STR_ARG(number),
                                           count == 1 ? "person is" : "people are");
    view_put(
        view, "leaving",
        rc_json_bool(view_fact(view, "leaving", "archives"))
            ? rc_str_print(view->arena,
                           "%.*s. Where your settings say so, they will be archived from %.*s on, "
                           "once another complete sync still lacks them. Who comes back until then "
                           "stays.",
                           RC_STR_ARG(who), RC_STR_ARG(from))
            : rc_str_print(view->arena, "%.*s. By your settings their accounts are kept.",
                           RC_STR_ARG(who)));
}

/* ---- people who were asked for by id ---- */

/* What the SIS said of them, with a number each; who stays is said, so that nobody is looked for.
 */
static const struct {
    const char *name, *words;
} answers[] = {
    {"unknown", "it no longer knows"},
    {"deleted", "it marks as deleted"},
    {"active", "it still has, so they stay"},
    {"unanswered", "it gave no answer for, so they stay"},
};

static struct rc_str answer_list(struct view *view, const struct rc_json *asked)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const int64_t count = words_fact(asked, answers[i].name);
        if (count == 0) continue;
        rc_buf_print(&out, "%s%.*s %s", out.len > 0 ? "; " : "",
                     RC_STR_ARG(words_number(view->arena, count)), answers[i].words);
    }
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

static void put_asked(struct view *view)
{
    const struct rc_json *asked = view_fact(view, "run", "asked");
    const int64_t count = words_fact(asked, "asked");
    const struct rc_str number = words_number(view->arena, count);

    if (rc_json_kind(asked) != RC_JSON_OBJECT) return;
    if (rc_json_bool(rc_json_get(asked, "deaf"))) {
        view_put(view, "asked",
                 RC_STR("Your SIS does not answer questions about single people, so nobody who is "
                        "missing could be asked for. None of them is archived before you agree."));
        return;
    }
    view_put(
        view, "asked",
        rc_str_print(view->arena,
                     "Your SIS was asked for %s%.*s %s missing from its list, one by one: %.*s.%s",
                     rc_json_bool(rc_json_get(asked, "sample")) ? "a sample of " : "",
                     RC_STR_ARG(number), count == 1 ? "person" : "people",
                     RC_STR_ARG(answer_list(view, asked)),
                     rc_json_bool(rc_json_get(asked, "sample"))
                         ? " So many are missing that none of them is archived before you "
                           "agree."
                         : ""));
}

/* ---- the rest ---- */

static void put_unsealed(struct view *view)
{
    const struct rc_json *one = rc_json_first(rc_json_get(view->in->facts, "collections"));

    rc_json_put_bool(&view->json, "any_unsealed", one != NULL);
    rc_json_open(&view->json, "unsealed", '[');
    for (; one; one = rc_json_next(one)) {
        const struct rc_str what = words_collection(rc_json_text(rc_json_get(one, "collection")));
        const struct rc_str why = rc_json_text(rc_json_get(one, "reason"));
        view_put_line(view, words_sentence(view->arena,
                                           rc_str_print(view->arena, "%.*s%s%.*s", RC_STR_ARG(what),
                                                        why.len > 0 ? ": " : "", RC_STR_ARG(why))));
    }
    rc_json_close(&view->json, ']');
}

void view_put_missed(struct view *view)
{
    const struct rc_json *one = rc_json_first(rc_json_get(view->in->facts, "missed"));

    rc_json_open(&view->json, "missed", '[');
    for (; one; one = rc_json_next(one)) {
        const struct rc_str day = rc_json_text(rc_json_get(one, "day"));
        const struct rc_str subject = rc_json_text(rc_json_get(one, "subject"));
        view_put_line(view,
                      rc_str_print(view->arena,
                                   "Our mail of %.*s may not have reached you. Its subject was: "
                                   "%.*s",
                                   RC_STR_ARG(day), RC_STR_ARG(subject)));
    }
    rc_json_close(&view->json, ']');
}

static struct rc_str next_sync(struct view *view)
{
    const struct rc_str next = view_fact_text(view, "run", "next");
    const struct rc_str zone = view_fact_text(view, "run", "zone");

    if (next.len > 0)
        return rc_str_print(view->arena, "%.*s (%.*s)", RC_STR_ARG(next), RC_STR_ARG(zone));
    return rc_json_bool(view_fact(view, "run", "stopped"))
               ? RC_STR("none while the district is paused")
               : RC_STR("none planned: automatic syncing is off");
}

/* What a person had kept as it is: pins, exclusions, people added by hand. */
static void put_kept(struct view *view)
{
    const struct rc_json *kept = rc_json_get(view->in->facts, "kept");
    const int64_t excluded = words_fact(kept, "excluded"), by_hand = words_fact(kept, "by_hand");
    const struct {
        int64_t count;
        struct rc_str words;
    } parts[] = {{words_fact(kept, "pins"),
                  words_count(view->arena, words_fact(kept, "pins"), "pinned field")},
                 {excluded, rc_str_print(view->arena, "%.*s excluded %s",
                                         RC_STR_ARG(words_number(view->arena, excluded)),
                                         excluded == 1 ? "person" : "people")},
                 {by_hand, rc_str_print(view->arena, "%.*s %s added by hand",
                                        RC_STR_ARG(words_number(view->arena, by_hand)),
                                        by_hand == 1 ? "person" : "people")}};
    struct rc_str all = {0};

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].count == 0) continue;
        all = rc_str_print(view->arena, "%.*s%s%.*s", RC_STR_ARG(all), all.len > 0 ? ", " : "",
                           RC_STR_ARG(parts[i].words));
    }
    if (all.len > 0) view_put(view, "kept", all);
}

static void put_about(struct view *view)
{
    const struct rc_str fetched = view_fact_text(view, "run", "fetched");
    const struct rc_str zone = view_fact_text(view, "run", "zone");

    view_put(view, "fetched",
             rc_str_print(view->arena, "%.*s (%.*s)%s", RC_STR_ARG(fetched), RC_STR_ARG(zone),
                          rc_json_bool(view_fact(view, "run", "delta"))
                              ? ", only what had changed: nobody counts as gone by it"
                              : ""));
    view_put(view, "next", next_sync(view));
}

void letter_view(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 struct rc_buf *out)
{
    struct view view = {.in = in, .arena = arena, .json = {.buf = out}};
    const struct rc_str slug = view_fact_text(&view, "district", "slug");

    if (in->console_url.len > 0)
        view.link = rc_str_print(arena, "%.*s/districts/%.*s", RC_STR_ARG(in->console_url),
                                 RC_STR_ARG(slug));
    view_share(&view, &in->facts, 1);
    rc_json_open(&view.json, NULL, '{');
    put_head(&view, subject);
    put_holds(&view);
    view_put_people(&view);
    view_put_memberships(&view);
    put_leaving(&view);
    put_asked(&view);
    view_put_findings(&view);
    put_unsealed(&view);
    view_put_missed(&view);
    put_kept(&view);
    put_about(&view);
    view_put_stop(&view, in, slug);
    rc_json_close(&view.json, '}');
}
