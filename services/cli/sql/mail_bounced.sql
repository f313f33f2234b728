SELECT mail_bounced($1::uuid, $2::text, $3::text)
