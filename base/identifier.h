/* Identifiers that nobody can guess: order ids, transaction ids, tokens, message ids.
 * From the kernel's random numbers, never from a counter or GLib's generator, so that knowing one
 * tells nothing about the next (threats.md 6: a station or car sees only its own objects).
 */
#pragma once

#include <glib.h>

/* Returns: (transfer full): RFC 9562 version 4 UUID, lower case, 36 characters (an OCPP identifierString
 * fits). */
gchar *identifier_new_uuid(void);

/**
 * identifier_new_secret:
 * @n_bytes: 16 or more
 *
 * Returns: (transfer full): lower-case hex of @n_bytes random bytes
 */
gchar *identifier_new_secret(gsize n_bytes);

/* 1..@max_len characters of [A-Za-z0-9*+=:|@.-_], the OCPP identifierString alphabet. */
gboolean identifier_is_valid(const gchar *text, gsize max_len);
