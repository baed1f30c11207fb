/* Session keep: what a restart of rearcharge-ui must not lose, in a directory of its own (systemd's
 * RuntimeDirectory=): the secret of the browser's cookie and the token of its actions, so that an open page
 * goes on; and the start URL, for the kiosk that opens it.
 */
#pragma once

#include <glib.h>

/* Reads "session" of @folder, or writes these two new secrets there (0600).
 * @session, @token: (inout) (transfer full) */
gboolean session_keep_secrets(const gchar *folder, gchar **session, gchar **token, GError **error);
/* Writes "start-url" (0640: whoever may open the page is of the folder's group). */
gboolean session_keep_start_url(const gchar *folder, const gchar *url, GError **error);
