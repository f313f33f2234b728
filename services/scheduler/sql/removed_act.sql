SELECT run_fail($1::uuid, 'the source was removed before the sync began', 'Cancelled')
