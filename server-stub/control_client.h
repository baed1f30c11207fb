/* Control client: the sub-commands that ask the running server, over its operator API, and print its answer.
 */
#pragma once

#include <glib.h>

/* @argv: the noun first. Returns: FALSE with a message for the user: which also says why the server was not
 * reached */
gboolean control_client_run(gint argc, gchar **argv, GError **error);
