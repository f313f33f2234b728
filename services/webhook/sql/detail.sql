-- Why an attempt had no answer. $1 delivery, $2 words; NULL: it had one.
UPDATE webhook_delivery SET detail = left($2::text, 300) WHERE district_id = tenant() AND delivery_id = $1::uuid
