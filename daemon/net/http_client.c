#include "daemon/net/http_client.h"

#include <glib-unix.h>
#include <string.h>

#include "daemon/net/transfer.h"

/* libcurl asks for three things: watch this fd, wake me then, let me act. Each maps on one GSource; the
 * project's other users of the same pattern: dbus/bus_loop.c. */
struct _HttpClient {
    GObject parent_instance;
    CURLM *multi;
    GMainContext *context;
    GSource *timer;
    gchar *base_url;
    gchar *ca_file;
    gchar *token;
};
G_DEFINE_FINAL_TYPE(HttpClient, http_client, G_TYPE_OBJECT)
G_DEFINE_QUARK(http - client - error - quark, http_client_error)

static void drop_source(GSource **source)
{
    if (*source != NULL) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

static void finish(HttpClient *self, CURL *easy, CURLcode result)
{
    Transfer *transfer = NULL;
    g_autoptr(GTask) task = NULL;
    GError *error;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(self->multi, easy);
    task = g_steal_pointer(&transfer->task);
    error = transfer_error(transfer, result);
    g_object_set_data(G_OBJECT(task), "status", GUINT_TO_POINTER(transfer_status(transfer)));
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, g_byte_array_free_to_bytes(g_byte_array_ref(transfer->received)),
                              (GDestroyNotify)g_bytes_unref);
    transfer_free(transfer);
}

static void act(HttpClient *self, curl_socket_t fd, int what)
{
    G_GNUC_UNUSED g_autoptr(HttpClient) keep =
        g_object_ref(self); /* a callback may drop the last reference */
    CURLMsg *message;
    int running, left;

    curl_multi_socket_action(self->multi, fd, what, &running);
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE)
            finish(self, message->easy_handle, message->data.result);
    }
}

static gboolean on_fd_ready(gint fd, GIOCondition condition, gpointer data)
{
    int what = 0;

    if (condition & (G_IO_IN | G_IO_HUP))
        what |= CURL_CSELECT_IN;
    if (condition & G_IO_OUT)
        what |= CURL_CSELECT_OUT;
    if (condition & G_IO_ERR)
        what |= CURL_CSELECT_ERR;
    act(data, fd, what);
    return G_SOURCE_CONTINUE;
}

/* libcurl says: watch @fd for @what from now on. */
static int on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
    HttpClient *self = data;
    GSource *watch = socket_data;

    drop_source(&watch);
    if (what != CURL_POLL_REMOVE) {
        GIOCondition condition = G_IO_ERR | G_IO_HUP;

        if (what & CURL_POLL_IN)
            condition |= G_IO_IN;
        if (what & CURL_POLL_OUT)
            condition |= G_IO_OUT;
        watch = g_unix_fd_source_new(fd, condition);
        g_source_set_callback(watch, G_SOURCE_FUNC(on_fd_ready), self, NULL);
        g_source_attach(watch, self->context);
    }
    curl_multi_assign(self->multi, fd, watch);
    return 0;
}

static gboolean on_timer_due(gpointer data)
{
    HttpClient *self = data;

    drop_source(&self->timer);
    act(self, CURL_SOCKET_TIMEOUT, 0);
    return G_SOURCE_REMOVE;
}

/* libcurl says: call me in @delay_ms; -1 means never mind. One timer, replaced each time. */
static int on_timer_wanted(CURLM *multi, long delay_ms, void *data)
{
    HttpClient *self = data;

    drop_source(&self->timer);
    if (delay_ms < 0)
        return 0;
    self->timer = g_timeout_source_new((guint)MIN(delay_ms, G_MAXINT));
    g_source_set_callback(self->timer, on_timer_due, self, NULL);
    g_source_attach(self->timer, self->context);
    return 0;
}

static gboolean on_cancelled(GCancellable *cancellable, gpointer data)
{
    Transfer *transfer = data;
    g_autoptr(GTask) task = g_steal_pointer(&transfer->task);
    HttpClient *self = g_task_get_source_object(task);

    curl_multi_remove_handle(self->multi, transfer->easy);
    transfer_free(transfer);
    g_task_return_error_if_cancelled(task);
    return G_SOURCE_REMOVE;
}

static gboolean on_outside(gpointer data)
{
    Transfer *transfer = data;
    HttpClient *self = g_task_get_source_object(transfer->task);

    drop_source(&transfer->waiting);
    curl_multi_add_handle(self->multi, transfer->easy);
    return G_SOURCE_REMOVE;
}

static void start(HttpClient *self, Transfer *transfer, GCancellable *cancellable, GTask *task)
{
    transfer->task = task; /* holds the client, so that finalize never meets a live transfer */
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    if (cancellable != NULL) {
        transfer->cancelled = g_cancellable_source_new(cancellable);
        g_source_set_callback(transfer->cancelled, G_SOURCE_FUNC(on_cancelled), transfer, NULL);
        g_source_attach(transfer->cancelled, self->context);
    }
    if (curl_multi_add_handle(self->multi, transfer->easy) != CURLM_RECURSIVE_API_CALL)
        return;
    /* An event of the stream asks for a call while libcurl hands us the event: a moment later, then. */
    transfer->waiting = g_idle_source_new();
    g_source_set_callback(transfer->waiting, on_outside, transfer, NULL);
    g_source_attach(transfer->waiting, self->context);
}

void http_client_send_async(HttpClient *self, const HttpRequest *request, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);

    g_task_set_source_tag(task, http_client_send_async);
    start(self, transfer_new(self->base_url, self->ca_file, self->token, request), cancellable, task);
}

GBytes *http_client_send_finish(HttpClient *self, GAsyncResult *result, guint *status, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);

    *status = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(result), "status"));
    return g_task_propagate_pointer(G_TASK(result), error);
}

void http_client_stream_async(HttpClient *self, const gchar *path, const gchar *last_event_id,
                              HttpChunkFunc chunk, gpointer chunk_data, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
    const HttpRequest request = {.method = "GET", .path = path};
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    Transfer *transfer = transfer_new(self->base_url, self->ca_file, self->token, &request);

    g_task_set_source_tag(task, http_client_stream_async);
    transfer_make_stream(transfer, last_event_id, chunk, chunk_data);
    start(self, transfer, cancellable, task);
}

gboolean http_client_stream_finish(HttpClient *self, GAsyncResult *result, guint *status, GError **error)
{
    g_autoptr(GBytes) body = http_client_send_finish(self, result, status, error);

    return body != NULL;
}

/* After "http://": only ourselves may be spoken to without TLS. */
static gboolean is_loopback(const gchar *authority)
{
    g_autofree gchar *host = g_strndup(authority, strcspn(authority, "/"));
    gchar *port = strrchr(host, ':');

    if (port != NULL && strchr(port, ']') == NULL)
        *port = '\0';
    if (g_str_equal(host, "localhost") || g_str_equal(host, "[::1]"))
        return TRUE;
    return g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host);
}

gboolean http_client_url_is_allowed(const gchar *base_url, GError **error)
{
    gboolean https = g_str_has_prefix(base_url, "https://");
    const gchar *authority = https ? base_url + 8 : base_url + 7;

    if ((https || (g_str_has_prefix(base_url, "http://") && is_loopback(authority))) &&
        authority[0] != '\0' &&
        authority[strspn(authority, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]")] ==
            '\0')
        return TRUE;
    g_set_error_literal(error, HTTP_CLIENT_ERROR, HTTP_CLIENT_ERROR_URL,
                        "https://host[:port] without a path (http only to 127.0.0.1, [::1] or localhost)");
    return FALSE;
}

HttpClient *http_client_new_local(const gchar *base_url)
{
    HttpClient *self = g_object_new(HTTP_TYPE_CLIENT, NULL);

    self->base_url = g_strdup(base_url);
    return self;
}

HttpClient *http_client_new(const gchar *base_url, const gchar *ca_file, const gchar *token, GError **error)
{
    HttpClient *self;

    if (!http_client_url_is_allowed(base_url, error))
        return NULL;
    self = g_object_new(HTTP_TYPE_CLIENT, NULL);
    self->base_url = g_strdup(base_url);
    self->ca_file = g_strdup(ca_file);
    self->token = g_strdup(token);
    return self;
}

static void http_client_finalize(GObject *object)
{
    HttpClient *self = HTTP_CLIENT(object);

    curl_multi_cleanup(self->multi); /* closes kept connections, and with them their watches */
    drop_source(&self->timer);
    g_main_context_unref(self->context);
    g_free(self->base_url);
    g_free(self->ca_file);
    g_free(self->token);
    G_OBJECT_CLASS(http_client_parent_class)->finalize(object);
}

static void http_client_class_init(HttpClientClass *class)
{
    G_OBJECT_CLASS(class)->finalize = http_client_finalize;
}

static void http_client_init(HttpClient *self)
{
    curl_global_init(
        CURL_GLOBAL_DEFAULT); /* counted by curl; never undone, threads of TLS libraries may live on */
    self->context = g_main_context_ref_thread_default();
    self->multi = curl_multi_init();
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
}
