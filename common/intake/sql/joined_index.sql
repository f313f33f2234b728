CREATE INDEX upload_joined_owner ON upload_joined (owner); ANALYZE upload_joined
