-- Findings of pages that do not count (another pass, an unlisted fetch, another version) are
-- nobody's.
DELETE FROM finding f
WHERE f.run_id = $1::uuid AND f.page_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM w_page p WHERE p.page_id = f.page_id
      AND p.normalizer_version = f.normalizer_version)
