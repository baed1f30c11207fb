/* Gear source: one value of the vehicle on the bus, a property or a signal's argument, as a GearMatchSource
 * says: its match rule, its first value, its changes. Does not judge senders: GearWatcher asks for a message
 * only after it has.
 */
#pragma once

#include "dbus/bus_loop.h"
#include "dbus/gear_match.h"

typedef struct {
    void (*value)(GVariant *value, gpointer user_data);
    void (*all)(GVariant *properties,
                gpointer user_data); /* (nullable): everything else of the interface, a{sv}, too */
    void (*problem)(const gchar *problem,
                    gpointer user_data); /* (nullable): the first value could not be read */
    gpointer user_data;
} GearSourceHandlers;

typedef struct GearSource GearSource;

/* @sender and @match: borrowed, must outlive the source */
GearSource *gear_source_new(BusLoop *bus, const gchar *sender, const GearMatchSource *match,
                            const GearSourceHandlers *handlers);
void gear_source_free(GearSource *self);

/* @owner: (nullable): unique name; asks it for the object path (find:) and the first value */
void gear_source_set_owner(GearSource *self, const gchar *owner);

/* Shape only: path, interface, member. */
gboolean gear_source_wants(const GearSource *self, DBusMessage *message);
/* Returns: FALSE when the arguments have not the expected types; nothing was reported then */
gboolean gear_source_feed(GearSource *self, DBusMessage *message);
