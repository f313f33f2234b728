/* Subject, text and HTML of a mail, from the templates beside this file. */
#include "rollcall/letter/letter.h"

#include "digest.h"
#include "letter_templates.h"
#include "parts.h"
#include "rollcall/format/template.h"

/* Quoted-printable adds a tenth; some programs cut a mail at 102 KiB. */
enum { SIZE_MAX_BYTES = 88000, DETAILED_MAX = 32 };

const char *rc_letter_kind_name(enum rc_letter_kind kind)
{
    static const char *const names[] = {[RC_LETTER_RESULT] = "result",
                                        [RC_LETTER_HELD] = "held",
                                        [RC_LETTER_ALERT] = "alert",
                                        [RC_LETTER_DIGEST] = "digest"};
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

/* ---- rendering ---- */

struct templates {
    struct rc_str text, html;
};

/* Both parts, from what the templates are filled with, as JSON. */
static rc_status render(const struct templates *templates, struct rc_str json,
                        struct rc_arena *arena, struct rc_letter *letter)
{
    RC_AUTO_BUF struct rc_buf lines = {0};
    const struct rc_json *view = NULL;

    RC_TRY(rc_json_parse(json, NULL, arena, &view));
    RC_TRY(rc_template_render(templates->text, RC_TEMPLATE_TEXT, view, &lines));
    letter_wrap(&letter->text, rc_buf_str(&lines));
    return rc_template_render(templates->html, RC_TEMPLATE_HTML, view, &letter->html);
}

/* ---- the digest ---- */

/* With so many districts told of at length. */
static rc_status write_detailed(const struct rc_letter_input *in, struct rc_arena *arena,
                                size_t detailed, struct rc_letter *letter)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    const struct templates templates = {{template_digest_text, template_digest_text_len},
                                        {template_digest_html, template_digest_html_len}};

    digest_view(in, arena, rc_buf_str(&letter->subject), detailed, &json);
    return render(&templates, rc_buf_str(&json), arena, letter);
}

/* A mail of many districts stays below what mail programs cut: fewer of them are told of at length
 * then, those that need somebody first. */
static rc_status write_digest(const struct rc_letter_input *in, struct rc_arena *arena,
                              struct rc_letter *letter)
{
    digest_subject(in, arena, &letter->subject);
    one_line(&letter->subject);
    for (size_t detailed = DETAILED_MAX;; detailed /= 2) {
        rc_buf_clear(&letter->text);
        rc_buf_clear(&letter->html);
        RC_TRY(write_detailed(in, arena, detailed, letter));
        if (letter->html.len + letter->text.len <= SIZE_MAX_BYTES || detailed == 0) return RC_OK;
    }
}

/* ---- any ---- */

rc_status rc_letter_write(const struct rc_letter_input *in, struct rc_arena *arena,
                          struct rc_letter *letter)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    const struct templates templates = {{template_mail_text, template_mail_text_len},
                                        {template_mail_html, template_mail_html_len}};

    if (in->kind == RC_LETTER_DIGEST) return write_digest(in, arena, letter);
    letter_subject(in, arena, &letter->subject);
    one_line(&letter->subject);
    letter_view(in, arena, rc_buf_str(&letter->subject), &json);
    return render(&templates, rc_buf_str(&json), arena, letter);
}
