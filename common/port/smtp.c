/* One mail to one SMTP server, and an honest word about what became of it. Whether a failure may be
 * tried again depends on how far the dialogue had come, which libcurl's result does not say: the
 * commands and replies are therefore watched as they pass. */
#include "rollcall/port/smtp.h"

#include "rollcall/base/buf.h"
#include "rollcall/base/clock.h"
#include "smtp_watch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <sys/socket.h>

#define DEFAULT_TIMEOUT_MS 60000
#define CONNECT_MS         15000

struct rc_smtp {
    CURL *easy;
    char *url;
    char *user;
    char *password;
    char *ca_file;
    bool starttls;
    int64_t timeout_ms;
};

/* ---- life ---- */

static char *copy_text(const char *text)
{
    if (!text) return NULL;
    const size_t size = strlen(text) + 1;
    return memcpy(rc_malloc(size), text, size);
}

static bool starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

rc_status rc_smtp_open(const struct rc_smtp_config *config, struct rc_smtp **ret_smtp)
{
    if (!config->url || (!starts(config->url, "smtp://") && !starts(config->url, "smtps://")))
        return rc_fail(RC_FATAL,
                       "the mail server is not given as smtp://host:port or smtps://host:port");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return rc_fail(RC_FATAL, "libcurl cannot start");
    CURL *easy = curl_easy_init();
    if (!easy) return rc_fail(RC_FATAL, "libcurl cannot start");
    struct rc_smtp *smtp = rc_malloc(sizeof *smtp);
    *smtp = (struct rc_smtp){
        .easy = easy,
        .url = copy_text(config->url),
        .user = copy_text(config->user),
        .password = copy_text(config->password),
        .ca_file = copy_text(config->ca_file),
        .starttls = config->starttls,
        .timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : DEFAULT_TIMEOUT_MS,
    };
    *ret_smtp = smtp;
    return RC_OK;
}

void rc_smtp_free(struct rc_smtp *smtp)
{
    if (!smtp) return;
    curl_easy_cleanup(smtp->easy);
    free(smtp->url);
    free(smtp->user);
    free(smtp->password);
    free(smtp->ca_file);
    free(smtp);
    curl_global_cleanup();
}

/* ---- the message ---- */

static void list_free_at(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}
static void mime_free_at(curl_mime **mime)
{
    curl_mime_free(*mime);
}
#define AUTO_LIST __attribute__((cleanup(list_free_at)))
#define AUTO_MIME __attribute__((cleanup(mime_free_at)))

static rc_status no_memory(void)
{
    return rc_fail(RC_FATAL, "no memory for a mail");
}

static rc_status add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (!longer) return no_memory();
    *list = longer;
    return RC_OK;
}

static rc_status add_header(struct curl_slist **list, const char *name, struct rc_str value)
{
    RC_AUTO_BUF struct rc_buf line = {0};

    if (value.len == 0) return RC_OK;
    rc_mail_header(&line, name, value);
    return add_line(list, line.data);
}

static rc_status add_unsubscribe(struct curl_slist **list, struct rc_str url)
{
    RC_AUTO_BUF struct rc_buf value = {0};

    if (url.len == 0) return RC_OK;
    rc_buf_print(&value, "<%.*s>", RC_STR_ARG(url));
    RC_TRY(add_header(list, "List-Unsubscribe", rc_buf_str(&value)));
    return add_header(list, "List-Unsubscribe-Post", RC_STR("List-Unsubscribe=One-Click"));
}

/* libcurl adds neither date nor id. Auto-Submitted keeps holiday notices from answering (RFC 3834).
 */
static rc_status make_headers(const struct rc_mail *mail, struct curl_slist **ret_list)
{
    const struct {
        const char *name;
        struct rc_str value;
    } headers[] = {
        {"From", mail->from},
        {"To", mail->to},
        {"Subject", mail->subject},
        {"Date", mail->date},
        {"Message-ID", mail->message_id},
        {"In-Reply-To", mail->refers_to},
        {"References", mail->refers_to},
        {"Auto-Submitted", RC_STR("auto-generated")},
        {"MIME-Version", RC_STR("1.0")},
    };

    for (size_t i = 0; i < COUNT_OF(headers); i++)
        RC_TRY(add_header(ret_list, headers[i].name, headers[i].value));
    RC_TRY(add_unsubscribe(ret_list, mail->unsubscribe));
    /* Names the outermost part's type, whose boundary libcurl adds. */
    return add_line(ret_list, mail->attachment_count > 0 ? "Content-Type: multipart/mixed"
                                                         : "Content-Type: multipart/alternative");
}

static rc_status add_part(curl_mime *mime, const char *type, struct rc_str text)
{
    RC_AUTO_BUF struct rc_buf lines = {0};

    if (text.len == 0) return RC_OK;
    curl_mimepart *part = curl_mime_addpart(mime);
    rc_mail_crlf(&lines, text);
    if (!part || curl_mime_data(part, lines.data, lines.len) != CURLE_OK ||
        curl_mime_type(part, type) != CURLE_OK ||
        curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
        return no_memory();
    return RC_OK;
}

/* Simplest first: a reader shows the last part that it can (RFC 2046, 5.1.4). */
static rc_status add_texts(curl_mime *mime, const struct rc_mail *mail)
{
    RC_TRY(add_part(mime, "text/plain; charset=utf-8", mail->text));
    return add_part(mime, "text/html; charset=utf-8", mail->html);
}

/* Base64 keeps long rows whole. */
static rc_status add_attachment(curl_mime *mime, const struct rc_mail_attachment *attachment)
{
    RC_AUTO_BUF struct rc_buf name = {0};
    curl_mimepart *part = curl_mime_addpart(mime);

    rc_buf_add_str(&name, attachment->name);
    if (!part ||
        curl_mime_data(part, attachment->content.data, attachment->content.len) != CURLE_OK ||
        curl_mime_type(part, "text/csv; charset=utf-8") != CURLE_OK ||
        curl_mime_filename(part, name.data) != CURLE_OK ||
        curl_mime_encoder(part, "base64") != CURLE_OK)
        return no_memory();
    return RC_OK;
}

/* The texts are one part of a mail with attachments, and all of one without. */
static rc_status add_all(CURL *easy, curl_mime *mime, const struct rc_mail *mail)
{
    if (mail->attachment_count == 0) return add_texts(mime, mail);
    curl_mimepart *part = curl_mime_addpart(mime);
    AUTO_MIME curl_mime *texts = curl_mime_init(easy);
    if (!part || !texts) return no_memory();
    RC_TRY(add_texts(texts, mail));
    if (curl_mime_subparts(part, texts) != CURLE_OK) return no_memory();
    texts = NULL; /* the part's now */
    if (curl_mime_type(part, "multipart/alternative") != CURLE_OK) return no_memory();
    for (size_t i = 0; i < mail->attachment_count; i++)
        RC_TRY(add_attachment(mime, &mail->attachments[i]));
    return RC_OK;
}

/* ---- sending ---- */

static void set_server(const struct rc_smtp *smtp)
{
    CURL *easy = smtp->easy;

    curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* Mails are few: a connection kept would only be found dead by the next. */
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)smtp->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(smtp->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (smtp->ca_file) curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
    if (smtp->user) curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->user);
    if (smtp->password) curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->password);
}

/* One dialogue. libcurl waits two minutes for the answer to its goodbye, whatever time the dialogue
 * has; meanwhile others would take its mail for one that a crash left. */
struct talk {
    struct rc_smtp_watch watch;
    int64_t until_ms; /* of rc_clock_mono_ms */
    curl_socket_t socket;
};

static bool is_over(const struct talk *talk)
{
    return rc_clock_mono_ms() >= talk->until_ms;
}

/* A goodbye to who was too slow before is not waited for at all. */
static void on_command(struct talk *talk, struct rc_str line)
{
    rc_smtp_watch_command(&talk->watch, line);
    if (rc_str_starts(line, RC_STR("QUIT")) && is_over(talk)) shutdown(talk->socket, SHUT_RDWR);
}

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t size, void *context)
{
    struct talk *talk = context;

    (void)easy;
    if (type == CURLINFO_HEADER_OUT) on_command(talk, (struct rc_str){data, size});
    if (type == CURLINFO_HEADER_IN) rc_smtp_watch_reply(&talk->watch, (struct rc_str){data, size});
    return 0;
}

static int on_socket(void *context, curl_socket_t socket, curlsocktype purpose)
{
    struct talk *talk = context;

    (void)purpose;
    talk->socket = socket;
    return CURL_SOCKOPT_OK;
}

/* Is called while it waits, a goodbye included. */
static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct talk *talk = context;

    (void)down_total, (void)down, (void)up_total, (void)up;
    return talk->watch.over && is_over(talk);
}

/* What libcurl writes back: nothing that anybody reads. */
static size_t on_write(char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

static void set_talk(const struct rc_smtp *smtp, struct talk *talk)
{
    CURL *easy = smtp->easy;

    *talk = (struct talk){.watch = {.step = RC_SMTP_STEP_GREETING},
                          .until_ms = rc_clock_mono_ms() + smtp->timeout_ms};
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, talk);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, talk);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, talk);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
}

static rc_status set_envelope(CURL *easy, const struct rc_mail *mail, struct curl_slist **ret_list)
{
    RC_AUTO_BUF struct rc_buf from = {0};
    RC_AUTO_BUF struct rc_buf to = {0};

    const struct rc_str sender = mail->return_path.len > 0 ? mail->return_path
                                                           : rc_mail_address(mail->from);

    rc_buf_print(&from, "<%.*s>", RC_STR_ARG(sender));
    rc_buf_print(&to, "<%.*s>", RC_STR_ARG(rc_mail_address(mail->to)));
    RC_TRY(add_line(ret_list, to.data));
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.data);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, *ret_list);
    return RC_OK;
}

static rc_status deliver(struct rc_smtp *smtp, const struct rc_mail *mail, struct talk *talk,
                         CURLcode *ret_code)
{
    CURL *easy = smtp->easy;
    AUTO_LIST struct curl_slist *headers = NULL;
    AUTO_LIST struct curl_slist *recipients = NULL;

    curl_easy_reset(easy);
    set_server(smtp);
    set_talk(smtp, talk);
    AUTO_MIME curl_mime *mime = curl_mime_init(easy);
    if (!mime) return no_memory();
    RC_TRY(add_all(easy, mime, mail));
    RC_TRY(make_headers(mail, &headers));
    RC_TRY(set_envelope(easy, mail, &recipients));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime);
    *ret_code = curl_easy_perform(easy);
    /* What was lent to the handle dies with this call. */
    curl_easy_reset(easy);
    return RC_OK;
}

/* What the server said last, or else what libcurl says. */
static rc_status say(const struct rc_smtp *smtp, const struct rc_smtp_watch *watch, CURLcode code)
{
    return rc_fail(RC_RETRY, "%s: %s", smtp->url,
                   watch->words[0] ? watch->words : curl_easy_strerror(code));
}

rc_status rc_smtp_check(struct rc_smtp *smtp)
{
    struct talk talk;

    curl_easy_reset(smtp->easy);
    set_server(smtp);
    set_talk(smtp, &talk);
    curl_easy_setopt(smtp->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    const CURLcode code = curl_easy_perform(smtp->easy);
    curl_easy_reset(smtp->easy);
    return code == CURLE_OK ? RC_OK : say(smtp, &talk.watch, code);
}

rc_status rc_smtp_send(struct rc_smtp *smtp, const struct rc_mail *mail,
                       enum rc_smtp_outcome *ret_outcome, int *ret_code)
{
    struct talk talk;
    CURLcode code = CURLE_OK;

    RC_TRY(rc_mail_check(mail));
    RC_TRY(deliver(smtp, mail, &talk, &code));
    *ret_code = talk.watch.code;
    *ret_outcome = rc_smtp_judge(&talk.watch, code == CURLE_OK);
    if (*ret_outcome != RC_SMTP_ACCEPTED) rc_ignore(say(smtp, &talk.watch, code));
    return RC_OK;
}
