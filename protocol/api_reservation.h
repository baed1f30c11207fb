/* Reservation: a bay kept for one vehicle until a time. The same whole snapshot travels in REST answers and
 * in the event stream. Wire form: protocol/README.md, section 2, POST /v1/reservations.
 */
#pragma once

#include "protocol/api_place.h"

#define RESERVATION_MIN_MS (60 * 1000)
#define RESERVATION_MAX_MS (2 * 60 * 60 * 1000)
#define RESERVATION_DEFAULT_MS (30 * 60 * 1000)

typedef enum {
    RESERVATION_REQUESTED, /* stored; ReserveNow on its way */
    RESERVATION_HELD,      /* the pile keeps the point */
    RESERVATION_TAKEN,     /* something else stands in the bay */
    RESERVATION_USED,      /* its order stands in for it */
    RESERVATION_MOVED,     /* another one stands in for it */
    RESERVATION_REFUSED,
    RESERVATION_CANCELLED,
    RESERVATION_EXPIRED,
    RESERVATION_N_STATES
} ReservationState;
extern const gchar *const reservation_state_names[]; /* wire words, NULL-terminated, in enum order */

/* Requested, held, taken. The others never change again. */
gboolean reservation_state_is_open(ReservationState state);

typedef enum {
    RESERVATION_REASON_NONE,
    RESERVATION_REASON_BAY_OCCUPIED,
    RESERVATION_REASON_BY_DRIVER,
    RESERVATION_REASON_PILE_REFUSED,
    RESERVATION_REASON_PILE_UNREACHABLE,
    RESERVATION_REASON_PILE_FAULT,
    RESERVATION_REASON_PILE_CANCELLED,
    RESERVATION_REASON_NO_SHOW,
    RESERVATION_N_REASONS
} ReservationReason;
extern const gchar *const reservation_reason_names[]; /* "" for none */

/* POST /v1/reservations; POST .../move without @until_ms */
typedef struct {
    gchar client_ref[API_UUID_BYTES];
    gchar evse_key[API_EVSE_KEY_BYTES];
    gint64 until_ms; /* UTC; 0: not given */
} ReservationRequest;

typedef struct {
    gchar reservation_id[API_UUID_BYTES];
    gchar client_ref[API_UUID_BYTES];
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar location_id[37];
    gchar location_name[API_NAME_BYTES];
    gchar operator_name[API_NAME_BYTES];
    ApiPosition position;
    gint64 event_seq;
    ReservationState state;
    ReservationReason reason;
    gint64 created_ms, until_ms, updated_ms;
    gboolean arrived;     /* the vehicle has scanned this pile */
    gint64 no_show_minor; /* as promised when it was made */
    gchar currency[MONEY_CURRENCY_BYTES];
    gchar order_id[API_UUID_BYTES];                             /* "" */
    gchar moved_to[API_UUID_BYTES], moved_from[API_UUID_BYTES]; /* "" */
    gboolean has_alternative;
    Place alternative;
    gchar receipt_id[API_UUID_BYTES]; /* "": it costs nothing (so far) */
    gint64 charged_minor, charged_at_ms;
} Reservation;

JsonNode *reservation_request_to_json(const ReservationRequest *request); /* (transfer full) */
gboolean reservation_request_from_json(JsonObject *object, ReservationRequest *request, GError **error);
JsonNode *reservation_to_json(const Reservation *reservation); /* (transfer full) */
gboolean reservation_from_json(JsonObject *object, Reservation *reservation, GError **error);
