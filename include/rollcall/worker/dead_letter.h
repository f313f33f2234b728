#ifndef RC_WORKER_DEAD_LETTER_H
#define RC_WORKER_DEAD_LETTER_H

#include "rollcall/worker/stage.h"

/* A dead letter: a message that a stage set aside, as an event of its own on
 * rollcall.dead.letter.v1, with everything that is needed to handle it once more. Payload: the
 * original bytes, as they came (encrypted ones stay so). Key and ce_subject: the district, empty
 * where the message named none. ce_id: "dead:<topic>:<partition>:<offset>", so that the same
 * message set aside twice is one dead letter. content-type, rc_district and rc_run are the
 * original's. Headers beside those of every message:
 *
 *   rc_origin_topic      where it lay
 *   rc_origin_partition
 *   rc_origin_offset
 *   rc_origin_timestamp  RFC 3339, Kafka's
 *   rc_origin_key        absent when it had none
 *   rc_stage             the program: "rollcall-normalizer"
 *   rc_version           the program's version
 *   rc_error_class       "reject": the handler or the envelope's check refused it
 *                        "crash": it ended the process three times, twice of them handled alone
 * (S3) rc_error             text, at most 1,000 bytes rc_payload_omitted   "true" where the letter
 * would have been too large for its topic: the payload is empty and must be read at the origin
 *   rc_headers_omitted   how many of the original headers found no room; absent: none
 *   rc_origin.<name>     each header of the original under its own name: rc_origin.ce_id … */

#define RC_DEAD_LETTER_TOPIC "rollcall.dead.letter.v1"

enum rc_dead_class { RC_DEAD_REJECT, RC_DEAD_CRASH, RC_DEAD_CLASS_COUNT_ };

/* "reject", "crash". */
const char *rc_dead_class_name(enum rc_dead_class which);

/* The letter for a message; views live in env's arena or in the message. */
void rc_dead_letter_build(struct rc_stage_env *env, const struct rc_message *message,
                          enum rc_dead_class which, const char *error,
                          struct rc_outgoing *ret_letter);

/* Builds, sends and waits for the acknowledgement. */
RC_MUST_CHECK rc_status rc_dead_letter_send(struct rc_stage_env *env,
                                            const struct rc_message *message,
                                            enum rc_dead_class which, const char *error);

/* The original message of a letter, for a replay: its topic, key, payload and headers, as views
 * into the letter. RC_REJECT: no dead letter, or its payload was omitted (the text says where it
 * lies). */
RC_MUST_CHECK rc_status rc_dead_letter_origin(const struct rc_message *letter,
                                              struct rc_outgoing *ret_original);

#endif
