#include "server-stub/http/web_front_private.h"

#include "base/identifier.h"
#include "protocol/json_gate.h"

#define ORDERS_DEFAULT 50
#define ORDERS_MAX 200

JsonObject *car_api_body(WebRequest *request)
{
    g_autoptr(GError) error = NULL;
    GBytes *body = web_request_body(request);
    gsize len = 0;
    const gchar *text = g_bytes_get_data(body, &len);
    JsonObject *object = json_gate_parse_object(text != NULL ? text : "", len, &error);

    if (object == NULL)
        web_front_problem(request, 400, "bad_json", error->message);
    return object;
}

gboolean car_api_begin(WebFront *self, WebRequest *request, const gchar **vehicle_id, JsonObject **body)
{
    *vehicle_id = web_front_vehicle(self, request);
    return *vehicle_id != NULL && (body == NULL || (*body = car_api_body(request)) != NULL);
}

void car_api_scan(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    JsonNode *node = NULL;
    ScanRequest scan;
    ScanAnswer answer;
    WebProblem problem;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    if (!scan_request_from_json(body, &scan, &error)) {
        web_front_problem(request, 400, "bad_field", error->message);
        return;
    }
    if (self->ports.scan(vehicle_id, &scan, &answer, &problem, self->data))
        node = scan_answer_to_json(&answer);
    web_front_reply(request, 201, node, &problem);
}

const gchar *car_api_key_complaint(WebRequest *request, const gchar *client_ref)
{
    const gchar *key = web_request_header(request, "Idempotency-Key");

    if (!identifier_is_valid(client_ref, 36))
        return "client_ref: not an identifier";
    if (key == NULL)
        return "Idempotency-Key: missing";
    return g_str_equal(key, client_ref) ? NULL : "Idempotency-Key: not the client_ref of the body";
}

void car_api_place(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree gchar *answer = NULL;
    g_autoptr(GBytes) bytes = NULL;
    OrderRequest order;
    WebProblem problem;
    const gchar *complaint;
    gboolean first = FALSE;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    complaint = order_request_from_json(body, &order, &error)
                    ? car_api_key_complaint(request, order.client_ref)
                    : error->message;
    if (web_front_complain(request, complaint))
        return;
    if (!self->ports.place(vehicle_id, &order, &answer, &first, &problem, self->data)) {
        web_front_reply_problem(request, &problem);
        return;
    }
    bytes = g_bytes_new(answer, strlen(answer));
    web_reply_json(request, first ? 201 : 200, bytes);
}

typedef gboolean (*OneOrderPort)(const gchar *vehicle_id, const gchar *order_id, Order *order,
                                 WebProblem *problem, gpointer data);

/* Asks @port about the order that the path names and answers with it as it is then. */
static void reply_one_order(WebRequest *request, WebFront *self, OneOrderPort port)
{
    const gchar *vehicle_id = web_front_vehicle(self, request);
    JsonNode *node = NULL;
    Order order;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (port(vehicle_id, web_request_param(request, "order_id"), &order, &problem, self->data))
        node = order_to_json(&order);
    web_front_reply(request, 200, node, &problem);
}

void car_api_order(WebRequest *request, gpointer front)
{
    WebFront *self = front;

    reply_one_order(request, self, self->ports.order);
}

void car_api_stop(WebRequest *request, gpointer front)
{
    WebFront *self = front;

    reply_one_order(request, self, self->ports.stop);
}

void car_api_orders(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    const gchar *limit_text = web_request_query(request, "limit");
    guint64 limit = ORDERS_DEFAULT;
    g_autoptr(GArray) orders = NULL;
    JsonArray *rows;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (limit_text != NULL && !g_ascii_string_to_unsigned(limit_text, 10, 1, ORDERS_MAX, &limit, NULL)) {
        web_front_problem(request, 400, "bad_field", "limit: want 1 to 200");
        return;
    }
    orders = self->ports.orders(vehicle_id, (guint)limit, &problem, self->data);
    if (orders == NULL) {
        web_front_reply_problem(request, &problem);
        return;
    }
    rows = json_array_sized_new(orders->len);
    for (guint i = 0; i < orders->len; i++)
        json_array_add_element(rows, order_to_json(&g_array_index(orders, Order, i)));
    web_front_reply(request, 200, web_front_list("orders", rows), NULL);
}

void car_api_events(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);

    if (vehicle_id != NULL)
        event_feeds_open(self->feeds, request, vehicle_id);
}
