/* OCPP log: every message of every station, one JSON object a line, for tests and for people:
 *   {"at":"2026-11-21T03:38:36.125Z","station":"PILE1","direction":"received"|"sent","text":"[2,...]"}
 * @text is the message as it went over the wire. Asked for with --ocpp-log; the file is made with mode 0600.
 */
#pragma once

#include <glib.h>

typedef struct _OcppLog OcppLog;

OcppLog *ocpp_log_open(const gchar *path, GError **error);
void ocpp_log_free(OcppLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OcppLog, ocpp_log_free)

/* @self: (nullable): then nothing happens */
void ocpp_log_write(OcppLog *self, const gchar *station_id, gboolean received, const gchar *text, gsize len,
                    gint64 now_ms);
