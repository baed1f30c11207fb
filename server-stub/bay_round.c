#include "server-stub/bay_round.h"

#include "protocol/ocpp_variables.h"

#define ITEMS_PER_CALL 20 /* DeviceDataCtrlr.ItemsPerMessage of a modest station */
#define CALL_MS 30000

static void on_answer(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    Desk *desk = data;
    g_autoptr(GArray) items = NULL;
    g_autoptr(GArray) bays = g_array_new(FALSE, FALSE, sizeof(DeskBay));

    if (event->type == OCPP_RPC_EVENT_RESULT)
        items = ocpp_get_variables_response_from_json(event->payload, NULL);
    for (guint i = 0; items != NULL && i < items->len; i++) {
        const OcppVariableItem *item = &g_array_index(items, OcppVariableItem, i);
        DeskBay bay = {.evse_no = item->name.evse.id};

        if (item->status != OCPP_VARIABLE_ACCEPTED || item->value == NULL || !item->name.evse.present)
            continue;
        bay.occupied = g_ascii_strcasecmp(item->value, "true") == 0;
        g_array_append_val(bays, bay);
    }
    if (bays->len > 0)
        desk_bays(desk, station_id, &g_array_index(bays, DeskBay, 0), bays->len, g_get_real_time() / 1000);
}

static void ask(StationHub *hub, Desk *desk, const gchar *station_id, const gint *numbers, guint n)
{
    g_autoptr(GArray) items = ocpp_variable_items_new();

    for (guint i = 0; i < n; i++) {
        OcppVariableItem item = {.name = {.component = "BayOccupancySensor", .variable = "Active"}};

        item.name.evse = (OcppEvse){TRUE, numbers[i], 0};
        g_array_append_val(items, item);
    }
    station_hub_call(hub, station_id, OCPP_ACTION_GET_VARIABLES, ocpp_get_variables_request_to_json(items),
                     CALL_MS, on_answer, desk, NULL);
}

void bay_round_ask(StationHub *hub, Desk *desk, const gchar *station_id)
{
    g_autoptr(GArray) unknown = desk_bays_unknown(desk, station_id);

    for (guint i = 0; i < unknown->len; i += ITEMS_PER_CALL)
        ask(hub, desk, station_id, &g_array_index(unknown, gint, i), MIN(ITEMS_PER_CALL, unknown->len - i));
}
