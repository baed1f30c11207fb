#include "weblink/ws_handshake.h"

#include <string.h>

#define WEBSOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

/* TRUE when the comma-separated @list has @token, any case. */
static gboolean list_has(const gchar *list, const gchar *token)
{
    g_auto(GStrv) part = list != NULL ? g_strsplit(list, ",", 64) : NULL;

    for (guint i = 0; part != NULL && part[i] != NULL; i++) {
        if (g_ascii_strcasecmp(g_strstrip(part[i]), token) == 0)
            return TRUE;
    }
    return FALSE;
}

/* RFC 6455, 4.2.1: base64 of 16 bytes. */
static gboolean key_is_valid(const gchar *key)
{
    g_autofree guchar *bytes = NULL;
    g_autofree gchar *again = NULL;
    gsize len = 0;

    if (key == NULL || strlen(key) != 24)
        return FALSE;
    bytes = g_base64_decode(key, &len);
    again = g_base64_encode(bytes, len);
    return len == 16 && g_str_equal(again, key);
}

static gchar *accept_of(const gchar *key)
{
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    guint8 digest[20];
    gsize len = sizeof digest;

    g_checksum_update(sha1, (const guchar *)key, -1);
    g_checksum_update(sha1, (const guchar *)WEBSOCKET_GUID, -1);
    g_checksum_get_digest(sha1, digest, &len);
    return g_base64_encode(digest, len);
}

/* The first offered subprotocol that we have, as it was offered (names are case-sensitive). */
static gchar *choose_protocol(const gchar *offers, const gchar *const *ours)
{
    g_auto(GStrv) offer = offers != NULL ? g_strsplit(offers, ",", 64) : NULL;

    for (guint i = 0; ours != NULL && offer != NULL && offer[i] != NULL; i++) {
        if (g_strv_contains(ours, g_strstrip(offer[i])))
            return g_strdup(offer[i]);
    }
    return NULL;
}

/* Answers with a problem when @request is not an opening handshake (RFC 6455, 4.2.1). */
static gboolean is_handshake(WebRequest *request)
{
    const gchar *version = web_request_header(request, "Sec-WebSocket-Version");

    if (!list_has(web_request_header_list(request, "Upgrade"), "websocket") ||
        !list_has(web_request_header_list(request, "Connection"), "upgrade")) {
        web_reply_header(request, "Upgrade", "websocket");
        web_reply_header(request, "Connection", "Upgrade");
        web_reply_problem(request, 426, "upgrade_required", "this address speaks WebSocket");
        return FALSE;
    }
    if (g_strcmp0(version, "13") != 0) {
        web_reply_header(request, "Sec-WebSocket-Version", "13");
        web_reply_problem(request, 426, "upgrade_required", "WebSocket version 13 is needed");
        return FALSE;
    }
    if (!key_is_valid(web_request_header(request, "Sec-WebSocket-Key"))) {
        web_reply_problem(request, 400, "bad_field", "Sec-WebSocket-Key is missing or malformed");
        return FALSE;
    }
    return TRUE;
}

WsHandshake ws_handshake_answer(WebRequest *request, const gchar *const *ours)
{
    WsHandshake self = {0};
    g_autofree gchar *accept = NULL;
    g_autofree gchar *extensions = NULL;
    g_autoptr(GString) head = NULL;

    if (!is_handshake(request))
        return self;
    self.protocol = choose_protocol(web_request_header_list(request, "Sec-WebSocket-Protocol"), ours);
    self.deflate =
        ws_deflate_negotiate(web_request_header_list(request, "Sec-WebSocket-Extensions"), &extensions);
    accept = accept_of(web_request_header(request, "Sec-WebSocket-Key"));
    head = g_string_new("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
    g_string_append_printf(head, "Sec-WebSocket-Accept: %s\r\n", accept);
    if (self.protocol != NULL)
        g_string_append_printf(head, "Sec-WebSocket-Protocol: %s\r\n", self.protocol);
    if (extensions != NULL)
        g_string_append_printf(head, "Sec-WebSocket-Extensions: %s\r\n", extensions);
    g_string_append(head, "\r\n");
    self.head = g_string_free(g_steal_pointer(&head), FALSE);
    return self;
}

void ws_handshake_clear(WsHandshake *self)
{
    g_clear_pointer(&self->head, g_free);
    g_clear_pointer(&self->protocol, g_free);
}
