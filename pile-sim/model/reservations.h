/* Reservations: which EVSEs are promised to whom (OCPP 2.0.1 part 2, block H), and which promises ended
 * without the CSMS having been told yet. A value with an owned list; the station applies the rules.
 */
#pragma once

#include "protocol/ocpp_reservation.h"

#define RESERVATIONS_MAX 128

typedef enum {
    RESERVATION_HELD,
    RESERVATION_EXPIRED, /* ended; kept until ReservationStatusUpdate is answered */
    RESERVATION_REMOVED, /* likewise */
} ReservationState;

typedef struct {
    gint32 id;
    gint32 evse_id;   /* 0: any EVSE of the station */
    gint64 expiry_ms; /* Unix ms */
    OcppIdToken token;
    OcppIdToken group; /* present: FALSE without a group */
    ReservationState state;
    gboolean telling; /* its ReservationStatusUpdate is on its way; not stored */
} Reservation;

typedef struct {
    GArray *list; /* (element-type Reservation), oldest first */
} Reservations;

void reservations_init(Reservations *self);
void reservations_clear(Reservations *self);

guint reservations_n(const Reservations *self);
/* (transfer none): valid until the list changes */
Reservation *reservations_at(Reservations *self, guint i);

/* The one that is held under @id, or for @evse_id. (transfer none) (nullable) */
Reservation *reservations_find(Reservations *self, gint32 id);
Reservation *reservations_of_evse(Reservations *self, gint32 evse_id);
/* How many are held for any EVSE, not counting @except (nullable). */
guint reservations_n_anywhere(Reservations *self, const Reservation *except);

/* May @token, or somebody of @group (nullable), use it? (H03.FR.01, .03) */
gboolean reservation_admits(const Reservation *self, const OcppIdToken *token, const OcppIdToken *group);

/* Replaces the one that is held under the same id (H01.FR.02). Returns: FALSE when there is no room */
gboolean reservations_put(Reservations *self, const Reservation *reservation);
/* Forgets it without a word: used, or cancelled by the CSMS. */
void reservations_drop(Reservations *self, const Reservation *reservation);

/* (transfer full) */
JsonObject *reservations_to_json(const Reservations *self);
gboolean reservations_from_json(Reservations *self, JsonObject *json, GError **error);
