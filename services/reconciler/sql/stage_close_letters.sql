-- A page that is in the ledger after all needs nobody's decision (R4).
UPDATE dead_letter d SET state = 'closed', closed_at = now(), closed_by = 'rollcall-reconciler',
    closed_reason = 'the page was staged'
WHERE d.run_id = $1::uuid AND d.page_id = $2 AND d.state = 'open'
  AND EXISTS (SELECT FROM page_ledger p WHERE p.run_id = $1::uuid AND p.page_id = $2)
