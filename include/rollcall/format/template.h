#ifndef RC_FORMAT_TEMPLATE_H
#define RC_FORMAT_TEMPLATE_H

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

/* A small subset of mustache for mails and pages: {{name}} escaped for HTML (or for plain text),
 * {{{name}}} raw,
 * {{#list}}…{{/list}}, {{^absent}}…{{/absent}}, dotted names, {{! comments }}. Data is a JSON
 * value. Standalone section tags take their line with them, as in mustache. */

enum rc_template_kind { RC_TEMPLATE_TEXT, RC_TEMPLATE_HTML };

/* RC_REJECT names the line of a tag that is not closed or not known. */
RC_MUST_CHECK rc_status rc_template_render(struct rc_str text, enum rc_template_kind kind,
                                           const struct rc_json *data, struct rc_buf *out);
/* Escapes & < > " ' for HTML. */
void rc_html_escape(struct rc_buf *out, struct rc_str text);

#endif
