/* A small subset of mustache. A template is first cut into tokens, with every section's end known
 * and every mistake found; only then is it rendered, so that a bad template writes nothing. */

#include "rollcall/format/template.h"

#include "rollcall/base/auto.h"

enum { DEPTH_MAX = 32 };

enum token_kind {
    TOKEN_TEXT,
    TOKEN_VALUE,
    TOKEN_RAW,
    TOKEN_SECTION,
    TOKEN_INVERTED,
    TOKEN_END,
    TOKEN_COMMENT
};

struct token {
    enum token_kind kind;
    struct rc_str text; /* the text, or the name */
    size_t end;         /* of a section: its end's index */
};

struct compiler {
    struct rc_arena *arena;
    struct rc_str rest;
    const char *start;
    struct token *tokens;
    size_t count;
    size_t cap;
    size_t open[DEPTH_MAX]; /* sections that are not closed yet */
    size_t depth;
};

/* --- cutting --- */

static int line_of(const struct compiler *compiler, const char *at)
{
    int line = 1;

    for (const char *c = compiler->start; c < at; c++)
        line += *c == '\n';
    return line;
}

static rc_status wrong(const struct compiler *compiler, struct rc_str tag, const char *what)
{
    return rc_fail(RC_REJECT, "template, line %d: %s", line_of(compiler, tag.data), what);
}

static void push(struct compiler *compiler, enum token_kind kind, struct rc_str text)
{
    if (compiler->count == compiler->cap) {
        const size_t cap = compiler->cap > 0 ? 2 * compiler->cap : 64;
        struct token *grown = rc_arena_array(compiler->arena, cap, sizeof *grown);
        if (compiler->count > 0) memcpy(grown, compiler->tokens, compiler->count * sizeof *grown);
        compiler->tokens = grown;
        compiler->cap = cap;
    }
    compiler->tokens[compiler->count++] = (struct token){.kind = kind, .text = text};
}

static bool starts_at(const struct compiler *compiler, const char *at, const char *what)
{
    const size_t len = strlen(what);
    const char *end = compiler->rest.data + compiler->rest.len;

    return (size_t)(end - at) >= len && memcmp(at, what, len) == 0;
}

static const char *find(const struct compiler *compiler, const char *from, const char *what)
{
    const char *end = compiler->rest.data + compiler->rest.len;

    for (const char *at = from; at < end; at++)
        if (starts_at(compiler, at, what)) return at;
    return NULL;
}

static rc_status open_section(struct compiler *compiler, struct rc_str name, struct rc_str tag)
{
    if (compiler->depth == DEPTH_MAX) return wrong(compiler, tag, "sections are nested too deeply");
    compiler->open[compiler->depth++] = compiler->count;
    (void)name;
    return RC_OK;
}

static rc_status close_section(struct compiler *compiler, struct rc_str name, struct rc_str tag)
{
    if (compiler->depth == 0)
        return wrong(compiler, tag, "a section is closed that was not opened");
    struct token *opened = &compiler->tokens[compiler->open[compiler->depth - 1]];
    if (!rc_str_eq(opened->text, name)) return wrong(compiler, tag, "another section is open here");
    opened->end = compiler->count;
    compiler->depth--;
    return RC_OK;
}

/* The tags by their first character. */
static const struct sigil {
    char sigil;
    enum token_kind kind;
    rc_status (*act)(struct compiler *compiler, struct rc_str name, struct rc_str tag);
} sigils[] = {
    {'#', TOKEN_SECTION, open_section},
    {'^', TOKEN_INVERTED, open_section},
    {'/', TOKEN_END, close_section},
    {'!', TOKEN_COMMENT, NULL},
};

static bool is_name(struct rc_str text)
{
    if (rc_str_eq(text, RC_STR("."))) return true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9');
        if (!letter && c != '_' && c != '-' && c != '.') return false;
    }
    return text.len > 0;
}

/* A section tag, an end or a comment that is alone on its line takes the line with it: *text (what
 * stands before) loses its blanks, and the rest its line end. */
static void drop_line(struct compiler *compiler, struct rc_str *text)
{
    struct rc_str before = *text;
    size_t after = 0;

    while (before.len > 0 &&
           (before.data[before.len - 1] == ' ' || before.data[before.len - 1] == '\t'))
        before.len--;
    const bool first = before.len > 0 ? before.data[before.len - 1] == '\n'
                                      : before.data == compiler->start || before.data[-1] == '\n';
    while (after < compiler->rest.len &&
           (compiler->rest.data[after] == ' ' || compiler->rest.data[after] == '\t' ||
            compiler->rest.data[after] == '\r'))
        after++;
    const bool last = after == compiler->rest.len || compiler->rest.data[after] == '\n';
    if (!first || !last) return;
    if (after < compiler->rest.len) after++;
    compiler->rest = (struct rc_str){compiler->rest.data + after, compiler->rest.len - after};
    *text = before;
}

static rc_status take_plain_tag(struct compiler *compiler, struct rc_str text, struct rc_str body)
{
    const struct sigil *sigil = NULL;
    struct rc_str name = rc_str_trim(body);

    for (size_t i = 0; i < COUNT_OF(sigils); i++)
        if (name.len > 0 && sigils[i].sigil == *name.data) sigil = &sigils[i];
    if (sigil) name = rc_str_trim((struct rc_str){name.data + 1, name.len - 1});
    if ((!sigil || sigil->act) && !is_name(name)) return wrong(compiler, body, "no such tag");
    if (sigil) drop_line(compiler, &text);
    push(compiler, TOKEN_TEXT, text);
    if (sigil && sigil->act) RC_TRY(sigil->act(compiler, name, body));
    push(compiler, sigil ? sigil->kind : TOKEN_VALUE, name);
    return RC_OK;
}

/* The tag at at, with the text before it. */
static rc_status take_tag(struct compiler *compiler, const char *at)
{
    const struct rc_str text = {compiler->rest.data, (size_t)(at - compiler->rest.data)};
    const bool raw = starts_at(compiler, at, "{{{");
    const char *from = at + (raw ? 3 : 2);
    const char *to = find(compiler, from, raw ? "}}}" : "}}");

    if (!to) return wrong(compiler, (struct rc_str){at, 0}, "the tag is not closed");
    const struct rc_str body = {from, (size_t)(to - from)};
    const char *next = to + (raw ? 3 : 2);
    compiler->rest.len -= (size_t)(next - compiler->rest.data);
    compiler->rest.data = next;
    if (!raw) return take_plain_tag(compiler, text, body);
    if (!is_name(rc_str_trim(body))) return wrong(compiler, body, "no such tag");
    push(compiler, TOKEN_TEXT, text);
    push(compiler, TOKEN_RAW, rc_str_trim(body));
    return RC_OK;
}

static rc_status compile(struct compiler *compiler)
{
    const char *at = find(compiler, compiler->rest.data, "{{");

    while (at) {
        RC_TRY(take_tag(compiler, at));
        at = find(compiler, compiler->rest.data, "{{");
    }
    push(compiler, TOKEN_TEXT, compiler->rest);
    if (compiler->depth > 0)
        return wrong(compiler, compiler->tokens[compiler->open[compiler->depth - 1]].text,
                     "the section is not closed");
    return RC_OK;
}

/* --- rendering --- */

struct renderer {
    const struct token *tokens;
    enum rc_template_kind kind;
    struct rc_buf *out;
    const struct rc_json *stack[DEPTH_MAX + 1]; /* innermost last */
    size_t depth;
};

static const struct rc_json *get_part(const struct rc_json *object, struct rc_str name)
{
    for (const struct rc_json *at = rc_json_first(object); at; at = rc_json_next(at))
        if (rc_str_eq(rc_json_name(at), name)) return at;
    return NULL;
}

/* The first part of a dotted name is looked up from the innermost section outwards, the others
 * below it. */
static const struct rc_json *look_up(const struct renderer *renderer, struct rc_str name)
{
    if (rc_str_eq(name, RC_STR("."))) return renderer->stack[renderer->depth - 1];
    const struct rc_str first = rc_str_cut(&name, '.');
    const struct rc_json *found = NULL;

    for (size_t i = renderer->depth; i > 0 && !found; i--)
        found = get_part(renderer->stack[i - 1], first);
    while (found && name.data)
        found = get_part(found, rc_str_cut(&name, '.'));
    return found;
}

/* Nothing to show: absent, null, false, "", 0 and the empty list. */
static bool is_empty(const struct rc_json *value)
{
    switch (rc_json_kind(value)) {
    case RC_JSON_NULL:
        return true;
    case RC_JSON_BOOL:
        return !rc_json_bool(value);
    case RC_JSON_NUMBER:
        return rc_str_eq(rc_json_text(value), RC_STR("0"));
    case RC_JSON_STRING:
        return rc_json_text(value).len == 0;
    case RC_JSON_ARRAY:
        return !rc_json_first(value);
    case RC_JSON_OBJECT:
        return false;
    }
    return true;
}

void rc_html_escape(struct rc_buf *out, struct rc_str text)
{
    static const struct {
        char c;
        struct rc_str entity;
    } entities[] = {
        {'&', RC_STR_INIT("&amp;")},  {'<', RC_STR_INIT("&lt;")},   {'>', RC_STR_INIT("&gt;")},
        {'"', RC_STR_INIT("&quot;")}, {'\'', RC_STR_INIT("&#39;")},
    };

    for (size_t i = 0; i < text.len; i++) {
        struct rc_str piece = {text.data + i, 1};
        for (size_t k = 0; k < COUNT_OF(entities); k++)
            if (entities[k].c == text.data[i]) piece = entities[k].entity;
        rc_buf_add_str(out, piece);
    }
}

/* In a plain text a value may not make lines of its own. */
static void add_one_line(struct rc_buf *out, struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        rc_buf_add_char(
            out, (unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F ? ' ' : text.data[i]);
}

static void add_value(const struct renderer *renderer, const struct token *token)
{
    const struct rc_json *value = look_up(renderer, token->text);
    struct rc_str text = rc_json_text(value);

    if (rc_json_kind(value) == RC_JSON_BOOL)
        text = rc_json_bool(value) ? RC_STR("true") : RC_STR("false");
    if (token->kind == TOKEN_RAW)
        rc_buf_add_str(renderer->out, text);
    else if (renderer->kind == RC_TEMPLATE_HTML)
        rc_html_escape(renderer->out, text);
    else
        add_one_line(renderer->out, text);
}

static void render(struct renderer *renderer, size_t from, size_t to);

static void render_inside(struct renderer *renderer, size_t section, const struct rc_json *context)
{
    renderer->stack[renderer->depth++] = context;
    render(renderer, section + 1, renderer->tokens[section].end);
    renderer->depth--;
}

static void render_section(struct renderer *renderer, size_t section)
{
    const struct rc_json *value = look_up(renderer, renderer->tokens[section].text);

    if (is_empty(value)) return;
    if (rc_json_kind(value) != RC_JSON_ARRAY) {
        render_inside(renderer, section, value);
        return;
    }
    for (const struct rc_json *item = rc_json_first(value); item; item = rc_json_next(item))
        render_inside(renderer, section, item);
}

static void render(struct renderer *renderer, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct token *token = &renderer->tokens[i];
        if (token->kind == TOKEN_TEXT) rc_buf_add_str(renderer->out, token->text);
        if (token->kind == TOKEN_VALUE || token->kind == TOKEN_RAW) add_value(renderer, token);
        if (token->kind == TOKEN_SECTION) render_section(renderer, i);
        if (token->kind == TOKEN_INVERTED && is_empty(look_up(renderer, token->text)))
            render(renderer, i + 1, token->end);
        if (token->kind == TOKEN_SECTION || token->kind == TOKEN_INVERTED) i = token->end;
    }
}

rc_status rc_template_render(struct rc_str text, enum rc_template_kind kind,
                             const struct rc_json *data, struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str whole = text.data ? text : RC_STR("");
    struct compiler compiler = {.arena = arena, .rest = whole, .start = whole.data};

    RC_TRY(compile(&compiler));
    struct renderer renderer = {
        .tokens = compiler.tokens, .kind = kind, .out = out, .stack = {data}, .depth = 1};
    render(&renderer, 0, compiler.count);
    return RC_OK;
}
