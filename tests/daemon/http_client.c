/* The HTTP client against a raw socket that answers with whatever bytes the test wants. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/net/backoff.h"
#include "daemon/net/event_stream.h"
#include "daemon/net/http_client.h"
#include "daemon/net/json_call.h"
#include "daemon/net/order_client.h"
#include "daemon/net/scan_client.h"

/* Answers each connection's first bytes with the next of @answers ("" = cut at once, NULL = say nothing). */
typedef struct {
    GSocketService *service;
    guint16 port;
    const gchar *const *answers;
    gsize n_answers, n_requests;
    GString *last_request;
    GPtrArray *open;
} RawServer;

typedef struct {
    RawServer *server;
    GSocketConnection *connection;
    gchar bytes[4096];
} RawRequest;

static void on_request(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree RawRequest *request = data;
    g_autoptr(GSocketConnection) connection = request->connection;
    RawServer *server = request->server;
    gssize len = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);
    const gchar *answer = server->answers[MIN(server->n_requests, server->n_answers - 1)];

    if (len <= 0)
        return;
    server->n_requests++;
    g_string_truncate(server->last_request, 0);
    g_string_append_len(server->last_request, request->bytes, len);
    if (answer == NULL) {
        g_ptr_array_add(server->open, g_steal_pointer(&connection));
        return;
    }
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), answer, strlen(answer),
                              NULL, NULL, NULL);
    g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
}

static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *object,
                            gpointer data)
{
    RawRequest *request = g_new0(RawRequest, 1);

    request->server = data;
    request->connection = g_object_ref(connection);
    g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(connection)), request->bytes,
                              sizeof request->bytes, G_PRIORITY_DEFAULT, NULL, on_request, request);
    return TRUE;
}

static void raw_server_start(RawServer *self, const gchar *const *answers, gsize n)
{
    *self = (RawServer){.answers = answers, .n_answers = n};
    self->service = g_socket_service_new();
    self->last_request = g_string_new(NULL);
    self->open = g_ptr_array_new_with_free_func(g_object_unref);
    self->port = g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(self->service), NULL, NULL);
    g_signal_connect(self->service, "incoming", G_CALLBACK(on_incoming), self);
}

static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void raw_server_stop(RawServer *self)
{
    g_ptr_array_unref(self->open);
    settle();
    g_socket_service_stop(self->service);
    g_socket_listener_close(G_SOCKET_LISTENER(self->service));
    g_object_unref(self->service);
    g_string_free(self->last_request, TRUE);
}

static HttpClient *client_of(const RawServer *server)
{
    g_autofree gchar *url = g_strdup_printf("http://127.0.0.1:%u", server->port);

    return http_client_new(url, NULL, "secret-token", NULL);
}

static void keep_result(GObject *source, GAsyncResult *result, gpointer data)
{
    *(GAsyncResult **)data = g_object_ref(result);
}

static GAsyncResult *wait_for(GAsyncResult **result)
{
    while (*result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *result;
}

/* One POST; NULL and @error, or the body. */
static GBytes *post(HttpClient *client, guint timeout_ms, guint *status, GError **error)
{
    const HttpRequest request = {.method = "POST",
                                 .path = "/v1/x",
                                 .body = "{}",
                                 .idempotency_key = "key-1",
                                 .timeout_ms = timeout_ms};
    g_autoptr(GAsyncResult) result = NULL;

    http_client_send_async(client, &request, NULL, keep_result, &result);
    cr_assert_null(result, "never before the call returns");
    return http_client_send_finish(client, wait_for(&result), status, error);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Test(http_client, sends_token_and_key_and_gives_status_and_body)
{
    static const gchar *const answers[] = {"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}"};
    RawServer server;
    guint status = 0;

    raw_server_start(&server, answers, 1);
    {
        g_autoptr(HttpClient) client = client_of(&server);
        g_autoptr(GBytes) body = post(client, 0, &status, NULL);

        cr_assert_not_null(body);
        cr_assert_eq(status, 404);
        cr_assert_eq(g_bytes_get_size(body), 2);
        cr_assert(strstr(server.last_request->str, "POST /v1/x HTTP/1.1\r\n") != NULL);
        cr_assert(strstr(server.last_request->str, "Authorization: Bearer secret-token\r\n") != NULL);
        cr_assert(strstr(server.last_request->str, "Idempotency-Key: key-1\r\n") != NULL);
        cr_assert(strstr(server.last_request->str, "Expect:") == NULL);
    }
    raw_server_stop(&server);
}

Test(http_client, what_is_no_good_answer_is_an_error_of_its_kind)
{
    static const struct {
        const gchar *answer;
        HttpClientError wanted;
    } rows[] = {
        {"", HTTP_CLIENT_ERROR_UNREACHABLE},
        {OK_HEAD "Content-Length: 100\r\n\r\n{\"a\":", HTTP_CLIENT_ERROR_UNREACHABLE},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
         HTTP_CLIENT_ERROR_PROTOCOL},
        {"nonsense\r\n\r\n", HTTP_CLIENT_ERROR_PROTOCOL},
        {OK_HEAD "Content-Length: 70000\r\n\r\n", HTTP_CLIENT_ERROR_TOO_LARGE},
        {NULL, HTTP_CLIENT_ERROR_UNREACHABLE}, /* silence: the time limit */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        RawServer server;
        guint status = 0;

        raw_server_start(&server, &rows[i].answer, 1);
        {
            g_autoptr(HttpClient) client = client_of(&server);
            g_autoptr(GError) error = NULL;
            g_autoptr(GBytes) body = post(client, 50, &status, &error);

            cr_expect_null(body, "%zu", i);
            cr_expect(g_error_matches(error, HTTP_CLIENT_ERROR, (gint)rows[i].wanted), "%zu: %s", i,
                      error != NULL ? error->message : "");
            cr_expect_eq(server.n_requests, 1, "%zu: no redirect is followed, nothing is repeated here", i);
        }
        raw_server_stop(&server);
    }
}

Test(http_client, an_endless_body_is_cut_at_its_cap)
{
    g_autofree gchar *chunk = g_strnfill(70000, 'x');
    g_autofree gchar *answer =
        g_strdup_printf(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", 70000, chunk);
    const gchar *const answers[] = {answer};
    RawServer server;
    guint status = 0;

    raw_server_start(&server, answers, 1);
    {
        g_autoptr(HttpClient) client = client_of(&server);
        g_autoptr(GError) error = NULL;

        cr_assert_null(post(client, 2000, &status, &error));
        cr_assert(g_error_matches(error, HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_TOO_LARGE), "%s",
                  error->message);
    }
    raw_server_stop(&server);
}

Test(http_client, cancelling_ends_a_transfer_at_once)
{
    static const gchar *const answers[] = {NULL};
    RawServer server;

    raw_server_start(&server, answers, 1);
    {
        g_autoptr(HttpClient) client = client_of(&server);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        const HttpRequest request = {.method = "GET", .path = "/"};
        g_autoptr(GAsyncResult) result = NULL;
        g_autoptr(GError) error = NULL;
        guint status;

        http_client_send_async(client, &request, cancellable, keep_result, &result);
        while (server.n_requests == 0)
            g_main_context_iteration(NULL, TRUE);
        g_cancellable_cancel(cancellable);
        cr_assert_null(http_client_send_finish(client, wait_for(&result), &status, &error));
        cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    }
    raw_server_stop(&server);
}

Test(http_client, only_https_or_loopback)
{
    static const gchar *const good[] = {"https://charge.example", "https://charge.example:8443",
                                        "http://127.0.0.1:80",    "http://localhost:1",
                                        "http://[::1]:80",        "http://127.9.9.9"};
    static const gchar *const bad[] = {"",
                                       "http://charge.example",
                                       "http://127.0.0.1.example",
                                       "http://127.evil.example",
                                       "ftp://127.0.0.1",
                                       "https://",
                                       "https://a/b",
                                       "https://user@a",
                                       "file:///etc/passwd",
                                       "https://a?b",
                                       "HTTPS://a b",
                                       "http://localhost.example"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        cr_expect(http_client_url_is_allowed(good[i], NULL), "%s", good[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(http_client_url_is_allowed(bad[i], NULL), "%s", bad[i]);
}

Test(json_call, problems_are_final_or_not_by_status_and_code)
{
    static const struct {
        const gchar *answer, *code;
        gboolean final;
    } rows[] = {
        {"HTTP/1.1 409 C\r\nContent-Length: 24\r\n\r\n{\"code\":\"evse_occupied\"}", "evse_occupied", TRUE},
        {"HTTP/1.1 409 C\r\nContent-Length: 20\r\n\r\n{\"code\":\"in_flight\"} ", "in_flight", FALSE},
        {"HTTP/1.1 429 C\r\nContent-Length: 0\r\n\r\n", "http_429", FALSE},
        {"HTTP/1.1 507 C\r\nContent-Length: 23\r\n\r\n{\"code\":\"storage_full\"} ", "storage_full", FALSE},
        {"HTTP/1.1 403 C\r\nContent-Length: 18\r\n\r\n{\"code\":\"<b>hi\"}  ", "http_403", TRUE},
        {OK_HEAD "Content-Length: 2\r\n\r\n[]", NULL, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        RawServer server;

        raw_server_start(&server, &rows[i].answer, 1);
        {
            g_autoptr(HttpClient) client = client_of(&server);
            const HttpRequest request = {.method = "GET", .path = "/"};
            g_autoptr(GAsyncResult) result = NULL;
            g_autoptr(GError) error = NULL;

            json_call_async(client, &request, NULL, keep_result, &result);
            cr_expect_null(json_call_finish(client, wait_for(&result), &error), "%zu", i);
            cr_expect_eq(json_call_is_final(error), rows[i].final, "%zu", i);
            if (rows[i].code != NULL)
                cr_expect_str_eq(error->message, rows[i].code);
            else
                cr_expect(g_error_matches(error, SERVER_ERROR, SERVER_ERROR_BAD_ANSWER));
        }
        raw_server_stop(&server);
    }
}

#define ORDER_JSON                                                                                           \
    "{\"order_id\":\"22222222-2222-4222-8222-222222222222\",\"client_ref\":\"11111111-1111-4111-8111-"       \
    "111111111111\","                                                                                        \
    "\"evse_key\":\"DEABCE1\",\"evse_id\":\"DE*ABC*E1\",\"event_seq\":7,\"state\":\"accepted\",\"reason\":"  \
    "\"\","                                                                                                  \
    "\"limits\":{\"max_cost_minor\":5000,\"currency\":\"EUR\"},\"created_at\":\"2026-11-21T03:38:36.125Z\"," \
    "\"expires_at\":\"2026-11-21T03:48:36.125Z\",\"updated_at\":\"2026-11-21T03:38:36.125Z\",\"energy_wh\":" \
    "0,"                                                                                                     \
    "\"power_w\":0,\"cost_minor\":0,\"currency\":\"EUR\"}"

Test(order_client, a_cut_answer_is_asked_for_again_with_the_same_key)
{
    g_autofree gchar *good =
        g_strdup_printf(OK_HEAD "Content-Length: %zu\r\n\r\n%s", strlen(ORDER_JSON), ORDER_JSON);
    const gchar *const answers[] = {OK_HEAD "Content-Length: 500\r\n\r\n{\"order", good};
    RawServer server;
    Order order = {0};

    raw_server_start(&server, answers, 2);
    {
        g_autoptr(HttpClient) http = client_of(&server);
        g_autoptr(OrderClient) client = order_client_new(http);
        g_autoptr(GAsyncResult) result = NULL;
        g_autoptr(GError) error = NULL;

        order_client_call_async(client, ORDER_CALL_PLACE, "the-ref", "{\"a\":1}", NULL, keep_result, &result);
        cr_assert(order_client_call_finish(client, wait_for(&result), &order, &error), "%s",
                  error != NULL ? error->message : "");
        cr_assert_eq(server.n_requests, 2);
        cr_assert(strstr(server.last_request->str, "Idempotency-Key: the-ref\r\n") != NULL);
        cr_assert(g_str_has_suffix(server.last_request->str, "{\"a\":1}"), "byte for byte");
        cr_assert_eq(order.state, ORDER_ACCEPTED);
    }
    raw_server_stop(&server);
}

Test(order_client, a_final_refusal_is_not_repeated)
{
    static const gchar *const answers[] = {
        "HTTP/1.1 410 C\r\nContent-Length: 23\r\n\r\n{\"code\":\"scan_expired\"}"};
    RawServer server;
    Order order;

    raw_server_start(&server, answers, 1);
    {
        g_autoptr(HttpClient) http = client_of(&server);
        g_autoptr(OrderClient) client = order_client_new(http);
        g_autoptr(GAsyncResult) result = NULL;
        g_autoptr(GError) error = NULL;

        order_client_call_async(client, ORDER_CALL_CANCEL, "id", NULL, NULL, keep_result, &result);
        cr_assert_not(order_client_call_finish(client, wait_for(&result), &order, &error));
        cr_assert_str_eq(error->message, "scan_expired");
        cr_assert(g_str_has_prefix(server.last_request->str, "POST /v1/orders/id/cancel "));
        cr_assert_eq(server.n_requests, 1);
    }
    raw_server_stop(&server);
}

static void count_order(EventStream *stream, const Order *order, gpointer data)
{
    ++*(guint *)data;
}

Test(event_stream, resumes_after_a_cut_from_the_last_event_it_saw)
{
    static const gchar *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                           "id: 7\nevent: order\ndata: " ORDER_JSON "\n\n: still here\n\n",
                                           NULL};
    RawServer server;
    guint n_orders = 0;

    raw_server_start(&server, answers, 2);
    {
        g_autoptr(HttpClient) http = client_of(&server);
        g_autoptr(EventStream) stream = event_stream_new(http);

        g_signal_connect(stream, "order", G_CALLBACK(count_order), &n_orders);
        event_stream_start(stream, 3);
        while (server.n_requests < 1)
            g_main_context_iteration(NULL, TRUE);
        cr_assert(strstr(server.last_request->str, "Last-Event-ID: 3\r\n") != NULL);
        while (server.n_requests < 2)
            g_main_context_iteration(NULL, TRUE);
        cr_assert_eq(n_orders, 1);
        cr_assert(strstr(server.last_request->str, "Last-Event-ID: 7\r\n") != NULL);
        event_stream_stop(stream);
        settle();
    }
    raw_server_stop(&server);
}

static void refuse_news(EventStream *stream, const gchar *name, JsonObject *object, gpointer data)
{
    event_stream_again(stream);
    event_stream_again(stream);
}

Test(event_stream, what_could_not_be_stored_is_asked_for_again_with_all_that_followed_it)
{
    static const gchar *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                           "event: reservation\ndata: {\"event_seq\":6}\n\n"
                                           "id: 7\nevent: order\ndata: " ORDER_JSON "\n\n",
                                           NULL};
    RawServer server;
    guint n_orders = 0;

    raw_server_start(&server, answers, 2);
    {
        g_autoptr(HttpClient) http = client_of(&server);
        g_autoptr(EventStream) stream = event_stream_new(http);

        event_stream_again(stream); /* not running: nothing to ask for */
        g_signal_connect(stream, "order", G_CALLBACK(count_order), &n_orders);
        g_signal_connect(stream, "news", G_CALLBACK(refuse_news), NULL);
        event_stream_start(stream, 3);
        while (server.n_requests < 2)
            g_main_context_iteration(NULL, TRUE);
        cr_assert_eq(n_orders, 0);
        cr_assert(strstr(server.last_request->str, "Last-Event-ID: 3\r\n") != NULL);
        event_stream_stop(stream);
        settle();
    }
    raw_server_stop(&server);
}

Test(event_stream, that_becomes_brisk_asks_for_a_beat_at_once_and_goes_on_where_it_was)
{
    static const gchar *const answers[] = {NULL}; /* both connections stay open */
    RawServer server;

    raw_server_start(&server, answers, 1);
    {
        g_autoptr(HttpClient) http = client_of(&server);
        g_autoptr(EventStream) stream = event_stream_new(http);

        event_stream_start(stream, 3);
        while (server.n_requests < 1)
            g_main_context_iteration(NULL, TRUE);
        cr_assert(g_str_has_prefix(server.last_request->str, "GET /v1/events HTTP"));
        event_stream_seen(stream, 5);
        event_stream_set_brisk(stream, TRUE);
        event_stream_set_brisk(stream, TRUE);
        while (server.n_requests < 2)
            g_main_context_iteration(NULL, TRUE);
        cr_assert(g_str_has_prefix(server.last_request->str, "GET /v1/events?beat_s=1 HTTP"));
        cr_assert(strstr(server.last_request->str, "Last-Event-ID: 5\r\n") != NULL);
        event_stream_stop(stream);
        settle();
        cr_assert_eq(server.n_requests, 2);
    }
    raw_server_stop(&server);
}

Test(backoff, waits_grow_to_the_cap_with_jitter)
{
    Backoff backoff = BACKOFF_INIT;

    for (guint i = 0; i < 20; i++) {
        guint span = MIN(1000u << MIN(i, 16), 60000u);
        guint wait = backoff_next_ms(&backoff);

        cr_assert_leq(wait, span);
        cr_assert_geq(wait, span / 10);
    }
    backoff_reset(&backoff);
    cr_assert_leq(backoff_next_ms(&backoff), 1000);
}
