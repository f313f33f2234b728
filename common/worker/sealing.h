#ifndef RC_WORKER_SEALING_H
#define RC_WORKER_SEALING_H

#include "rollcall/worker/stage.h"

/* The sealed topics (schemas/topics.csv, column sealed): what leaves for them is sealed, what comes
 * from them is opened, and a service sees neither. */

/* Is the payload of this topic (whole name) sealed? */
bool sealing_is_due(struct rc_str topic);

/* messages as they leave: sealed ones are copies in the arena, with the header rc_sealed. */
RC_MUST_CHECK rc_status sealing_seal(struct rc_stage_env *env, const struct rc_outgoing *messages,
                                     size_t count, const struct rc_outgoing **ret_messages);

/* The message as its function sees it, views into in and the arena. env->envelope is in's.
 * RC_REJECT: it does not open, or is not sealed and keys.accept-plain is off. */
RC_MUST_CHECK rc_status sealing_open(struct rc_stage_env *env, const struct rc_message *in,
                                     struct rc_message *ret_opened);

#endif
