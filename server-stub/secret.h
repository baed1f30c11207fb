/* Secret: tokens and passwords are made here, 128 bits or more from the kernel, and stored as SHA-256 only.
 * A slow hash protects guessable secrets; these cannot be guessed, and a server with 5,000 stations must
 * check one in microseconds when all come back at once (docs/decisions/0702).
 */
#pragma once

#include <glib.h>

/* (transfer full): hex */
gchar *secret_hash(const gchar *secret);
/* Does @secret hash to @hash? In time that depends on neither. */
gboolean secret_matches(const gchar *secret, const gchar *hash);

/* First line of a file that an operator wrote; (transfer full) (nullable) */
gchar *secret_read_file(const gchar *path, GError **error);
/* Makes @path with mode 0600; refuses to overwrite; leaves nothing behind when it fails. */
gboolean secret_write_file(const gchar *path, const gchar *secret, GError **error);
