/* Code API: a car asks for a code or a voucher, or withdraws an order; the operator manages vehicle codes.
 * Wire contract: protocol/README.md, sections 2 and 3. */
#pragma once

#include "protocol/api_voucher.h"
#include "server-stub/http/location_api.h"

#include <json-glib/json-glib.h>

/* Cars and operator. FALSE, NULL: @problem is filled. */
typedef struct {
    gboolean (*issue)(const gchar *vehicle_id, const OrderRequest *request, Order *order, gboolean *first,
                      WebProblem *problem, gpointer data);
    gboolean (*voucher)(const gchar *vehicle_id, const VoucherRequest *request, VoucherAnswer *answer,
                        gboolean *first, WebProblem *problem, gpointer data);
    gboolean (*withdraw)(const gchar *vehicle_id, const gchar *client_ref, Order *order, WebProblem *problem,
                         gpointer data);
    /* (transfer full): VehicleCode as JSON. @body: the request */
    JsonNode *(*add)(JsonObject *body, WebProblem *problem, gpointer data);
    JsonNode *(*block)(const gchar *code_id, gboolean blocked, WebProblem *problem, gpointer data);
    gboolean (*remove)(const gchar *code_id, WebProblem *problem, gpointer data);
} WebCodePorts;
