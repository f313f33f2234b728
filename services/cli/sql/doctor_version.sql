SELECT version, dirty FROM public.schema_migrations ORDER BY version DESC LIMIT 1
