-- Its messages stay in the ledger; the one on its way is repeated no more. $1 application, $2 by whom (the trail's to say).
WITH ended AS (UPDATE webhook_delivery SET state = 'refused'
               WHERE district_id = tenant() AND application_id = $1::uuid AND state = 'open' AND $2::text <> '')
DELETE FROM webhook WHERE district_id = tenant() AND application_id = $1::uuid
