-- May this district's pupil data stand in mails? Nobody said so: no.
SELECT coalesce((SELECT value = 'true' FROM setting WHERE district_id = tenant() AND scope = '' AND name = 'pupil-data-in-mail'), false)
