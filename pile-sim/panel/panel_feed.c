#include "pile-sim/panel/panel_feed.h"

#include "protocol/json_gate.h"

#define KEY "panel"

struct _PanelFeed {
    PanelFeedRead read;
    gpointer data;
    SseHub *hub;
    gchar *last;      /* (nullable): what went out last */
    guint source;     /* GSource id */
    gint64 due_ms;    /* of @source, monotonic */
    gboolean reading; /* reading the state moves the pile's clock: that is no news */
};

PanelFeed *panel_feed_new(PanelFeedRead read, gpointer data)
{
    PanelFeed *self = g_new0(PanelFeed, 1);

    self->read = read;
    self->data = data;
    self->hub = sse_hub_new();
    return self;
}

void panel_feed_free(PanelFeed *self)
{
    if (self == NULL)
        return;
    if (self->source != 0)
        g_source_remove(self->source);
    sse_hub_close_all(self->hub);
    g_object_unref(self->hub);
    g_free(self->last);
    g_free(self);
}

static gboolean on_due(gpointer data);

/* Earlier wins. */
static void arm(PanelFeed *self, guint in_ms)
{
    gint64 due_ms = g_get_monotonic_time() / 1000 + in_ms;

    if (self->source != 0 && self->due_ms <= due_ms)
        return;
    if (self->source != 0)
        g_source_remove(self->source);
    self->due_ms = due_ms;
    self->source = g_timeout_add(in_ms, on_due, self);
}

static gchar *read_text(PanelFeed *self, gboolean *live)
{
    g_autoptr(JsonNode) node = json_node_alloc();

    self->reading = TRUE;
    json_node_take_object(json_node_init(node, JSON_NODE_OBJECT), self->read(live, self->data));
    self->reading = FALSE;
    return json_gate_print(node, NULL);
}

static gboolean on_due(gpointer data)
{
    PanelFeed *self = data;
    g_autofree gchar *text = NULL;
    gboolean live = FALSE;

    self->source = 0;
    if (sse_hub_n_streams(self->hub) == 0)
        return G_SOURCE_REMOVE;
    text = read_text(self, &live);
    if (g_strcmp0(text, self->last) != 0) {
        sse_hub_send(self->hub, KEY, NULL, "state", text);
        g_free(self->last);
        self->last = g_steal_pointer(&text);
    }
    if (live)
        arm(self, PANEL_FEED_LIVE_MS);
    return G_SOURCE_REMOVE;
}

void panel_feed_open(PanelFeed *self, WebRequest *request)
{
    SseStream *stream = sse_hub_open(self->hub, request, KEY, NULL, NULL);
    g_autofree gchar *text = NULL;
    gboolean live = FALSE;

    if (stream == NULL)
        return;
    text = read_text(self, &live);
    sse_stream_send(stream, NULL, "state", text);
    arm(self, live ? PANEL_FEED_LIVE_MS : PANEL_FEED_PAUSE_MS);
}

void panel_feed_changed(PanelFeed *self)
{
    if (!self->reading && sse_hub_n_streams(self->hub) > 0)
        arm(self, PANEL_FEED_PAUSE_MS);
}
