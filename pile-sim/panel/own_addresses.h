/* The addresses of this machine, as a browser would write them in a Host header. */
#pragma once

#include "weblink/bounded_server.h"

/* Is @host (of "host:port", an IPv6 literal in brackets) "every address": 0.0.0.0 or [::]? */
gboolean own_addresses_is_any(const gchar *host);

/* Returns: (transfer full): ends with NULL; "192.168.1.5", "[fd00::1]"; without loopback and link-local ones
 * (no browser takes a zone). IPv4 first. @with_ipv6: those too */
GStrv own_addresses_list(gboolean with_ipv6);

/**
 * own_addresses_listen:
 * @address: "127.0.0.1:8090", "0.0.0.0:0" or only a port, then on 127.0.0.1
 * @any_host: (out) (optional) (transfer full) (nullable): "0.0.0.0" or "[::]" when it listens on all
 * addresses
 *
 * What is listened on is a good Host; with 0.0.0.0 or [::] every address that this machine has now.
 */
gboolean own_addresses_listen(BoundedServer *server, const gchar *address, gchar **any_host, GError **error);
