-- Everything that the district's keys protect cannot be read from here on. What: how many.
WITH keys AS (UPDATE district_data_key SET state = 'destroyed', wrapped = '', destroyed_at = now()
              WHERE district_id = tenant() AND state IN ('active', 'replaced') RETURNING 1),
     hash AS (UPDATE district_key SET hash_key = NULL, hash_wrapped = NULL
              WHERE district_id = tenant() AND num_nonnulls(hash_key, hash_wrapped) > 0 RETURNING 1),
     credentials AS (DELETE FROM source_credential WHERE district_id = tenant() RETURNING 1),
     webhooks AS (UPDATE webhook SET state = 'paused', state_at = now(), why = 'the keys of the district were destroyed, its secret among them'
                  WHERE district_id = tenant()),
     secrets AS (DELETE FROM webhook_secret WHERE district_id = tenant() RETURNING 1)
SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM hash), (SELECT count(*) FROM credentials) + (SELECT count(*) FROM secrets),
       (SELECT count(*) FROM upload_body WHERE district_id = tenant()),
       (SELECT count(*) FROM dead_letter WHERE district_id = tenant()),
       to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
