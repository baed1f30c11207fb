/* The same server behind TLS, where streams are pollable instead of plain sockets. The certificate is made
 * anew for each run: nothing secret lies in the tree, and nothing expires. */
#include "tests/weblink/raw_client.h"
#include "weblink/ws_link.h"
#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

static BoundedServer *server;
static WsLink *link_of_server;
static gboolean server_closed;

static void on_message(WsLink *link, const gchar *text, gsize len, gpointer data)
{
    ws_link_send(link, text, (gssize)len);
}

static void on_closed(WsLink *link, guint code, gboolean clean, gpointer data)
{
    server_closed = TRUE;
}

static const WsLinkCallbacks callbacks = {.message = on_message, .closed = on_closed};

static void on_ws(WebRequest *request, gpointer data)
{
    link_of_server = ws_link_accept(request, NULL, &callbacks, NULL);
}

static void on_echo(WebRequest *request, gpointer data)
{
    web_reply_json(request, 200, web_request_body(request));
}

static const WebRoute routes[] = {
    {"GET", "/ws", on_ws, WEB_BODY_NONE}, {"POST", "/echo", on_echo, WEB_BODY_JSON}, {NULL}};

static GTlsCertificate *make_certificate(void)
{
    g_autofree gchar *folder = g_dir_make_tmp("weblink-tls-XXXXXX", NULL);
    g_autofree gchar *key = g_build_filename(folder, "key.pem", NULL);
    g_autofree gchar *certificate = g_build_filename(folder, "cert.pem", NULL);
    const gchar *command[] = {"openssl",
                              "req",
                              "-x509",
                              "-newkey",
                              "ec",
                              "-pkeyopt",
                              "ec_paramgen_curve:P-256",
                              "-nodes",
                              "-subj",
                              "/CN=localhost",
                              "-days",
                              "2",
                              "-keyout",
                              key,
                              "-out",
                              certificate,
                              NULL};
    g_autoptr(GError) error = NULL;
    GTlsCertificate *made = NULL;
    gint status = 0;

    cr_assert(g_spawn_sync(NULL, (gchar **)command, NULL,
                           G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                           NULL, NULL, NULL, NULL, &status, &error));
    cr_assert_eq(status, 0);
    made = g_tls_certificate_new_from_files(certificate, key, &error);
    cr_assert_not_null(made, "%s", error != NULL ? error->message : "");
    g_remove(key);
    g_remove(certificate);
    g_rmdir(folder);
    return made;
}

static void start(void)
{
    g_autoptr(GTlsCertificate) certificate = make_certificate();

    server = bounded_server_new(routes, NULL);
    bounded_server_set_tls(server, certificate, NULL);
    cr_assert(bounded_server_listen(server, "0", NULL));
    cr_assert(g_str_has_prefix(bounded_server_url(server), "https://127.0.0.1:"));
}

static void stop(void)
{
    g_clear_object(&link_of_server);
    g_clear_object(&server);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

TestSuite(tls, .init = start, .fini = stop);

typedef struct {
    GBytes *answer;
    SoupWebsocketConnection *socket;
    GString *got;
    gboolean done;
} Client;

static gboolean accept_any(SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                           gpointer data)
{
    return TRUE; /* who may trust whom is tested where it is decided */
}

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Client *client = data;

    client->answer = soup_session_send_and_read_finish(SOUP_SESSION(source), result, NULL);
    client->done = TRUE;
}

static void expect_an_echo(void)
{
    g_autoptr(SoupSession) session = soup_session_new();
    g_autofree gchar *url = g_strconcat(bounded_server_url(server), "/echo", NULL);
    g_autoptr(SoupMessage) message = soup_message_new("POST", url);
    g_autoptr(GBytes) body = g_bytes_new_static("{\"a\":1}", 7);
    Client client = {0};

    soup_session_set_proxy_resolver(session, NULL);
    soup_message_set_request_body_from_bytes(message, "application/json", body);
    g_signal_connect(message, "accept-certificate", G_CALLBACK(accept_any), NULL);
    soup_session_send_and_read_async(session, message, 0, NULL, on_answer, &client);
    cr_assert(turn_until(&client.done));
    cr_assert_not_null(client.answer);
    cr_expect(g_bytes_equal(client.answer, body));
    g_bytes_unref(client.answer);
}

Test(tls, a_request_with_a_body_is_answered)
{
    expect_an_echo();
}

/* All from one address, and more than may have their turn at a time. */
Test(tls, who_says_half_a_hello_takes_nobodys_turn)
{
    g_autoptr(GPtrArray) slow = g_ptr_array_new_with_free_func((GDestroyNotify)raw_free);

    for (guint i = 0; i < 60; i++) {
        g_ptr_array_add(slow, raw_connect(server));
        raw_send(slow->pdata[i], "\x16\x03\x01\x02\x00\x01", 6);
    }
    expect_an_echo();
    cr_expect_not(((RawClient *)slow->pdata[0])->eof);
}

static void on_echoed(SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
    Client *client = data;
    gsize len = 0;
    const gchar *text = g_bytes_get_data(message, &len);

    g_string_append_len(client->got, text, (gssize)len);
    client->done = client->got->len >= 60 * 1024;
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    Client *client = data;

    client->socket = soup_session_websocket_connect_finish(SOUP_SESSION(source), result, NULL);
    client->done = TRUE;
}

Test(tls, a_websocket_carries_large_messages_both_ways_and_closes)
{
    g_autoptr(SoupSession) session = soup_session_new();
    g_autofree gchar *url = g_strdup_printf("wss%s/ws", bounded_server_url(server) + strlen("https"));
    g_autoptr(SoupMessage) message = soup_message_new("GET", url);
    g_autofree gchar *large = g_strnfill(60 * 1024, 'x');
    Client client = {.got = g_string_new(NULL)};

    soup_session_set_proxy_resolver(session, NULL);
    g_signal_connect(message, "accept-certificate", G_CALLBACK(accept_any), NULL);
    soup_session_websocket_connect_async(session, message, NULL, NULL, 0, NULL, on_connected, &client);
    cr_assert(turn_until(&client.done));
    cr_assert_not_null(client.socket);
    g_signal_connect(client.socket, "message", G_CALLBACK(on_echoed), &client);
    for (guint i = 0; i < 3; i++) {
        client.done = FALSE;
        g_string_truncate(client.got, 0);
        soup_websocket_connection_send_text(client.socket, large);
        cr_assert(turn_until(&client.done));
        cr_expect_str_eq(client.got->str, large);
    }
    soup_websocket_connection_close(client.socket, 1000, NULL);
    cr_expect(turn_until(&server_closed));
    g_object_unref(client.socket);
    g_string_free(client.got, TRUE);
}

Test(tls, a_peer_that_does_not_shake_hands_is_cut)
{
    g_autoptr(RawClient) silent = NULL;
    g_autoptr(RawClient) plain = NULL;

    bounded_server_set_deadlines(server, 100, 100);
    silent = raw_connect(server);
    plain = raw_connect(server);
    raw_say(plain, "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    cr_expect(raw_hear_end(plain));
    cr_expect(raw_hear_end(silent));
    cr_expect_null(strstr(plain->in->str, "HTTP/1.1"));
}
