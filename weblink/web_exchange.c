#include "weblink/web_exchange.h"

#include "protocol/json_gate.h"

/* Those that libsoup's list lacks. */
static const gchar *phrase_of(guint status)
{
    return status == 426   ? "Upgrade Required"
           : status == 429 ? "Too Many Requests"
           : status == 431 ? "Request Header Fields Too Large"
                           : soup_status_get_phrase(status);
}

GBytes *web_problem_new(guint status, const gchar *code, const gchar *detail)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    gsize len = 0;
    gchar *text = NULL;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "type");
    json_builder_add_string_value(builder, "about:blank");
    json_builder_set_member_name(builder, "title");
    json_builder_add_string_value(builder, phrase_of(status));
    json_builder_set_member_name(builder, "status");
    json_builder_add_int_value(builder, status);
    json_builder_set_member_name(builder, "code");
    json_builder_add_string_value(builder, code);
    if (detail != NULL) {
        json_builder_set_member_name(builder, "detail");
        json_builder_add_string_value(builder, detail);
    }
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = json_gate_print(root, &len);
    return g_bytes_new_take(text, len);
}

void web_exchange_set_problem(SoupServerMessage *msg, guint status, const gchar *code, const gchar *detail)
{
    g_autoptr(GBytes) body = web_problem_new(status, code, detail);
    gsize size = 0;
    const gchar *data = g_bytes_get_data(body, &size);

    soup_message_headers_replace(soup_server_message_get_response_headers(msg), "Cache-Control", "no-store");
    soup_server_message_set_status(msg, status, phrase_of(status));
    soup_server_message_set_response(msg, "application/problem+json", SOUP_MEMORY_COPY, data, size);
}

WebStream *web_exchange_steal(SoupServerMessage *msg)
{
    GSocketAddress *remote = soup_server_message_get_remote_address(msg);
    WebConnection *connection = remote != NULL ? web_connection_of_remote(remote) : NULL;
    g_autoptr(GSocket) socket = NULL;
    GIOStream *stream = NULL;
    gboolean tls = FALSE;

    if (connection == NULL)
        return NULL;
    socket = g_object_ref(web_connection_socket(connection));
    tls = web_connection_is_tls(connection);
    web_connection_set_deadline(connection, 0);
    web_connection_set_data(connection, NULL);
    stream = soup_server_message_steal_connection(msg);
    web_connection_release(connection);
    return stream == NULL ? NULL : web_stream_new(stream, socket, tls);
}

void web_exchange_refuse(WebStream *stream, guint status, const gchar *code, const gchar *detail)
{
    g_autoptr(GBytes) body = web_problem_new(status, code, detail);
    gsize size = 0;
    const gchar *data = g_bytes_get_data(body, &size);
    /* RFC 9110, 15.5.6: a 405 names what is allowed; that is also its detail. */
    g_autofree gchar *more = status == 405 && detail != NULL ? g_strdup_printf("Allow: %s\r\n", detail)
                             : status == 429                 ? g_strdup("Retry-After: 1\r\n")
                                                             : g_strdup("");
    g_autofree gchar *head = g_strdup_printf(
        "HTTP/1.1 %u %s\r\nContent-Type: application/problem+json\r\nContent-Length: %" G_GSIZE_FORMAT
        "\r\n%sCache-Control: no-store\r\nConnection: close\r\n\r\n",
        status, phrase_of(status), size, more);

    web_stream_write(stream, head, strlen(head));
    web_stream_write(stream, data, size);
    web_stream_finish(stream);
}
