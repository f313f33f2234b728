/* The digest's table of roles: what became of them, and below each role the same of the time
 * before. */
#include "digest.h"

#include "words.h"

static const struct {
    const char *name;
    const char *head;
    int width; /* in the text part */
    bool always;
} columns[] = {
    {"created", "New", 8, true},        {"changed", "Changed", 9, true},
    {"archived", "Archived", 10, true}, {"restored", "Restored", 10, false},
    {"skipped", "Skipped", 9, false},   {"held", "Held", 7, false},
    {"failed", "Failed", 8, false},
};

enum { ROLES_MAX = WORDS_ROLE_COUNT + 1 /* the others */, LABEL_WIDTH = 17 };

struct line {
    const char *label;
    bool before; /* of the time before */
    int64_t numbers[COUNT_OF(columns)];
};

struct table {
    struct line lines[2 * ROLES_MAX];
    size_t count;
    bool shown[COUNT_OF(columns)];
};

static int64_t read_line(struct view *view, struct table *table, struct line *line,
                         const char *time, const char *role)
{
    const struct rc_json *facts = rc_json_get(view_fact(view, "people", time), role);
    int64_t sum = 0;

    line->before = time[0] == 'b';
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        line->numbers[i] = words_fact(facts, columns[i].name);
        sum += line->numbers[i];
        if (line->numbers[i] > 0) table->shown[i] = true;
    }
    return sum;
}

/* A role's two lines; the second only where there is something to compare with. */
static void add_role(struct view *view, struct table *table, const char *role, const char *label,
                     const char *before)
{
    struct line *now = &table->lines[table->count];
    const int64_t sum = read_line(view, table, &now[0], "now", role);
    const int64_t sum_before = read_line(view, table, &now[1], "before", role);

    now[0].label = label;
    now[1].label = before;
    if (sum + sum_before == 0) return;
    table->count += sum_before > 0 ? 2 : 1;
}

static const char *label_of(struct view *view, const char *role)
{
    const struct rc_str word = rc_str_of(words_role(rc_str_of(role), false));

    return rc_str_copy(view->arena, words_sentence(view->arena, word)).data;
}

static struct rc_str cell(struct view *view, int64_t number)
{
    return number == 0 ? RC_STR("\xE2\x80\x93") : words_number(view->arena, number);
}

/* A line of the text part; a dash has three bytes and one column. */
static void add_text(struct view *view, struct rc_buf *out, const struct table *table,
                     const struct line *line)
{
    rc_buf_print(out, "\n%-*s", LABEL_WIDTH, line ? line->label : "");
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        const struct rc_str text = line ? cell(view, line->numbers[i]) : rc_str_of(columns[i].head);
        const int width = columns[i].width + (line && line->numbers[i] == 0 ? 2 : 0);
        if (table->shown[i]) rc_buf_print(out, "%*.*s", width, RC_STR_ARG(text));
    }
}

static void put_text(struct view *view, const struct table *table)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    add_text(view, &text, table, NULL);
    for (size_t i = 0; i < table->count; i++)
        add_text(view, &text, table, &table->lines[i]);
    view_put(view, "table", (struct rc_str){text.data + 1, text.len - 1});
}

static void put_heads(struct view *view, const struct table *table)
{
    rc_json_open(&view->json, "heads", '[');
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (table->shown[i]) view_put_line(view, rc_str_of(columns[i].head));
    rc_json_close(&view->json, ']');
}

static void put_rows(struct view *view, const struct table *table)
{
    rc_json_open(&view->json, "rows", '[');
    for (size_t i = 0; i < table->count; i++) {
        rc_json_open(&view->json, NULL, '{');
        view_put(view, "label", rc_str_trim(rc_str_of(table->lines[i].label)));
        rc_json_put_bool(&view->json, "before", table->lines[i].before);
        rc_json_open(&view->json, "cells", '[');
        for (size_t k = 0; k < COUNT_OF(columns); k++)
            if (table->shown[k]) view_put_line(view, cell(view, table->lines[i].numbers[k]));
        rc_json_close(&view->json, ']');
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
}

void digest_put_people(struct view *view, bool weekly)
{
    struct table table = {0};
    const char *before = weekly ? "  the week before" : "  the day before";

    for (size_t i = 0; i < COUNT_OF(columns); i++)
        table.shown[i] = columns[i].always;
    for (size_t i = 0; words_roles[i]; i++)
        add_role(view, &table, words_roles[i], label_of(view, words_roles[i]), before);
    add_role(view, &table, "other", "Others", before);
    if (table.count == 0) return;
    put_text(view, &table);
    put_heads(view, &table);
    put_rows(view, &table);
    rc_json_put_bool(&view->json, "any_skipped", table.shown[4]);
}
