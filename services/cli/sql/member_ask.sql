-- A word from an address: that it is to get these mails. $1 member.
SELECT cause_alert('member.verify', m.member_id::text, NULL, NULL,
           'please confirm that mails about ' || d.name || ' are to come to this address')
FROM member m JOIN district d USING (district_id) WHERE m.district_id = tenant() AND m.member_id = $1::uuid
