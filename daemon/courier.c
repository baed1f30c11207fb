#define G_LOG_DOMAIN "rearcharged"
#include "daemon/courier.h"

#include "daemon/net/backoff.h"
#include "daemon/net/event_stream.h"
#include "daemon/net/json_call.h"
#include "daemon/net/order_client.h"
#include "daemon/net/scan_client.h"
#include "protocol/json_read.h"

/* A server that is frozen, or behind a link that swallows everything, refuses nothing: the driver is told
 * long before the request is given up (the snapshot says so within 2 s). */
#define SLOW_ANSWER_MS 1500

struct Courier {
    gatomicrefcount refs; /* ours, and one for each call in flight */
    gboolean closed;
    HttpClient *http;
    OrderClient *orders;
    EventStream *stream;
    guint reasons; /* CourierReason */
    const CourierEvents *events;
    gpointer data;
    GCancellable *look_up, *calls;
    GHashTable *sending; /* "kind reference" of rows on their way -> GCancellable */
    gboolean list_pending, listing;
    Backoff backoff;
    guint again_source;
    ServerState state;
    gchar *problem;
};

/* A call in flight. */
typedef struct {
    Courier *courier; /* reference */
    guint serial;
    OutboxRow *row;
    guint slow_source;
} Errand;

static void courier_unref(Courier *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    g_clear_object(&self->stream);
    g_clear_object(&self->orders);
    g_clear_object(&self->http);
    g_clear_object(&self->look_up);
    g_clear_object(&self->calls);
    g_hash_table_unref(self->sending);
    g_free(self->problem);
    g_free(self);
}

static Errand *errand_new(Courier *self)
{
    Errand *errand = g_new0(Errand, 1);

    g_atomic_ref_count_inc(&self->refs);
    errand->courier = self;
    return errand;
}

static void errand_free(Errand *errand)
{
    g_clear_handle_id(&errand->slow_source, g_source_remove);
    g_clear_pointer(&errand->row, outbox_row_free);
    courier_unref(errand->courier);
    g_free(errand);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)

const gchar *server_state_name(ServerState state)
{
    static const gchar *const names[] = {"unknown", "online", "offline", "refused"};

    g_return_val_if_fail(state < G_N_ELEMENTS(names), "unknown");
    return names[state];
}

static gboolean on_again(gpointer data)
{
    Courier *self = data;

    self->again_source = 0;
    courier_list_orders(self);
    return G_SOURCE_REMOVE;
}

/* Nobody else may have anything to ask for a long time, and the driver is told of a server that is away: it
 * is looked for ever more slowly. What it then tells first is what was missed. */
static void ask_again_later(Courier *self)
{
    self->list_pending = TRUE;
    if (self->orders != NULL && self->again_source == 0)
        self->again_source = g_timeout_add(backoff_next_ms(&self->backoff), on_again, self);
}

static void set_state(Courier *self, ServerState state, const gchar *problem)
{
    if (self->closed || (self->state == state && g_strcmp0(self->problem, problem) == 0))
        return;
    if (self->state != state)
        g_message("server: %s%s%s", server_state_name(state), problem[0] != '\0' ? ", " : "", problem);
    self->state = state;
    g_free(self->problem);
    self->problem = g_strdup(problem);
    self->events->state_changed(self->data);
    if (state == SERVER_OFFLINE)
        ask_again_later(self);
    else if (state == SERVER_ONLINE && self->list_pending)
        courier_list_orders(self);
}

static gboolean on_slow(gpointer data)
{
    Errand *errand = data;

    errand->slow_source = 0;
    set_state(errand->courier, SERVER_OFFLINE, "no answer yet");
    return G_SOURCE_REMOVE;
}

static Errand *errand_watched(Courier *self)
{
    Errand *errand = errand_new(self);

    errand->slow_source = g_timeout_add(SLOW_ANSWER_MS, on_slow, errand);
    return errand;
}

/* NULL @error: the server answered. */
static void judge(Courier *self, const GError *error)
{
    if (error == NULL || (error->domain == SERVER_ERROR && error->code != SERVER_ERROR_NOT_NOW &&
                          !g_str_equal(error->message, "unauthorized")))
        set_state(self, SERVER_ONLINE, "");
    else if (error->domain == SERVER_ERROR && g_str_equal(error->message, "unauthorized"))
        set_state(self, SERVER_REFUSED, "the server does not know this vehicle's token");
    else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_state(self, SERVER_OFFLINE, error->message);
}

static void on_looked_up(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Errand) errand = data;
    Courier *self = errand->courier;
    g_autoptr(GError) error = NULL;
    ScanAnswer answer;
    gboolean got = scan_client_look_up_finish(HTTP_CLIENT(source), result, &answer, &error);

    if (self->closed || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    judge(self, error);
    if (got)
        self->events->look_up_answered(errand->serial, &answer, self->data);
    else if (json_call_is_final(error))
        self->events->look_up_refused(errand->serial, error->message, self->data);
    else
        self->events->look_up_failed(errand->serial, self->data);
}

static gboolean on_no_server(gpointer data)
{
    g_autoptr(Errand) errand = data;

    if (!errand->courier->closed)
        errand->courier->events->look_up_refused(errand->serial, "no_server_configured",
                                                 errand->courier->data);
    return G_SOURCE_REMOVE;
}

void courier_drop_look_up(Courier *self)
{
    if (self->look_up != NULL)
        g_cancellable_cancel(self->look_up);
    g_clear_object(&self->look_up);
}

void courier_look_up(Courier *self, const ScanRequest *request, guint serial)
{
    Errand *errand = self->http != NULL ? errand_watched(self) : errand_new(self);

    errand->serial = serial;
    courier_drop_look_up(self);
    if (self->http == NULL) {
        g_idle_add(on_no_server, errand);
        return;
    }
    self->look_up = g_cancellable_new();
    scan_client_look_up_async(self->http, request, self->look_up, on_looked_up, errand);
}

static gboolean cancel_call(gpointer key, gpointer cancellable, gpointer reference)
{
    /* "kind reference"; NULL: all of them */
    if (reference != NULL && g_strcmp0(strchr(key, ' ') + 1, reference) != 0)
        return FALSE;
    g_cancellable_cancel(cancellable);
    return TRUE;
}

void courier_drop_calls(Courier *self, const gchar *client_ref)
{
    g_hash_table_foreach_remove(self->sending, cancel_call, (gpointer)client_ref);
}

static gchar *row_key(const OutboxRow *row)
{
    return g_strdup_printf("%d %s", row->kind, row->reference);
}

static void on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Errand) errand = data;
    Courier *self = errand->courier;
    g_autofree gchar *key = row_key(errand->row);
    g_autoptr(GError) error = NULL;
    g_autofree Order *order = g_new0(Order, 1);
    gboolean got = order_client_call_finish(ORDER_CLIENT(source), result, order, &error);

    g_hash_table_remove(self->sending, key);
    if (self->closed || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    judge(self, error);
    if (got)
        self->events->call_answered(errand->row, order, self->data);
    else
        self->events->call_refused(errand->row, error->message, self->data);
}

void courier_send(Courier *self, GPtrArray *rows)
{
    for (guint i = 0; self->http != NULL && i < rows->len; i++) {
        OutboxRow *row = rows->pdata[i];
        gchar *key = row_key(row);
        Errand *errand;

        if (g_hash_table_contains(self->sending, key)) {
            g_free(key);
            continue;
        }
        g_hash_table_insert(self->sending, key, g_cancellable_new());
        errand = errand_watched(self);
        errand->row = g_memdup2(row, sizeof *row);
        errand->row->reference = g_strdup(row->reference);
        errand->row->body = g_strdup(row->body);
        order_client_call_async(self->orders, (OrderCallKind)row->kind, row->reference, row->body,
                                g_hash_table_lookup(self->sending, key), on_called, errand);
    }
    g_ptr_array_unref(rows);
}

static void on_attempt(OrderClient *orders, const gchar *problem, gpointer data)
{
    Courier *self = data;

    if (problem != NULL) {
        g_message("server: no answer yet (%s), trying again", problem);
        set_state(self, SERVER_OFFLINE, problem);
    }
}

static void on_streamed(EventStream *stream, const Order *order, gpointer data)
{
    Courier *self = data;

    self->events->order_streamed(order, self->data);
}

static void on_news(EventStream *stream, const gchar *name, JsonObject *object, gpointer data)
{
    Courier *self = data;
    gint64 event_id = 0;

    json_read_int(object, "event_seq", JSON_OPTIONAL, 0, G_MAXINT64, &event_id, NULL);
    if (self->events->news(name, object, self->data))
        event_stream_seen(stream, event_id);
    else
        event_stream_again(stream);
}

static void on_link(EventStream *stream, gboolean up, const gchar *problem, gpointer data)
{
    set_state(data, up ? SERVER_ONLINE : SERVER_OFFLINE, up ? "" : problem);
}

void courier_follow(Courier *self, CourierReason reason, gint64 last_event_id)
{
    self->reasons |= reason;
    if (self->stream == NULL)
        return;
    event_stream_set_brisk(self->stream, (self->reasons & COURIER_FOLLOW_ORDER) != 0);
    event_stream_start(self->stream, last_event_id);
}

void courier_unfollow(Courier *self, CourierReason reason)
{
    self->reasons &= ~(guint)reason;
    if (self->stream == NULL)
        return;
    if (self->reasons == 0)
        event_stream_stop(self->stream);
    event_stream_set_brisk(self->stream, (self->reasons & COURIER_FOLLOW_ORDER) != 0);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Errand) errand = data;
    Courier *self = errand->courier;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) orders = order_client_list_finish(ORDER_CLIENT(source), result, &error);

    if (self->closed)
        return;
    self->listing = FALSE;
    if (orders == NULL && !json_call_is_final(error))
        ask_again_later(self);
    else
        backoff_reset(&self->backoff);
    judge(self, error);
    for (guint i = 0; orders != NULL && i < orders->len; i++)
        self->events->order_listed(&g_array_index(orders, Order, i), self->data);
}

void courier_list_orders(Courier *self)
{
    if (self->listing)
        return;
    self->list_pending = FALSE;
    g_clear_handle_id(&self->again_source, g_source_remove);
    self->listing = self->orders != NULL;
    if (self->orders != NULL)
        order_client_list_async(self->orders, self->calls, on_listed, errand_watched(self));
}

ServerState courier_get_state(const Courier *self, const gchar **problem)
{
    *problem = self->problem;
    return self->state;
}

Courier *courier_new(HttpClient *http, const CourierEvents *events, gpointer data)
{
    Courier *self = g_new0(Courier, 1);

    g_atomic_ref_count_init(&self->refs);
    self->events = events;
    self->data = data;
    self->calls = g_cancellable_new();
    self->backoff = (Backoff){.base_ms = 1000, .cap_ms = 5 * 60 * 1000};
    self->sending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    self->problem = g_strdup(http == NULL ? "no server is configured" : "");
    if (http == NULL)
        return self;
    self->http = g_object_ref(http);
    self->orders = order_client_new(http);
    self->stream = event_stream_new(http);
    g_signal_connect(self->orders, "attempt", G_CALLBACK(on_attempt), self);
    g_signal_connect(self->stream, "order", G_CALLBACK(on_streamed), self);
    g_signal_connect(self->stream, "news", G_CALLBACK(on_news), self);
    g_signal_connect(self->stream, "link", G_CALLBACK(on_link), self);
    return self;
}

void courier_free(Courier *self)
{
    if (self == NULL)
        return;
    self->closed = TRUE;
    g_clear_handle_id(&self->again_source, g_source_remove);
    courier_unfollow(self, self->reasons);
    courier_drop_look_up(self);
    g_hash_table_foreach_remove(self->sending, cancel_call, NULL);
    g_cancellable_cancel(self->calls);
    courier_unref(self);
}
