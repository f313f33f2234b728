SELECT coalesce(jsonb_agg(jsonb_build_object('source', source_id, 'id', school_id, 'name', name,
    'present', present) ORDER BY school_id, source_id), '[]')::text FROM directory_schools()
