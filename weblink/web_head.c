#include "weblink/web_head.h"

#include <string.h>

typedef struct {
    const gchar *text;
    gsize len;
} Span;

static const WebVerdict fine = {0};
static const WebVerdict malformed = {400, "bad_field", "the head of the request is malformed"};

typedef struct {
    guint n_fields, n_hosts, n_lengths, n_codings, n_types;
} Count;

gsize web_head_length(const gchar *head, gsize len)
{
    const gchar *crlf = memmem(head, len, "\n\r\n", 3);
    const gchar *lf = memmem(head, len, "\n\n", 2);

    if (crlf != NULL && (lf == NULL || crlf < lf))
        return (gsize)(crlf - head) + 3;
    return lf != NULL ? (gsize)(lf - head) + 2 : 0;
}

/* Cuts off what stands before @mark. FALSE: there is no @mark. */
static gboolean take_until(Span *rest, const gchar *mark, Span *part)
{
    const gchar *at = memmem(rest->text, rest->len, mark, strlen(mark));

    if (at == NULL)
        return FALSE;
    *part = (Span){rest->text, (gsize)(at - rest->text)};
    rest->text = at + strlen(mark);
    rest->len -= part->len + strlen(mark);
    return TRUE;
}

static gboolean is(Span span, const gchar *text)
{
    return span.len == strlen(text) && g_ascii_strncasecmp(span.text, text, span.len) == 0;
}

static gboolean begins(Span span, const gchar *text)
{
    return span.len >= strlen(text) && g_ascii_strncasecmp(span.text, text, strlen(text)) == 0;
}

/* RFC 9110, 5.6.2 */
static gboolean is_token(Span span)
{
    for (gsize i = 0; i < span.len; i++)
        if (!g_ascii_isalnum(span.text[i]) && strchr("!#$%&'*+-.^_`|~", span.text[i]) == NULL)
            return FALSE;
    return span.len > 0;
}

static gboolean is_digits(Span span)
{
    for (gsize i = 0; i < span.len; i++)
        if (!g_ascii_isdigit(span.text[i]))
            return FALSE;
    return span.len > 0;
}

/* No blank, control or foreign byte, no fragment, and every escape is one (RFC 3986, 2). */
static gboolean is_target(Span target)
{
    for (gsize i = 0; i < target.len; i++) {
        gchar c = target.text[i];

        if (!g_ascii_isgraph(c) || c == '#' || c == '\\')
            return FALSE;
        if (c == '%' && (target.len - i < 3 || !g_ascii_isxdigit(target.text[i + 1]) ||
                         !g_ascii_isxdigit(target.text[i + 2])))
            return FALSE;
    }
    return target.len > 0;
}

/* "." and "..", each dot also as %2e. libsoup would resolve them, and so serve a path that nobody sees. */
static gboolean is_dots(Span segment)
{
    guint n_dots = 0;

    while (segment.len > 0) {
        gsize len = begins(segment, "%2e") ? 3 : 1;

        if (len == 1 && segment.text[0] != '.')
            return FALSE;
        segment.text += len;
        segment.len -= len;
        n_dots++;
    }
    return n_dots == 1 || n_dots == 2;
}

static gboolean has_dot_segment(Span path)
{
    Span segment;
    const gchar *query = memchr(path.text, '?', path.len);

    if (query != NULL)
        path.len = (gsize)(query - path.text);
    while (take_until(&path, "/", &segment))
        if (is_dots(segment))
            return TRUE;
    return is_dots(path);
}

static WebVerdict judge_target(Span target, gboolean is_options)
{
    Span scheme, authority;

    if (!is_target(target))
        return malformed;
    if (is(target, "*"))
        return is_options ? fine : malformed;
    if (target.text[0] != '/') { /* RFC 9112, 3.2.2 */
        if (!take_until(&target, "://", &scheme) || (!is(scheme, "http") && !is(scheme, "https")))
            return malformed;
        if (!take_until(&target, "/", &authority))
            authority = target;
        if (memchr(authority.text, '@', authority.len) != NULL)
            return (WebVerdict){400, "bad_host", "a user has no place in a request target"};
    }
    if (has_dot_segment(target))
        return (WebVerdict){404, "not_found", "a path with . or .. leads nowhere"};
    return fine;
}

static WebVerdict judge_request_line(Span line, gboolean *is_1_0)
{
    Span method, target;
    WebVerdict verdict;

    if (!take_until(&line, " ", &method) || !is_token(method) || !take_until(&line, " ", &target))
        return malformed;
    verdict = judge_target(target, is(method, "OPTIONS"));
    if (verdict.status != 0)
        return verdict;
    if (line.len != strlen("HTTP/1.1") || memcmp(line.text, "HTTP/", 5) != 0 ||
        !g_ascii_isdigit(line.text[5]) || line.text[6] != '.' || !g_ascii_isdigit(line.text[7]))
        return malformed;
    if (line.text[5] != '1' || line.text[7] > '1')
        return (WebVerdict){505, "http_version", "HTTP/1.0 and HTTP/1.1 are spoken here"};
    *is_1_0 = line.text[7] == '0';
    return fine;
}

static Span trim(Span span)
{
    while (span.len > 0 && strchr(" \t", span.text[0]) != NULL) {
        span.text++;
        span.len--;
    }
    while (span.len > 0 && strchr(" \t", span.text[span.len - 1]) != NULL)
        span.len--;
    return span;
}

static WebVerdict judge_field(Span line, gboolean is_1_0, Count *count)
{
    Span name, value;

    if (!take_until(&line, ":", &name) || !is_token(name)) /* a folded line has no name */
        return malformed;
    value = trim(line);
    for (gsize i = 0; i < value.len; i++)
        if (g_ascii_iscntrl(value.text[i]) && value.text[i] != '\t')
            return malformed;
    count->n_fields++;
    if (is(name, "Host"))
        count->n_hosts++;
    if (is(name, "Content-Length")) {
        count->n_lengths++;
        if (!is_digits(value))
            return (WebVerdict){400, "bad_field", "Content-Length is not a number"};
    }
    if (is(name, "Transfer-Encoding")) {
        count->n_codings++;
        if (!is(value, "chunked") || is_1_0)
            return (WebVerdict){400, "bad_field", "no Transfer-Encoding but chunked is known, in HTTP/1.1"};
    }
    count->n_types += is(name, "Content-Type");
    if (is(name, "Expect") && !is(value, "100-continue"))
        return (WebVerdict){417, "bad_field", "no expectation but 100-continue can be met"};
    return fine;
}

WebVerdict web_head_judge(const gchar *head, gsize len)
{
    Span rest = {head, len}, line;
    Count count = {0};
    gboolean is_1_0 = FALSE;
    WebVerdict verdict;

    if (begins(rest, "\r\n")) { /* RFC 9112, 2.2: one empty line before a request is forgiven */
        rest.text += 2;
        rest.len -= 2;
    }
    if (memchr(rest.text, '\0', rest.len) != NULL || !take_until(&rest, "\r\n", &line))
        return malformed;
    verdict = judge_request_line(line, &is_1_0);
    while (verdict.status == 0 && take_until(&rest, "\r\n", &line) && line.len > 0) {
        verdict = judge_field(line, is_1_0, &count);
        if (verdict.status == 0 && count.n_fields > WEB_HEAD_MAX_FIELDS)
            verdict = (WebVerdict){431, "header_too_large", "more than 100 header fields"};
    }
    if (verdict.status != 0)
        return verdict;
    if (rest.len > 0) /* a line that a bare LF ended */
        return malformed;
    if (count.n_hosts != 1)
        return (WebVerdict){400, "bad_host", "exactly one Host header is needed"};
    /* Two ways to tell where a body ends are how one request is smuggled behind another (RFC 9112, 6.1). */
    if (count.n_lengths + count.n_codings > 1)
        return (WebVerdict){400, "bad_field", "more than one Content-Length or Transfer-Encoding"};
    if (count.n_types > 1)
        return (WebVerdict){415, "media_type", "more than one Content-Type"};
    return fine;
}

gboolean web_head_is_chunked(const gchar *head, gsize len)
{
    Span rest = {head, len}, line, name;

    while (take_until(&rest, "\r\n", &line))
        if (take_until(&line, ":", &name) && is(name, "Transfer-Encoding"))
            return TRUE; /* nothing else is let through */
    return FALSE;
}
