/* Charging client: the other side of org.rearcharge.RearCharge1, for rearchargectl and rearcharge-ui.
 * Follows the owner of the name, reads the snapshot first, then its changes; believes only the owner.
 */
#pragma once

#include "dbus/charging_service.h" /* names and CHARGING_ERROR */
#include <gio/gunixfdlist.h>

#define CHARGING_TYPE_CLIENT (charging_client_get_type())
G_DECLARE_FINAL_TYPE(ChargingClient, charging_client, CHARGING, CLIENT, GObject)

/**
 * charging_client_new:
 * @bus: a reference is kept; the caller starts it
 *
 * Signal "snapshot": charging_client_get_snapshot() changed; also emitted when the daemon or the bus goes
 * (NULL then).
 */
ChargingClient *charging_client_new(BusLoop *bus);

/* Returns: (transfer none) (nullable): a{sv}; NULL while no daemon is on the bus or nothing was read yet */
GVariant *charging_client_get_snapshot(ChargingClient *self);
/* The daemon's name has an owner. */
gboolean charging_client_is_present(ChargingClient *self);

/**
 * charging_client_call_async:
 * @method: "Order", "Cancel", "Stop", "GetOfflineCode", "SetConsent", "GetHistory", "GetReceipt",
 * "OpenPreview"
 * @args: (nullable): tuple of in arguments; floating is sunk; NULL for none
 *
 * The finish function returns (transfer full) the tuple of out arguments, or NULL with %CHARGING_ERROR (an
 * org.rearcharge.Error.*), %G_DBUS_ERROR (org.freedesktop.DBus.Error.*: ServiceUnknown, AccessDenied ...) or
 * %G_IO_ERROR_NOT_CONNECTED (no bus). @fds: (out) (optional) (transfer full) (nullable): for OpenPreview.
 * The error's text has no D-Bus name in it: fit for people.
 */
void charging_client_call_async(ChargingClient *self, const gchar *method, GVariant *args,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GVariant *charging_client_call_finish(ChargingClient *self, GAsyncResult *result, GUnixFDList **fds,
                                      GError **error);

/* OpenPreview. Finish returns a readable descriptor of the MJPEG stream (close it), or -1 with an error. */
void charging_client_open_preview_async(ChargingClient *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gint charging_client_open_preview_finish(ChargingClient *self, GAsyncResult *result, GError **error);
