/* Rows of reservations. The snapshot is kept as the document that the car got; the columns beside it are what
 * is searched for, and what the car does not see. */
#pragma once

#include "protocol/api_reservation.h"
#include "server-stub/store/people_rows.h"
#include "server-stub/store/station_rows.h"

typedef struct {
    Reservation reservation; /* the snapshot as it travels */
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;
    gint number;        /* ReserveNow.id */
    gchar id_token[37]; /* ReserveNow.idToken */
    gint hold;          /* PileHold of server-stub/model/reservation_rules.h */
    gint attempts;      /* ReserveNow calls so far */
    gint64 due_ms;      /* 0: never */
} ReservationRow;

/* Inside a change. New snapshots move the vehicle's event stream on; @row gets the new event_seq. EXISTS when
 * the EVSE, the vehicle or the client_ref has an open one already. */
gboolean store_reservation_add(Store *store, ReservationRow *row, GError **error);
gboolean store_reservation_save(Store *store, ReservationRow *row, GError **error);
/* What the car does not see: hold, attempts and due_ms. */
gboolean store_reservation_save_plan(Store *store, const ReservationRow *row, GError **error);

/* For ReserveNow.id: a number that no reservation has had. FALSE with @error */
gboolean store_new_reservation_number(Store *store, gint *number, GError **error);

/* Lookups return FALSE when there is no such row, or with @error. */
gboolean store_reservation(Store *store, const gchar *reservation_id, ReservationRow *row, GError **error);
gboolean store_reservation_by_number(Store *store, const gchar *station_id, gint number, ReservationRow *row,
                                     GError **error);
gboolean store_reservation_of_order(Store *store, const gchar *order_id, ReservationRow *row, GError **error);
/* Requested, held or taken. */
gboolean store_reservation_open_on_evse(Store *store, const gchar *evse_key, ReservationRow *row,
                                        GError **error);
gboolean store_reservation_open_of(Store *store, const gchar *vehicle_id, ReservationRow *row,
                                   GError **error);
gboolean store_reservation_next_due(Store *store, ReservationRow *row, GError **error);

/* (transfer full) (nullable) (element-type ReservationRow) */
GArray *store_reservations_of(Store *store, const gchar *vehicle_id, gint64 limit,
                              GError **error); /* newest first */
GArray *store_reservations_all(Store *store, gint64 limit, GError **error);
/* Open ones, and those of which the pile may still keep something. */
GArray *store_reservations_at(Store *store, const gchar *station_id, GError **error);
