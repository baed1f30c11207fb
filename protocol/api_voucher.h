/* Voucher request and answer of POST /v1/vouchers: fetched by a car while it has network, for where neither
 * it nor the pile has. The voucher itself: protocol/voucher.h. Wire form: protocol/README.md, section 2.
 */
#pragma once

#include "protocol/api_order.h"

typedef struct {
    gchar client_ref[API_UUID_BYTES]; /* made and stored by the car before the first attempt */
    gchar vehicle_key[44];            /* Ed25519 public key, base64url: 43 characters */
    OrderLimits limits;
} VoucherRequest;

typedef struct {
    gchar client_ref[API_UUID_BYTES];
    gchar voucher_id[API_UUID_BYTES];
    gchar voucher[179]; /* base64url, 178 characters */
    gint64 expires_ms;  /* UTC */
    gint64 energy_cap_wh;
    gint64 max_cost_minor;
    gchar currency[MONEY_CURRENCY_BYTES];
    gboolean used; /* a pile has told of it: of no more use */
} VoucherAnswer;

/* to_json: (transfer full). from_json: FALSE and a #JsonReadError naming the field; *out is then unspecified.
 * Only the shape of key and voucher is checked; whose they are is for protocol/voucher.h. */
JsonNode *voucher_request_to_json(const VoucherRequest *request);
gboolean voucher_request_from_json(JsonObject *object, VoucherRequest *request, GError **error);
JsonNode *voucher_answer_to_json(const VoucherAnswer *answer);
gboolean voucher_answer_from_json(JsonObject *object, VoucherAnswer *answer, GError **error);
