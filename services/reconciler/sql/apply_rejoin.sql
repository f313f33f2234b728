-- Who was in the list before is in it again, with what they had (D4).
WITH back AS (
    UPDATE membership h SET ended_on = NULL, version = h.version + 1
    FROM (SELECT DISTINCT list_id, role, account_id FROM plan_member) p
    WHERE h.district_id = tenant() AND h.list_id = p.list_id AND h.account_id = p.account_id
        AND h.role = p.role
    RETURNING h.list_id, h.role, h.account_id, h.version)
INSERT INTO plan_back SELECT * FROM back
