INSERT INTO plan_person (district_id, plan_id, person, records, record_versions, accounts,
    account_versions, items, settles, due_on)
SELECT tenant(), $1::uuid, person, records, record_versions, accounts, account_versions, items,
    settles, due_on
FROM plan_new_person
