-- The plan that was discarded, where $1 is the first one made since: what it held is taken on by that
-- one, and is remembered no longer than anything else that is held (P5).
SELECT p.plan_id::text FROM plan p WHERE p.district_id = tenant() AND p.state = 'discarded'
    AND NOT EXISTS (SELECT FROM plan q WHERE q.district_id = tenant() AND q.made_at > p.made_at
        AND q.state <> 'test' AND q.plan_id <> $1::uuid)
ORDER BY p.closed_at DESC LIMIT 1
