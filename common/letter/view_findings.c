/* Findings as owners mend them: by rule, with the records that it concerns. */
#include "view.h"

#include "words.h"

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

static void add_record(struct rc_buf *out, const struct rc_json *record, struct rc_str group_field)
{
    const struct rc_str field = rc_json_text(rc_json_get(record, "field"));

    rc_buf_print(out, "%s%.*s", out->len > 0 ? ", " : "",
                 RC_STR_ARG(rc_json_text(rc_json_get(record, "id"))));
    if (field.len > 0 && !rc_str_eq(field, group_field))
        rc_buf_print(out, " (%.*s)", RC_STR_ARG(words_field(words_column(field))));
}

struct rc_str view_ids(struct view *view, const struct rc_json *group)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    const struct rc_json *records = rc_json_get(group, "records");
    const struct rc_json *record = rc_json_first(records);
    const size_t allowed = view_allow(view, records);
    const int64_t more = words_fact(group, "count") - (int64_t)allowed;

    for (size_t i = 0; i < allowed; i++, record = rc_json_next(record))
        add_record(&out, record, rc_json_text(rc_json_get(group, "field")));
    const struct rc_str number = words_number(view->arena, more);
    if (out.len > 0 && more > 0) rc_buf_print(&out, " and %.*s more", RC_STR_ARG(number));
    return rc_str_copy(view->arena, rc_buf_str(&out));
}

void view_put_findings(struct view *view)
{
    const struct rc_json *group = rc_json_first(view_fact(view, "findings", "groups"));
    const int64_t others = words_fact(rc_json_get(view->in->facts, "findings"), "others");

    rc_json_put_bool(&view->json, "any_findings", group != NULL);
    rc_json_open(&view->json, "findings", '[');
    for (; group; group = rc_json_next(group)) {
        rc_json_open(&view->json, NULL, '{');
        view_put(view, "title", finding_title(view, group));
        view_put(view, "text", finding_text(view, group));
        view_put(view, "ids", view_ids(view, group));
        rc_json_close(&view->json, '}');
    }
    rc_json_close(&view->json, ']');
    if (others > 0) view_put(view, "others", words_count(view->arena, others, "further kind"));
}
