/* Facts to what the templates show: whole sentences, numbers with separators, only the parts that
 * have something to say. */
#include "letter.h"

#include <string.h>

#include "words.h"

struct view {
    const struct letter_input *in;
    struct rc_arena *arena;
    struct rc_json_out json;
    struct rc_str link; /* to the district's page; empty: none */
};

static const struct rc_json *fact(const struct view *view, const char *block, const char *name)
{
    return rc_json_get(rc_json_get(view->in->facts, block), name);
}

static struct rc_str fact_text(const struct view *view, const char *block, const char *name)
{
    return rc_json_text(fact(view, block, name));
}

static void put(struct view *view, const char *name, struct rc_str text)
{
    rc_json_put_text(&view->json, name, text);
}

/* An element of a list that is shown as a line. */
static void put_line(struct view *view, struct rc_str text)
{
    rc_json_open(&view->json, NULL, '{');
    put(view, "text", text);
    rc_json_close(&view->json, '}');
}

/* ---- verdict ---- */

static struct rc_str applied_words(struct view *view)
{
    static const char *const parts[][2] = {{"created", "new"},
                                           {"changed", "changed"},
                                           {"restored", "restored"},
                                           {"archived", "archived"}};
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

static struct rc_str verdict_held(struct view *view)
{
    const struct rc_str applied = applied_words(view);

    if (applied.len == 0)
        return RC_STR("The sync waits for your decision. Nothing has been changed yet.");
    return rc_str_print(view->arena,
                        "A part of the sync waits for your decision. The rest has been applied: "
                        "%.*s.",
                        RC_STR_ARG(applied));
}

static struct rc_str verdict_failed(struct view *view)
{
    const struct rc_str why = words_sentence(view->arena, fact_text(view, "run", "failure"));
    const bool dot = rc_str_ends(why, RC_STR("."));

    return rc_str_print(view->arena,
                        "The sync failed, and nothing in your directory was changed. %.*s%s",
                        RC_STR_ARG(why), why.len == 0 || dot ? "" : ".");
}

static struct rc_str verdict_done(struct view *view)
{
    const struct rc_json *findings = rc_json_get(view->in->facts, "findings");
    const struct rc_str applied = applied_words(view);
    const int64_t errors = words_fact(findings, "errors");
    const struct rc_str bad = words_count(view->arena, errors, "record");

    const struct rc_str done = applied.len == 0
                                   ? RC_STR(
                                         "Your directory agrees with your SIS; nothing had to "
                                         "be changed.")
                                   : rc_str_print(view->arena,
                                                  "Your directory was brought in step with your "
                                                  "SIS: %.*s.",
                                                  RC_STR_ARG(applied));
    if (errors == 0) return done;
    return rc_str_print(view->arena, "%.*s The values of %.*s could not be used.", RC_STR_ARG(done),
                        RC_STR_ARG(bad));
}

static struct rc_str verdict_alert(struct view *view)
{
    const struct rc_str what = words_sentence(view->arena, fact_text(view, "alert", "message"));

    return rc_str_print(view->arena, "%.*s%s", RC_STR_ARG(what),
                        rc_str_ends(what, RC_STR(".")) ? "" : ".");
}

static struct rc_str verdict(struct view *view)
{
    if (view->in->kind == LETTER_ALERT) return verdict_alert(view);
    if (view->in->kind == LETTER_HELD) return verdict_held(view);
    if (rc_str_eq(fact_text(view, "run", "state"), RC_STR("Failed"))) return verdict_failed(view);
    return verdict_done(view);
}

static void put_head(struct view *view, struct rc_str subject)
{
    const struct letter_tone *tone = letter_tone(view->in);
    const struct rc_str state = fact_text(view, "run", "state");
    const bool alert = view->in->kind == LETTER_ALERT;

    put(view, "subject", subject);
    put(view, "color", rc_str_of(tone->color));
    put(view, "tint", rc_str_of(tone->tint));
    put(view, "sign", rc_str_of(tone->sign));
    put(view, "state", alert ? RC_STR("The sync needs attention") : state);
    put(view, "district", fact_text(view, "district", "name"));
    put(view, "slug", fact_text(view, "district", "slug"));
    put(view, "source", fact_text(view, "run", "source"));
    put(view, "verdict", verdict(view));
    put(view, "link", view->link);
    rc_json_put_bool(&view->json, "failed", rc_str_eq(state, RC_STR("Failed")));
    rc_json_put_bool(&view->json, "alert", alert);
}

/* ---- what waits ---- */

static struct rc_str waiting_line(struct view *view, const struct rc_json *hold)
{
    const int64_t count = words_fact(hold, "count");
    const struct rc_str number = words_number(view->arena, count);
    const struct rc_str kind = rc_json_text(rc_json_get(hold, "kind"));
    const struct rc_str role = rc_json_text(rc_json_get(hold, "role"));
    const char *who = words_role(role, count == 1);

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
        put(view, "why", rc_str_of(words_hold(why)));
        rc_json_open(&view->json, "lines", '[');
        for (; hold && rc_str_eq(rc_json_text(rc_json_get(hold, "hold")), why);
             hold = rc_json_next(hold))
            put_line(view, waiting_line(view, hold));
        rc_json_close(&view->json, ']');
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

/* ---- people ---- */

/* Counts by role: three columns always, the others where they have something to say. */
static const struct {
    const char *name;
    const char *any; /* what templates ask */
    const char *head;
    int width; /* in the text part */
    bool always;
} columns[] = {
    {"created", "any_created", "New", 9, true},
    {"changed", "any_changed", "Changed", 10, true},
    {"archived", "any_archived", "Archived", 10, true},
    {"restored", "any_restored", "Restored", 10, false},
    {"linked", "any_linked", "Recognised", 12, false},
    {"held", "any_held", "Held", 9, false},
};

struct row {
    const char *label;
    int64_t numbers[COUNT_OF(columns)];
};

struct people {
    struct row rows[8]; /* the roles, then their sums */
    size_t count;
    int64_t totals[COUNT_OF(columns)];
};

static bool shown(const struct people *people, size_t column)
{
    return columns[column].always || people->totals[column] > 0;
}

static struct rc_str cell(struct view *view, int64_t number)
{
    return number == 0 ? RC_STR("\xE2\x80\x93") : words_number(view->arena, number);
}

static void add_role(struct view *view, struct people *people, const char *role)
{
    struct row *row = &people->rows[people->count];
    const struct rc_json *facts = fact(view, "people", role);
    const struct rc_str word = rc_str_of(words_role(rc_str_of(role), false));
    int64_t sum = 0;

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        row->numbers[i] = words_fact(facts, columns[i].name);
        people->totals[i] += row->numbers[i];
        sum += row->numbers[i];
    }
    row->label = rc_str_copy(view->arena, words_sentence(view->arena, word)).data;
    if (sum > 0) people->count++;
}

static void add_sums(struct people *people)
{
    struct row *row = &people->rows[people->count];

    if (people->count < 2) return;
    row->label = "Together";
    memcpy(row->numbers, people->totals, sizeof row->numbers);
    people->count++;
}

static void put_rows(struct view *view, const char *name, const struct row *rows, size_t count)
{
    rc_json_open(&view->json, name, '[');
    for (size_t i = 0; i < count; i++) {
        rc_json_open(&view->json, NULL, '{');
        put(view, "label", rc_str_of(rows[i].label));
        for (size_t k = 0; k < COUNT_OF(columns); k++)
            put(view, columns[k].name, cell(view, rows[i].numbers[k]));
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

/* A line of the text part; a dash has three bytes and one column. */
static void add_line(struct view *view, struct rc_buf *out, const struct people *people,
                     const struct row *row)
{
    rc_buf_print(out, "\n%-17s", row ? row->label : "");
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        const struct rc_str text = row ? cell(view, row->numbers[i]) : rc_str_of(columns[i].head);
        const int width = columns[i].width + (row && row->numbers[i] == 0 ? 2 : 0);
        if (shown(people, i)) rc_buf_print(out, "%*.*s", width, RC_STR_ARG(text));
    }
}

static void put_text_table(struct view *view, const struct people *people)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    if (people->count == 0) return;
    add_line(view, &text, people, NULL);
    for (size_t i = 0; i < people->count; i++)
        add_line(view, &text, people, &people->rows[i]);
    put(view, "table", (struct rc_str){text.data + 1, text.len - 1});
}

static void put_people(struct view *view)
{
    struct people people = {0};

    for (size_t i = 0; words_roles[i]; i++)
        add_role(view, &people, words_roles[i]);
    const size_t roles = people.count;
    add_sums(&people);
    put_rows(view, "people", people.rows, roles);
    put_rows(view, "totals", people.rows + roles, people.count - roles);
    put_text_table(view, &people);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        rc_json_put_bool(&view->json, columns[i].any, shown(&people, i));
}

static void put_memberships(struct view *view)
{
    static const char *const lines[][3] = {
        {"joined", "class list entry added", "class list entries added"},
        {"ended", "class list entry ended", "class list entries ended"},
        {"guardians", "guardian connected with a student", "guardians connected with students"},
        {"guardians_ended", "guardian disconnected", "guardians disconnected"}};

    int64_t sum = 0;

    rc_json_open(&view->json, "memberships", '[');
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const int64_t count = words_fact(rc_json_get(view->in->facts, "memberships"), lines[i][0]);
        const struct rc_str number = words_number(view->arena, count);
        sum += count;
        if (count > 0)
            put_line(view, rc_str_print(view->arena, "%.*s %s", RC_STR_ARG(number),
                                        lines[i][count == 1 ? 1 : 2]));
    }
    rc_json_close(&view->json, ']');
    rc_json_put_bool(&view->json, "any_memberships", sum > 0);
}

/* ---- who is leaving ---- */

static void put_leaving(struct view *view)
{
    const int64_t count = words_fact(rc_json_get(view->in->facts, "leaving"), "count");
    const struct rc_str number = words_number(view->arena, count);
    const struct rc_str from = fact_text(view, "leaving", "from");

    if (count == 0) return;
    const struct rc_str who = rc_str_print(view->arena, "%.*s %s no longer in your SIS",
                                           RC_STR_ARG(number),
                                           count == 1 ? "person is" : "people are");
    put(view, "leaving",
        rc_json_bool(fact(view, "leaving", "archives"))
            ? rc_str_print(view->arena,
                           "%.*s. Where your settings say so, they will be archived from %.*s on, "
                           "once another complete sync still lacks them. Who comes back until then "
                           "stays.",
                           RC_STR_ARG(who), RC_STR_ARG(from))
            : rc_str_print(view->arena, "%.*s. By your settings their accounts are kept.",
                           RC_STR_ARG(who)));
}

/* ---- findings ---- */

static struct rc_str finding_title(struct view *view, const struct rc_json *group)
{
    const struct rc_str collection = words_collection(
        rc_json_text(rc_json_get(group, "collection")));
    const struct rc_str field = words_field(rc_json_text(rc_json_get(group, "field")));
    const struct rc_str error = rc_json_text(rc_json_get(group, "severity"));
    const bool bad = rc_str_eq(error, RC_STR("error"));
    const struct rc_str count = words_count(view->arena, words_fact(group, "count"),
                                            bad ? "error" : "warning");

    return rc_str_print(view->arena, "%.*s: %.*s%s%.*s", RC_STR_ARG(count), RC_STR_ARG(collection),
                        field.len > 0 ? ", " : "", RC_STR_ARG(field));
}

/* The rule's text begins with the field's internal name. */
static struct rc_str finding_text(struct view *view, const struct rc_json *group)
{
    struct rc_str rest = rc_json_text(rc_json_get(group, "message"));
    const struct rc_str first = words_field(rc_str_cut(&rest, ' '));

    return words_sentence(
        view->arena, rc_str_print(view->arena, "%.*s %.*s", RC_STR_ARG(first), RC_STR_ARG(rest)));
}

static struct rc_str finding_ids(struct view *view, const struct rc_json *group)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    const struct rc_json *record = rc_json_first(rc_json_get(group, "records"));
    int64_t more = words_fact(group, "count");

    for (; record; record = rc_json_next(record), more--) {
        const struct rc_str id = rc_json_text(rc_json_get(record, "id"));
        rc_buf_print(&out, "%s%.*s", out.len > 0 ? ", " : "", RC_STR_ARG(id));
    }
    const struct rc_str number = words_number(view->arena, more);
    if (out.len > 0 && more > 0) rc_buf_print(&out, " and %.*s more", RC_STR_ARG(number));
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

static void put_findings(struct view *view)
{
    const struct rc_json *group = rc_json_first(fact(view, "findings", "groups"));
    const int64_t others = words_fact(rc_json_get(view->in->facts, "findings"), "others");

    rc_json_put_bool(&view->json, "any_findings", group != NULL);
    rc_json_open(&view->json, "findings", '[');
    for (; group; group = rc_json_next(group)) {
        rc_json_open(&view->json, NULL, '{');
        put(view, "title", finding_title(view, group));
        put(view, "text", finding_text(view, group));
        put(view, "ids", finding_ids(view, group));
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
    if (others > 0) put(view, "others", words_count(view->arena, others, "further kind"));
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
        put_line(view,
                 words_sentence(view->arena, rc_str_print(view->arena, "%.*s: %.*s",
                                                          RC_STR_ARG(what), RC_STR_ARG(why))));
    }
    rc_json_close(&view->json, ']');
}

static void put_missed(struct view *view)
{
    const struct rc_json *one = rc_json_first(rc_json_get(view->in->facts, "missed"));

    rc_json_open(&view->json, "missed", '[');
    for (; one; one = rc_json_next(one)) {
        const struct rc_str day = rc_json_text(rc_json_get(one, "day"));
        const struct rc_str subject = rc_json_text(rc_json_get(one, "subject"));
        put_line(view, rc_str_print(view->arena,
                                    "Our mail of %.*s may not have reached you. Its subject was: "
                                    "%.*s",
                                    RC_STR_ARG(day), RC_STR_ARG(subject)));
    }
    rc_json_close(&view->json, ']');
}

static struct rc_str next_sync(struct view *view)
{
    const struct rc_str next = fact_text(view, "run", "next");
    const struct rc_str zone = fact_text(view, "run", "zone");

    if (next.len > 0)
        return rc_str_print(view->arena, "%.*s (%.*s)", RC_STR_ARG(next), RC_STR_ARG(zone));
    return rc_json_bool(fact(view, "run", "stopped"))
               ? RC_STR("none while the district is paused")
               : RC_STR("none planned: automatic syncing is off");
}

static void put_about(struct view *view)
{
    const struct rc_str fetched = fact_text(view, "run", "fetched");
    const struct rc_str zone = fact_text(view, "run", "zone");

    put(view, "fetched",
        rc_str_print(view->arena, "%.*s (%.*s)", RC_STR_ARG(fetched), RC_STR_ARG(zone)));
    put(view, "next", next_sync(view));
}

void letter_view(const struct letter_input *in, struct rc_arena *arena, struct rc_str subject,
                 struct rc_buf *out)
{
    struct view view = {.in = in, .arena = arena, .json = {.buf = out}};
    const struct rc_str slug = fact_text(&view, "district", "slug");

    if (in->console_url.len > 0)
        view.link = rc_str_print(arena, "%.*s/districts/%.*s", RC_STR_ARG(in->console_url),
                                 RC_STR_ARG(slug));
    rc_json_open(&view.json, NULL, '{');
    put_head(&view, subject);
    put_holds(&view);
    put_people(&view);
    put_memberships(&view);
    put_leaving(&view);
    put_findings(&view);
    put_unsealed(&view);
    put_missed(&view);
    put_about(&view);
    rc_json_close(&view.json, '}');
}
