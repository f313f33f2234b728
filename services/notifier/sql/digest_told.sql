-- $1 member, $2 the time that was told of begins so.
UPDATE digest_member SET told_from = $2::timestamptz, told_to = now() WHERE district_id = tenant() AND member_id = $1::uuid
