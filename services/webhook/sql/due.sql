SELECT district_id, application_id FROM webhooks_due($1::int)
