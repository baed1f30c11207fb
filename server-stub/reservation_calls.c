#include "server-stub/reservation_calls.h"

#include "protocol/json_read.h"
#include "protocol/ocpp_reservation.h"

typedef struct {
    Desk *desk;
    gchar reservation_id[API_UUID_BYTES];
} Errand;

static Errand *errand_new(Desk *desk, const ReservationRow *row)
{
    Errand *errand = g_new0(Errand, 1);

    errand->desk = desk;
    g_strlcpy(errand->reservation_id, row->reservation.reservation_id, sizeof errand->reservation_id);
    return errand;
}

static gint64 now_ms(void)
{
    return g_get_real_time() / 1000;
}

static void on_reserved(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    const Errand *errand = data;
    DeskStart outcome = DESK_START_UNKNOWN;
    guint status = OCPP_RESERVE_REJECTED;

    if (event->type == OCPP_RPC_EVENT_ERROR) /* NotSupported, say: it will not */
        outcome = DESK_START_REJECTED;
    else if (event->type == OCPP_RPC_EVENT_RESULT &&
             json_read_enum(event->payload, "status", JSON_REQUIRED, ocpp_reserve_now_status_names, &status,
                            NULL))
        outcome = status == OCPP_RESERVE_ACCEPTED ? DESK_START_ACCEPTED : DESK_START_REJECTED;
    desk_reserved(errand->desk, errand->reservation_id, outcome, now_ms());
}

/* Accepted: let go. Rejected, or an error: it knows of none. */
static void on_released(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    const Errand *errand = data;

    if (event->type == OCPP_RPC_EVENT_RESULT || event->type == OCPP_RPC_EVENT_ERROR)
        desk_released(errand->desk, errand->reservation_id, now_ms());
}

void reservation_calls_reserve(StationHub *hub, Desk *desk, const ReservationRow *row)
{
    OcppReserveNowRequest request = {.id = row->number,
                                     .expiry_ms = row->reservation.until_ms,
                                     .id_token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL},
                                     .evse_id = row->evse_no};

    g_strlcpy(request.id_token.id_token, row->id_token, sizeof request.id_token.id_token);
    station_hub_call(hub, row->station_id, OCPP_ACTION_RESERVE_NOW,
                     ocpp_reserve_now_request_to_json(&request), STATION_CALLS_MS, on_reserved,
                     errand_new(desk, row), g_free);
}

void reservation_calls_release(StationHub *hub, Desk *desk, const ReservationRow *row)
{
    const OcppCancelReservationRequest request = {.reservation_id = row->number};

    station_hub_call(hub, row->station_id, OCPP_ACTION_CANCEL_RESERVATION,
                     ocpp_cancel_reservation_request_to_json(&request), STATION_CALLS_MS, on_released,
                     errand_new(desk, row), g_free);
}
