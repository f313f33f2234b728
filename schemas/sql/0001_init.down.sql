-- Takes the whole schema away, with everything in it. The login roles stay: they belong to the cluster, and other databases may use them.
DROP SCHEMA rollcall CASCADE;
