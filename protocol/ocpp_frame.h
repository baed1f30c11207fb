/* OCPP frame: one OCPP-J 2.0.1 text message (part 4, 4.2) as a value, and back.
 *   [2, id, action, payload]   [3, id, payload]   [4, id, code, description, details]
 * Pure. The peer is hostile: every text goes through json_gate. The caller bounds the size.
 */
#pragma once

#include "protocol/ocpp_error.h"

#include <json-glib/json-glib.h>

#define OCPP_SUBPROTOCOL "ocpp2.0.1"
#define OCPP_MESSAGE_ID_CHARS 36
#define OCPP_MESSAGE_ID_BYTES (4 * OCPP_MESSAGE_ID_CHARS + 1) /* UTF-8 and NUL */
#define OCPP_ACTION_NAME_BYTES 65
#define OCPP_ERROR_DESCRIPTION_CHARS 255

typedef enum {
    OCPP_CALL = 2,
    OCPP_CALLRESULT = 3,
    OCPP_CALLERROR = 4,
} OcppMessageType;

typedef struct {
    OcppMessageType type;
    gchar id[OCPP_MESSAGE_ID_BYTES];
    gchar action[OCPP_ACTION_NAME_BYTES]; /* CALL; any text, see ocpp_action_from_name() */
    JsonObject *payload;                  /* owned; CALL, CALLRESULT; CALLERROR: the details */
    OcppErrorCode code;                   /* CALLERROR */
    gchar *description;                   /* owned; CALLERROR */
} OcppFrame;

/**
 * ocpp_frame_parse:
 * @text: (array length=len): hostile bytes
 * @frame: (out caller-allocates): clear with ocpp_frame_clear(), also after a failure
 * @error: (optional): an #OcppErrorCode on failure
 *
 * On failure @frame->id is the id under which a CALLERROR must be sent: the sender's, or "-1" when it could
 * not be read (part 4, 4.2.3); "" when the text is a broken answer: answers are never answered.
 */
gboolean ocpp_frame_parse(const gchar *text, gsize len, OcppFrame *frame, GError **error);
void ocpp_frame_clear(OcppFrame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppFrame, ocpp_frame_clear)

/* Returns: (transfer full): the text to send. @payload is borrowed. */
gchar *ocpp_frame_print_call(const gchar *id, const gchar *action, JsonObject *payload);
gchar *ocpp_frame_print_result(const gchar *id, JsonObject *payload);
/* @description is cut to 255 characters; details are always {}. */
gchar *ocpp_frame_print_error(const gchar *id, OcppErrorCode code, const gchar *description);
