/* Reads an SMTP dialogue along: which step a failure fell into decides whether the mail may be
 * tried again (M1). */
#include "smtp_watch.h"

#include <stdio.h>

static const struct {
    const char *verb;
    enum rc_smtp_step step;
} commands[] = {
    {"MAIL FROM:", RC_SMTP_STEP_SENDER},
    {"RCPT TO:", RC_SMTP_STEP_RECIPIENT},
    {"DATA", RC_SMTP_STEP_DATA},
};

void rc_smtp_watch_command(struct rc_smtp_watch *watch, struct rc_str line)
{
    if (rc_str_starts(line, RC_STR("QUIT")) || rc_str_starts(line, RC_STR("RSET")))
        watch->over = true;
    if (watch->step >= RC_SMTP_STEP_CONTENT) return;
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (rc_str_starts(line, rc_str_of(commands[i].verb))) watch->step = commands[i].step;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The code of a reply's last line; 0 for any other line. */
static int last_code(struct rc_str line)
{
    if (line.len < 3) return 0;
    for (size_t i = 0; i < 3; i++) {
        if (!is_digit(line.data[i])) return 0;
    }
    if (line.len > 3 && line.data[3] == '-') return 0;
    return (line.data[0] - '0') * 100 + (line.data[1] - '0') * 10 + (line.data[2] - '0');
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '<' || c == '>' || c == ',' || c == ';';
}

/* Appends a word, or "(address)" in its place: servers like to repeat the recipient, and our texts
 * name nobody. */
static void add_word(struct rc_smtp_watch *watch, struct rc_str word)
{
    const size_t used = strlen(watch->words);
    const bool address = word.len > 0 && memchr(word.data, '@', word.len) != NULL;

    snprintf(watch->words + used, sizeof watch->words - used, "%.*s", address ? 9 : (int)word.len,
             address ? "(address)" : word.data);
}

static char printable(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
}

static void keep_words(struct rc_smtp_watch *watch, struct rc_str text)
{
    size_t from = 0;

    watch->words[0] = '\0';
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && !ends_word(text.data[i])) continue;
        add_word(watch, (struct rc_str){text.data + from, i - from});
        if (i < text.len) add_word(watch, (struct rc_str){&text.data[i], 1});
        from = i + 1;
    }
    for (char *at = watch->words; *at; at++)
        *at = printable(*at);
}

void rc_smtp_watch_reply(struct rc_smtp_watch *watch, struct rc_str line)
{
    const int code = last_code(line);

    if (code == 0 || watch->over || watch->step == RC_SMTP_STEP_END) return;
    watch->code = code;
    keep_words(watch, rc_str_trim(line));
    if (watch->step == RC_SMTP_STEP_CONTENT)
        watch->step = RC_SMTP_STEP_END;
    else if (watch->step == RC_SMTP_STEP_DATA && code == 354)
        watch->step = RC_SMTP_STEP_CONTENT;
}

/* A login that is missing (530) or a sender's quota is the configuration's trouble, not this
 * address's. */
static bool about_this_mail(const struct rc_smtp_watch *watch)
{
    return watch->code >= 500 && watch->step >= RC_SMTP_STEP_SENDER && watch->code != 530;
}

enum rc_smtp_outcome rc_smtp_judge(const struct rc_smtp_watch *watch, bool succeeded)
{
    const bool answered = watch->step == RC_SMTP_STEP_END;

    /* The server's yes to the content counts, whatever befell the goodbye. */
    if (succeeded || (answered && watch->code < 400)) return RC_SMTP_ACCEPTED;
    if (watch->step == RC_SMTP_STEP_CONTENT) return RC_SMTP_UNKNOWN;
    return about_this_mail(watch) ? RC_SMTP_REFUSED : RC_SMTP_TRY_LATER;
}
