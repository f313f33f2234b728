-- The lists that a word means: by id, else by the class's SIS id, else by name. $1 word.
WITH u AS (SELECT list_id, title, CASE WHEN list_id::text = lower($1) THEN 1 WHEN class_id = $1 THEN 2 ELSE 3 END AS how
    FROM user_list WHERE district_id = tenant() AND (list_id::text = lower($1) OR class_id = $1 OR lower(title) = lower($1)))
SELECT list_id, title FROM u WHERE how = (SELECT min(how) FROM u) ORDER BY list_id
