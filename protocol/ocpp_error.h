/* OCPP error: the CALLERROR codes of OCPP-J 2.0.1 (part 4, table 8), which are also the GError codes of
 * every OCPP decoder here: what a decoder complains about is what goes back to the sender.
 */
#pragma once

#include <glib.h>

/**
 * OcppErrorCode:
 * @OCPP_ERROR_FORMAT_VIOLATION: the payload is no JSON object
 * @OCPP_ERROR_GENERIC: anything else
 * @OCPP_ERROR_INTERNAL: the receiver could not do its work
 * @OCPP_ERROR_MESSAGE_TYPE_NOT_SUPPORTED: the first element is none of 2, 3, 4
 * @OCPP_ERROR_NOT_IMPLEMENTED: nobody knows this action
 * @OCPP_ERROR_NOT_SUPPORTED: an action of OCPP 2.0.1 that this side does not serve
 * @OCPP_ERROR_OCCURRENCE_CONSTRAINT: a required field is absent, a list is empty or too long
 * @OCPP_ERROR_PROPERTY_CONSTRAINT: right type, wrong value: length, range, list of values, time
 * @OCPP_ERROR_PROTOCOL: well formed, but not allowed now
 * @OCPP_ERROR_RPC_FRAMEWORK: not a frame at all; the message id could not be read
 * @OCPP_ERROR_SECURITY: the sender may not do this
 * @OCPP_ERROR_TYPE_CONSTRAINT: a field has another JSON type
 */
typedef enum {
    OCPP_ERROR_FORMAT_VIOLATION,
    OCPP_ERROR_GENERIC,
    OCPP_ERROR_INTERNAL,
    OCPP_ERROR_MESSAGE_TYPE_NOT_SUPPORTED,
    OCPP_ERROR_NOT_IMPLEMENTED,
    OCPP_ERROR_NOT_SUPPORTED,
    OCPP_ERROR_OCCURRENCE_CONSTRAINT,
    OCPP_ERROR_PROPERTY_CONSTRAINT,
    OCPP_ERROR_PROTOCOL,
    OCPP_ERROR_RPC_FRAMEWORK,
    OCPP_ERROR_SECURITY,
    OCPP_ERROR_TYPE_CONSTRAINT,
} OcppErrorCode;
#define OCPP_ERROR (ocpp_error_quark())
GQuark ocpp_error_quark(void);

/* "FormatViolation" and so on: the exact texts of the table. */
const gchar *ocpp_error_code_name(OcppErrorCode code);

/* A text that is not in the table (a vendor's, a misspelt 1.6 one) is read as %OCPP_ERROR_GENERIC. */
OcppErrorCode ocpp_error_code_from_name(const gchar *name);
