/* Order client: what moves money. Every call is repeated with back-off until the server answers; a request
 * carries the client_ref that was stored before the first attempt, so a repetition is the same order.
 * Ends with the order, with %SERVER_ERROR_REFUSED (final; the message is the problem's code), with
 * %SERVER_ERROR_BAD_ANSWER never (such an answer is tried again: the order may exist), or cancelled.
 */
#pragma once

#include "daemon/net/http_client.h"
#include "protocol/api_order.h"

typedef enum {
    ORDER_CALL_PLACE,
    ORDER_CALL_CANCEL,
    ORDER_CALL_STOP,
    ORDER_CALL_CODE,
    ORDER_CALL_WITHDRAW
} OrderCallKind;

#define ORDER_TYPE_CLIENT (order_client_get_type())
G_DECLARE_FINAL_TYPE(OrderClient, order_client, ORDER, CLIENT, GObject)

/* Signal "attempt" (const gchar *problem): after each attempt; NULL: the server answered. */
OrderClient *order_client_new(HttpClient *http);

/**
 * order_client_call_async:
 * @reference: client_ref to place, to ask for a code or to withdraw; order_id to cancel or stop
 * @body: (nullable): the stored request, byte for byte: the server compares it
 */
void order_client_call_async(OrderClient *self, OrderCallKind kind, const gchar *reference, const gchar *body,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean order_client_call_finish(OrderClient *self, GAsyncResult *result, Order *order, GError **error);

/* GET /v1/orders, one attempt: the newest 50. (transfer full) (nullable) (element-type Order) */
void order_client_list_async(OrderClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
GArray *order_client_list_finish(OrderClient *self, GAsyncResult *result, GError **error);
