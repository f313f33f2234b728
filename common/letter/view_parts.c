/* The small pieces that every part of the view is made of: reading a fact, putting a value, putting
 * a line. */
#include "view.h"

#include "words.h"

const struct rc_json *view_fact(const struct view *view, const char *block, const char *name)
{
    return rc_json_get(rc_json_get(view->in->facts, block), name);
}

struct rc_str view_fact_text(const struct view *view, const char *block, const char *name)
{
    return rc_json_text(view_fact(view, block, name));
}

void view_put(struct view *view, const char *name, struct rc_str text)
{
    rc_json_put_text(&view->json, name, text);
}

void view_put_line(struct view *view, struct rc_str text)
{
    rc_json_open(&view->json, NULL, '{');
    view_put(view, "text", text);
    rc_json_close(&view->json, '}');
}

void view_put_stop(struct view *view, const struct rc_letter_input *in, struct rc_str slug)
{
    if (!in->optional) return;
    rc_json_open(&view->json, "stop", '{');
    view_put(view, "stop_link", in->stop_url);
    view_put(view, "stop_slug", slug);
    rc_json_close(&view->json, '}');
}

void view_put_scope(struct view *view)
{
    const int64_t schools = words_fact(rc_json_get(view->in->facts, "district"), "schools");

    if (schools > 0) view_put(view, "scope", words_count(view->arena, schools, "school"));
}
