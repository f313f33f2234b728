-- The ids of a collection that came more than once: a finding each, up to a limit (C5).
INSERT INTO finding (district_id, run_id, collection, sourced_id, rule, severity, message)
SELECT tenant(), $1::uuid, $2::text, d.sourced_id, $2::text || '.id.duplicate', 'warning',
       'The source sent this id ' || d.copies ||
           ' times. The copy with the latest dateLastModified counts.' ||
           ' Give each record its own id in the SIS.'
FROM (SELECT x.sourced_id, count(*) AS copies
      FROM (SELECT s.sourced_id FROM stage_record s
            JOIN w_page p ON p.page_id = s.page_id AND p.normalizer_version = s.normalizer_version
            WHERE s.run_id = $1::uuid AND s.collection = $2::text
            UNION ALL
            SELECT m.sourced_id FROM w_page p
            JOIN batch_ledger b ON b.run_id = $1::uuid AND b.page_id = p.page_id
                AND b.normalizer_version = p.normalizer_version
            CROSS JOIN LATERAL unnest(b.seen_rows) AS r (span)
            CROSS JOIN LATERAL generate_series(lower(r.span), upper(r.span) - 1) AS u (row_no)
            JOIN mirror_record m ON m.row_no = u.row_no
            WHERE p.collection = $2::text) x
      GROUP BY x.sourced_id HAVING count(*) > 1 ORDER BY x.sourced_id LIMIT $3::int) d
