/* What the owner is told of an upload that was taken all the same. */
#include "intake_private.h"

void intake_tell(struct intake *intake, enum rc_upload_rule rule, const struct rc_csv_file *file,
                 struct rc_str subject, int64_t line)
{
    const bool of_collection = file && file->collection < RC_COLLECTION_COUNT_;
    RC_AUTO_BUF struct rc_buf message = {0};
    struct rc_json_out *json = &intake->findings;

    rc_upload_rule_message(rule, subject, &message);
    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "collection",
                     of_collection ? rc_str_of(rc_collection_name(file->collection))
                                   : RC_STR("upload"));
    rc_json_put_text(json, "rule", rc_str_of(rc_upload_rule_code(rule)));
    rc_json_put_text(json, "severity", rc_str_of(rc_severity_name(rc_upload_rule_severity(rule))));
    rc_json_put_text(json, "message", rc_buf_str(&message));
    if (line > 0) rc_json_put_int(json, "place", line);
    rc_json_close(json, '}');
    intake->result.findings++;
}
