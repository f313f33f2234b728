#ifndef FETCHER_UPLOAD_ROLES_H
#define FETCHER_UPLOAD_ROLES_H

#include "asker.h"

/* Where page is one of people in a delta of 1.2, adds the roles that the mirror knows of them and
 * that the delta does not speak of; any other page stays as it is. In the transaction in hand. */
RC_MUST_CHECK rc_status upload_add_roles(struct asker *asker, struct rc_db *tx,
                                         struct rc_buf *page);

#endif
