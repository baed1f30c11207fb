#include "server-stub/http/code_api.h"

#include "protocol/json_read.h"
#include "server-stub/http/web_front_private.h"

void code_api_issue(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    JsonNode *node = NULL;
    OrderRequest order;
    Order answer;
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
    if (self->ports.codes.issue(vehicle_id, &order, &answer, &first, &problem, self->data))
        node = order_to_json(&answer);
    web_front_reply(request, first ? 201 : 200, node, &problem);
}

void code_api_voucher(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    JsonNode *node = NULL;
    VoucherRequest wish;
    VoucherAnswer answer;
    WebProblem problem;
    const gchar *complaint;
    gboolean first = FALSE;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    complaint = voucher_request_from_json(body, &wish, &error)
                    ? car_api_key_complaint(request, wish.client_ref)
                    : error->message;
    if (web_front_complain(request, complaint))
        return;
    if (self->ports.codes.voucher(vehicle_id, &wish, &answer, &first, &problem, self->data))
        node = voucher_answer_to_json(&answer);
    web_front_reply(request, first ? 201 : 200, node, &problem);
}

void code_api_withdraw(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    JsonNode *node = NULL;
    Order order;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (self->ports.codes.withdraw(vehicle_id, web_request_param(request, "order_id"), &order, &problem,
                                   self->data))
        node = order_to_json(&order);
    web_front_reply(request, 200, node, &problem);
}

void code_api_add(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;
    WebProblem problem;

    if (operator_api_admits_writing(self, request) && (body = car_api_body(request)) != NULL)
        web_front_reply(request, 201, self->ports.codes.add(body, &problem, self->data), &problem);
}

static void block(WebRequest *request, WebFront *self, gboolean blocked)
{
    const gchar *code_id = web_request_param(request, "code_id");
    WebProblem problem;

    if (operator_api_admits_writing(self, request))
        web_front_reply(request, 200, self->ports.codes.block(code_id, blocked, &problem, self->data),
                        &problem);
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
