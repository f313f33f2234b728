-- When emptiness is expected (C3): the source's own value, else the district's. $1 source.
SELECT s.value::text FROM setting s
WHERE s.district_id = tenant() AND s.name = 'expected-empty'
    AND s.scope IN ('', 'source:' || $1::text)
ORDER BY s.scope DESC LIMIT 1
