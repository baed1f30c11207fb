#include "weblink/sse_hub.h"

#include "tests/weblink/raw_client.h"
#include <criterion/criterion.h>
#include <string.h>

static BoundedServer *server;
static SseHub *hub;
static SseStream *latest;
static gint64 resume_from;
static gboolean closed;

static void on_closed(SseStream *stream, gpointer data)
{
    closed = TRUE;
    if (latest == stream)
        latest = NULL;
}

static void on_events(WebRequest *request, gpointer data)
{
    resume_from = sse_last_event_id(request);
    latest = sse_hub_open(hub, request, web_request_param(request, "key"), on_closed, NULL);
}

static const WebRoute routes[] = {{"GET", "/events/{key}", on_events, WEB_BODY_NONE}, {NULL}};

static void start(void)
{
    server = bounded_server_new(routes, NULL);
    hub = sse_hub_new();
    cr_assert(bounded_server_listen(server, "0", NULL));
}

static void stop(void)
{
    g_clear_object(&hub);
    g_clear_object(&server);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

TestSuite(sse_hub, .init = start, .fini = stop);

static RawClient *listen_to(const gchar *key, const gchar *headers)
{
    RawClient *client = raw_connect(server);
    g_autofree gchar *text = g_strdup_printf("GET /events/%s HTTP/1.1\r\nHost: %s\r\n%s\r\n", key,
                                             bounded_server_url(server) + strlen("http://"), headers);

    raw_say(client, text);
    cr_assert(raw_hear(client, ": open\n\n"));
    cr_expect_not_null(strstr(client->in->str, "\r\nContent-Type: text/event-stream\r\n"));
    return client;
}

Test(sse_hub, sends_an_event_to_every_stream_of_the_key_and_no_other)
{
    g_autoptr(RawClient) one = listen_to("a", "");
    g_autoptr(RawClient) two = listen_to("a", "");
    g_autoptr(RawClient) other = listen_to("b", "");

    cr_expect_eq(sse_hub_n_streams(hub), 3);
    cr_expect_eq(sse_hub_send(hub, "a", "7", "order", "{\"x\":1}"), 2);
    cr_expect_eq(sse_hub_send(hub, "b", "8", "order", "{}"), 1);
    cr_expect(raw_hear(one, "id: 7\nevent: order\ndata: {\"x\":1}\n\n"), "%s", one->in->str);
    cr_expect(raw_hear(two, "data: {\"x\":1}\n\n"));
    cr_expect(raw_hear(other, "data: {}\n\n"));
    cr_expect_null(strstr(other->in->str, "\"x\""));
}

Test(sse_hub, reads_the_last_event_id_and_ignores_nonsense)
{
    g_autoptr(RawClient) resumed = listen_to("a", "Last-Event-ID: 41\r\n");
    g_autoptr(RawClient) wild = NULL;

    cr_expect_not(resumed->eof);
    cr_expect_eq(resume_from, 41);
    wild = listen_to("a", "Last-Event-ID: -4x\r\n");
    cr_expect_not(wild->eof);
    cr_expect_eq(resume_from, 0);
}

Test(sse_hub, a_peer_that_asks_for_it_hears_from_us_every_second)
{
    g_autoptr(RawClient) brisk = listen_to("a?beat_s=1", "");
    g_autoptr(RawClient) calm = listen_to("a", "");

    g_string_truncate(brisk->in, 0);
    g_string_truncate(calm->in, 0);
    cr_expect(raw_hear(brisk, ": \n"), "%s", brisk->in->str);
    cr_expect_eq(calm->in->len, 0);
}

Test(sse_hub, a_beat_that_is_none_is_refused)
{
    const gchar *wild[] = {"0", "16", "x", ""};

    for (guint i = 0; i < G_N_ELEMENTS(wild); i++) {
        g_autofree gchar *request =
            g_strdup_printf("GET /events/a?beat_s=%s HTTP/1.1\r\nHost: {H}\r\n\r\n", wild[i]);
        g_autofree gchar *answer = raw_ask(server, request);

        cr_expect(g_str_has_prefix(answer, "HTTP/1.1 400 "), "%s: %s", wild[i], answer);
        cr_expect_not_null(strstr(answer, "\"code\":\"bad_field\""));
    }
    cr_expect_eq(sse_hub_n_streams(hub), 0);
}

Test(sse_hub, notices_a_peer_that_leaves)
{
    g_autoptr(RawClient) client = listen_to("a", "");

    g_clear_pointer(&client, raw_free);
    cr_expect(turn_until(&closed));
    cr_expect_eq(sse_hub_n_streams(hub), 0);
    cr_expect_eq(bounded_server_n_connections(server), 0);
}

Test(sse_hub, closes_a_peer_that_does_not_read)
{
    g_autoptr(RawClient) client = listen_to("a", "");
    g_autofree gchar *large = g_strnfill(60 * 1024, 'x');
    guint n = 0;

    cr_expect_not(client->eof);
    while (sse_hub_send(hub, "a", NULL, NULL, large) == 1 && n < 1000)
        n++;
    cr_expect_lt(n, 1000);
    cr_expect(closed);
    cr_expect_eq(sse_hub_n_streams(hub), 0);
}

Test(sse_hub, closing_sends_what_is_queued_first)
{
    g_autoptr(RawClient) client = listen_to("a", "");

    sse_stream_send(latest, "1", "order", "last words");
    sse_stream_close(latest);
    cr_expect(raw_hear_end(client));
    cr_expect_not_null(strstr(client->in->str, "data: last words\n\n"));
}
