#include "weblink/tls_door.h"

#include "weblink/tls_floor.h"
#include "weblink/web_head.h"

typedef struct {
    gsize head_max_bytes;
    GTlsConnection *tls;
    WebReplay *stream;
    TlsDoorShaken shaken;
    gpointer user_data;
} Door;

static void door_free(gpointer data)
{
    Door *door = data;

    g_clear_object(&door->stream);
    g_clear_object(&door->tls);
    g_free(door);
}

/* A server of GIO is asked about each client's certificate, a good one too, and to say nothing is to refuse.
 */
static gboolean on_certificate(GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags flaws,
                               gpointer data)
{
    g_autofree gchar *words = tls_floor_flaws(flaws);

    g_info("client certificate: %s", flaws == 0 ? "good" : words);
    return flaws == 0;
}

static gboolean on_readable(GObject *input, gpointer data)
{
    GTask *task = data;
    Door *door = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    const gchar *head = NULL;
    gsize len = 0;
    gssize n = 0;

    do {
        n = web_replay_look(door->stream, door->head_max_bytes, &error);
        head = web_replay_seen(door->stream, &len);
    } while (n > 0 && web_head_length(head, len) == 0 && len <= door->head_max_bytes);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
    if (n > 0)
        g_task_return_boolean(task, TRUE);
    else if (n == 0)
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "left without a request");
    else
        g_task_return_error(task, g_steal_pointer(&error));
    return G_SOURCE_REMOVE;
}

static void on_handshake_done(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    Door *door = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSource) readable = NULL;

    door->shaken(door->user_data);
    if (!g_tls_connection_handshake_finish(door->tls, result, &error)) {
        g_prefix_error(&error, "TLS handshake failed: ");
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    door->stream = web_replay_new(G_IO_STREAM(door->tls));
    /* What came right behind the handshake may be inside GnuTLS already, where no poll sees it. */
    if (on_readable(NULL, task) == G_SOURCE_REMOVE)
        return;
    readable = g_pollable_input_stream_create_source(
        G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(G_IO_STREAM(door->tls))),
        g_task_get_cancellable(task));
    g_source_set_callback(readable, G_SOURCE_FUNC(on_readable), g_steal_pointer(&task), g_object_unref);
    g_source_attach(readable, g_main_context_get_thread_default());
}

void tls_door_open_async(GIOStream *plain, GTlsCertificate *certificate, GTlsDatabase *client_ca,
                         gsize head_max_bytes, GCancellable *cancellable, TlsDoorShaken shaken,
                         GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    g_autoptr(GError) error = NULL;
    Door *door = g_new0(Door, 1);

    g_task_set_source_tag(task, tls_door_open_async);
    g_task_set_task_data(task, door, door_free);
    door->head_max_bytes = head_max_bytes;
    door->shaken = shaken;
    door->user_data = user_data;
    /* Not g_tls_server_connection_new(): it gives each connection its own copy of the system's authorities, 1
     * to 4 MiB of them, before a database can be set. */
    door->tls =
        g_initable_new(g_tls_backend_get_server_connection_type(g_tls_backend_get_default()), NULL, &error,
                       "base-io-stream", plain, "certificate", certificate, "database", client_ca, NULL);
    if (door->tls == NULL) {
        g_prefix_error(&error, "TLS is not available: ");
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    g_tls_connection_set_require_close_notify(door->tls, FALSE);
    if (client_ca != NULL) {
        g_signal_connect(door->tls, "accept-certificate", G_CALLBACK(on_certificate), NULL);
        g_object_set(door->tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
    }
    g_tls_connection_handshake_async(door->tls, G_PRIORITY_DEFAULT, cancellable, on_handshake_done,
                                     g_steal_pointer(&task));
}

WebReplay *tls_door_open_finish(GAsyncResult *result, GTlsCertificate **client, GError **error)
{
    Door *door = g_task_get_task_data(G_TASK(result));

    if (!g_task_propagate_boolean(G_TASK(result), error))
        return NULL;
    *client = g_tls_connection_get_peer_certificate(door->tls);
    if (*client != NULL)
        g_object_ref(*client);
    return g_steal_pointer(&door->stream);
}
