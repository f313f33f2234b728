-- What the mirror's commit must take, too: either it came first, and the run is past its deadline no more, or it finds the run over.
SELECT (source_lock($1::uuid)).source_id
