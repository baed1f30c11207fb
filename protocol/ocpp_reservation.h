/* OCPP reservation: ReserveNow, CancelReservation, ReservationStatusUpdate (OCPP 2.0.1 part 2, block H).
 * The rules are the station's and the CSMS's (H01-H04); here are only the messages.
 */
#pragma once

#include "protocol/ocpp_common.h"

/* ConnectorEnumType, with "" in front for "not given" */
extern const gchar *const ocpp_connector_type_names[];

typedef struct {
    gint32 id;
    gint64 expiry_ms;           /* Unix ms */
    guint connector_type;       /* of ocpp_connector_type_names; 0: any */
    OcppIdToken id_token;       /* who may charge */
    gint32 evse_id;             /* from 1; 0: any EVSE of the station */
    OcppIdToken group_id_token; /* optional: everybody of this group may charge too */
} OcppReserveNowRequest;

/* The answer is a status of ocpp_reserve_now_status_names. */
typedef enum {
    OCPP_RESERVE_ACCEPTED,
    OCPP_RESERVE_FAULTED,
    OCPP_RESERVE_OCCUPIED,
    OCPP_RESERVE_REJECTED,
    OCPP_RESERVE_UNAVAILABLE,
} OcppReserveNowStatus;
extern const gchar *const ocpp_reserve_now_status_names[];

typedef struct {
    gint32 reservation_id;
} OcppCancelReservationRequest;
/* The answer is a status of ocpp_generic_status_names; Rejected: no such reservation. */

typedef enum { OCPP_RESERVATION_EXPIRED, OCPP_RESERVATION_REMOVED } OcppReservationUpdate;
extern const gchar *const ocpp_reservation_update_names[];

/* Tells that a reservation ended without having been used or cancelled by the CSMS. */
typedef struct {
    gint32 reservation_id;
    OcppReservationUpdate update;
} OcppReservationStatusUpdateRequest;
/* The response is {}. */

JsonObject *ocpp_reserve_now_request_to_json(const OcppReserveNowRequest *request);
gboolean ocpp_reserve_now_request_from_json(JsonObject *json, OcppReserveNowRequest *request, GError **error);
JsonObject *ocpp_cancel_reservation_request_to_json(const OcppCancelReservationRequest *request);
gboolean ocpp_cancel_reservation_request_from_json(JsonObject *json, OcppCancelReservationRequest *request,
                                                   GError **error);
JsonObject *ocpp_reservation_status_update_request_to_json(const OcppReservationStatusUpdateRequest *request);
gboolean ocpp_reservation_status_update_request_from_json(JsonObject *json,
                                                          OcppReservationStatusUpdateRequest *request,
                                                          GError **error);
