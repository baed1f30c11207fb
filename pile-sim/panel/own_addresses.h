/* The addresses of this machine, as a browser would write them in a Host header. */
#pragma once

#include <glib.h>

/* Is @host (of "host:port", an IPv6 literal in brackets) "every address": 0.0.0.0 or [::]? */
gboolean own_addresses_is_any(const gchar *host);

/* Returns: (transfer full): ends with NULL; "192.168.1.5", "[fd00::1]"; without loopback and link-local ones
 * (no browser takes a zone). IPv4 first. @with_ipv6: those too */
GStrv own_addresses_list(gboolean with_ipv6);
