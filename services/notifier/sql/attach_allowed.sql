-- May this district's pupil data stand in mails? Nobody said so: no. And what its files are called by.
SELECT coalesce((SELECT value = 'true' FROM setting WHERE district_id = tenant() AND scope = '' AND name = 'pupil-data-in-mail'), false), slug
FROM district WHERE district_id = tenant()
