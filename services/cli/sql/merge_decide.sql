-- What a person says of pairs that are suggested. $1 accounts that would go, $2 the one that stays or NULL: the only one suggested, $3 'accepted' or
-- 'declined', $4 by whom.
UPDATE merge_suggestion s SET state = $3::text, decided_by = $4::text, decided_at = now()
WHERE s.district_id = tenant() AND s.goes = ANY ($1::uuid[]) AND s.stays = coalesce($2::uuid, s.stays)
  AND NOT EXISTS (SELECT FROM account g WHERE g.district_id = tenant() AND g.account_id = s.goes AND g.merged_into IS NOT NULL)
  AND ($3::text = 'declined' OR s.state <> 'declined' OR $2::uuid IS NOT NULL)
RETURNING s.goes
