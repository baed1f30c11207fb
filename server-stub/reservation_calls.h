/* Reservation calls: ReserveNow and CancelReservation to a station, their answers to the desk. No answer says
 * nothing: the desk counts on it and comes back. */
#pragma once

#include "server-stub/station_hub.h"

void reservation_calls_reserve(StationHub *hub, Desk *desk, const ReservationRow *row);
void reservation_calls_release(StationHub *hub, Desk *desk, const ReservationRow *row);
