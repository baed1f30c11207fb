/* Control words: the words of a command line as a request to the operator API (protocol/README.md section 3).
 */
#pragma once

#include <json-glib/json-glib.h>

typedef struct {
    const gchar *method;
    gchar *path;      /* owned */
    JsonObject *body; /* owned (nullable) */
} ControlRequest;
void control_request_clear(ControlRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ControlRequest, control_request_clear)

extern const gchar control_words_usage[];

/**
 * control_words_read:
 * @words: NULL-terminated; the noun first: "pile", "vehicle", "offer" or "rule"
 * @evse_no: 0: the whole station
 *
 * Returns: FALSE with a message for the user
 */
gboolean control_words_read(gchar **words, gint evse_no, ControlRequest *request, GError **error);
