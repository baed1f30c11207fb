#include "server-stub/vehicle_code_input.h"

#include "base/identifier.h"
#include "protocol/json_write.h"
#include "protocol/ocpp_common.h"

#include <string.h>

const gchar *vehicle_code_make(const gchar *vehicle_id, const gchar *type, const gchar *id_token,
                               const gchar *station_id, gint64 now_ms, VehicleCodeRow *row)
{
    g_autofree gchar *code_id = identifier_new_uuid();

    *row = (VehicleCodeRow){.type = -1,
                            .max_energy_wh = VEHICLE_CODE_DEFAULT_ENERGY_WH,
                            .max_cost_minor = VEHICLE_CODE_DEFAULT_COST_MINOR,
                            .currency = "EUR",
                            .created_ms = now_ms};
    for (gint i = 0; ocpp_id_token_type_names[i] != NULL; i++)
        if (g_ascii_strcasecmp(type != NULL ? type : "Central", ocpp_id_token_type_names[i]) == 0)
            row->type = i;
    if (row->type < 0 || row->type == OCPP_ID_TOKEN_KEY_CODE || row->type == OCPP_ID_TOKEN_NO_AUTHORIZATION)
        return "type: want Central, Local, MacAddress, eMAID, ISO14443 or ISO15693";
    if (!identifier_is_valid(id_token, ID_TOKEN_BYTES - 1))
        return "id_token: want 1 to 36 of A-Z a-z 0-9 * + = : | @ . _ -";
    g_strlcpy(row->code_id, code_id, sizeof row->code_id);
    g_strlcpy(row->vehicle_id, vehicle_id, sizeof row->vehicle_id);
    g_strlcpy(row->station_id, station_id != NULL ? station_id : "", sizeof row->station_id);
    for (gsize i = 0; i <= strlen(id_token); i++)
        row->id_token[i] = g_ascii_tolower(id_token[i]);
    return NULL;
}

const gchar *vehicle_code_complaint(const VehicleCodeRow *row)
{
    if (row->max_energy_wh < 1 || row->max_energy_wh > TARIFF_MAX_ENERGY_WH)
        return "max_energy_wh: want 1 to 10000000";
    if (row->max_cost_minor < 1 || row->max_cost_minor > MONEY_MAX_MINOR)
        return "max_cost_minor: want 1 to 1000000000";
    return money_currency_is_supported(row->currency) ? NULL : "currency: not supported";
}

JsonObject *vehicle_code_to_json(const VehicleCodeRow *row)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "code_id", row->code_id);
    json_object_set_string_member(object, "vehicle_id", row->vehicle_id);
    json_object_set_string_member(object, "type", ocpp_id_token_type_names[row->type]);
    json_object_set_string_member(object, "id_token", row->id_token);
    json_write_text(object, "station_id", row->station_id);
    json_object_set_boolean_member(object, "blocked", row->blocked);
    if (row->expires_ms > 0)
        json_write_time(object, "expires_at", row->expires_ms);
    json_object_set_int_member(object, "max_energy_wh", row->max_energy_wh);
    json_object_set_int_member(object, "max_cost_minor", row->max_cost_minor);
    json_object_set_string_member(object, "currency", row->currency);
    json_write_time(object, "created_at", row->created_ms);
    return object;
}
