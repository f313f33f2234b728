/* Certificates are renewed by other hands, and an end that nobody saw coming stops every program at
 * once. This only reads dates; whether a certificate is good is for those who connect to say. */
#include "rollcall/port/certificate.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 4 * 1024 * 1024, SECONDS_OF_DAY = 86400 };

static rc_status check_file(const char *path)
{
    struct stat found;

    if (stat(path, &found) != 0)
        return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(errno));
    if (S_ISDIR(found.st_mode)) return RC_NOT_FOUND;
    if (S_ISREG(found.st_mode) && found.st_size <= FILE_MAX) return RC_OK;
    return rc_fail(RC_REJECT, "%s is no file of at most 4 MiB", path);
}

/* false: a date that is none. */
static bool end_of(const X509 *certificate, int64_t *ret_end_ms)
{
    ASN1_TIME *zero = ASN1_TIME_set(NULL, 0);
    int days = 0;
    int seconds = 0;
    const bool good = zero &&
                      ASN1_TIME_diff(&days, &seconds, zero, X509_get0_notAfter(certificate)) == 1;

    ASN1_TIME_free(zero);
    *ret_end_ms = ((int64_t)days * SECONDS_OF_DAY + seconds) * 1000;
    return good;
}

/* How many certificates; whatever else stands between them is skipped. */
static size_t read_all(BIO *file, bool trusted, int64_t *ret_end_ms)
{
    size_t count = 0;
    X509 *certificate = NULL;

    while ((certificate = PEM_read_bio_X509(file, NULL, NULL, NULL))) {
        int64_t end_ms = 0;
        const bool good = end_of(certificate, &end_ms);
        X509_free(certificate);
        if (!good) continue;
        if (count == 0 || (trusted ? end_ms > *ret_end_ms : end_ms < *ret_end_ms))
            *ret_end_ms = end_ms;
        count++;
    }
    return count;
}

rc_status rc_certificate_end(const char *path, bool trusted, int64_t *ret_end_ms)
{
    int64_t end_ms = 0;

    RC_TRY(check_file(path));
    BIO *file = BIO_new_file(path, "r");
    const size_t count = file ? read_all(file, trusted, &end_ms) : 0;
    const bool opened = file != NULL;
    BIO_free(file);
    ERR_clear_error(); /* the end of the file is an error to OpenSSL, and others read its queue */
    if (!opened) return rc_fail(RC_REJECT, "%s cannot be opened", path);
    if (count == 0) return rc_fail(RC_REJECT, "%s holds no certificate in PEM", path);
    *ret_end_ms = end_ms;
    return RC_OK;
}
