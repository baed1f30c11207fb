#include "server-stub/http/event_feed.h"

/* An order with its receipt is about 2 KiB: a batch stays far below the stream's queue of 256 KiB. */
#define BATCH 32
#define BATCH_PAUSE_MS 20

typedef struct {
    EventFeeds *feeds;
    SseStream *stream;
    gchar *vehicle_id;
    gint64 last_seq;
    guint pause; /* GSource id: more of the past is to be sent */
} Feed;

struct _EventFeeds {
    EventFeedPorts ports;
    gpointer data;
    SseHub *hub;
    GHashTable *by_vehicle; /* vehicle id -> GPtrArray of Feed (borrowed; a feed ends with its stream) */
};

EventFeeds *event_feeds_new(const EventFeedPorts *ports, gpointer data)
{
    EventFeeds *self = g_new0(EventFeeds, 1);

    self->ports = *ports;
    self->data = data;
    self->hub = sse_hub_new();
    self->by_vehicle =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    return self;
}

void event_feeds_free(EventFeeds *self)
{
    if (self == NULL)
        return;
    sse_hub_close_all(self->hub);
    g_object_unref(self->hub);
    g_hash_table_unref(self->by_vehicle);
    g_free(self);
}

static void feed_closed(SseStream *stream, gpointer data)
{
    Feed *feed = data;
    GPtrArray *of_vehicle = g_hash_table_lookup(feed->feeds->by_vehicle, feed->vehicle_id);

    g_ptr_array_remove_fast(of_vehicle, feed);
    if (of_vehicle->len == 0)
        g_hash_table_remove(feed->feeds->by_vehicle, feed->vehicle_id);
    if (feed->pause != 0)
        g_source_remove(feed->pause);
    g_free(feed->vehicle_id);
    g_free(feed);
}

void feed_event_free(FeedEvent *event)
{
    g_free(event->text);
    g_free(event);
}

/* Returns: FALSE when the stream (and with it @feed) is gone */
static gboolean send_event(Feed *feed, const FeedEvent *event)
{
    g_autofree gchar *id = g_strdup_printf("%" G_GINT64_FORMAT, event->event_seq);

    feed->last_seq = event->event_seq;
    return sse_stream_send(feed->stream, id, event->name, event->text);
}

static gboolean on_pause_over(gpointer data);

static void feed_pump(Feed *feed)
{
    g_autoptr(GPtrArray) events = NULL;

    if (feed->pause != 0)
        return; /* it will read what is new with the rest of the past */
    events = feed->feeds->ports.read(feed->vehicle_id, feed->last_seq, BATCH, feed->feeds->data);
    for (guint i = 0; events != NULL && i < events->len; i++)
        if (!send_event(feed, g_ptr_array_index(events, i)))
            return;
    /* NULL: the store could not be read just now; the car must not stay behind for that. */
    if (events == NULL || events->len == BATCH)
        feed->pause = g_timeout_add(events == NULL ? 1000 : BATCH_PAUSE_MS, on_pause_over, feed);
}

static gboolean on_pause_over(gpointer data)
{
    Feed *feed = data;

    feed->pause = 0;
    feed_pump(feed);
    return G_SOURCE_REMOVE;
}

/* A number beyond the newest is of another life of this server (a restored backup): then the car gets
 * everything, instead of nothing until we catch up. */
static gint64 known_seq(EventFeeds *self, const gchar *vehicle_id, gint64 seq)
{
    gint64 newest = self->ports.newest(vehicle_id, self->data);

    return newest >= 0 && seq > newest ? 0 : seq;
}

void event_feeds_open(EventFeeds *self, WebRequest *request, const gchar *vehicle_id)
{
    Feed *feed = g_new0(Feed, 1);
    GPtrArray *of_vehicle;

    feed->feeds = self;
    feed->last_seq = known_seq(self, vehicle_id, sse_last_event_id(request));
    feed->vehicle_id = g_strdup(vehicle_id);
    feed->stream = sse_hub_open(self->hub, request, vehicle_id, feed_closed, feed);
    if (feed->stream == NULL) { /* the car has gone already */
        g_free(feed->vehicle_id);
        g_free(feed);
        return;
    }
    of_vehicle = g_hash_table_lookup(self->by_vehicle, vehicle_id);
    if (of_vehicle == NULL) {
        of_vehicle = g_ptr_array_new();
        g_hash_table_insert(self->by_vehicle, g_strdup(vehicle_id), of_vehicle);
    }
    g_ptr_array_add(of_vehicle, feed);
    feed_pump(feed);
}

void event_feeds_changed(EventFeeds *self, const gchar *vehicle_id)
{
    GPtrArray *of_vehicle = g_hash_table_lookup(self->by_vehicle, vehicle_id);
    g_autoptr(GPtrArray) now = NULL;

    if (of_vehicle == NULL)
        return;
    now = g_ptr_array_copy(of_vehicle, NULL, NULL); /* a full queue closes its stream while we send */
    for (guint i = 0; i < now->len; i++)
        feed_pump(g_ptr_array_index(now, i));
}

guint event_feeds_send(EventFeeds *self, const gchar *vehicle_id, const gchar *name, const gchar *text)
{
    return sse_hub_send(self->hub, vehicle_id, NULL, name, text);
}

guint event_feeds_n_streams(EventFeeds *self, const gchar *vehicle_id)
{
    const GPtrArray *of_vehicle = g_hash_table_lookup(self->by_vehicle, vehicle_id);

    return of_vehicle != NULL ? of_vehicle->len : 0;
}
