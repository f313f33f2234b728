#ifndef RC_PORT_GUARD_H
#define RC_PORT_GUARD_H

#include <stdbool.h>
#include <sys/socket.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/str.h"

/* Where a tenant's address may lead. Whoever types a URL or a host name into Rollcall must not
 * reach what only our own network can: every client that follows such an address (HTTP, SFTP,
 * webhooks) asks here about the very address that it is about to connect to, after the name was
 * resolved, so that neither a spelling of an address nor a name that resolves differently the next
 * time gets by. Pure: nothing is resolved or connected here. */

struct rc_guard;

/* hosts: what the operator lets through all the same, separated by commas or blanks: host names
 * ("sis.internal"; ".internal" for all below it), addresses ("10.1.2.3", "fd00::5") and networks
 * ("10.1.0.0/16"). NULL or empty: nothing. RC_REJECT: one of them is neither; the text says which.
 */
RC_MUST_CHECK rc_status rc_guard_new(const char *hosts, struct rc_guard **ret_guard);
/* NULL is nothing. */
void rc_guard_free(struct rc_guard *guard);
RC_AUTO_DEFINE(rc_guard)

/* Why address must not be connected to for host, in words ("loopback"); NULL: it may. Addresses
 * that carry one of IPv4 (mapped, NAT64) are judged by that one; of IPv6, only what is global
 * unicast is let through. host: as the tenant wrote it, without a port, brackets are nothing.
 * guard NULL: nothing is let through but what is public. */
const char *rc_guard_refusal(const struct rc_guard *guard, struct rc_str host,
                             const struct sockaddr *address);
/* The same for an address in its canonical text form ("127.0.0.1", "fe80::1%eth0"); what is none is
 * refused. */
const char *rc_guard_refusal_text(const struct rc_guard *guard, struct rc_str host,
                                  const char *address);
/* Did the operator let it through by name or network? What has no such word is asked over TLS only.
 */
bool rc_guard_lists(const struct rc_guard *guard, struct rc_str host,
                    const struct sockaddr *address);

#endif
