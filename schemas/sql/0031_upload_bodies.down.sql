-- Pages that were stored since go with their table; the uploads they belonged to are to be brought again.
SET search_path = rollcall;

CREATE OR REPLACE FUNCTION retention_rules() RETURNS TABLE (what text, place text, over text, becomes text) LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('stage', 'stage_record', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('stage', 'verify_person', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'batch_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'page_ledger', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('pages', 'lane_page', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('findings', 'finding', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'lane', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'run_collection', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'clever_run', 'x.run_id IN (SELECT runs_over($1))', ''),
    ('runs', 'pickup_file', 'x.taken_at < $1 AND EXISTS (SELECT FROM pickup_file y WHERE y.district_id = tenant() AND y.source_id = x.source_id
        AND y.outcome = ''taken'' AND y.mtime > x.mtime)', ''),
    ('plans', 'plan_item', 'x.plan_id IN (SELECT plans_over($1))', ''),
    ('plans', 'plan_person', 'x.plan_id IN (SELECT plans_over($1))', ''),
    ('mails', 'mail', 'x.ended_at < $1 AND x.body_text <> '''' AND (x.state IN (''accepted'', ''refused'') OR x.told_in IS NOT NULL)',
     'subject = '''', body_text = '''', body_html = '''''),
    ('dead-letters', 'dead_letter', 'x.state <> ''open'' AND x.closed_at < $1', ''),
    ('uploads', 'upload_chunk', 'x.upload_id IN (SELECT uploads_over($1))', ''),
    ('alerts', 'alert', 'x.at < $1 AND (x.run_id IS NULL OR x.run_id IN (SELECT runs_over($1)))', ''),
    ('history', 'history', 'x.at < $1 AND x.run_id IN (SELECT runs_over($1))', ''),
    ('audit', 'audit', 'x.at < $1 AND x.act NOT IN (''district.purge'', ''key.destroy'')', '')
$$;

DROP FUNCTION upload_chunk_same(uuid, text, bigint, int, bytea);
ALTER TABLE upload_chunk ADD COLUMN sealed bytea;
ALTER TABLE upload_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE upload_chunk NO FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_body NO FORCE ROW LEVEL SECURITY;
UPDATE upload_chunk c SET sealed = b.sealed FROM upload_body b
WHERE b.district_id = c.district_id AND b.body_id = c.body_id AND b.field = format('upload:%s:%s:%s', c.upload_id, c.collection, c.cursor);
DELETE FROM upload_chunk WHERE sealed IS NULL;
ALTER TABLE upload_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE upload_chunk ALTER COLUMN sealed SET NOT NULL;
ALTER TABLE upload_chunk DROP COLUMN body_id;
DROP TABLE upload_body;

RESET search_path;
