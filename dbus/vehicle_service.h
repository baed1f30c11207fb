/* Vehicle service: plays the vehicle. Serves org.rearcharge.Vehicle1 and the lever behind it, VehicleSim1. */
#pragma once

#include "dbus/bus_loop.h"

#define VEHICLE_BUS_NAME "org.rearcharge.Vehicle"
#define VEHICLE_OBJECT_PATH "/org/rearcharge/Vehicle"
#define VEHICLE_INTERFACE "org.rearcharge.Vehicle1"
#define VEHICLE_SIM_INTERFACE "org.rearcharge.VehicleSim1"

#define VEHICLE_TYPE_SERVICE (vehicle_service_get_type())
G_DECLARE_FINAL_TYPE(VehicleService, vehicle_service, VEHICLE, SERVICE, GObject)

/* Asks for %VEHICLE_BUS_NAME; everything is unknown at first. Signals:
 * "changed" (const gchar *property, GVariant *value): by a command from anywhere
 * "quit": somebody asked for it */
VehicleService *vehicle_service_new(BusLoop *bus);

/* Runs one command (vehicle_command.h, or "quit"); the new value is on the bus when this returns. */
gboolean vehicle_service_run(VehicleService *self, const gchar *command, GError **error);
