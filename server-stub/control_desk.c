#include "server-stub/control_desk.h"

#include "protocol/json_write.h"
#include "server-stub/desk_problem.h"
#include "server-stub/model/try_limit.h"
#include "server-stub/pile_call.h"
#include "server-stub/store/offer_rows.h"
#include "server-stub/vehicle_query.h"

struct _ControlDesk {
    Store *store;
    StationHub *hub;
    WebFront *front;
    OfferDesk *offers;
    PileCalls *calls;
    VehicleQueries *queries;
    TryLimit *rate; /* every call and question counts */
    guint timer;    /* GSource id: the offer desk is due */
};

static gint64 now_ms(void)
{
    return g_get_real_time() / 1000;
}

/* Offer desk -> world */

static void on_told(const gchar *vehicle_id, gpointer data)
{
    web_front_vehicle_changed(((ControlDesk *)data)->front, vehicle_id);
}

static gboolean on_due(gpointer data)
{
    ControlDesk *self = data;

    self->timer = 0;
    offer_desk_tick(self->offers, now_ms());
    return G_SOURCE_REMOVE;
}

/* As for the desk's deadlines: looked at again after an hour, because the wall clock may be set meanwhile. */
static void on_rearm(gint64 due_ms, gpointer data)
{
    ControlDesk *self = data;

    g_clear_handle_id(&self->timer, g_source_remove);
    if (due_ms != G_MAXINT64)
        self->timer = g_timeout_add((guint)CLAMP(due_ms - now_ms(), 0, 3600 * 1000), on_due, self);
}

/* Cars -> offer desk */

static gboolean news_subscribe(const gchar *vehicle_id, const Subscription *subscription, WebProblem *problem,
                               gpointer data)
{
    g_autoptr(GError) error = NULL;

    return offer_desk_subscribe(((ControlDesk *)data)->offers, vehicle_id, subscription, now_ms(), &error) ||
           desk_problem(error, problem);
}

static gboolean news_subscription(const gchar *vehicle_id, Subscription *subscription, WebProblem *problem,
                                  gpointer data)
{
    g_autoptr(GError) error = NULL;

    return offer_desk_subscription(((ControlDesk *)data)->offers, vehicle_id, subscription, &error) ||
           desk_problem(error, problem);
}

static GArray *news_offers(const gchar *vehicle_id, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;
    GArray *offers = offer_desk_offers_of(((ControlDesk *)data)->offers, vehicle_id, now_ms(), &error);

    if (offers == NULL)
        desk_problem(error, problem);
    return offers;
}

static gboolean news_accept(const gchar *vehicle_id, const gchar *offer_id, Offer *offer, WebProblem *problem,
                            gpointer data)
{
    g_autoptr(GError) error = NULL;

    return offer_desk_accept(((ControlDesk *)data)->offers, vehicle_id, offer_id, now_ms(), offer, &error) ||
           desk_problem(error, problem);
}

static gboolean news_vehicle_state(const gchar *vehicle_id, const VehicleState *state, WebProblem *problem,
                                   gpointer data)
{
    return vehicle_queries_answered(((ControlDesk *)data)->queries, vehicle_id, state, problem);
}

/* Operators */

static JsonNode *list_vehicles(ControlDesk *self, GError **error)
{
    g_autoptr(GArray) rows = store_vehicles(self->store, error);
    JsonArray *views;
    JsonObject *object;

    if (rows == NULL)
        return NULL;
    views = json_array_sized_new(rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const VehicleRow *row = &g_array_index(rows, VehicleRow, i);
        JsonObject *view = json_object_new();
        Subscription subscription;

        json_object_set_string_member(view, "vehicle_id", row->vehicle_id);
        json_object_set_int_member(view, "streams",
                                   event_feeds_n_streams(web_front_feeds(self->front), row->vehicle_id));
        store_subscription(self->store, row->vehicle_id, &subscription, NULL);
        json_object_set_array_member(view, "kinds", news_kinds_to_json(subscription.kinds));
        if (subscription.kinds != 0)
            json_object_set_int_member(view, "radius_m", subscription.radius_m);
        json_write_time(view, "created_at", row->created_ms);
        json_array_add_object_element(views, view);
    }
    object = json_object_new();
    json_object_set_array_member(object, "vehicles", views);
    return json_write_node(object);
}

static OfferDeskKind kind_of(const gchar *what)
{
    return g_str_equal(what, "offers") ? OFFER_DESK_OFFERS : OFFER_DESK_RULES;
}

static JsonNode *control_list(const gchar *what, WebProblem *problem, gpointer data)
{
    ControlDesk *self = data;
    g_autoptr(GError) error = NULL;
    JsonNode *node = g_str_equal(what, "vehicles")
                         ? list_vehicles(self, &error)
                         : offer_desk_list(self->offers, kind_of(what), now_ms(), &error);

    if (node == NULL)
        desk_problem(error, problem);
    return node;
}

static JsonNode *control_write(const gchar *what, const gchar *id, JsonObject *input, WebProblem *problem,
                               gpointer data)
{
    g_autoptr(GError) error = NULL;
    JsonNode *node =
        offer_desk_write(((ControlDesk *)data)->offers, kind_of(what), id, input, now_ms(), &error);

    if (node == NULL)
        desk_problem(error, problem);
    return node;
}

static gboolean control_remove(const gchar *what, const gchar *id, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return offer_desk_remove(((ControlDesk *)data)->offers, kind_of(what), id, now_ms(), &error) ||
           desk_problem(error, problem);
}

/* Returns: FALSE: answered with 429. All operators share the limit: it protects piles and drivers. */
static gboolean has_room(ControlDesk *self, WebRequest *request)
{
    gint64 monotonic_ms = g_get_monotonic_time() / 1000;
    gint64 wait_ms = try_limit_wait_ms(self->rate, "operator", monotonic_ms);
    g_autofree gchar *seconds = g_strdup_printf("%" G_GINT64_FORMAT, (wait_ms + 999) / 1000);

    if (wait_ms == 0) {
        try_limit_failed(self->rate, "operator", monotonic_ms);
        return TRUE;
    }
    web_reply_header(request, "Retry-After", seconds);
    web_reply_problem(request, 429, "too_many", "at most 60 calls and questions a minute");
    return FALSE;
}

static void control_call(WebRequest *request, const gchar *station_id, JsonObject *input, gpointer data)
{
    ControlDesk *self = data;
    StationRow row;

    if (!store_station(self->store, station_id, &row, NULL))
        web_reply_problem(request, 404, "not_found", "no such station");
    else if (has_room(self, request))
        pile_calls_make(self->calls, request, station_id, input);
}

static gboolean knows_vehicle(ControlDesk *self, const gchar *vehicle_id)
{
    g_autoptr(GArray) rows = store_vehicles(self->store, NULL);

    for (guint i = 0; rows != NULL && i < rows->len; i++)
        if (g_str_equal(g_array_index(rows, VehicleRow, i).vehicle_id, vehicle_id))
            return TRUE;
    return FALSE;
}

static void control_query(WebRequest *request, const gchar *vehicle_id, JsonObject *input, gpointer data)
{
    ControlDesk *self = data;

    if (!knows_vehicle(self, vehicle_id))
        web_reply_problem(request, 404, "not_found", "no such vehicle");
    else if (has_room(self, request))
        vehicle_queries_ask(self->queries, request, vehicle_id, input);
}

ControlDesk *control_desk_new(Store *store, Desk *desk, StationHub *hub, WebFront *front)
{
    static const OfferDeskPorts offer_ports = {on_told, on_rearm};
    static const WebNewsPorts news = {news_subscribe, news_subscription, news_offers, news_accept,
                                      news_vehicle_state};
    static const WebControlPorts control = {control_list, control_write, control_remove, control_call,
                                            control_query};
    ControlDesk *self = g_new0(ControlDesk, 1);

    self->store = store;
    self->hub = hub;
    self->front = front;
    self->offers = offer_desk_new(store, desk, &offer_ports, self);
    self->calls = pile_calls_new(store, hub);
    self->queries = vehicle_queries_new(web_front_feeds(front));
    self->rate = try_limit_new(CONTROL_DESK_PER_MINUTE, 60 * 1000);
    web_front_serve_news(front, &news, self);
    web_front_serve_control(front, &control, self);
    return self;
}

void control_desk_free(ControlDesk *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->timer, g_source_remove);
    pile_calls_free(self->calls);
    vehicle_queries_free(self->queries);
    offer_desk_free(self->offers);
    try_limit_free(self->rate);
    g_free(self);
}

void control_desk_stop(ControlDesk *self)
{
    pile_calls_stop(self->calls);
    vehicle_queries_stop(self->queries);
}

void control_desk_start(ControlDesk *self)
{
    offer_desk_tick(self->offers, now_ms());
}

void control_desk_station_changed(ControlDesk *self, const gchar *station_id)
{
    offer_desk_station_changed(self->offers, station_id, now_ms());
}

void control_desk_heard(ControlDesk *self, const gchar *station_id, OcppAction action, JsonObject *payload)
{
    pile_calls_heard(self->calls, station_id, action, payload);
}
