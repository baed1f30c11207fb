/* Receipt: the settlement of one order, complete enough to be recomputed by the car.
 * Wire form: protocol/README.md, section 2.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/api_scan.h"

typedef struct {
    gchar receipt_id[API_UUID_BYTES];
    gchar order_id[API_UUID_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar operator_name[API_NAME_BYTES];
    gint64 started_ms, ended_ms; /* UTC, of the transaction */
    gint64 duration_s;           /* (ended - started) / 1000, cut */
    gint64 meter_start_wh, meter_stop_wh;
    gint64 energy_wh;                           /* stop - start */
    gint64 soc_start_percent, soc_stop_percent; /* -1: not known */
    Tariff tariff;
    OfferRef offer; /* that made the tariff */
    TariffCost cost;
    gint64 missing_events; /* of the pile, which says that it holds no more; 0: none */
    gboolean corrected;    /* the second and last receipt of its order */
} Receipt;

JsonNode *receipt_to_json(const Receipt *receipt); /* (transfer full) */
gboolean receipt_from_json(JsonObject *object, Receipt *receipt, GError **error);
