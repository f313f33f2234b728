/* Subject, text and HTML of a mail, from the templates beside this file. */
#include "rollcall/letter/letter.h"

#include "letter_templates.h"
#include "parts.h"
#include "rollcall/format/template.h"

const char *rc_letter_kind_name(enum rc_letter_kind kind)
{
    static const char *const names[] = {
        [RC_LETTER_RESULT] = "result", [RC_LETTER_HELD] = "held", [RC_LETTER_ALERT] = "alert"};
    _Static_assert(COUNT_OF(names) == RC_LETTER_KIND_COUNT_, "a name for every kind");

    return names[kind];
}

void rc_letter_done(struct rc_letter *letter)
{
    rc_buf_done(&letter->subject);
    rc_buf_done(&letter->text);
    rc_buf_done(&letter->html);
}

/* A header takes no line ends; a district's name may hold what somebody pasted. */
static void one_line(struct rc_buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->data[i] < 0x20 || text->data[i] == 0x7F) text->data[i] = ' ';
}

rc_status rc_letter_write(const struct rc_letter_input *in, struct rc_arena *arena,
                          struct rc_letter *letter)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    const struct rc_str text = {template_mail_text, template_mail_text_len};
    const struct rc_str html = {template_mail_html, template_mail_html_len};
    const struct rc_json *view = NULL;

    letter_subject(in, arena, &letter->subject);
    one_line(&letter->subject);
    letter_view(in, arena, rc_buf_str(&letter->subject), &json);
    RC_TRY(rc_json_parse(rc_buf_str(&json), NULL, arena, &view));
    RC_TRY(rc_template_render(text, RC_TEMPLATE_TEXT, view, &letter->text));
    return rc_template_render(html, RC_TEMPLATE_HTML, view, &letter->html);
}
