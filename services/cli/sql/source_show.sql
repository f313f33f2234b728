SELECT s.source_id, s.name, s.kind, s.profile, s.version, s.base_url, s.auth, s.token_url, s.ca_file, s.page_size, s.parallel, s.demographics, s.resources,
       s.authority, s.honest_dates, s.honest_deletes,
       to_char(s.busy_from, 'HH24:MI') || '-' || to_char(s.busy_until, 'HH24:MI'), s.quirks, s.automatic, to_char(s.nightly_at, 'HH24:MI'), s.next_due_at, s.first_sync, s.active_run,
       s.mirror_version, c.set_at, s.created_at, s.host_requests, s.host_window_s, s.host_concurrent,
       to_char(s.quiet_from, 'HH24:MI') || '-' || to_char(s.quiet_until, 'HH24:MI'),
       s.delta, s.full_every_days, s.verify, s.credentials_expire_on,
       v.clever_district, v.state, v.since, nullif(v.district_state, ''), v.last_sync, v.asked_at, v.trouble, v.events_minutes
FROM source s
LEFT JOIN source_credential c ON c.district_id = s.district_id AND c.source_id = s.source_id AND c.name = 'client_secret'
LEFT JOIN clever_source v ON v.district_id = s.district_id AND v.source_id = s.source_id
WHERE s.district_id = tenant() AND s.source_id = $1::uuid
