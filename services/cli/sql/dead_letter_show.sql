SELECT l.dead_letter_id, d.slug, l.run_id, r.state AS run_state, l.collection, l.page_id, l.lane_id, l.stage, l.stage_version, l.error_class, l.error,
       l.state, l.at, l.closed_at, l.closed_by, l.closed_reason, l.origin_topic, l.origin_partition, l.origin_offset, l.topic, l.partition,
       l.kafka_offset, l.district_id
FROM dead_letter l JOIN district d USING (district_id) LEFT JOIN run r ON r.district_id = l.district_id AND r.run_id = l.run_id
WHERE l.dead_letter_id = $1::uuid
