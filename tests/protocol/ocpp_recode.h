/* OCPP recode: a payload through our structs and back, for every message that we have a struct for. */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/ocpp_action.h"

/* Returns: (transfer full) (nullable): what our encoder makes of what our decoder read; NULL with an
 * OCPP_ERROR. An action without a struct is OCPP_ERROR_NOT_SUPPORTED. */
JsonObject *ocpp_recode(OcppAction action, gboolean is_answer, JsonObject *payload, GError **error);
