/* Station line: one station's WebSocket with its OCPP calls and answers.
 * Joins weblink/ws_link (bytes, limits) with protocol/ocpp_rpc (calls); knows no message.
 */
#pragma once

#include "protocol/ocpp_rpc.h"
#include "weblink/ws_link.h"

#define STATION_LINE_MAX_BYTES_BEFORE_BOOT (64 * 1024)
#define STATION_LINE_MAX_BYTES (256 * 1024)

typedef struct _StationLine StationLine;

typedef struct {
    /* The station asks: answer with station_line_answer() or _answer_error(), once. @payload is borrowed. */
    void (*call)(StationLine *line, OcppAction action, const gchar *id, JsonObject *payload, gpointer data);
    /* What became of our call @event->tag: RESULT, ERROR, TIMEOUT, LOST or REFUSED. */
    void (*outcome)(StationLine *line, const OcppRpcEvent *event, gpointer data);
    /* Every text message, as it went over the wire. */
    void (*message)(StationLine *line, gboolean received, const gchar *text, gsize len, gpointer data);
    /* Once, never inside station_line_open(); after the outcomes of all open calls. @line is freed then. */
    void (*closed)(StationLine *line, guint code, gpointer data);
} StationLinePorts;

/**
 * station_line_open:
 * @served: (array length=n_served): the actions that a station may call
 * @ping_s: after that much silence a ping goes out; as much again without answer: the line is dead
 *
 * Returns: (transfer none) (nullable): NULL when @request was no WebSocket handshake for ocpp2.0.1 (it is
 * answered). The line frees itself after its closed callback.
 */
StationLine *station_line_open(WebRequest *request, const OcppAction *served, gsize n_served, guint ping_s,
                               const StationLinePorts *ports, gpointer data);

void station_line_call(StationLine *self, OcppAction action, JsonObject *payload, gint64 timeout_ms,
                       guint64 tag);
/* @payload: (transfer full) */
void station_line_answer(StationLine *self, const gchar *id, JsonObject *payload);
void station_line_answer_error(StationLine *self, const gchar *id, const GError *error);
void station_line_boot_accepted(StationLine *self); /* larger messages are welcome from now on */
void station_line_probe(StationLine *self, guint timeout_ms);
void station_line_close(StationLine *self, guint code, const gchar *reason);
const gchar *station_line_peer(StationLine *self);
