/* The rules a record can break, in one table, and the findings made of them. Owners read these
 * texts in mails, so each says what is wrong, what Rollcall did, and what to do; none shows a
 * value. */

#include "rollcall/roster/finding.h"

#include "rollcall/base/auto.h"

static const struct rc_rule_text rules[] = {
    [RC_RULE_UNREADABLE] = {"unreadable", RC_ALWAYS_ERROR, "cannot be read",
                            "Ask the vendor of the source to send valid JSON in UTF-8 within the "
                            "limits; often one text with damaged characters is the cause."},
    [RC_RULE_NOT_AN_OBJECT] = {"not-an-object", RC_ALWAYS_ERROR,
                               "is a single value where an object is due",
                               "Ask the vendor of the source to send records as objects."},
    [RC_RULE_MISSING] = {"missing", RC_BY_NEED, "has no value", "Enter it in the source."},
    [RC_RULE_MALFORMED] = {"malformed", RC_BY_NEED, "is not in a form that can be read",
                           "Correct it in the source; the form due is in the list of findings."},
    [RC_RULE_CONTROL_CHARACTERS] = {"control-characters", RC_BY_NEED,
                                    "holds control characters, such as a line break",
                                    "Type it again in the source, without them."},
    [RC_RULE_TOO_LONG] = {"too-long", RC_BY_NEED, "is longer than is taken",
                          "Shorten it in the source."},
    [RC_RULE_TOO_MANY] = {"too-many", RC_ALWAYS_WARNING,
                          "has more values than are taken; the first ones are used",
                          "Take away in the source what is not needed."},
    [RC_RULE_SEVERAL] = {"several", RC_ALWAYS_WARNING,
                         "has several values where one is due; the first is used",
                         "Leave one value in the source."},
    [RC_RULE_UNKNOWN] = {"unknown", RC_ALWAYS_WARNING, "is a word that the standard does not list",
                         "Choose a listed word in the source, or map the word in the settings."},
    [RC_RULE_INCOMPLETE] = {"incomplete", RC_ALWAYS_WARNING,
                            "has an entry without all of its parts; that entry is not used",
                            "Complete or delete the entry in the source."},
    [RC_RULE_LEFT_OUT] = {"left-out", RC_ALWAYS_WARNING,
                          "gave more findings than are listed; further ones of this page are left "
                          "out",
                          "Mend what is listed and sync again."},
    [RC_RULE_SHORT] = {"short", RC_ALWAYS_ERROR, "has fewer cells than its file's header",
                       "Export the file again; a line break within a value, or a row that was cut "
                       "off, is often the cause."},
    [RC_RULE_LONG] = {"long", RC_ALWAYS_ERROR, "has more cells than its file's header",
                      "Export the file again with quotation marks around values that hold a "
                      "separator."},
    [RC_RULE_QUOTES] = {"quotes", RC_ALWAYS_ERROR,
                        "has a quotation mark that is not closed, or closed within a value",
                        "Export the file again with quotation marks within values doubled."},
    [RC_RULE_ENCODING] = {"encoding", RC_ALWAYS_ERROR,
                          "holds bytes that are no text in UTF-8, or NUL",
                          "Export the file again in UTF-8."},
    [RC_RULE_ROUNDED] = {"rounded", RC_BY_NEED,
                         "is a number that a spreadsheet has rounded, as 1.23E+05, where an id is "
                         "due",
                         "Export the file again and do not open it in a spreadsheet before it is "
                         "uploaded."},
};
_Static_assert(COUNT_OF(rules) == RC_RULE_COUNT_, "a text for every rule");

static const char *const severity_names[] = {[RC_WARNING] = "warning", [RC_ERROR] = "error"};
_Static_assert(COUNT_OF(severity_names) == RC_SEVERITY_COUNT_, "a name for every severity");

const struct rc_rule_text *rc_rule_text(enum rc_rule rule)
{
    return &rules[rule];
}

enum rc_severity rc_rule_severity(enum rc_rule rule, bool needed)
{
    static const enum rc_severity fixed[] = {
        [RC_ALWAYS_ERROR] = RC_ERROR, [RC_ALWAYS_WARNING] = RC_WARNING};
    const enum rc_gravity gravity = rules[rule].gravity;

    if (gravity == RC_BY_NEED) return needed ? RC_ERROR : RC_WARNING;
    return fixed[gravity];
}

const char *rc_severity_name(enum rc_severity severity)
{
    return severity_names[severity];
}

void rc_finding_code(const struct rc_finding *finding, struct rc_buf *out)
{
    rc_buf_print(out, "%s.%s.%s", rc_collection_name(finding->collection), finding->field,
                 rules[finding->rule].name);
}

/* What became of it. A rule that is always a warning says so itself. */
static const char *consequence(const struct rc_finding *finding)
{
    if (finding->place >= 0 && finding->id.len == 0)
        return " Without its id the record cannot be told apart, so nobody in the collection "
               "counts "
               "as gone this time.";
    if (finding->severity == RC_ERROR)
        return " The record counts as present, but its values are not used until this is mended.";
    return rules[finding->rule].gravity == RC_BY_NEED ? " The record is used without it." : "";
}

void rc_finding_message(const struct rc_finding *finding, struct rc_buf *out)
{
    const struct rc_rule_text *rule = &rules[finding->rule];

    if (finding->where.len > 0) rc_buf_print(out, "%.*s: ", RC_STR_ARG(finding->where));
    rc_buf_print(out, "%s %s", finding->field, rule->what);
    if (finding->detail.len > 0) rc_buf_print(out, " (%.*s)", RC_STR_ARG(finding->detail));
    rc_buf_print(out, ".%s %s", consequence(finding), rule->mend);
}

void rc_finding_print(const struct rc_finding *finding, struct rc_json_out *out)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_json_open(out, NULL, '{');
    rc_json_put_text(out, "collection", rc_str_of(rc_collection_name(finding->collection)));
    if (finding->id.len > 0) rc_json_put_text(out, "id", finding->id);
    if (finding->place >= 0) rc_json_put_int(out, "place", finding->place);
    rc_json_put_text(out, "field", rc_str_of(finding->field));
    rc_finding_code(finding, &text);
    rc_json_put_text(out, "rule", rc_buf_str(&text));
    rc_json_put_text(out, "severity", rc_str_of(rc_severity_name(finding->severity)));
    rc_buf_clear(&text);
    rc_finding_message(finding, &text);
    rc_json_put_text(out, "message", rc_buf_str(&text));
    rc_json_close(out, '}');
}

void rc_finding_document(const struct rc_finding *finding, const char *form, struct rc_buf *out)
{
    rc_buf_add_str(out, RC_STR("| `"));
    rc_finding_code(finding, out);
    rc_buf_print(out, "` | %s | ", rc_severity_name(finding->severity));
    rc_finding_message(finding, out);
    rc_buf_print(out, " | %s |\n", form);
}
