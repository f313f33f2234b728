-- $1 member.
WITH done AS (UPDATE member SET verified_at = now() WHERE district_id = tenant() AND member_id = $1::uuid AND verified_at IS NULL RETURNING member_id)
INSERT INTO audit (district_id, who, act, what)
SELECT tenant(), 'the link of a mail', 'member.verify', jsonb_build_object('member', member_id) FROM done
