/* Demo lever: moves the gear lever of a vehicle that rearcharge-gear plays, for the bar that --demo-bar
 * shows. No car has the interface behind it (dbus/org.rearcharge.VehicleSim1.xml), so on a real bus every
 * move fails.
 */
#pragma once

#include "dbus/bus_loop.h"

/* @gear: "R", "P" or "D"; with the speed that goes with it. Finish: FALSE with an error for people */
void demo_lever_move_async(BusLoop *bus, const gchar *gear, GAsyncReadyCallback callback, gpointer user_data);
gboolean demo_lever_move_finish(BusLoop *bus, GAsyncResult *result, GError **error);
/* Is there such a gear on the bar? */
gboolean demo_lever_knows(const gchar *gear);
