#define G_LOG_DOMAIN "rearcharged"
#include "daemon/net/event_stream.h"

#include "base/redact.h"
#include "daemon/net/backoff.h"
#include "protocol/json_gate.h"
#include "protocol/sse.h"

#define BAD_EVENTS_LOGGED 5 /* of one connection */

struct _EventStream {
    GObject parent_instance;
    HttpClient *http;
    gchar *path;
    SseParser *parser;
    GCancellable *cancellable; /* set: running */
    guint wait_id, silence_id, quiet_id;
    Backoff backoff, again; /* after a loss; after an event that could not be stored */
    gboolean up, brisk;
    guint n_bad; /* events of this connection that were none */
    gint64 last_event_id;
};
G_DEFINE_FINAL_TYPE(EventStream, event_stream, G_TYPE_OBJECT)

static guint order_signal, news_signal, link_signal;

static void connect_now(EventStream *self);

static void set_link(EventStream *self, gboolean up, const gchar *problem)
{
    if (self->up == up && up)
        return;
    self->up = up;
    g_signal_emit(self, link_signal, 0, up, problem);
}

/* The first ones only: a server that sends nothing else must not fill the log. */
static void log_bad_event(EventStream *self, const SseEvent *event, const GError *error)
{
    g_autofree gchar *shown = redact_for_log(event->data, MIN(event->data_len, 40));

    if (self->n_bad++ < BAD_EVENTS_LOGGED)
        g_warning("ignored an event of the server: %s (%s)", error->message, shown);
}

static void take_event(EventStream *self, const SseEvent *event)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) object = json_gate_parse_object(event->data, event->data_len, &error);
    gboolean is_order = g_strcmp0(event->name, "order") == 0;
    Order order = {0};

    if (object == NULL || (is_order && !order_from_json(object, &order, &error))) {
        log_bad_event(self, event, error);
        return;
    }
    if (is_order) {
        self->last_event_id = MAX(self->last_event_id, order.event_seq);
        g_signal_emit(self, order_signal, 0, &order);
        return;
    }
    g_signal_emit(self, news_signal, 0, event->name != NULL ? event->name : "", object);
}

static gboolean on_waited(gpointer data)
{
    EventStream *self = data;

    self->wait_id = 0;
    connect_now(self);
    return G_SOURCE_REMOVE;
}

static void reconnect_later(EventStream *self, const gchar *problem)
{
    g_clear_handle_id(&self->silence_id, g_source_remove);
    g_clear_handle_id(&self->quiet_id, g_source_remove);
    set_link(self, FALSE, problem);
    if (self->cancellable != NULL && self->wait_id == 0) /* a handler may have stopped us */
        self->wait_id = g_timeout_add(backoff_next_ms(&self->backoff), on_waited, self);
}

/* Not curl's low-speed limit: a comment of a few bytes each 15 s is slower than its slowest speed. */
static void hang_up(EventStream *self)
{
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    self->cancellable = g_cancellable_new();
}

static gboolean on_silence(gpointer data)
{
    EventStream *self = data;

    self->silence_id = 0;
    hang_up(self);
    reconnect_later(self, "silent for too long");
    return G_SOURCE_REMOVE;
}

/* Only told: the next byte takes it back. A link may stutter for seconds, and reconnecting would not help. */
static gboolean on_quiet(gpointer data)
{
    EventStream *self = data;

    self->quiet_id = 0;
    set_link(self, FALSE, "no word for 2 s");
    return G_SOURCE_REMOVE;
}

static void listen_for_silence(EventStream *self)
{
    g_clear_handle_id(&self->silence_id, g_source_remove);
    g_clear_handle_id(&self->quiet_id, g_source_remove);
    self->silence_id = g_timeout_add(self->brisk ? EVENT_STREAM_BRISK_SILENCE_MS : EVENT_STREAM_SILENCE_MS,
                                     on_silence, self);
    if (self->brisk)
        self->quiet_id = g_timeout_add(EVENT_STREAM_BRISK_QUIET_MS, on_quiet, self);
}

static gboolean on_chunk(const gchar *bytes, gsize len, gpointer data)
{
    EventStream *self = data;
    G_GNUC_UNUSED g_autoptr(EventStream) keep =
        g_object_ref(self); /* a handler may stop or drop the stream */
    GCancellable *run = self->cancellable;
    SseEvent *event;
    gboolean fed;

    if (run == NULL)
        return FALSE; /* stopped; its cancellation is on the way */
    backoff_reset(&self->backoff);
    listen_for_silence(self);
    set_link(self, TRUE, NULL);
    fed = sse_parser_feed(self->parser, bytes, len, NULL);
    while (self->cancellable == run && (event = sse_parser_pop(self->parser)) != NULL) {
        take_event(self, event);
        sse_event_free(event);
    }
    return fed;
}

static void on_stream_ended(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(EventStream) self = data;
    g_autoptr(GError) error = NULL;
    guint status = 0;

    http_client_stream_finish(HTTP_CLIENT(source), result, &status, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
        return;
    reconnect_later(self, error != NULL ? error->message : "ended");
}

static void connect_now(EventStream *self)
{
    g_autofree gchar *id =
        self->last_event_id > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, self->last_event_id) : NULL;

    g_autofree gchar *path = self->brisk ? g_strconcat(self->path, "?beat_s=1", NULL) : g_strdup(self->path);

    if (self->n_bad > BAD_EVENTS_LOGGED)
        g_message("ignored %u more events of the server", self->n_bad - BAD_EVENTS_LOGGED);
    self->n_bad = 0;
    sse_parser_reset(self->parser);
    listen_for_silence(self);
    http_client_stream_async(self->http, path, id, on_chunk, self, self->cancellable, on_stream_ended,
                             g_object_ref(self));
}

void event_stream_start(EventStream *self, gint64 last_event_id)
{
    if (self->cancellable != NULL)
        return;
    self->cancellable = g_cancellable_new();
    self->last_event_id = last_event_id;
    backoff_reset(&self->backoff);
    connect_now(self);
}

void event_stream_stop(EventStream *self)
{
    if (self->cancellable == NULL)
        return;
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_handle_id(&self->wait_id, g_source_remove);
    g_clear_handle_id(&self->silence_id, g_source_remove);
    g_clear_handle_id(&self->quiet_id, g_source_remove);
    self->up = FALSE;
}

void event_stream_set_brisk(EventStream *self, gboolean brisk)
{
    if (self->brisk == brisk)
        return;
    self->brisk = brisk;
    if (self->cancellable == NULL || self->wait_id != 0)
        return; /* with the next connection */
    hang_up(self);
    /* Not at once: what the old connection still has to say must not meet the new one's parser. */
    self->wait_id = g_timeout_add(0, on_waited, self);
}

void event_stream_seen(EventStream *self, gint64 event_id)
{
    self->last_event_id = MAX(self->last_event_id, event_id);
    backoff_reset(&self->again);
}

void event_stream_again(EventStream *self)
{
    if (self->cancellable == NULL || self->wait_id != 0)
        return;
    hang_up(self); /* nothing that came after it is taken */
    self->wait_id = g_timeout_add(backoff_next_ms(&self->again), on_waited, self);
}

gboolean event_stream_is_running(EventStream *self)
{
    return self->cancellable != NULL;
}

EventStream *event_stream_new(HttpClient *http)
{
    return event_stream_new_at(http, "/v1/events");
}

EventStream *event_stream_new_at(HttpClient *http, const gchar *path)
{
    EventStream *self = g_object_new(EVENT_TYPE_STREAM, NULL);

    self->http = g_object_ref(http);
    self->path = g_strdup(path);
    return self;
}

static void event_stream_dispose(GObject *object)
{
    event_stream_stop(EVENT_STREAM(object));
    G_OBJECT_CLASS(event_stream_parent_class)->dispose(object);
}

static void event_stream_finalize(GObject *object)
{
    EventStream *self = EVENT_STREAM(object);

    sse_parser_free(self->parser);
    g_free(self->path);
    g_clear_object(&self->http);
    G_OBJECT_CLASS(event_stream_parent_class)->finalize(object);
}

static void event_stream_class_init(EventStreamClass *class)
{
    G_OBJECT_CLASS(class)->dispose = event_stream_dispose;
    G_OBJECT_CLASS(class)->finalize = event_stream_finalize;
    order_signal = g_signal_new("order", EVENT_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
    news_signal = g_signal_new("news", EVENT_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               2, G_TYPE_STRING, G_TYPE_POINTER);
    link_signal = g_signal_new("link", EVENT_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               2, G_TYPE_BOOLEAN, G_TYPE_STRING);
}

static void event_stream_init(EventStream *self)
{
    self->parser = sse_parser_new();
    self->backoff = (Backoff)BACKOFF_INIT;
    self->again = (Backoff){.base_ms = 500, .cap_ms = 60000};
}
