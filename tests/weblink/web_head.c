#include "weblink/web_head.h"
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
        REQUEST("GET http://user@pile.example/", HOST),
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
