#include "server-stub/http/web_front_private.h"

void news_api_subscription(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    Subscription subscription;
    JsonNode *node = NULL;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, NULL))
        return;
    if (self->news->subscription(vehicle_id, &subscription, &problem, self->news_data))
        node = subscription_to_json(&subscription);
    web_front_reply(request, 200, node, &problem);
}

void news_api_subscribe(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    JsonNode *node = NULL;
    Subscription subscription;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    if (!subscription_from_json(body, &subscription, &error)) {
        web_front_problem(request, 400, "bad_field", error->message);
        return;
    }
    if (self->news->subscribe(vehicle_id, &subscription, &problem, self->news_data))
        node = subscription_to_json(&subscription);
    web_front_reply(request, 200, node, &problem);
}

void news_api_offers(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(GArray) offers = NULL;
    JsonArray *rows;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, NULL))
        return;
    offers = self->news->offers(vehicle_id, &problem, self->news_data);
    if (offers == NULL) {
        web_front_reply_problem(request, &problem);
        return;
    }
    rows = json_array_sized_new(offers->len);
    for (guint i = 0; i < offers->len; i++)
        json_array_add_element(rows, offer_to_json(&g_array_index(offers, Offer, i)));
    web_front_reply(request, 200, web_front_list("offers", rows), NULL);
}

void news_api_accept(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autofree Offer *offer = g_new0(Offer, 1);
    JsonNode *node = NULL;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, NULL))
        return;
    if (self->news->accept(vehicle_id, web_request_param(request, "offer_id"), offer, &problem,
                           self->news_data))
        node = offer_to_json(offer);
    web_front_reply(request, 200, node, &problem);
}

void news_api_vehicle_state(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    VehicleState state;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    if (!vehicle_state_from_json(body, &state, &error))
        web_front_problem(request, 400, "bad_field", error->message);
    else if (self->news->vehicle_state(vehicle_id, &state, &problem, self->news_data))
        web_reply_empty(request, 204);
    else
        web_front_reply_problem(request, &problem);
}
