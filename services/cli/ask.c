/* Asks a person. Secrets are read with the terminal's echo off, and it is put back on every way
 * out, an interruption included. */
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { COUNT_TYPED_ABOVE = 100, SECRET_MAX = 4096 };

bool ask_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool ask_confirm(const char *question, long long count)
{
    char answer[64] = "";

    if (count > COUNT_TYPED_ABOVE)
        fprintf(stderr, "%s Type %lld to go on: ", question, count);
    else
        fprintf(stderr, "%s [y/N] ", question);
    if (!fgets(answer, sizeof answer, stdin)) return false;
    answer[strcspn(answer, "\n")] = '\0';
    if (count > COUNT_TYPED_ABOVE) return strtoll(answer, NULL, 10) == count;
    return strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0;
}

static rc_status take_line(FILE *file, const char *what, struct rc_buf *ret_secret)
{
    char line[SECRET_MAX + 2] = "";

    const char *got = fgets(line, sizeof line, file);
    line[strcspn(line, "\r\n")] = '\0';
    if (!got || line[0] == '\0') return rc_fail(RC_REJECT, "%s holds nothing", what);
    if (strlen(line) > SECRET_MAX)
        return rc_fail(RC_REJECT, "%s is longer than %d bytes", what, SECRET_MAX);
    rc_buf_clear(ret_secret);
    rc_buf_add_str(ret_secret, rc_str_of(line));
    return RC_OK;
}

bool ask_text(const char *question, struct rc_buf *buf)
{
    if (!ask_possible()) return false;
    fprintf(stderr, "%s: ", question);
    return take_line(stdin, "what was typed", buf) == RC_OK;
}

rc_status ask_secret(const char *question, struct rc_buf *ret_secret)
{
    struct termios shown;
    struct termios hidden;
    sigset_t none;
    sigset_t before;

    if (!ask_possible() || tcgetattr(STDIN_FILENO, &shown) != 0)
        return rc_fail(RC_REJECT, "there is no terminal to ask on");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    /* An interruption waits until the echo is back. */
    sigemptyset(&none);
    sigaddset(&none, SIGINT);
    sigprocmask(SIG_BLOCK, &none, &before);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    fprintf(stderr,
            "%s: ", question); /* only now: what was typed before is shown, and thrown away */
    const rc_status status = take_line(stdin, "what was typed", ret_secret);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    sigprocmask(SIG_SETMASK, &before, NULL);
    fputc('\n', stderr);
    return status;
}

rc_status ask_file(const char *path, struct rc_buf *ret_secret)
{
    if (strcmp(path, "-") == 0) return take_line(stdin, "stdin", ret_secret);
    FILE *file = fopen(path, "re");
    if (!file) return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(errno));
    const rc_status status = take_line(file, path, ret_secret);
    fclose(file);
    return status;
}
