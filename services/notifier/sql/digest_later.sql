-- $1 reader, in hex.
UPDATE digest_reader SET look_at = now() + interval '10 seconds' WHERE reader = decode($1::text, 'hex')
