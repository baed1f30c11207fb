#include "protocol/api_receipt.h"

#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

static const gchar *const line_types[] = {"FLAT", "ENERGY", "TIME", NULL};

static gint64 *line_minor(TariffCost *cost, guint type)
{
    gint64 *lines[] = {&cost->flat_minor, &cost->energy_minor, &cost->time_minor};

    return lines[type];
}

JsonNode *receipt_to_json(const Receipt *receipt)
{
    JsonObject *object = json_object_new();
    JsonArray *lines = json_array_new();
    TariffCost cost = receipt->cost;

    for (guint i = 0; line_types[i] != NULL; i++) {
        JsonObject *line = json_object_new();
        json_object_set_string_member(line, "type", line_types[i]);
        json_object_set_int_member(line, "cost_minor", *line_minor(&cost, i));
        json_array_add_object_element(lines, line);
    }
    json_object_set_string_member(object, "receipt_id", receipt->receipt_id);
    json_object_set_string_member(object, "order_id", receipt->order_id);
    json_object_set_string_member(object, "evse_id", receipt->evse_id);
    json_object_set_string_member(object, "operator", receipt->operator_name);
    json_write_time(object, "started_at", receipt->started_ms);
    json_write_time(object, "ended_at", receipt->ended_ms);
    json_object_set_int_member(object, "duration_s", receipt->duration_s);
    json_object_set_int_member(object, "meter_start_wh", receipt->meter_start_wh);
    json_object_set_int_member(object, "meter_stop_wh", receipt->meter_stop_wh);
    json_object_set_int_member(object, "energy_wh", receipt->energy_wh);
    if (receipt->soc_start_percent >= 0)
        json_object_set_int_member(object, "soc_start_percent", receipt->soc_start_percent);
    if (receipt->soc_stop_percent >= 0)
        json_object_set_int_member(object, "soc_stop_percent", receipt->soc_stop_percent);
    json_object_set_member(object, "tariff", tariff_to_json(&receipt->tariff));
    offer_ref_write(object, &receipt->offer);
    json_object_set_array_member(object, "lines", lines);
    json_object_set_int_member(object, "sum_minor", cost.sum_minor);
    json_object_set_int_member(object, "waived_minor", cost.waived_minor);
    json_object_set_int_member(object, "total_minor", cost.total_minor);
    json_object_set_string_member(object, "currency", receipt->tariff.currency);
    if (receipt->missing_events > 0)
        json_object_set_int_member(object, "missing_events", receipt->missing_events);
    if (receipt->corrected)
        json_object_set_boolean_member(object, "corrected", TRUE);
    return json_write_node(object);
}

static gboolean lines_from_json(JsonArray *lines, TariffCost *cost, GError **error)
{
    for (guint i = 0; i < json_array_get_length(lines); i++) {
        JsonObject *line = json_array_get_object_element(lines, i);
        guint type = 0;
        if (!json_read_enum(line, "type", JSON_REQUIRED, line_types, &type, error) ||
            !json_read_int(line, "cost_minor", JSON_REQUIRED, 0, G_MAXINT64 / 4, line_minor(cost, type),
                           error))
            return FALSE;
    }
    return TRUE;
}

gboolean receipt_from_json(JsonObject *object, Receipt *receipt, GError **error)
{
    JsonObject *tariff = NULL;
    JsonArray *lines = NULL;
    gchar currency[MONEY_CURRENCY_BYTES] = "";
    const gint64 max = G_MAXINT64 / 4;

    memset(receipt, 0, sizeof *receipt);
    receipt->soc_start_percent = receipt->soc_stop_percent = -1;
    if (!TEXT(object, "receipt_id", JSON_REQUIRED, receipt->receipt_id) ||
        !TEXT(object, "order_id", JSON_REQUIRED, receipt->order_id) ||
        !TEXT(object, "evse_id", JSON_REQUIRED, receipt->evse_id) ||
        !TEXT(object, "operator", JSON_REQUIRED, receipt->operator_name) ||
        !json_read_time(object, "started_at", JSON_REQUIRED, &receipt->started_ms, error) ||
        !json_read_time(object, "ended_at", JSON_REQUIRED, &receipt->ended_ms, error) ||
        !json_read_int(object, "duration_s", JSON_REQUIRED, 0, max, &receipt->duration_s, error) ||
        !json_read_int(object, "meter_start_wh", JSON_REQUIRED, 0, max, &receipt->meter_start_wh, error) ||
        !json_read_int(object, "meter_stop_wh", JSON_REQUIRED, 0, max, &receipt->meter_stop_wh, error) ||
        !json_read_int(object, "energy_wh", JSON_REQUIRED, 0, max, &receipt->energy_wh, error) ||
        !json_read_int(object, "soc_start_percent", JSON_OPTIONAL, 0, 100, &receipt->soc_start_percent,
                       error) ||
        !json_read_int(object, "soc_stop_percent", JSON_OPTIONAL, 0, 100, &receipt->soc_stop_percent,
                       error) ||
        !json_read_object(object, "tariff", JSON_REQUIRED, &tariff, error) ||
        !tariff_from_json(tariff, &receipt->tariff, error) ||
        !offer_ref_read(object, &receipt->offer, error) ||
        !json_read_array(object, "lines", JSON_REQUIRED, G_N_ELEMENTS(line_types) - 1, TRUE, &lines, error) ||
        !lines_from_json(lines, &receipt->cost, error) ||
        !json_read_int(object, "sum_minor", JSON_REQUIRED, 0, max, &receipt->cost.sum_minor, error) ||
        !json_read_int(object, "waived_minor", JSON_REQUIRED, 0, max, &receipt->cost.waived_minor, error) ||
        !json_read_int(object, "total_minor", JSON_REQUIRED, 0, max, &receipt->cost.total_minor, error) ||
        !TEXT(object, "currency", JSON_REQUIRED, currency) ||
        !json_read_int(object, "missing_events", JSON_OPTIONAL, 1, G_MAXINT32, &receipt->missing_events,
                       error) ||
        !json_read_boolean(object, "corrected", JSON_OPTIONAL, &receipt->corrected, error))
        return FALSE;
    if (!g_str_equal(currency, receipt->tariff.currency)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "currency: not the tariff's");
        return FALSE;
    }
    return TRUE;
}
