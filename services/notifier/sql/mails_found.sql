-- Handed over, and whoever did it cannot be at it any more. $1 milliseconds.
SELECT district_id, mail_id FROM mail
WHERE state = 'handed over' AND handed_at < now() - $1::bigint * interval '1 ms' ORDER BY handed_at LIMIT 100
