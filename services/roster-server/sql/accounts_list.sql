-- $1 fields, $2 reads, $3 after, $4 limit; $5 to $13 filters, as accounts.c has them.
SELECT a.account_id, account_view(a, $1::text[], $2::text[])::text
FROM account a
WHERE a.district_id = tenant()
    AND a.account_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
    AND ($5::text IS NULL OR a.status = $5::text)
    AND (($6::text IS NULL AND $7::text IS NULL) OR EXISTS (
        SELECT FROM account_role r WHERE r.district_id = tenant() AND r.account_id = a.account_id
            AND r.ended_on IS NULL AND r.role = coalesce($6::text, r.role)
            AND r.school_id = coalesce($7::text, r.school_id)))
    AND ($8::text IS NULL OR EXISTS (SELECT FROM account_link l WHERE l.district_id = tenant()
        AND l.account_id = a.account_id AND l.sourced_id = $8::text))
    AND ($9::text IS NULL OR a.identifier = $9::text)
    AND ($10::text IS NULL OR lower(a.username) = lower($10::text))
    AND ($11::text IS NULL OR lower(a.email) = lower($11::text))
    AND ($12::uuid IS NULL OR EXISTS (SELECT FROM guardianship g WHERE g.district_id = tenant()
        AND g.student_id = a.account_id AND g.guardian_id = $12::uuid AND g.ended_on IS NULL))
    AND ($13::timestamptz IS NULL OR a.updated_at >= $13::timestamptz OR a.account_id IN (
        SELECT c.account_id FROM change c
        WHERE c.district_id = tenant() AND c.at >= $13::timestamptz))
ORDER BY a.account_id LIMIT $4::int
