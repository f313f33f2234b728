/* The subject line: the state and the numbers first, since many owners read no further. */
#include "parts.h"

#include <string.h>

#include "rollcall/letter/alert.h"
#include "words.h"

static const struct letter_tone tones[] = {
    {"Completed", "OK", "\xE2\x9C\x93", "#1a6b34", "#e6f4ea"},
    {"Completed with warnings", "Warnings", "!", "#7a5200", "#fdf3d8"},
    {"Completed with errors", "Errors", "!", "#8a4b00", "#fdebd3"},
    {"On hold", "On hold", "?", "#0b4f9e", "#e5f0fc"},
    {"Failed", "Failed", "\xE2\x9C\x95", "#a1121f", "#fce8e9"},
    {NULL, "Attention", "!", "#a1121f", "#fce8e9"},
};

static const struct letter_tone moods[] = {
    [RC_ALERT_TROUBLE] = {NULL, "Attention", "!", "#a1121f", "#fce8e9"},
    [RC_ALERT_WAITS] = {NULL, "Waits", "?", "#0b4f9e", "#e5f0fc"},
    [RC_ALERT_NEWS] = {NULL, "News", "i", "#0b4f9e", "#e5f0fc"},
};

const struct letter_tone *letter_tone(const struct rc_letter_input *in)
{
    const struct rc_json *run = rc_json_get(in->facts, "run");
    const struct rc_str state = rc_json_text(rc_json_get(run, "state"));
    size_t i = 0;

    if (in->kind == RC_LETTER_ALERT)
        return &moods[rc_alert_kind_of(
                          rc_json_text(rc_json_get(rc_json_get(in->facts, "alert"), "kind")))
                          ->mood];
    while (tones[i].state && !rc_str_eq(state, rc_str_of(tones[i].state)))
        i++;
    return &tones[i];
}

int64_t letter_people(const struct rc_json *facts, const char *column)
{
    const struct rc_json *role = rc_json_first(rc_json_get(facts, "people"));
    int64_t sum = 0;

    for (; role; role = rc_json_next(role))
        sum += words_fact(role, column);
    return sum;
}

int64_t letter_waiting(const struct rc_json *facts, const char *kind)
{
    const struct rc_json *hold = rc_json_first(rc_json_get(facts, "holds"));
    int64_t sum = 0;

    for (; hold; hold = rc_json_next(hold)) {
        const struct rc_str its = rc_json_text(rc_json_get(hold, "kind"));
        if (kind ? rc_str_eq(its, rc_str_of(kind)) : words_of_people(its))
            sum += words_fact(hold, "count");
    }
    return sum;
}

/* ---- what waits ---- */

static const struct {
    const char *kind;
    const char *among;      /* behind its number, where several kinds wait */
    const char *one, *many; /* the same where it is the only one */
} waiting[] = {
    {"create", "new", "new person waits for your approval", "new people wait for your approval"},
    {"archive", "to archive", "person would be archived", "people would be archived"},
    {"update", "to change", "person would be changed", "people would be changed"},
    {"restore", "to restore", "person would be restored", "people would be restored"},
    {"link", "recognised", "recognised person waits for your approval",
     "recognised people wait for your approval"},
};

/* The last kind that waits, and how many kinds do. */
static size_t count_waiting(const struct rc_json *facts, size_t *ret_last)
{
    size_t kinds = 0;

    for (size_t i = 0; i < COUNT_OF(waiting); i++) {
        if (letter_waiting(facts, waiting[i].kind) == 0) continue;
        *ret_last = i;
        kinds++;
    }
    return kinds;
}

static void add_kinds(struct rc_arena *arena, const struct rc_json *facts, struct rc_buf *out)
{
    const char *comma = "";

    for (size_t i = 0; i < COUNT_OF(waiting); i++) {
        const int64_t count = letter_waiting(facts, waiting[i].kind);
        const struct rc_str number = words_number(arena, count);
        if (count == 0) continue;
        rc_buf_print(out, "%s%.*s %s", comma, RC_STR_ARG(number), waiting[i].among);
        comma = ", ";
    }
    rc_buf_print(out, " wait for your approval");
}

static void add_memberships(struct rc_arena *arena, const struct rc_json *facts, struct rc_buf *out)
{
    const int64_t members = letter_waiting(facts, "join") + letter_waiting(facts, "end"),
                  count = members > 0 ? members : letter_waiting(facts, "rename");
    const struct rc_str text = words_count(arena, count,
                                           members > 0 ? "membership change" : "list name");

    rc_buf_print(out, "%.*s wait%s for your approval", RC_STR_ARG(text), count == 1 ? "s" : "");
}

static void subject_held(const struct rc_letter_input *in, struct rc_arena *arena,
                         struct rc_buf *out)
{
    const int64_t people = letter_waiting(in->facts, NULL);
    const struct rc_str number = words_number(arena, people);
    size_t last = 0;
    const size_t kinds = count_waiting(in->facts, &last);

    if (kinds == 0)
        add_memberships(arena, in->facts, out);
    else if (kinds > 1)
        add_kinds(arena, in->facts, out);
    else
        rc_buf_print(out, "%.*s %s", RC_STR_ARG(number),
                     people == 1 ? waiting[last].one : waiting[last].many);
}

/* ---- what was done ---- */

static void subject_result(const struct rc_letter_input *in, struct rc_arena *arena,
                           struct rc_buf *out)
{
    static const char *const columns[][2] = {
        {"created", "new"}, {"changed", "changed"}, {"archived", "archived"}};
    const struct rc_json *findings = rc_json_get(in->facts, "findings");
    const struct rc_str errors = words_count(arena, words_fact(findings, "errors"), "error");
    const struct rc_str warnings = words_count(arena, words_fact(findings, "warnings"), "warning");

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        const struct rc_str number = words_number(arena, letter_people(in->facts, columns[i][0]));
        rc_buf_print(out, "%.*s %s, ", RC_STR_ARG(number), columns[i][1]);
    }
    rc_buf_print(out, "%.*s", RC_STR_ARG(errors));
    if (words_fact(findings, "warnings") > 0) rc_buf_print(out, ", %.*s", RC_STR_ARG(warnings));
}

/* At most max bytes, never half a character. */
static struct rc_str cut(struct rc_str text, size_t max)
{
    if (text.len <= max) return text;
    while (max > 0 && ((unsigned char)text.data[max] & 0xC0) == 0x80)
        max--;
    return (struct rc_str){text.data, max};
}

/* Up to the first colon; one within a time ends nothing. */
static struct rc_str first_part(struct rc_str text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.data[i] == ':' && text.data[i + 1] == ' ') return (struct rc_str){text.data, i};
    return text;
}

static void subject_alert(const struct rc_letter_input *in, struct rc_arena *arena,
                          struct rc_buf *out)
{
    const struct rc_json *alert = rc_json_get(in->facts, "alert");
    const struct rc_str text = words_sentence(arena, rc_json_text(rc_json_get(alert, "message")));

    rc_buf_add_str(out, cut(first_part(text), 120));
}

void letter_subject(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_buf *out)
{
    const struct letter_tone *tone = letter_tone(in);
    const struct rc_json *district = rc_json_get(in->facts, "district");
    const struct rc_str name = rc_json_text(rc_json_get(district, "name"));

    rc_buf_print(out, "[%s] %.*s: ", tone->tag, RC_STR_ARG(name));
    if (in->kind == RC_LETTER_ALERT) {
        subject_alert(in, arena, out);
    } else if (in->kind == RC_LETTER_HELD) {
        subject_held(in, arena, out);
    } else if (strcmp(tone->tag, "Failed") == 0) {
        rc_buf_print(out, "the sync failed, nothing was changed");
    } else {
        subject_result(in, arena, out);
    }
}
