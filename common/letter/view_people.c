/* The table of roles, for both parts of a mail, and what became of memberships. */
#include "view.h"

#include <string.h>

#include "words.h"

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
    const struct rc_json *facts = view_fact(view, "people", role);
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
        view_put(view, "label", rc_str_of(rows[i].label));
        for (size_t k = 0; k < COUNT_OF(columns); k++)
            view_put(view, columns[k].name, cell(view, rows[i].numbers[k]));
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
    view_put(view, "table", (struct rc_str){text.data + 1, text.len - 1});
}

void view_put_people(struct view *view)
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

/* What became of lists and families: the fact's name, of one and of several. */
static const char *const memberships[][3] = {
    {"lists_made", "class list made", "class lists made"},
    {"lists_renamed", "class list renamed", "class lists renamed"},
    {"lists_ended", "class list ended with its term", "class lists ended with their terms"},
    {"joined", "class list entry added", "class list entries added"},
    {"ended", "class list entry ended", "class list entries ended"},
    {"guardians", "guardian connected with a student", "guardians connected with students"},
    {"guardians_ended", "guardian disconnected", "guardians disconnected"}};

int64_t letter_memberships(const struct rc_json *facts)
{
    const struct rc_json *all = rc_json_get(facts, "memberships");
    int64_t sum = 0;

    for (size_t i = 0; i < COUNT_OF(memberships); i++)
        sum += words_fact(all, memberships[i][0]);
    return sum;
}

void view_put_memberships(struct view *view)
{
    const struct rc_json *all = rc_json_get(view->in->facts, "memberships");

    rc_json_open(&view->json, "memberships", '[');
    for (size_t i = 0; i < COUNT_OF(memberships); i++) {
        const int64_t count = words_fact(all, memberships[i][0]);
        const struct rc_str number = words_number(view->arena, count);
        if (count > 0)
            view_put_line(view, rc_str_print(view->arena, "%.*s %s", RC_STR_ARG(number),
                                             memberships[i][count == 1 ? 1 : 2]));
    }
    rc_json_close(&view->json, ']');
    rc_json_put_bool(&view->json, "any_memberships", letter_memberships(view->in->facts) > 0);
}
