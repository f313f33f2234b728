/* One row per kind of trouble; everything that decides by kind looks here. */
#include "trouble.h"

#include "rollcall/base/auto.h"

static const struct trouble_row rows[] = {
    [TROUBLE_NONE] = {"none", TROUBLE_SOON, false, false, ""},
    [TROUBLE_STOPPED] = {"stopped", TROUBLE_SOON, false, false, ""},
    [TROUBLE_TRANSPORT] = {"transport", TROUBLE_LATER, true, false,
                           "the SIS could not be reached: check the source's URL, and that the SIS "
                           "runs and lets us in"},
    [TROUBLE_SERVER] = {"server", TROUBLE_LATER, true, false,
                        "the SIS is out of order: when it stays, tell the SIS vendor"},
    [TROUBLE_OVERLOAD] = {"overload", TROUBLE_LATER, true, true,
                          "the SIS failed over the question: when it stays with small pages too, "
                          "tell the SIS vendor"},
    [TROUBLE_BUSY] = {"busy", TROUBLE_LATER, false, false,
                      "the SIS is too busy to answer: sync at another hour, or ask its vendor for "
                      "a higher rate"},
    [TROUBLE_CREDENTIALS] = {"credentials", TROUBLE_SOON, false, false,
                             "the SIS refused the key or secret: check both in the source's "
                             "settings, and the kind of sign-in"},
    [TROUBLE_NO_CREDENTIALS] =
        {"no-credentials", TROUBLE_NEVER, false, false,
         "the source has no key and secret yet: enter both in the source's settings"},
    [TROUBLE_TOKEN] =
        {"token", TROUBLE_SOON, false, false,
         "the token address did not answer with a token: check the source's token URL"},
    [TROUBLE_FORBIDDEN] =
        {"forbidden", TROUBLE_SOON, false, false,
         "the SIS does not let us read this: ask the SIS administrator to share it with this key"},
    [TROUBLE_NOT_FOUND] = {"not-found", TROUBLE_SOON, false, false,
                           "there is nothing at this address: check the source's URL, and that "
                           "OneRoster is licensed in the SIS"},
    [TROUBLE_REDIRECT] =
        {"redirect", TROUBLE_SOON, false, false,
         "the SIS sends us to another address: enter its final URL in the source's settings"},
    [TROUBLE_QUESTION] =
        {"question", TROUBLE_SOON, false, false,
         "the SIS did not accept the question: check that the URL is that of OneRoster, and that "
         "the source has its version"},
    [TROUBLE_BAD_URL] = {"bad-url", TROUBLE_NEVER, false, false,
                         "the source's URL cannot be used: it must look like "
                         "https://sis.example.org/ims/oneroster/v1p1"},
    [TROUBLE_HTML] = {"html", TROUBLE_SOON, false, false,
                      "a web page came instead of data: check that the URL is the API's, not the "
                      "page where people sign in"},
    [TROUBLE_EMPTY_BODY] =
        {"empty-body", TROUBLE_SOON, true, false,
         "the SIS answered without any content: when it stays, tell the SIS vendor"},
    [TROUBLE_ERROR_BODY] = {"error-body", TROUBLE_SOON, true, false,
                            "the SIS answered with an error message instead of data: when it "
                            "stays, tell the SIS vendor"},
    [TROUBLE_NO_ENVELOPE] =
        {"no-envelope", TROUBLE_SOON, false, false,
         "the answer holds no such list: check that the URL is that of OneRoster, and that "
         "the source has its version"},
    [TROUBLE_BROKEN_BODY] =
        {"broken-body", TROUBLE_LATER, true, true,
         "the answer was damaged or cut off: when it stays, tell the SIS vendor"},
    [TROUBLE_TOO_LARGE] = {"too-large", TROUBLE_SOON, false, true,
                           "one record alone is larger than a page may be"},
    [TROUBLE_UPLOAD_GONE] = {"upload-gone", TROUBLE_NEVER, false, false,
                             "the upload's pages are not kept any more: upload the file again"},
    [TROUBLE_UPLOAD_SEALED] = {"upload-sealed", TROUBLE_NEVER, false, false,
                               "the upload cannot be opened: its key was destroyed, or its bytes "
                               "were changed; upload the file again"},
    [TROUBLE_NOT_LISTED] =
        {"not-listed", TROUBLE_SOON, false, false,
         "the proxy does not list this district for us: check the application id, and that the "
         "district has added and enabled this application there"},
    [TROUBLE_LATE] =
        {"late", TROUBLE_LATER, false, true,
         "the SIS did not answer in time: when it stays with small pages too, tell the "
         "SIS vendor"},
    [TROUBLE_INWARD] =
        {"inward", TROUBLE_SOON, false, false,
         "the source's address leads into a network that is not fetched from: enter the SIS's "
         "public https address, or have the operator allow this host (fetch.allow-hosts)"},
    [TROUBLE_LIMITED] = {"limited", TROUBLE_SOON, false, false,
                         "the lane waits: the SIS is asked no faster than it bears"},
    [TROUBLE_CLEVER_MISSING] =
        {"clever-missing", TROUBLE_SOON, false, false,
         "Clever does not list this district for our application: ask the district's Clever "
         "administrator to connect it"},
};
_Static_assert(COUNT_OF(rows) == TROUBLE_COUNT_, "a row for every trouble");

const struct trouble_row *trouble_row(enum trouble trouble)
{
    return &rows[trouble];
}

static int64_t at_most(int64_t value, int64_t max)
{
    return value < max ? value : max;
}

int64_t trouble_wait_ms(enum trouble trouble, int64_t tries, int64_t base_ms, int64_t cap_ms,
                        int64_t told_ms)
{
    int64_t wait_ms = base_ms * at_most(tries, 1000);

    if (told_ms >= 0) return told_ms > base_ms ? told_ms : base_ms;
    if (rows[trouble].pace == TROUBLE_LATER) {
        wait_ms = 5 * base_ms;
        for (int64_t i = 1; i < tries && wait_ms < cap_ms; i++)
            wait_ms *= 4;
    }
    return at_most(wait_ms, cap_ms);
}

struct rc_str trouble_words(enum trouble trouble, long code, const char *detail,
                            struct rc_arena *arena)
{
    const struct rc_str status = code > 0 ? rc_str_print(arena, " (HTTP status %ld)", code)
                                          : RC_STR("");
    const bool more = detail && detail[0];

    return rc_str_print(arena, "%s%.*s%s%s%s", rows[trouble].words, RC_STR_ARG(status),
                        more ? " [" : "", more ? detail : "", more ? "]" : "");
}
