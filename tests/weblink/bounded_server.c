#include "weblink/bounded_server.h"

#include "tests/weblink/raw_client.h"
#include <criterion/criterion.h>
#include <string.h>

static WebRequest *kept;
static GPtrArray *waiting; /* of WebRequest */
static guint n_calls;

static void on_hello(WebRequest *request, gpointer data)
{
    g_autoptr(GBytes) body = g_bytes_new_static("{\"ok\":true}", 11);

    n_calls++;
    web_reply_json(request, 200, body);
}

static void on_echo(WebRequest *request, gpointer data)
{
    n_calls++;
    web_reply_json(request, 201, web_request_body(request));
}

static void on_item(WebRequest *request, gpointer data)
{
    g_autofree gchar *text =
        g_strdup_printf("%s|%s|%s", web_request_param(request, "id"),
                        web_request_query(request, "q") != NULL ? web_request_query(request, "q") : "",
                        web_request_bearer(request) != NULL ? web_request_bearer(request) : "");
    g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));

    web_reply_content(request, 200, body, "text/plain");
}

static void on_later(WebRequest *request, gpointer data)
{
    kept = web_request_ref(request);
}

static void on_many(WebRequest *request, gpointer data)
{
    g_ptr_array_add(waiting, web_request_ref(request));
}

static void on_forgotten(WebRequest *request, gpointer data)
{
}

static void on_large(WebRequest *request, gpointer data)
{
    g_autoptr(GBytes) body = g_bytes_new_take(g_strnfill(16 * 1024 * 1024, 'x'), 16 * 1024 * 1024);

    web_reply_content(request, 200, body, "text/plain");
}

static void on_basic(WebRequest *request, gpointer data)
{
    g_autofree gchar *user = NULL;
    g_autofree gchar *password = NULL;

    if (web_request_basic(request, &user, &password)) {
        g_autofree gchar *text = g_strdup_printf("%s/%s", user, password);
        g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
        web_reply_content(request, 200, body, "text/plain");
    } else {
        web_reply_problem(request, 401, "unauthorized", NULL);
    }
}

static const WebRoute routes[] = {
    {"GET", "/hello", on_hello, WEB_BODY_NONE},
    {"POST", "/echo", on_echo, WEB_BODY_JSON},
    {"GET", "/items/{id}/x", on_item, WEB_BODY_NONE},
    {"GET", "/later", on_later, WEB_BODY_NONE},
    {"GET", "/many", on_many, WEB_BODY_NONE},
    {"GET", "/forgotten", on_forgotten, WEB_BODY_NONE},
    {"GET", "/large", on_large, WEB_BODY_NONE},
    {"GET", "/basic", on_basic, WEB_BODY_NONE},
    {NULL},
};

static BoundedServer *server;

static void start(void)
{
    g_autoptr(GError) error = NULL;

    server = bounded_server_new(routes, NULL);
    cr_assert(bounded_server_listen(server, "127.0.0.1:0", &error), "%s",
              error != NULL ? error->message : "");
    n_calls = 0;
    waiting = g_ptr_array_new_with_free_func((GDestroyNotify)web_request_unref);
}

static void stop(void)
{
    g_clear_pointer(&waiting, g_ptr_array_unref);
    g_clear_pointer(&kept, web_request_unref);
    g_clear_object(&server);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

TestSuite(bounded_server, .init = start, .fini = stop);

/* @request gets @status and a problem with @code. */
static void expect(const gchar *request, guint status, const gchar *code)
{
    g_autofree gchar *answer = raw_ask(server, request);
    guint64 got = strlen(answer) > 9 ? g_ascii_strtoull(answer + strlen("HTTP/1.x "), NULL, 10) : 0;
    g_autofree gchar *member = g_strdup_printf("\"code\":\"%s\"", code);

    cr_expect_eq(got, status, "want %u to %.60s, got: %s", status, request, answer);
    cr_expect(code[0] == '\0' || strstr(answer, member) != NULL, "want %s to %.60s, got: %s", code, request,
              answer);
    cr_expect(code[0] == '\0' || strstr(answer, "application/problem+json") != NULL, "%s", answer);
}

Test(bounded_server, answers_what_its_table_has)
{
    g_autofree gchar *hello = raw_ask(server, "GET /hello HTTP/1.1\r\nHost: {H}\r\n\r\n");
    g_autofree gchar *echo = raw_ask(
        server, "POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json; charset=utf-8\r\n"
                "Content-Length: 7\r\n\r\n{\"a\":1}");

    cr_expect(g_str_has_prefix(hello, "HTTP/1.1 200 "), "%s", hello);
    cr_expect_not_null(strstr(hello, "{\"ok\":true}"));
    cr_expect(g_str_has_prefix(echo, "HTTP/1.1 201 "), "%s", echo);
    cr_expect(g_str_has_suffix(echo, "{\"a\":1}"), "%s", echo);
}

Test(bounded_server, reads_a_chunked_body)
{
    g_autofree gchar *answer = raw_ask(server, "POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: "
                                               "application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                               "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");

    cr_expect(g_str_has_suffix(answer, "{\"a\":1}"), "%s", answer);
}

Test(bounded_server, decodes_parameters_query_and_bearer)
{
    g_autofree gchar *answer = raw_ask(
        server,
        "GET /items/DE%2AABC%2F1/x?q=a%20b HTTP/1.1\r\nHost: {H}\r\nAuthorization: Bearer s3cret\r\n\r\n");

    cr_expect(g_str_has_suffix(answer, "DE*ABC/1|a b|s3cret"), "%s", answer);
}

Test(bounded_server, content_carries_a_strict_policy)
{
    g_autofree gchar *answer = raw_ask(server, "GET /items/1/x HTTP/1.1\r\nHost: {H}\r\n\r\n");

    cr_expect_not_null(strstr(answer, "Content-Security-Policy: default-src 'none'"));
    cr_expect_null(strstr(answer, "unsafe"));
    cr_expect_not_null(strstr(answer, "X-Content-Type-Options: nosniff"));
    cr_expect_null(strstr(answer, "Access-Control"));
}

Test(bounded_server, refuses_what_its_table_has_not)
{
    g_autofree gchar *wrong = raw_ask(server, "DELETE /hello HTTP/1.1\r\nHost: {H}\r\n\r\n");

    expect("GET /nothing HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    expect("GET /hello/ HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    expect("GET /items//x HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    expect("GET /items/%00/x HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    expect("GET /items/%2E%2E/x HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    expect("POST /hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 405, "method_not_allowed");
    cr_expect_not_null(strstr(wrong, "\r\nAllow: GET\r\n"), "%s", wrong);
}

Test(bounded_server, wants_json_where_a_body_is)
{
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415,
           "media_type");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Length: 2\r\n\r\n{}", 415, "media_type");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           "Content-Length: 0\r\n\r\n",
           415, "media_type");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nContent-Length: 2\r\n\r\n{}", 413, "body_too_large");
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, needs_exactly_one_host_of_its_list)
{
    expect("GET /hello HTTP/1.1\r\n\r\n", 400, "bad_host");
    expect("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400, "bad_host");
    expect("GET /hello HTTP/1.1\r\nHost: localhost:1\r\n\r\n", 400, "bad_host");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nHost: {H}\r\n\r\n", 400, "bad_host");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nHost: evil.example\r\n\r\n", 400, "bad_host");
    expect("GET http://evil.example/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400, "bad_host");
    expect("GET http://evil.example/hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 400, "bad_host");
    expect("GET http://{H}/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400, "bad_host");
    expect("GET /hello HTTP/1.0\r\n\r\n", 400, "bad_host");
    cr_expect_eq(n_calls, 0);
    bounded_server_allow_host(server, "Charge.Example.com");
    expect("GET /hello HTTP/1.1\r\nHost: charge.EXAMPLE.com\r\n\r\n", 200, "");
}

Test(bounded_server, refuses_foreign_origins)
{
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nOrigin: null\r\n\r\n", 403, "forbidden_origin");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nOrigin: http://evil.example\r\n\r\n", 403,
           "forbidden_origin");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nOrigin: http://localhost:1\r\n\r\n", 403, "forbidden_origin");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nOrigin: http://{H}\r\nOrigin: http://{H}\r\n\r\n", 403,
           "forbidden_origin");
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\nOrigin: http://{H}\r\n\r\n", 200, "");
}

Test(bounded_server, answers_a_malformed_head)
{
    g_autoptr(RawClient) client = raw_connect(server);

    expect("GET hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 400, "bad_field");
    expect("GET /hello HTTP/2.0\r\nHost: {H}\r\n\r\n", 505, "http_version");
    expect("GET /hello HTTP/1.1\r\nHost : {H}\r\n\r\n", 400, "bad_field");
    expect("OPTIONS * HTTP/1.1\r\nHost: {H}\r\n\r\n", 404, "not_found");
    raw_send(client, "GET /\0 HTTP/1.1\r\n\r\n", 19);
    cr_expect(raw_hear(client, "HTTP/1.1 400 "), "%s", client->in->str);
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, refuses_two_ways_to_measure_a_body)
{
    const gchar *lengths[] = {"+2", "-1", "", "0x2", "2, 2", "2 2"};

    for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree gchar *request = g_strdup_printf("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: "
                                                    "application/json\r\nContent-Length: %s\r\n\r\n{}",
                                                    lengths[i]);
        expect(request, 400, "bad_field");
    }
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\n"
           "transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
           400, "bad_field");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
           "Content-Length: 2\r\n\r\n{}",
           415, "media_type");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
           "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
           400, "bad_field");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
           "Content-Length: 3\r\n\r\n{}",
           400, "");
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, refuses_a_large_header_of_any_size)
{
    const gsize sizes[] = {9 * 1024, 60 * 1024, 70 * 1024, 2 * 1024 * 1024};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree gchar *filler = g_strnfill(sizes[i], 'a');
        g_autofree gchar *one = g_strdup_printf("GET /hello HTTP/1.1\r\nHost: {H}\r\nX: %s\r\n\r\n", filler);
        g_autofree gchar *path = g_strdup_printf("GET /%s HTTP/1.1\r\nHost: {H}\r\n\r\n", filler);

        expect(one, 431, "header_too_large");
        expect(path, 431, "header_too_large");
    }
}

Test(bounded_server, refuses_a_large_body_before_reading_it)
{
    g_autoptr(GString) endless =
        g_string_new("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n");
    g_autofree gchar *chunk = g_strnfill(4096, ' ');

    expect(
        "POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n",
        413, "body_too_large");
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\n"
           "Content-Length: 9223372036854775807\r\n\r\n",
           413, "body_too_large");
    for (guint i = 0; i < 17; i++)
        g_string_append_printf(endless, "1000\r\n%s\r\n", chunk);
    expect(endless->str, 413, "body_too_large");
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, refuses_malformed_chunks_at_once)
{
    const gchar *bad[] = {"0x7\r\n{\"a\":1}\r\n0\r\n\r\n", "7\n{\"a\":1}\n0\n\n", "7\r\n{\"a\":1}}}0\r\n\r\n",
                          "-1\r\n"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree gchar *request =
            g_strconcat("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n",
                        bad[i], NULL);
        expect(request, 400, "bad_field");
    }
    expect("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\nTransfer-Encoding: "
           "chunked\r\n\r\n7fffffffffffffff\r\n",
           413, "body_too_large");
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, takes_a_body_of_exactly_the_limit)
{
    g_autofree gchar *body = g_strnfill(65536, ' ');
    g_autofree gchar *request = g_strdup_printf("POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: "
                                                "application/json\r\nContent-Length: 65536\r\n\r\n%s",
                                                body);

    expect(request, 201, "");
}

Test(bounded_server, an_endless_body_to_an_unknown_path_ends_the_connection)
{
    g_autoptr(RawClient) client = raw_connect(server);

    raw_say(client, "POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    cr_expect(raw_hear(client, "bad_host"));
    cr_expect(raw_hear_end(client));
}

Test(bounded_server, ignores_range)
{
    g_autofree gchar *answer =
        raw_ask(server, "GET /hello HTTP/1.1\r\nHost: {H}\r\nRange: bytes=0-1,2-3\r\n\r\n");

    cr_expect(g_str_has_prefix(answer, "HTTP/1.1 200 "));
    cr_expect(g_str_has_suffix(answer, "{\"ok\":true}"));
}

Test(bounded_server, a_half_sent_header_gets_408)
{
    g_autoptr(RawClient) client = raw_connect(server);

    bounded_server_set_deadlines(server, 100, 100);
    g_clear_pointer(&client, raw_free);
    client = raw_connect(server);
    raw_say(client, "GET /hello HTTP/1.1\r\nHos");
    cr_expect(raw_hear(client, "HTTP/1.1 408 "), "%s", client->in->str);
    cr_expect(raw_hear_end(client));
}

Test(bounded_server, a_half_sent_body_gets_408)
{
    g_autoptr(RawClient) client = NULL;
    g_autofree gchar *head =
        g_strdup_printf("POST /echo HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                        "Content-Length: 100\r\n\r\n{",
                        bounded_server_url(server) + strlen("http://"));

    bounded_server_set_deadlines(server, 100, 100);
    client = raw_connect(server);
    raw_say(client, head);
    cr_expect(raw_hear(client, "HTTP/1.1 408 "), "%s", client->in->str);
    cr_expect(raw_hear_end(client));
    cr_expect_eq(n_calls, 0);
}

static gboolean all_gone(void)
{
    gint64 end_us = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;

    while (bounded_server_n_connections(server) > 0 && g_get_monotonic_time() < end_us)
        turn_for_ms(10);
    return bounded_server_n_connections(server) == 0;
}

Test(bounded_server, a_peer_that_never_reads_its_answer_is_cut)
{
    g_autoptr(RawClient) deaf = NULL;
    g_autofree gchar *large = g_strdup_printf("GET /large HTTP/1.1\r\nHost: %s\r\n\r\n",
                                              bounded_server_url(server) + strlen("http://"));

    bounded_server_set_deadlines(server, 100, 100);
    deaf = raw_connect(server);
    raw_say(deaf, large); /* 16 MiB: more than the kernel keeps */
    cr_expect(all_gone());
}

Test(bounded_server, serves_one_request_a_connection_and_says_so)
{
    g_autoptr(RawClient) client = raw_connect(server);
    g_autofree gchar *twice = g_strdup_printf("GET /hello HTTP/1.1\r\nHost: %1$s\r\n\r\n"
                                              "GET /hello HTTP/1.1\r\nHost: %1$s\r\n\r\n",
                                              bounded_server_url(server) + strlen("http://"));

    raw_say(client, twice);
    cr_expect(raw_hear_end(client));
    cr_expect_not_null(strstr(client->in->str, "\r\nConnection: close\r\n"));
    cr_expect_eq(n_calls, 1);
    cr_expect(all_gone());
}

Test(bounded_server, forgets_a_peer_that_leaves_at_any_point)
{
    const gchar *half_body = "POST /echo HTTP/1.1\r\nHost: {H}\r\nContent-Type: application/json\r\n"
                             "Content-Length: 9\r\n\r\n{";
    const gchar *part[] = {"", "GET /he", "GET /hello HTTP/1.1\r\n", half_body};

    for (guint i = 0; i < G_N_ELEMENTS(part); i++) {
        g_autoptr(RawClient) client = raw_connect(server);
        g_autofree gchar *host = g_strdup(bounded_server_url(server) + strlen("http://"));
        g_autoptr(GString) text = g_string_new(part[i]);

        g_string_replace(text, "{H}", host, 0);
        raw_send(client, text->str, text->len);
        turn_for_ms(20);
        g_clear_pointer(&client, raw_free);
        cr_expect(all_gone(), "after \"%s\"", part[i]);
    }
    cr_expect_eq(n_calls, 0);
}

Test(bounded_server, a_peer_has_48_requests_at_a_time_and_the_others_wait)
{
    RawClient *clients[80];
    g_autofree gchar *later = g_strdup_printf("GET /many HTTP/1.1\r\nHost: %s\r\n\r\n",
                                              bounded_server_url(server) + strlen("http://"));

    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        clients[i] = raw_connect(server);
        raw_say(clients[i], later);
    }
    turn_for_ms(50);
    cr_expect_eq(waiting->len, 48);
    while (waiting->len > 0) {
        web_reply_empty(waiting->pdata[0], 204);
        g_ptr_array_remove_index(waiting, 0);
        turn_for_ms(1);
    }
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        cr_expect(raw_hear(clients[i], "HTTP/1.1 204 "), "%u", i);
        raw_free(clients[i]);
    }
    cr_expect(all_gone());
}

static gboolean answer_kept(gpointer data)
{
    if (kept == NULL)
        return G_SOURCE_CONTINUE;
    web_reply_problem(kept, 409, "in_flight", "later");
    g_clear_pointer(&kept, web_request_unref);
    return G_SOURCE_REMOVE;
}

Test(bounded_server, a_handler_may_answer_later)
{
    g_idle_add(answer_kept, NULL);
    expect("GET /later HTTP/1.1\r\nHost: {H}\r\n\r\n", 409, "in_flight");
}

Test(bounded_server, a_request_that_nobody_answers_gets_500)
{
    expect("GET /forgotten HTTP/1.1\r\nHost: {H}\r\n\r\n", 500, "internal");
}

Test(bounded_server, stopping_with_a_request_unanswered_is_safe)
{
    g_autoptr(RawClient) client = raw_connect(server);
    g_autofree gchar *later = g_strdup_printf("GET /later HTTP/1.1\r\nHost: %s\r\n\r\n",
                                              bounded_server_url(server) + strlen("http://"));

    raw_say(client, later);
    while (kept == NULL)
        g_main_context_iteration(NULL, TRUE);
    bounded_server_stop(server);
    web_reply_problem(kept, 409, "in_flight", NULL);
    cr_expect(raw_hear_end(client));
}

Test(bounded_server, caps_connections)
{
    g_autoptr(RawClient) first = NULL;
    g_autoptr(RawClient) second = NULL;
    g_autoptr(RawClient) third = NULL;

    bounded_server_set_connection_limits(server, 10, 2);
    first = raw_connect(server);
    second = raw_connect(server);
    while (bounded_server_n_connections(server) < 2)
        g_main_context_iteration(NULL, TRUE);
    third = raw_connect(server);
    cr_expect(raw_hear_end(third));
    cr_expect_eq(bounded_server_n_connections(server), 2);
    g_clear_pointer(&first, raw_free);
    while (bounded_server_n_connections(server) > 1)
        g_main_context_iteration(NULL, TRUE);
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 200, "");
}

Test(bounded_server, a_peer_that_asks_too_often_gets_429_and_is_told_when)
{
    bounded_server_set_request_rate(server, 1, 3);
    for (guint i = 0; i < 3; i++)
        expect("GET /hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 200, "");
    for (guint i = 0; i < 2; i++) {
        g_autofree gchar *answer = raw_ask(server, "GET /hello HTTP/1.1\r\nHost: {H}\r\n\r\n");

        cr_expect(g_str_has_prefix(answer, "HTTP/1.1 429 Too Many Requests\r\n"), "%s", answer);
        cr_expect_not_null(strstr(answer, "\r\nRetry-After: 1\r\n"));
    }
    bounded_server_set_request_rate(server, 0, 0);
    expect("GET /hello HTTP/1.1\r\nHost: {H}\r\n\r\n", 200, "");
}

Test(bounded_server, decodes_basic_credentials)
{
    g_autofree gchar *good =
        raw_ask(server, "GET /basic HTTP/1.1\r\nHost: {H}\r\nAuthorization: Basic Q1MwMTpwOnc=\r\n\r\n");

    cr_expect(g_str_has_suffix(good, "CS01/p:w"), "%s", good);
    expect("GET /basic HTTP/1.1\r\nHost: {H}\r\nAuthorization: Basic ????\r\n\r\n", 401, "unauthorized");
    expect(
        "GET /basic HTTP/1.1\r\nHost: {H}\r\nAuthorization: Basic YQ==\r\nAuthorization: Basic YTpi\r\n\r\n",
        401, "unauthorized");
}

Test(bounded_server, listens_only_on_addresses)
{
    const gchar *bad[] = {
        "", "localhost:80", "127.0.0.1:65536", "127.0.0.1:", ":80", "[::1:80", "127.0.0.1:80 "};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        cr_expect_not(bounded_server_listen(server, bad[i], &error), "%s", bad[i]);
        cr_expect_not_null(error);
    }
    cr_expect(bounded_server_listen(server, "[::1]:0", NULL));
    cr_expect(bounded_server_listen(server, "0", NULL));
}
