/* The status page on the loopback: who opened the start URL gets a cookie, the page, and every change as an
 * event. DNS rebinding, foreign origins and frames are refused by weblink; here is the session (threats.md
 * 12): the start URL works once, its cookie is HttpOnly and SameSite=Strict, and nothing else lets anybody
 * in. An action (POST, JSON) also needs an Origin and the token of this start. Nothing is computed while no
 * page is open.
 */
#pragma once

#include "dbus/charging_client.h"

G_DECLARE_FINAL_TYPE(UiServer, ui_server, UI, SERVER, GObject)

UiServer *ui_server_new(void);

/* Once, before listening: an open page survives a restart on the same port, and @folder always has a start
 * URL that works. */
gboolean ui_server_keep_session(UiServer *self, const gchar *folder, GError **error);

/* @port: on 127.0.0.1; 0: any */
gboolean ui_server_listen(UiServer *self, guint16 port, GError **error);

/* Returns: (transfer none): "http://127.0.0.1:8088/start/<secret>"; a secret, print it only to who started us
 */
const gchar *ui_server_start_url(UiServer *self);

/* Once, before the bus starts: publishes what @client reads, and sends the driver's wishes through it.
 * Without a client every action answers 503. */
void ui_server_follow(UiServer *self, ChargingClient *client);

/* The page shows a lever that moves the vehicle which rearcharge-gear plays on @bus. For demonstrations only.
 */
void ui_server_show_lever(UiServer *self, BusLoop *bus);

/* @snapshot: (nullable): a{sv}, kept until the next; %NULL: no daemon */
void ui_server_publish(UiServer *self, GVariant *snapshot);
