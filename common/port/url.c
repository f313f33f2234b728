/* Small things about URLs that signing, logging in and logging need, apart from the client. */
#include "rollcall/port/http.h"

#include "rollcall/base/id.h"

static bool unreserved(char c)
{
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void rc_url_encode(struct rc_buf *out, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (unreserved(text.data[i]))
            rc_buf_add_char(out, text.data[i]);
        else
            rc_buf_print(out, "%%%02X", (unsigned)(unsigned char)text.data[i]);
    }
}

size_t rc_url_decode(char *text, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        const bool escape = text[i] == '%' && len - i > 2;
        const int high = escape ? rc_hex_digit(text[i + 1]) : -1;
        const int low = escape ? rc_hex_digit(text[i + 2]) : -1;
        const bool byte = high >= 0 && low >= 0;
        text[kept++] = byte ? (char)(high * 16 + low) : text[i];
        if (byte) i += 2;
    }
    return kept;
}

/* What stands before the first of the characters that end an authority. */
static struct rc_str authority(struct rc_str text)
{
    size_t len = 0;

    while (len < text.len && !strchr("/?#\\", text.data[len]))
        len++;
    return (struct rc_str){text.data, len};
}

struct rc_str rc_url_host(struct rc_str url)
{
    const struct rc_str none = {NULL, 0};
    struct rc_str rest = url;

    rc_str_cut(&rest, ':');
    if (!rc_str_starts(rest, RC_STR("//"))) return none;
    struct rc_str host = authority((struct rc_str){rest.data + 2, rest.len - 2});
    for (size_t i = host.len; i > 0; i--) {
        if (host.data[i - 1] == '@') return (struct rc_str){host.data + i, host.len - i};
    }
    return host;
}
