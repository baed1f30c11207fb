#include "server-stub/http/code_api.h"

#include "protocol/json_read.h"
#include "server-stub/http/web_front_private.h"

void code_api_issue(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = NULL;
    OrderRequest order;
    Order answer;
    WebProblem problem;
    const gchar *complaint;
    gboolean first = FALSE;

    if (vehicle_id == NULL || (body = car_api_body(request)) == NULL)
        return;
    if (!order_request_from_json(body, &order, &error)) {
        web_front_problem(request, 400, "bad_field", error->message);
        return;
    }
    complaint = car_api_key_complaint(request, order.client_ref);
    if (complaint != NULL) {
        web_front_problem(request, 400, "bad_field", complaint);
        return;
    }
    if (!self->ports.codes.issue(vehicle_id, &order, &answer, &first, &problem, self->data)) {
        web_front_reply_problem(request, &problem);
        return;
    }
    node = order_to_json(&answer);
    web_reply_node(request, first ? 201 : 200, node);
}

void code_api_voucher(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = NULL;
    VoucherRequest wish;
    VoucherAnswer answer;
    WebProblem problem;
    const gchar *complaint;
    gboolean first = FALSE;

    if (vehicle_id == NULL || (body = car_api_body(request)) == NULL)
        return;
    if (!voucher_request_from_json(body, &wish, &error)) {
        web_front_problem(request, 400, "bad_field", error->message);
        return;
    }
    complaint = car_api_key_complaint(request, wish.client_ref);
    if (complaint != NULL) {
        web_front_problem(request, 400, "bad_field", complaint);
        return;
    }
    if (!self->ports.codes.voucher(vehicle_id, &wish, &answer, &first, &problem, self->data)) {
        web_front_reply_problem(request, &problem);
        return;
    }
    node = voucher_answer_to_json(&answer);
    web_reply_node(request, first ? 201 : 200, node);
}

void code_api_withdraw(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    g_autoptr(JsonNode) node = NULL;
    Order order;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (!self->ports.codes.withdraw(vehicle_id, web_request_param(request, "order_id"), &order, &problem,
                                    self->data)) {
        web_front_reply_problem(request, &problem);
        return;
    }
    node = order_to_json(&order);
    web_reply_node(request, 200, node);
}

void code_api_add(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(JsonNode) node = NULL;
    WebProblem problem;

    if (!operator_api_admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    node = self->ports.codes.add(body, &problem, self->data);
    if (node != NULL)
        web_reply_node(request, 201, node);
    else
        web_front_reply_problem(request, &problem);
}

static void block(WebRequest *request, WebFront *self, gboolean blocked)
{
    g_autoptr(JsonNode) node = NULL;
    WebProblem problem;

    if (!operator_api_admits_writing(self, request))
        return;
    node = self->ports.codes.block(web_request_param(request, "code_id"), blocked, &problem, self->data);
    if (node != NULL)
        web_reply_node(request, 200, node);
    else
        web_front_reply_problem(request, &problem);
}

void code_api_block(WebRequest *request, gpointer front)
{
    block(request, front, TRUE);
}

void code_api_unblock(WebRequest *request, gpointer front)
{
    block(request, front, FALSE);
}

void code_api_remove(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    WebProblem problem;

    if (!operator_api_admits_writing(self, request))
        return;
    if (self->ports.codes.remove(web_request_param(request, "code_id"), &problem, self->data))
        web_reply_empty(request, 204);
    else
        web_front_reply_problem(request, &problem);
}
