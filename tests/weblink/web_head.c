#include "weblink/web_head.h"
#include "weblink/web_chunks.h"
#include <criterion/criterion.h>
#include <string.h>

#define REQUEST(line, fields) line " HTTP/1.1\r\n" fields "\r\n"
#define HOST "Host: pile.example\r\n"

static guint judge(const gchar *head)
{
    return web_head_judge(head, strlen(head)).status;
}

Test(web_head, lets_requests_of_the_standard_pass)
{
    const gchar *good[] = {
        REQUEST("GET /", HOST),
        REQUEST("GET /a/b?c=%20&d=/../e", HOST),
        REQUEST("GET /...", HOST),
        REQUEST("GET http://pile.example/a", HOST),
        REQUEST("GET http://pile.example", HOST),
        REQUEST("OPTIONS *", HOST),
        REQUEST("POST /a", HOST "Content-Length: 0\r\n"),
        REQUEST("POST /a", HOST "transfer-encoding:chunked\r\nExpect: 100-Continue\r\n"),
        REQUEST("M-SEARCH /", HOST "X:\r\nY:\ttab and \xe9 \t\r\n"),
        "\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(good); i++)
        cr_expect_eq(judge(good[i]), 0, "%s", good[i]);
}

Test(web_head, whatever_two_readers_could_read_in_two_ways_is_malformed)
{
    const gchar *bad[] = {
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n\r\n" HOST,
        "GET /\r\n" HOST "\r\n",
        "GET / HTTP/1.1\n" HOST "\r\n",
        "GET / HTTP/1.1\r\nHost: pile.example\nX: y\r\n\r\n",
        REQUEST("GET / ", HOST),
        REQUEST("GET  /", HOST),
        REQUEST(" GET /", HOST),
        REQUEST("GET\t/", HOST),
        REQUEST("G(T /", HOST),
        REQUEST("GET a", HOST),
        REQUEST("GET *", HOST),
        REQUEST("GET ftp://pile.example/", HOST),
        REQUEST("GET /a#b", HOST),
        REQUEST("GET /a\\b", HOST),
        REQUEST("GET /\xe9", HOST),
        REQUEST("GET /%", HOST),
        REQUEST("GET /%a", HOST),
        REQUEST("GET /%g0", HOST),
        "GET / HTTP/11\r\n" HOST "\r\n",
        "GET / http/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1,1\r\n" HOST "\r\n",
        "GET / HTTP/1.10\r\n" HOST "\r\n",
        REQUEST("GET /", HOST " folded\r\n"),
        REQUEST("GET /", HOST "no colon\r\n"),
        REQUEST("GET /", HOST ": no name\r\n"),
        REQUEST("GET /", HOST "X : y\r\n"),
        REQUEST("GET /", HOST "X: a\rb\r\n"),
        REQUEST("GET /", HOST "X: a\x7f\r\n"),
        REQUEST("POST /", HOST "Content-Length: +1\r\n"),
        REQUEST("POST /", HOST "Content-Length:\r\n"),
        REQUEST("POST /", HOST "Content-Length: 1\r\nContent-Length: 1\r\n"),
        REQUEST("POST /", HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        REQUEST("POST /", HOST "Transfer-Encoding: gzip, chunked\r\n"),
        "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
        REQUEST("GET /", ""),
        REQUEST("GET /", HOST HOST),
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_eq(judge(bad[i]), 400, "%s", bad[i]);
    cr_expect_eq(web_head_judge("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 29).status, 400);
}

Test(web_head, dots_lead_nowhere_however_they_are_spelled)
{
    const gchar *paths[] = {
        "/.", "/..", "/a/../b", "/%2e", "/.%2E/a", "/%2e./?q", "http://pile.example/a/%2E%2e"};

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree gchar *head = g_strdup_printf(REQUEST("GET %s", HOST), paths[i]);
        cr_expect_eq(judge(head), 404, "%s", paths[i]);
    }
}

Test(web_head, other_versions_and_expectations_have_answers_of_their_own)
{
    g_autoptr(GString) many = g_string_new("GET / HTTP/1.1\r\n" HOST);

    cr_expect_eq(judge("GET / HTTP/2.0\r\n" HOST "\r\n"), 505);
    cr_expect_eq(judge("GET / HTTP/1.2\r\n" HOST "\r\n"), 505);
    cr_expect_eq(judge(REQUEST("GET /", HOST "Expect: miracles\r\n")), 417);
    cr_expect_eq(judge(REQUEST("POST /", HOST "Content-Type: a/b\r\ncontent-type: a/b\r\n")), 415);
    for (guint i = 0; i < WEB_HEAD_MAX_FIELDS; i++)
        g_string_append(many, "A: b\r\n");
    g_string_append(many, "\r\n");
    cr_expect_eq(judge(many->str), 431);
}

Test(web_head, ends_at_the_first_empty_line)
{
    cr_expect_eq(web_head_length("GET / HTTP/1.1\r\n\r\nGET", 21), 18);
    cr_expect_eq(web_head_length("GET / HTTP/1.1\n\n", 16), 16, "so that it is refused, not waited for");
    cr_expect_eq(web_head_length("GET / HTTP/1.1\r\nA: b\r\n", 22), 0);
}

Test(web_head, says_whether_the_body_comes_in_chunks)
{
    const gchar *chunked = REQUEST("POST /", HOST "transfer-encoding: chunked\r\n");
    const gchar *counted = REQUEST("POST /", HOST "Content-Length: 1\r\n");

    cr_expect(web_head_is_chunked(chunked, strlen(chunked)));
    cr_expect_not(web_head_is_chunked(counted, strlen(counted)));
}

/* Byte by byte and at once are the same. Returns: the status; @passed (optional): bytes that may go on */
static guint follow(const gchar *body, gsize len, gsize *passed)
{
    WebChunks whole = {0}, parts = {0};
    WebVerdict verdict, verdict_of_parts = {0};
    gsize n = web_chunks_follow(&whole, body, len, 1000, &verdict), at = 0;

    while (at < len && verdict_of_parts.status == 0)
        at += web_chunks_follow(&parts, body + at, 1, 1000, &verdict_of_parts);
    cr_expect_eq(verdict.status, verdict_of_parts.status, "%s", body);
    cr_expect_eq(n, at, "%s", body);
    if (passed != NULL)
        *passed = n;
    return verdict.status;
}

Test(web_chunks, bodies_of_the_standard_pass_whole)
{
    const gchar *good[] = {
        "0\r\n\r\n",
        "2\r\n{}\r\n0\r\n\r\n",
        "00A\r\n0123456789\r\n1\r\n\r\r\n000\r\n\r\n",
        "2;a=b;c=\"d\"\r\n{}\r\n0 ;x\r\n\r\n",
        "2\r\n{}\r\n0\r\nTrailer: a\r\nOther:\tb\r\n\r\nwhatever comes behind\n",
    };
    gsize passed = 0;

    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        cr_expect_eq(follow(good[i], strlen(good[i]), &passed), 0, "%s", good[i]);
        cr_expect_eq(passed, strlen(good[i]));
    }
}

Test(web_chunks, nothing_passes_from_the_first_byte_that_breaks_the_framing)
{
    const struct {
        const gchar *body;
        gsize passed;
    } bad[] = {
        {"\r\n", 0},      {" 2\r\n", 0},       {"-1\r\n", 0},      {"0x2\r\n", 1},      {"2\n{}", 1},
        {"2 \r\n", 2},    {"2\r{}", 2},        {"2;\n{}", 2},      {"2;\x01", 2},       {"2\r\n{}}", 5},
        {"2\r\n{}\n", 5}, {"2\r\n{}\r2", 6},   {"0\r\nA: b\n", 7}, {"0\r\n folded", 3}, {"0\r\nA: \x7f", 6},
        {"0\r\n\rA", 4},  {"0\r\nA: b\rC", 8},
    };
    gsize passed = 0;

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        cr_expect_eq(follow(bad[i].body, strlen(bad[i].body), &passed), 400, "%s", bad[i].body);
        cr_expect_eq(passed, bad[i].passed, "%s: %" G_GSIZE_FORMAT, bad[i].body, passed);
    }
}

Test(web_chunks, what_is_announced_too_large_is_not_waited_for)
{
    g_autofree gchar *line = g_strdup_printf("1;%0*d\r\n", WEB_CHUNKS_LINE_MAX_BYTES, 0);
    g_autofree gchar *trailers = g_strdup_printf("0\r\nA: %0*d\r\n", WEB_CHUNKS_TRAILER_MAX_BYTES, 0);

    cr_expect_eq(follow("3e8\r\n", 5, NULL), 0);
    cr_expect_eq(follow("3e9\r\n", 5, NULL), 413);
    cr_expect_eq(follow("ffffffffffffffffff", 18, NULL), 413);
    cr_expect_eq(follow("1\r\n \r\n3e8", 9, NULL), 413, "all chunks together");
    cr_expect_eq(follow(line, strlen(line), NULL), 400);
    cr_expect_eq(follow(trailers, strlen(trailers), NULL), 400);
}
