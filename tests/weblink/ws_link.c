/* The WebSocket endpoint, with raw bytes for what peers do wrong and with libsoup's client for what they do
 * right. */
#include "weblink/ws_link.h"

#include "tests/weblink/raw_client.h"
#include "weblink/ws_frames.h"
#include <criterion/criterion.h>
#include <libsoup/soup.h>
#include <string.h>

#define HANDSHAKE                                                                                            \
    "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"              \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n"
#define OFFER "Sec-WebSocket-Protocol: ocpp1.6, ocpp2.0.1\r\n"

typedef struct {
    WsLink *link;
    GString *got; /* messages, one a line */
    guint code;
    gboolean clean, closed, accepted, drop_on_message;
    gboolean echo;
} Owner;

static BoundedServer *server;
static Owner owner;

static void on_message(WsLink *link, const gchar *text, gsize len, gpointer data)
{
    g_string_append_len(owner.got, text, (gssize)len);
    g_string_append_c(owner.got, '\n');
    if (owner.echo)
        ws_link_send(link, text, (gssize)len);
    if (owner.drop_on_message)
        g_clear_object(&owner.link);
}

static void on_closed(WsLink *link, guint code, gboolean clean, gpointer data)
{
    cr_expect_not(owner.closed, "closed twice");
    owner.closed = TRUE;
    owner.code = code;
    owner.clean = clean;
}

static const WsLinkCallbacks callbacks = {.message = on_message, .closed = on_closed};

static void on_ws(WebRequest *request, gpointer data)
{
    static const gchar *const protocols[] = {"ocpp2.0.1", NULL};

    owner.link = ws_link_accept(request, protocols, &callbacks, NULL);
    owner.accepted = TRUE;
}

static const WebRoute routes[] = {{"GET", "/ws", on_ws, WEB_BODY_NONE}, {NULL}};

static void start(void)
{
    server = bounded_server_new(routes, NULL);
    cr_assert(bounded_server_listen(server, "0", NULL));
    owner = (Owner){.got = g_string_new(NULL)};
}

static void stop(void)
{
    g_clear_object(&owner.link);
    g_string_free(owner.got, TRUE);
    g_clear_object(&server);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

TestSuite(ws_link, .init = start, .fini = stop);

static RawClient *handshake(const gchar *headers)
{
    RawClient *client = raw_connect(server);
    g_autofree gchar *text =
        g_strdup_printf(HANDSHAKE, bounded_server_url(server) + strlen("http://"), headers);

    raw_say(client, text);
    cr_expect(raw_hear(client, "\r\n\r\n"));
    return client;
}

/* After a successful handshake: forget the head. */
static RawClient *join(const gchar *headers)
{
    RawClient *client = handshake(headers);

    cr_assert(g_str_has_prefix(client->in->str, "HTTP/1.1 101 "), "%s", client->in->str);
    cr_assert_not_null(owner.link);
    g_string_erase(client->in, 0, strstr(client->in->str, "\r\n\r\n") + 4 - client->in->str);
    return client;
}

/* A masked frame (mask 0, so the payload stays readable). */
static void send_frame(RawClient *client, guint first, gconstpointer payload, gsize len)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    guint8 head[14] = {(guint8)first};
    gsize n = 2;

    if (len < 126) {
        head[1] = (guint8)(0x80 | len);
    } else if (len < 65536) {
        head[1] = 0x80 | 126;
        head[n++] = (guint8)(len >> 8);
        head[n++] = (guint8)len;
    } else {
        head[1] = 0x80 | 127;
        for (gint shift = 56; shift >= 0; shift -= 8)
            head[n++] = (guint8)((guint64)len >> shift);
    }
    g_byte_array_append(frame, head, (guint)(n + 4));
    g_byte_array_append(frame, payload, (guint)len);
    raw_send(client, frame->data, frame->len);
}

static void send_text(RawClient *client, const gchar *text)
{
    send_frame(client, 0x81, text, strlen(text));
}

/* The next thing the server says is a close frame with @code. */
static void expect_close(RawClient *client, guint code)
{
    cr_expect(raw_hear_bytes(client, 4), "no close frame for %u", code);
    if (client->in->len < 4)
        return;
    cr_expect_eq((guint8)client->in->str[0], 0x88);
    cr_expect_eq((guint)(guint8)client->in->str[2] << 8 | (guint8)client->in->str[3], code,
                 "%u instead of %u", (guint)(guint8)client->in->str[2] << 8 | (guint8)client->in->str[3],
                 code);
    cr_expect(raw_hear_end(client));
    cr_expect(owner.closed);
    cr_expect_eq(owner.code, code);
    cr_expect_not(owner.clean);
}

Test(ws_link, finishes_the_handshake_with_the_subprotocol_that_both_have)
{
    g_autoptr(RawClient) client = handshake(OFFER);

    cr_expect(g_str_has_prefix(client->in->str, "HTTP/1.1 101 "));
    cr_expect_not_null(strstr(
        client->in->str, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")); /* RFC 6455, 1.3 */
    cr_expect_not_null(strstr(client->in->str, "\r\nSec-WebSocket-Protocol: ocpp2.0.1\r\n"));
    cr_expect_null(strstr(client->in->str, "Sec-WebSocket-Extensions"));
    cr_expect_str_eq(ws_link_protocol(owner.link), "ocpp2.0.1");
    cr_expect_str_eq(ws_link_peer(owner.link), "127.0.0.1");
}

Test(ws_link, without_a_fitting_subprotocol_finishes_the_handshake_and_closes) /* OCPP-J 2.0.1 part 4, 3.2 */
{
    const gchar *offers[] = {"", "Sec-WebSocket-Protocol: ocpp1.6\r\n",
                             "Sec-WebSocket-Protocol: OCPP2.0.1\r\n"};

    for (guint i = 0; i < G_N_ELEMENTS(offers); i++) {
        g_autoptr(RawClient) client = handshake(offers[i]);

        cr_expect(g_str_has_prefix(client->in->str, "HTTP/1.1 101 "));
        cr_expect_null(strstr(client->in->str, "Sec-WebSocket-Protocol"));
        cr_expect_null(owner.link);
        cr_expect(raw_hear_end(client));
        cr_expect_eq((guint8) * (strstr(client->in->str, "\r\n\r\n") + 4), 0x88);
    }
}

Test(ws_link, refuses_what_is_not_a_handshake)
{
    const struct {
        const gchar *head;
        guint status;
    } bad[] = {
        {"GET /ws HTTP/1.1\r\nHost: {H}\r\n\r\n", 426},
        {"GET /ws HTTP/1.1\r\nHost: {H}\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Version: 8\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         426},
        {"GET /ws HTTP/1.1\r\nHost: {H}\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: short\r\n\r\n",
         400},
        {"GET /ws HTTP/1.1\r\nHost: {H}\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
         400},
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree gchar *answer = raw_ask(server, bad[i].head);
        cr_expect_eq(g_ascii_strtoull(answer + strlen("HTTP/1.1 "), NULL, 10), bad[i].status, "%s", answer);
    }
    cr_expect_null(owner.link);
}

Test(ws_link, delivers_messages_sent_with_the_handshake_in_fragments_and_with_pings_between)
{
    g_autoptr(RawClient) client = raw_connect(server);
    g_autofree gchar *text =
        g_strdup_printf(HANDSHAKE, bounded_server_url(server) + strlen("http://"), OFFER);
    g_autoptr(GString) all = g_string_new(text);

    g_string_append_len(all, "\x81\x81\0\0\0\0a", 7);
    raw_send(client, all->str, all->len);
    send_frame(client, 0x01, "b", 1);
    send_frame(client, 0x89, "ping", 4);
    send_frame(client, 0x00, "", 0);
    send_frame(client, 0x80, "c", 1);
    send_text(client, "");
    cr_expect(raw_hear(client, "\x8a\x04ping"));
    while (strstr(owner.got->str, "bc\n\n") == NULL)
        g_main_context_iteration(NULL, TRUE);
    cr_expect_str_eq(owner.got->str, "a\nbc\n\n");
}

Test(ws_link, closes_1002_for_each_break_of_the_framing)
{
    const struct {
        const gchar *bytes;
        gsize len;
    } bad[] = {
        {"\x81\x01x", 3},                           /* not masked */
        {"\xc1\x81\0\0\0\0x", 7},                   /* RSV1 without an extension */
        {"\xa1\x81\0\0\0\0x", 7},                   /* RSV2 */
        {"\x91\x81\0\0\0\0x", 7},                   /* RSV3 */
        {"\x83\x81\0\0\0\0x", 7},                   /* opcode 3 */
        {"\x8b\x81\0\0\0\0x", 7},                   /* opcode 11 */
        {"\x80\x81\0\0\0\0x", 7},                   /* continues nothing */
        {"\x01\x81\0\0\0\0x\x81\x81\0\0\0\0x", 14}, /* a message inside a message */
        {"\x09\x81\0\0\0\0x", 7},                   /* fragmented ping */
        {"\x89\xfe\x00\x7e\0\0\0\0", 8},            /* ping of 126 bytes */
        {"\x81\xfe\x00\x05\0\0\0\0xxxxx", 13},      /* length not in the shortest form */
        {"\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0", 14}, /* length with the highest bit */
        {"\x88\x81\0\0\0\0x", 7},                   /* half a close code */
        {"\x88\x82\0\0\0\0\x03\xed", 8},            /* 1005 on the wire */
        {"\x88\x82\0\0\0\0\x00\x00", 8},            /* close code 0 */
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(RawClient) client = join(OFFER);

        raw_send(client, bad[i].bytes, bad[i].len);
        expect_close(client, 1002);
        g_clear_object(&owner.link);
        owner.closed = FALSE;
    }
    cr_expect_str_eq(owner.got->str, "");
}

Test(ws_link, closes_1003_for_binary)
{
    g_autoptr(RawClient) client = join(OFFER);

    send_frame(client, 0x82, "x", 1);
    expect_close(client, 1003);
}

Test(ws_link, closes_1007_for_text_that_is_not_utf8)
{
    g_autoptr(RawClient) client = join(OFFER);

    send_frame(client, 0x01, "\xc3", 1); /* the character goes on in the next fragment: fine */
    send_frame(client, 0x80, "\xa9", 1);
    send_frame(client, 0x81, "\xed\xa0\x80", 3); /* a surrogate: not */
    expect_close(client, 1007);
    cr_expect_str_eq(owner.got->str, "\xc3\xa9\n");
}

Test(ws_link, closes_1009_above_the_limit_in_one_frame_or_many)
{
    g_autofree gchar *half = g_strnfill(32 * 1024, ' ');
    g_autofree gchar *full = g_strnfill(64 * 1024, ' ');

    for (guint i = 0; i < 2; i++) {
        g_autoptr(RawClient) client = join(OFFER);

        send_text(client, full); /* exactly the limit */
        if (i == 0) {
            send_frame(client, 0x81, full, 64 * 1024);
            g_string_truncate(owner.got, 0);
            send_frame(client, 0x01, half, 32 * 1024);
            send_frame(client, 0x00, half, 32 * 1024);
            send_frame(client, 0x80, " ", 1);
        } else {
            raw_send(client, "\x81\xff\0\0\0\0\0\x01\0\x01\0\0\0\0 ", 15); /* announces 65,537 */
        }
        expect_close(client, 1009);
        g_clear_object(&owner.link);
        owner.closed = FALSE;
    }
}

Test(ws_link, the_limit_can_be_raised)
{
    g_autoptr(RawClient) client = join(OFFER);
    g_autofree gchar *large = g_strnfill(256 * 1024, ' ');

    ws_link_set_max_message(owner.link, 256 * 1024);
    send_frame(client, 0x81, large, 256 * 1024);
    while (owner.got->len < 256 * 1024)
        g_main_context_iteration(NULL, TRUE);
    send_frame(client, 0x01, large, 256 * 1024);
    send_frame(client, 0x80, " ", 1);
    expect_close(client, 1009);
}

Test(ws_link, a_compressed_bomb_closes_1009_and_bad_deflate_1002)
{
    g_autoptr(GByteArray) packed = NULL;
    WsDeflate deflate = {.on = TRUE, .server_bits = 15};
    g_autofree gchar *zeros = g_strnfill(16 * 1024 * 1024, '0');
    g_autoptr(RawClient) bomb = join(OFFER "Sec-WebSocket-Extensions: permessage-deflate\r\n");

    packed = ws_deflate_pack(&deflate, (const guint8 *)zeros, 16 * 1024 * 1024);
    cr_assert(packed->len < 64 * 1024);
    send_frame(bomb, 0xc1, packed->data, packed->len);
    expect_close(bomb, 1009);
    g_clear_object(&owner.link);
    owner.closed = FALSE;
    g_clear_pointer(&bomb, raw_free);
    bomb = join(OFFER "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    send_frame(bomb, 0xc1, "\xff\xff\xff", 3);
    expect_close(bomb, 1002);
}

Test(ws_link, answers_a_close_frame_and_calls_that_clean)
{
    g_autoptr(RawClient) client = join(OFFER);

    send_frame(client, 0x88,
               "\x03\xe9"
               "bye",
               5);
    cr_expect(raw_hear_bytes(client, 4));
    cr_expect_eq(memcmp(client->in->str, "\x88\x02\x03\xe9", 4), 0);
    cr_expect(raw_hear_end(client));
    cr_expect(owner.closed && owner.clean);
    cr_expect_eq(owner.code, 1001);
}

Test(ws_link, a_connection_that_just_ends_is_1006)
{
    g_autoptr(RawClient) client = join(OFFER);

    g_clear_pointer(&client, raw_free);
    cr_expect(turn_until(&owner.closed));
    cr_expect_eq(owner.code, 1006);
    cr_expect_not(owner.clean);
}

Test(ws_link, waits_a_while_for_the_answer_to_its_close_frame)
{
    g_autoptr(RawClient) client = join(OFFER);

    ws_link_close(owner.link, 1001, "restart");
    cr_expect_not(ws_link_is_open(owner.link));
    cr_expect_not(ws_link_send(owner.link, "x", -1));
    cr_expect(raw_hear(client, "restart"));
    cr_expect_not(owner.closed);
    send_frame(client, 0x88, "\x03\xe9", 2);
    cr_expect(turn_until(&owner.closed));
    cr_expect(owner.clean);
    cr_expect_eq(owner.code, 1001);
}

Test(ws_link, a_peer_that_does_not_read_is_dropped_at_the_queue_limit)
{
    g_autoptr(RawClient) client = join(OFFER);
    g_autofree gchar *large = g_strnfill(64 * 1024, 'x');
    guint n = 0;

    cr_expect_not(client->eof);
    while (ws_link_send(owner.link, large, 64 * 1024) && n < 1000)
        n++;
    cr_expect_lt(n, 1000);
    cr_expect_not(owner.closed, "never from inside a call");
    cr_expect(turn_until(&owner.closed));
    cr_expect_eq(owner.code, 1006);
}

Test(ws_link, a_silent_peer_is_pinged_and_then_given_up)
{
    g_autoptr(RawClient) client = join(OFFER);

    ws_link_set_ping_ms(owner.link, 150);
    cr_expect(raw_hear_bytes(client, 2));
    cr_expect_eq(memcmp(client->in->str, "\x89\x00", 2), 0);
    cr_expect_not(owner.closed);
    cr_expect(turn_until(&owner.closed));
    cr_expect_eq(owner.code, 1006);
}

Test(ws_link, a_probe_tells_dead_from_alive)
{
    g_autoptr(RawClient) client = join(OFFER);

    ws_link_probe(owner.link, 200);
    cr_expect(raw_hear_bytes(client, 2));
    send_frame(client, 0x8a, "", 0);
    turn_for_ms(450);
    cr_expect_not(owner.closed);
    ws_link_probe(owner.link, 50);
    cr_expect(turn_until(&owner.closed));
}

Test(ws_link, the_owner_may_let_go_inside_a_callback)
{
    g_autoptr(RawClient) client = join(OFFER);

    owner.drop_on_message = TRUE;
    raw_send(client, "\x81\x81\0\0\0\0a\x81\x81\0\0\0\0b", 14);
    cr_expect(raw_hear_end(client));
    cr_expect_str_eq(owner.got->str, "a\n");
    cr_expect_not(owner.closed);
}

/* libsoup as the peer: an implementation that shares nothing with ours. */
typedef struct {
    SoupWebsocketConnection *socket;
    GString *got;
    gboolean connected, heard, closed;
} Peer;

static void on_peer_message(SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
    Peer *peer = data;
    gsize len = 0;
    const gchar *text = g_bytes_get_data(message, &len);

    g_string_append_len(peer->got, text, (gssize)len);
    peer->heard = TRUE;
}

static void on_peer_closed(SoupWebsocketConnection *socket, gpointer data)
{
    ((Peer *)data)->closed = TRUE;
}

static void on_peer_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    Peer *peer = data;
    g_autoptr(GError) error = NULL;

    peer->socket = soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &error);
    cr_assert_not_null(peer->socket, "%s", error != NULL ? error->message : "");
    g_signal_connect(peer->socket, "message", G_CALLBACK(on_peer_message), peer);
    g_signal_connect(peer->socket, "closed", G_CALLBACK(on_peer_closed), peer);
    peer->connected = TRUE;
}

static void talk_with_libsoup(gboolean deflate)
{
    g_autoptr(SoupSession) session = soup_session_new();
    g_autofree gchar *url = g_strdup_printf("ws%s/ws", bounded_server_url(server) + strlen("http"));
    g_autoptr(SoupMessage) message = soup_message_new("GET", url);
    g_autoptr(GString) long_text = g_string_new(NULL);
    gchar *protocols[] = {(gchar *)"ocpp2.0.1", NULL};
    Peer peer = {.got = g_string_new(NULL)};

    soup_session_set_proxy_resolver(session, NULL); /* the system's may load half a desktop */
    if (deflate)
        soup_session_add_feature_by_type(session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
    owner.echo = TRUE;
    soup_session_websocket_connect_async(session, message, NULL, protocols, 0, NULL, on_peer_connected,
                                         &peer);
    cr_assert(turn_until(&peer.connected));
    cr_expect_eq(soup_websocket_connection_get_extensions(peer.socket) != NULL, deflate);
    for (guint i = 0; i < 900; i++)
        g_string_append_printf(long_text, "{\"sampledValue\":%u} \xe2\x82\xac ", i * 7919 % 1000);
    for (guint i = 0; i < 3; i++) {
        g_string_truncate(peer.got, 0);
        soup_websocket_connection_send_text(peer.socket, long_text->str);
        while (peer.got->len < long_text->len)
            g_main_context_iteration(NULL, TRUE);
        cr_expect_str_eq(peer.got->str, long_text->str);
    }
    soup_websocket_connection_close(peer.socket, 1000, "done");
    cr_expect(turn_until(&owner.closed));
    cr_expect(turn_until(&peer.closed));
    cr_expect(owner.clean);
    cr_expect_eq(owner.code, 1000);
    g_object_unref(peer.socket);
    g_string_free(peer.got, TRUE);
}

Test(ws_link, understands_libsoup_with_deflate)
{
    talk_with_libsoup(TRUE);
}

Test(ws_link, understands_libsoup_without_deflate)
{
    talk_with_libsoup(FALSE);
}
