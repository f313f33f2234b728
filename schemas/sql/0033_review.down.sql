SET search_path = rollcall;

DROP FUNCTION match_asked(), match_unsay(uuid, text, uuid), match_say(bigint, uuid, boolean, text), match_part(uuid, text, uuid);
DROP TABLE match_answer, match_question;
DROP FUNCTION match_answer_touches();

RESET search_path;
