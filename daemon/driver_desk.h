/* Driver desk: the methods of org.rearcharge.RearCharge1, answered by the conductor. */
#pragma once

#include "daemon/conductor.h"
#include "dbus/charging_service.h"

/* user_data of the service: the Conductor */
extern const ChargingHandlers driver_desk_handlers;
