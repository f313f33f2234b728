-- Why a district's keys may not be destroyed now, in words; NULL: they may.
SELECT CASE WHEN d.paused_at IS NULL THEN 'the district is not paused: `rollcall district pause` first'
            WHEN EXISTS (SELECT FROM source s WHERE s.district_id = tenant() AND s.active_run IS NOT NULL)
            THEN 'a run of it is active: cancel it or let it end' END
FROM district d WHERE d.district_id = tenant() FOR UPDATE OF d
