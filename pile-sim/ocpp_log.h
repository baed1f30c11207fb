/* OCPP log: every message of the link as it was on the wire, one JSON object a line:
 * {"at":"<UTC>","direction":"sent"|"received","text":"<message>"}, as rearcharge-server writes it.
 * A debugging aid: it holds id tokens, so the file is private.
 */
#pragma once

#include <glib.h>

typedef struct _OcppLog OcppLog;

/* Appends. Returns: (transfer full) (nullable): NULL and a #GFileError */
OcppLog *ocpp_log_open(const gchar *path, GError **error);
void ocpp_log_free(OcppLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OcppLog, ocpp_log_free)

void ocpp_log_write(OcppLog *self, gboolean sent, const gchar *text, gsize len, gint64 unix_ms);
