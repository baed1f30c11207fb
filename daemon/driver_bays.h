/* Handlers of FindPiles, Reserve, CancelReservation, MoveReservation and GetReservations; user_data: the
 * Conductor. For driver_desk.c. */
#pragma once

#include "daemon/conductor.h"
#include "dbus/charging_service.h"

void driver_bays_find(ChargingCall *call, GVariant *query, gpointer conductor);
void driver_bays_reserve(ChargingCall *call, const gchar *evse, const gchar *until, gpointer conductor);
void driver_bays_cancel(ChargingCall *call, gpointer conductor);
void driver_bays_move(ChargingCall *call, const gchar *evse, gpointer conductor);
void driver_bays_list(ChargingCall *call, guint limit, gpointer conductor);
