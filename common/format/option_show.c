/* Option tables shown to people: what is set now, what can be set, and the manual's rows. */

#include "option_kind.h"
#include "rollcall/base/auto.h"
#include "rollcall/format/mdoc.h"

void rc_options_dump(const struct rc_option *const *tables, const void *config, struct rc_buf *out)
{
    for (; *tables; tables++) {
        for (const struct rc_option *option = *tables; option->name; option++) {
            rc_buf_print(out, "%s = ", option->name);
            rc_option_kind_rule(option->kind)->print((const char *)config + option->offset, out);
            rc_buf_add_char(out, '\n');
        }
    }
}

/* "required", "default 30s", "default empty" */
static void add_default(const struct rc_option *option, struct rc_buf *out)
{
    if (!option->fallback)
        rc_buf_add_str(out, RC_STR("required"));
    else if (*option->fallback == '\0')
        rc_buf_add_str(out, RC_STR("default empty"));
    else
        rc_buf_print(out, "default %s",
                     option->kind == RC_OPTION_SECRET ? "***" : option->fallback);
}

void rc_options_help(const struct rc_option *const *tables, struct rc_buf *out)
{
    for (; *tables; tables++) {
        for (const struct rc_option *option = *tables; option->name; option++) {
            RC_AUTO_BUF struct rc_buf range = {0};
            rc_option_range(option, &range);
            rc_buf_print(out, "  %s  (%s, ", option->name, rc_option_kind_rule(option->kind)->name);
            add_default(option, out);
            if (range.len > 0) rc_buf_print(out, ", %s", range.data);
            rc_buf_print(out, ")\n      %s\n", option->help);
        }
    }
}

void rc_options_markdown(const struct rc_option *const *tables, struct rc_buf *out)
{
    for (; *tables; tables++) {
        for (const struct rc_option *option = *tables; option->name; option++) {
            RC_AUTO_BUF struct rc_buf range = {0};
            rc_option_range(option, &range);
            rc_buf_print(out, "| `%s` | %s | ", option->name,
                         rc_option_kind_rule(option->kind)->name);
            add_default(option, out);
            rc_buf_print(out, " | %s | %s |\n", range.data ? range.data : "", option->help);
        }
    }
}

void rc_options_mdoc(const struct rc_option *const *tables, struct rc_buf *out)
{
    for (; *tables; tables++) {
        for (const struct rc_option *option = *tables; option->name; option++) {
            RC_AUTO_BUF struct rc_buf facts = {0};
            RC_AUTO_BUF struct rc_buf range = {0};
            rc_option_range(option, &range);
            rc_buf_add_str(out, RC_STR(".It Cm"));
            rc_mdoc_word(out, option->name);
            rc_buf_add_char(out, '\n');
            rc_mdoc_text(out, option->help);
            rc_buf_print(&facts, "(%s, ", rc_option_kind_rule(option->kind)->name);
            add_default(option, &facts);
            rc_buf_print(&facts, "%s%s.)", range.data ? ", " : "", range.data ? range.data : "");
            rc_mdoc_text(out, facts.data);
        }
    }
}
