-- Pairs that a person names, suggested or not. $1 accounts that go, $2 the one that stays, $3 by whom.
INSERT INTO merge_suggestion AS s (district_id, stays, goes, confidence, reasons, state, decided_by, decided_at)
SELECT tenant(), $2::uuid, g.account_id, 100, ARRAY['a person said so'], 'accepted', $3::text, now()
FROM account g WHERE g.district_id = tenant() AND g.account_id = ANY ($1::uuid[]) AND g.merged_into IS NULL AND g.account_id <> $2::uuid
ON CONFLICT (district_id, stays, goes) DO UPDATE SET state = 'accepted', decided_by = excluded.decided_by, decided_at = now()
RETURNING s.goes
