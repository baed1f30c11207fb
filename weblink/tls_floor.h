/* TLS floor: what every TLS connection of a program that uses GIO must have at least. */
#pragma once

#include <gio/gio.h>

/**
 * tls_floor_set:
 *
 * TLS 1.2 or 1.3 and nothing else, in this process: GnuTLS on Debian 12 would still take TLS 1.0, and GIO has
 * no other place to say so. Call first thing in main(): it changes the environment, and before threads.
 */
void tls_floor_set(void);

/* Returns: (transfer full): what is wrong with a certificate, for a log: "expired, for another name" */
gchar *tls_floor_flaws(GTlsCertificateFlags flaws);
