#include "server-stub/http/web_front_private.h"

#include "base/redact.h"
#include "protocol/json_write.h"

#include <string.h>

static const WebRoute routes[] = {
    {"POST", "/v1/scans", car_api_scan, WEB_BODY_JSON},
    {"POST", "/v1/orders", car_api_place, WEB_BODY_JSON},
    {"GET", "/v1/orders", car_api_orders, WEB_BODY_NONE},
    {"GET", "/v1/orders/{order_id}", car_api_order, WEB_BODY_NONE},
    {"POST", "/v1/orders/{order_id}/cancel", car_api_stop, WEB_BODY_JSON},
    {"POST", "/v1/orders/{order_id}/stop", car_api_stop, WEB_BODY_JSON},
    {"POST", "/v1/orders/{order_id}/withdraw", code_api_withdraw, WEB_BODY_JSON},
    {"POST", "/v1/offline-codes", code_api_issue, WEB_BODY_JSON},
    {"POST", "/v1/vouchers", code_api_voucher, WEB_BODY_JSON},
    {"POST", "/operator/v1/codes", code_api_add, WEB_BODY_JSON},
    {"POST", "/operator/v1/codes/{code_id}/block", code_api_block, WEB_BODY_JSON},
    {"POST", "/operator/v1/codes/{code_id}/unblock", code_api_unblock, WEB_BODY_JSON},
    {"DELETE", "/operator/v1/codes/{code_id}", code_api_remove, WEB_BODY_NONE},
    {"GET", "/v1/events", car_api_events, WEB_BODY_NONE},
    {"GET", "/v1/locations", location_api_search, WEB_BODY_NONE},
    {"GET", "/v1/locations/events", location_api_watch, WEB_BODY_NONE},
    {"POST", "/v1/reservations", location_api_reserve, WEB_BODY_JSON},
    {"GET", "/v1/reservations", location_api_reservations, WEB_BODY_NONE},
    {"GET", "/v1/reservations/{reservation_id}", location_api_reservation, WEB_BODY_NONE},
    {"DELETE", "/v1/reservations/{reservation_id}", location_api_cancel, WEB_BODY_NONE},
    {"POST", "/v1/reservations/{reservation_id}/move", location_api_move, WEB_BODY_JSON},
    {"GET", "/v1/subscription", news_api_subscription, WEB_BODY_NONE},
    {"PUT", "/v1/subscription", news_api_subscribe, WEB_BODY_JSON},
    {"GET", "/v1/offers", news_api_offers, WEB_BODY_NONE},
    {"POST", "/v1/offers/{offer_id}/accept", news_api_accept, WEB_BODY_JSON},
    {"POST", "/v1/vehicle-state", news_api_vehicle_state, WEB_BODY_JSON},
    {"GET", "/operator", operator_page_file, WEB_BODY_NONE},
    {"GET", "/operator/v1/events", operator_page_events, WEB_BODY_NONE},
    {"GET", "/operator/v1/messages", operator_page_messages, WEB_BODY_NONE},
    {"POST", "/operator/session", operator_page_login, WEB_BODY_JSON},
    {"DELETE", "/operator/session", operator_page_logout, WEB_BODY_NONE},
    {"GET", "/operator/v1/offers", control_api_list, WEB_BODY_NONE},
    {"POST", "/operator/v1/offers", control_api_create, WEB_BODY_JSON},
    {"PUT", "/operator/v1/offers/{id}", control_api_replace, WEB_BODY_JSON},
    {"DELETE", "/operator/v1/offers/{id}", control_api_remove, WEB_BODY_NONE},
    {"GET", "/operator/v1/offer-rules", control_api_list, WEB_BODY_NONE},
    {"POST", "/operator/v1/offer-rules", control_api_create, WEB_BODY_JSON},
    {"PUT", "/operator/v1/offer-rules/{id}", control_api_replace, WEB_BODY_JSON},
    {"DELETE", "/operator/v1/offer-rules/{id}", control_api_remove, WEB_BODY_NONE},
    {"GET", "/operator/v1/vehicles", control_api_list, WEB_BODY_NONE},
    {"POST", "/operator/v1/vehicles/{vehicle_id}/query", control_api_query, WEB_BODY_JSON},
    {"POST", "/operator/v1/stations/{station_id}/call", control_api_call, WEB_BODY_JSON},
    {"GET", "/operator/{file}", operator_page_file, WEB_BODY_NONE},
    {"GET", "/operator/v1/{view}", operator_api_view, WEB_BODY_NONE},
    {"GET", "/ocpp/{identity}", station_door_knock, WEB_BODY_NONE},
    {NULL, NULL, NULL, WEB_BODY_NONE},
};

WebFront *web_front_new(const WebFrontPorts *ports, gpointer data, const WebOperatorPorts *operator_ports,
                        gpointer operator_data)
{
    WebFront *self = g_new0(WebFront, 1);

    self->ports = *ports;
    self->data = data;
    self->operator_ports = *operator_ports;
    self->operator_data = operator_data;
    self->server = bounded_server_new(routes, self);
    self->feeds = event_feeds_new(&ports->events, data);
    self->areas = area_feed_new();
    self->operator_feed = operator_feed_new(&operator_ports->feed, operator_data);
    return self;
}

void web_front_free(WebFront *self)
{
    if (self == NULL)
        return;
    event_feeds_free(self->feeds);
    area_feed_free(self->areas);
    operator_feed_free(self->operator_feed);
    bounded_server_stop(self->server);
    g_object_unref(self->server);
    g_free(self);
}

BoundedServer *web_front_server(WebFront *self)
{
    return self->server;
}

void web_front_ask_station_certificates(WebFront *self)
{
    self->asks_certificates = TRUE;
}

OperatorFeed *web_front_operator_feed(WebFront *self)
{
    return self->operator_feed;
}

void web_front_vehicle_changed(WebFront *self, const gchar *vehicle_id)
{
    event_feeds_changed(self->feeds, vehicle_id);
}

void web_front_serve_news(WebFront *self, const WebNewsPorts *news, gpointer data)
{
    self->news = news;
    self->news_data = data;
}

void web_front_serve_control(WebFront *self, const WebControlPorts *control, gpointer data)
{
    self->control = control;
    self->control_data = data;
}

EventFeeds *web_front_feeds(WebFront *self)
{
    return self->feeds;
}

void web_front_problem(WebRequest *request, guint status, const gchar *code, const gchar *detail)
{
    const gchar *path = web_request_path(request);
    g_autofree gchar *shown_path = redact_for_log(path, strlen(path));
    g_autofree gchar *shown = detail != NULL ? redact_for_log(detail, strlen(detail)) : g_strdup("");

    if (status != 429)
        g_message("%s %s from %s: %u %s: %s", web_request_method(request), shown_path,
                  web_request_peer(request), status, code, shown);
    web_reply_problem(request, status, code, detail);
}

void web_front_reply_problem(WebRequest *request, const WebProblem *problem)
{
    web_front_problem(request, problem->status, problem->code, problem->detail);
}

void web_front_reply(WebRequest *request, guint status, JsonNode *node, const WebProblem *problem)
{
    if (node != NULL)
        web_reply_node(request, status, node);
    else
        web_front_reply_problem(request, problem);
    g_clear_pointer(&node, json_node_unref);
}

gboolean web_front_complain(WebRequest *request, const gchar *complaint)
{
    if (complaint != NULL)
        web_front_problem(request, 400, "bad_field", complaint);
    return complaint != NULL;
}

JsonNode *web_front_list(const gchar *name, JsonArray *rows)
{
    JsonObject *object = json_object_new();

    json_object_set_array_member(object, name, rows);
    return json_write_node(object);
}

void web_front_refuse(WebFront *self, WebRequest *request, const gchar *name, const gchar *challenge)
{
    gint64 wait_ms = self->ports.try_wait_ms(name, self->data);

    if (wait_ms > 0) {
        g_autofree gchar *seconds = g_strdup_printf("%" G_GINT64_FORMAT, (wait_ms + 999) / 1000);

        web_reply_header(request, "Retry-After", seconds);
        web_front_problem(request, 429, "too_many", "too many failed logins");
        return;
    }
    self->ports.try_failed(name, self->data);
    web_reply_header(request, "WWW-Authenticate", challenge);
    web_front_problem(request, 401, "unauthorized", NULL);
}

const gchar *web_front_vehicle(WebFront *self, WebRequest *request)
{
    const gchar *token = web_request_bearer(request);
    gchar vehicle_id[WEB_FRONT_VEHICLE_ID_BYTES];

    switch (token != NULL ? self->ports.vehicle_of(token, vehicle_id, self->data) : WEB_DOOR_WRONG) {
    case WEB_DOOR_WELCOME:
        web_request_set_data(request, g_strdup(vehicle_id), g_free);
        return web_request_has_fair_body(request) ? web_request_data(request) : NULL;
    case WEB_DOOR_UNREADABLE:
        web_front_problem(request, 500, "internal", NULL);
        return NULL;
    default:
        /* Only failures are counted: a stranger's guesses lock nobody out. */
        web_front_refuse(self, request, web_request_peer(request), "Bearer");
        return NULL;
    }
}

void web_front_place_changed(WebFront *self, const Place *place)
{
    area_feed_changed(self->areas, place);
}
