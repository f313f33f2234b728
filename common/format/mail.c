/* What libcurl leaves to the sender of a mail: header values that cannot smuggle a line, RFC 2047
 * for what is not ASCII, CRLF everywhere (a bare LF in a quoted-printable part becomes =0A), dates,
 * and addresses that SMTP takes. */

#include "rollcall/format/mail.h"

#include <stdio.h>
#include <time.h>

#include "rollcall/base/auto.h"

enum { LINE_MAX_CHARS = 76, WORD_BYTES = 45, ADDRESS_MAX = 254, LOCAL_MAX = 64 };

/* --- checking --- */

static rc_status check_header(const char *name, struct rc_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7F)
            return rc_fail(RC_REJECT, "%s holds a line end or another control character", name);
    if (!rc_str_utf8(value, NULL)) return rc_fail(RC_REJECT, "%s is not UTF-8", name);
    return RC_OK;
}

static rc_status check_body(const char *name, struct rc_str value)
{
    if (value.len > 0 && memchr(value.data, '\0', value.len))
        return rc_fail(RC_REJECT, "%s holds a NUL byte", name);
    if (!rc_str_utf8(value, NULL)) return rc_fail(RC_REJECT, "%s is not UTF-8", name);
    return RC_OK;
}

static bool only_of(struct rc_str text, const char *others)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr(others, c))) return false;
    }
    return text.len > 0;
}

/* Dot-separated parts, none of them empty. */
static bool has_empty_part(struct rc_str text)
{
    while (text.data)
        if (rc_str_cut(&text, '.').len == 0) return true;
    return false;
}

bool rc_mail_is_address(struct rc_str text)
{
    struct rc_str domain = text;
    const struct rc_str local = rc_str_cut(&domain, '@');

    return text.len <= ADDRESS_MAX && local.len <= LOCAL_MAX &&
           only_of(local, ".!#$%&'*+-/=?^_`{|}~") && only_of(domain, ".-") &&
           !has_empty_part(local) && !has_empty_part(domain);
}

struct rc_str rc_mail_address(struct rc_str text)
{
    struct rc_str rest = rc_str_trim(text);

    if (!rc_str_ends(rest, RC_STR(">"))) return rest;
    struct rc_str address = {rest.data, rest.len - 1};
    (void)rc_str_cut(&address, '<');
    return address.data ? address : rest;
}

/* "Name <address>" or "address". A name with characters that mean something in a header would have
 * to be quoted, which does not go together with encoded words: such names are refused. */
static rc_status check_mailbox(const char *name, struct rc_str value)
{
    struct rc_str rest = value;
    const struct rc_str phrase = rc_str_cut(&rest, '<');

    if (!rc_mail_is_address(rc_mail_address(value)))
        return rc_fail(RC_REJECT, "%s is no address that SMTP takes", name);
    for (size_t i = 0; rest.data && i < phrase.len; i++)
        if (strchr("\"(),:;@[]\\", phrase.data[i]))
            return rc_fail(RC_REJECT, "the name in %s may not hold any of \" ( ) , : ; @ [ ] \\",
                           name);
    return RC_OK;
}

rc_status rc_mail_check(const struct rc_mail *mail)
{
    const struct {
        const char *name;
        struct rc_str value;
        rc_status (*check)(const char *name, struct rc_str value);
    } parts[] = {
        {"From", mail->from, check_header},
        {"From", mail->from, check_mailbox},
        {"To", mail->to, check_header},
        {"To", mail->to, check_mailbox},
        {"Subject", mail->subject, check_header},
        {"Message-ID", mail->message_id, check_header},
        {"Date", mail->date, check_header},
        {"List-Unsubscribe", mail->unsubscribe, check_header},
        {"References", mail->refers_to, check_header},
        {"the text", mail->text, check_body},
        {"the HTML", mail->html, check_body},
    };

    for (size_t i = 0; i < COUNT_OF(parts); i++)
        RC_TRY(parts[i].check(parts[i].name, parts[i].value));
    for (size_t i = 0; i < mail->attachment_count; i++) {
        RC_TRY(check_header("the name of an attachment", mail->attachments[i].name));
        RC_TRY(check_body("an attachment", mail->attachments[i].content));
    }
    if (mail->return_path.len > 0 && !rc_mail_is_address(mail->return_path))
        return rc_fail(RC_REJECT, "the return path is no address that SMTP takes");
    return RC_OK;
}

/* --- headers --- */

static void add_base64(struct rc_buf *out, struct rc_str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.len; i += 3) {
        const size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
        unsigned char group[3] = {0};
        memcpy(group, bytes.data + i, have);
        const unsigned bits = (unsigned)group[0] << 16 | (unsigned)group[1] << 8 | group[2];
        for (size_t k = 0; k < 4; k++)
            rc_buf_add_char(out, k <= have ? digits[(bits >> (18 - 6 * k)) & 0x3F] : '=');
    }
}

/* The start of text that fits one encoded word, never half a character. */
static struct rc_str word_part(struct rc_str text)
{
    size_t len = 0;

    while (len < text.len) {
        const size_t step = rc_str_utf8_step((struct rc_str){text.data + len, text.len - len});
        const size_t next = len + (step > 0 ? step : 1);
        if (next > WORD_BYTES) break;
        len = next;
    }
    return (struct rc_str){text.data, len};
}

/* A header line in the making: where its last line begins. */
struct folding {
    struct rc_buf *out;
    size_t line_start;
};

/* A blank, or a fold when word would not fit the line; then word. */
static void add_word(struct folding *line, struct rc_str word)
{
    const bool fits = line->out->len - line->line_start + 1 + word.len <= LINE_MAX_CHARS;

    if (!fits) {
        rc_buf_add_str(line->out, RC_STR("\r\n"));
        line->line_start = line->out->len;
    }
    rc_buf_add_char(line->out, ' ');
    rc_buf_add_str(line->out, word);
}

static void add_encoded(struct folding *line, struct rc_str text)
{
    RC_AUTO_BUF struct rc_buf word = {0};

    while (text.len > 0) {
        const struct rc_str part = word_part(text);
        rc_buf_clear(&word);
        rc_buf_add_str(&word, RC_STR("=?UTF-8?B?"));
        add_base64(&word, part);
        rc_buf_add_str(&word, RC_STR("?="));
        add_word(line, rc_buf_str(&word));
        text = (struct rc_str){text.data + part.len, text.len - part.len};
    }
}

/* A word that would be read as an encoded one must be encoded itself. */
static bool needs_encoding(struct rc_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.data[i] >= 0x7F || (unsigned char)word.data[i] < 0x20) return true;
    return rc_str_starts(word, RC_STR("=?"));
}

void rc_mail_header(struct rc_buf *out, const char *name, struct rc_str value)
{
    struct folding line = {out, out->len};
    struct rc_str run = {0}; /* neighbouring words to encode: blanks between encoded words are lost,
                                so they go inside */
    struct rc_str rest = rc_str_trim(value);

    rc_buf_print(out, "%s:", name);
    while (rest.data) {
        const struct rc_str word = rc_str_cut(&rest, ' ');
        if (needs_encoding(word)) {
            run = (struct rc_str){run.data ? run.data : word.data, 0};
            run.len = (size_t)(word.data + word.len - run.data);
            continue;
        }
        add_encoded(&line, run);
        run = (struct rc_str){NULL, 0};
        if (word.len > 0) add_word(&line, word);
    }
    add_encoded(&line, run);
}

void rc_mail_crlf(struct rc_buf *out, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        if (c != '\r' && c != '\n') {
            rc_buf_add_char(out, c);
            continue;
        }
        rc_buf_add_str(out, RC_STR("\r\n"));
        if (c == '\r' && i + 1 < text.len && text.data[i + 1] == '\n') i++;
    }
}

/* Not by strftime, whose names follow the locale. */
void rc_mail_date(int64_t unix_ms, char out[40])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t second = unix_ms >= 0 ? unix_ms / 1000 : (unix_ms - 999) / 1000;
    const time_t seconds = (time_t)second;
    struct tm utc = {0};

    (void)gmtime_r(&seconds, &utc);
    (void)snprintf(out, 40, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[utc.tm_wday % 7],
                   utc.tm_mday % 100, months[utc.tm_mon % 12], (utc.tm_year + 1900) % 10000,
                   utc.tm_hour % 100, utc.tm_min % 100, utc.tm_sec % 100);
}
