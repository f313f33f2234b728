-- Is a plan being applied in a district of the reader? What it does will stand at the time it began: a digest now would miss it, and the next
-- would take it for told. $1 reader, in hex.
SELECT EXISTS (
    SELECT FROM digest_member m
    JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1
        AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('rollcall plan ' || m.district_id, 0)
    WHERE m.reader = decode($1::text, 'hex'))
