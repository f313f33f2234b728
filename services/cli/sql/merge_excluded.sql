-- Of pairs that a person names, those of whom one alone is left out of the sync. $1 accounts that go, $2 the one that stays.
SELECT g.account_id FROM unnest($1::uuid[]) g (account_id) WHERE pair_excluded(g.account_id, $2::uuid) ORDER BY 1
