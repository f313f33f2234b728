#ifndef RC_FORMAT_TEMPLATE_H
#define RC_FORMAT_TEMPLATE_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

/* A small subset of mustache for mails and pages: {{name}} escaped for HTML (or made one line for
 * plain text), {{{name}}} raw, {{#list}}…{{/list}}, {{^absent}}…{{/absent}}, dotted names, {{.}}
 * for the item itself, {{! comments }}. Data is a JSON value. As absent count null, false, "", 0
 * and the empty list. A section tag alone on its line takes the line with it, as in mustache. */

enum rc_template_kind { RC_TEMPLATE_TEXT, RC_TEMPLATE_HTML };

/* RC_REJECT names the line of a tag that is not closed or not known. */
RC_MUST_CHECK rc_status rc_template_render(struct rc_str text, enum rc_template_kind kind,
                                           const struct rc_json *data, struct rc_buf *out);
/* Escapes & < > " ' for HTML. */
void rc_html_escape(struct rc_buf *out, struct rc_str text);

#endif
