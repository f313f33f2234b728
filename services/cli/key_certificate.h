#ifndef CLI_KEY_CERTIFICATE_H
#define CLI_KEY_CERTIFICATE_H

#include "cli.h"

/* rollcall key destroy: shreds a district's keys and says in a certificate what cannot be read any
 * more, and what is left to age out. */
RC_MUST_CHECK rc_status key_destroy(struct cli *cli);

/* What was shredded, what is left and until when; of the command's arena. */
struct certificate;

/* The same in a transaction of the district, which must have no active run: shreds every key that
 * is left, and puts the certificate into the audit trail. RC_NOT_FOUND: no key is left. */
RC_MUST_CHECK rc_status key_shred(struct cli *cli, struct rc_db *tx,
                                  const struct certificate **ret_certificate);
/* As a part "certificate" of the answer, once the transaction is committed. */
void key_show_certificate(struct cli *cli, const struct certificate *certificate);

/* How long backups are kept, for the certificate. */
#define OPTION_BACKUP_DAYS                                                                \
    {                                                                                     \
        "backup-days", 0, "DAYS", NULL, OPTION_NUMBER, 0, 36500,                          \
            "How long backups of the database are kept; the certificate says until when " \
            "(35)."                                                                       \
    }

#endif
