INSERT INTO plan_new SELECT i.person, i.kind, i.subject, i.field, i.old_value, i.new_value, i.cause,
    i.evidence, i.waits,
    ARRAY(SELECT jsonb_array_elements_text(i.basis)), i.role, i.school, i.hold, i.key
FROM jsonb_to_recordset($1::jsonb) AS i(person int, kind text, subject text, field text,
    old_value text, new_value text, cause text,
    evidence text, waits text, basis jsonb, role text, school text, hold text, key text)
