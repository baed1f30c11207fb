/* Bus name: who owns a well-known name now. libdbus delivers signals of anyone who addresses them to us, so
 * every signal's sender is compared with this owner before it is believed.
 */
#pragma once

#include "dbus/bus_loop.h"

#define BUS_TYPE_NAME (bus_name_get_type())
G_DECLARE_FINAL_TYPE(BusName, bus_name, BUS, NAME, GObject)

/* Follows @name on @bus from the next turn of the main loop, across reconnections. Signal "owner": the owner
 * changed, also to nobody (name lost, bus lost). The bus orders messages: after this signal, none of the
 * former owner's follow. */
BusName *bus_name_new(BusLoop *bus, const gchar *name);

/* Returns: (nullable): unique name; NULL: nobody, or not known yet */
const gchar *bus_name_get_owner(BusName *self);
const gchar *bus_name_get_name(BusName *self);
gboolean bus_name_sent(BusName *self, DBusMessage *message);
