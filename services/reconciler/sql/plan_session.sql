-- A plan's statements see a few rows today and a million tomorrow: each is planned for what is
-- there.
SET LOCAL plan_cache_mode = force_custom_plan;
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB'
