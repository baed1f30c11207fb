#include "server-stub/http/operator_feed.h"

#include "protocol/json_gate.h"

#define KEY "operator"

struct _OperatorFeed {
    OperatorFeedPorts ports;
    gpointer data;
    SseHub *hub;
    GHashTable *marked[OPERATOR_N_KINDS]; /* sets of ids */
    gint64 last_message;
    gboolean new_messages;
    guint pause; /* GSource id */
};

static const gchar *const kind_names[OPERATOR_N_KINDS] = {"station", "order", "reservation", "transaction"};

OperatorFeed *operator_feed_new(const OperatorFeedPorts *ports, gpointer data)
{
    OperatorFeed *self = g_new0(OperatorFeed, 1);

    self->ports = *ports;
    self->data = data;
    self->hub = sse_hub_new();
    for (guint i = 0; i < OPERATOR_N_KINDS; i++)
        self->marked[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void operator_feed_free(OperatorFeed *self)
{
    if (self == NULL)
        return;
    if (self->pause != 0)
        g_source_remove(self->pause);
    sse_hub_close_all(self->hub);
    g_object_unref(self->hub);
    for (guint i = 0; i < OPERATOR_N_KINDS; i++)
        g_hash_table_unref(self->marked[i]);
    g_free(self);
}

/* Returns: how many of @kind went out */
static guint send_marked(OperatorFeed *self, OperatorKind kind, guint limit)
{
    GHashTableIter iter;
    gpointer id;
    guint sent = 0;

    g_hash_table_iter_init(&iter, self->marked[kind]);
    while (sent < limit && g_hash_table_iter_next(&iter, &id, NULL)) {
        g_autoptr(JsonNode) node = self->ports.item(kind, id, self->data);
        g_autofree gchar *text = node != NULL ? json_gate_print(node, NULL) : NULL;

        if (text != NULL)
            sse_hub_send(self->hub, KEY, NULL, kind_names[kind], text);
        g_hash_table_iter_remove(&iter);
        sent++;
    }
    return sent;
}

static void send_messages(OperatorFeed *self)
{
    g_autoptr(JsonNode) node = self->ports.messages(&self->last_message, OPERATOR_FEED_MESSAGES, self->data);
    g_autofree gchar *text = json_gate_print(node, NULL);

    self->new_messages = FALSE;
    sse_hub_send(self->hub, KEY, NULL, "messages", text);
}

static gboolean on_pause_over(gpointer data)
{
    OperatorFeed *self = data;
    guint left = OPERATOR_FEED_BATCH;

    self->pause = 0;
    for (guint i = 0; i < OPERATOR_N_KINDS; i++)
        left -= send_marked(self, i, left);
    if (self->new_messages)
        send_messages(self);
    if (left == 0 && sse_hub_n_streams(self->hub) > 0)
        self->pause = g_timeout_add(OPERATOR_FEED_PAUSE_MS, on_pause_over, self);
    return G_SOURCE_REMOVE;
}

/* Returns: FALSE when nobody looks */
static gboolean arm(OperatorFeed *self)
{
    if (sse_hub_n_streams(self->hub) == 0)
        return FALSE;
    if (self->pause == 0)
        self->pause = g_timeout_add(OPERATOR_FEED_PAUSE_MS, on_pause_over, self);
    return TRUE;
}

void operator_feed_open(OperatorFeed *self, WebRequest *request)
{
    gboolean first = sse_hub_n_streams(self->hub) == 0;

    /* The page reads the lists when its stream is open; from then on it needs every change. What was marked
     * for readers who have left is old, and so are messages it can ask for. */
    if (first) {
        for (guint i = 0; i < OPERATOR_N_KINDS; i++)
            g_hash_table_remove_all(self->marked[i]);
        json_node_unref(self->ports.messages(&self->last_message, 0, self->data));
    }
    sse_hub_open(self->hub, request, KEY, NULL, NULL);
}

void operator_feed_mark(OperatorFeed *self, OperatorKind kind, const gchar *id)
{
    if (arm(self))
        g_hash_table_add(self->marked[kind], g_strdup(id));
}

void operator_feed_messages(OperatorFeed *self)
{
    if (arm(self))
        self->new_messages = TRUE;
}
