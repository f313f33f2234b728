-- The date in the district's zone, the policy's version, and the version of who is in scope (P7).
SELECT local_date(d.time_zone), d.policy_version,
       coalesce((SELECT max(h.policy_version) FROM setting_history h
           WHERE h.district_id = d.district_id AND h.name = ANY ($1::text[])), 0)
FROM district d WHERE d.district_id = tenant()
