/* Admin: the sub-commands that write the register. They open the same SQLite file as the running server,
 * which looks everything up when it is asked: a new station can connect at once.
 */
#pragma once

#include <glib.h>

/* @argv: what follows the sub-command's name. Prints to stdout. Returns: FALSE with a message for the user */
gboolean admin_station_add(gint argc, gchar **argv, GError **error);
gboolean admin_station_list(gint argc, gchar **argv, GError **error);
gboolean admin_vehicle_add(gint argc, gchar **argv, GError **error);
gboolean admin_vehicle_list(gint argc, gchar **argv, GError **error);
gboolean admin_tariff_set(gint argc, gchar **argv, GError **error);
gboolean admin_tariff_list(gint argc, gchar **argv, GError **error);
gboolean admin_code_add(gint argc, gchar **argv, GError **error);
gboolean admin_code_remove(gint argc, gchar **argv, GError **error);
gboolean admin_code_block(gint argc, gchar **argv, GError **error);
gboolean admin_code_unblock(gint argc, gchar **argv, GError **error);
gboolean admin_code_list(gint argc, gchar **argv, GError **error);
/* Offline codes of a pile: makes or drops the secret that it shares with the server. */
gboolean admin_station_codes(gint argc, gchar **argv, GError **error);
/* Where cars find the pile's own network. */
gboolean admin_station_link(gint argc, gchar **argv, GError **error);
gboolean admin_order_list(gint argc, gchar **argv, GError **error);
