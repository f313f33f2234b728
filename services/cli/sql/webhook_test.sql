-- A test message, instead of one that was asked for before and not sent. $1 application.
WITH before AS (UPDATE webhook_delivery d SET state = 'superseded' FROM webhook w
                WHERE w.district_id = tenant() AND w.application_id = $1::uuid AND d.district_id = tenant() AND d.delivery_id = w.test_id
                    AND d.state = 'open'),
     made AS (INSERT INTO webhook_delivery (district_id, application_id, kind, first_position, last_position)
              VALUES (tenant(), $1::uuid, 'test', 0, 0) RETURNING delivery_id)
UPDATE webhook w SET test_id = made.delivery_id FROM made
WHERE w.district_id = tenant() AND w.application_id = $1::uuid RETURNING w.test_id
