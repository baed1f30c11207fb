#include "protocol/ocpp_error.h"

G_DEFINE_QUARK(ocpp_error, ocpp_error)

static const gchar *const names[] = {
    [OCPP_ERROR_FORMAT_VIOLATION] = "FormatViolation",
    [OCPP_ERROR_GENERIC] = "GenericError",
    [OCPP_ERROR_INTERNAL] = "InternalError",
    [OCPP_ERROR_MESSAGE_TYPE_NOT_SUPPORTED] = "MessageTypeNotSupported",
    [OCPP_ERROR_NOT_IMPLEMENTED] = "NotImplemented",
    [OCPP_ERROR_NOT_SUPPORTED] = "NotSupported",
    [OCPP_ERROR_OCCURRENCE_CONSTRAINT] = "OccurrenceConstraintViolation",
    [OCPP_ERROR_PROPERTY_CONSTRAINT] = "PropertyConstraintViolation",
    [OCPP_ERROR_PROTOCOL] = "ProtocolError",
    [OCPP_ERROR_RPC_FRAMEWORK] = "RpcFrameworkError",
    [OCPP_ERROR_SECURITY] = "SecurityError",
    [OCPP_ERROR_TYPE_CONSTRAINT] = "TypeConstraintViolation",
};

const gchar *ocpp_error_code_name(OcppErrorCode code)
{
    g_return_val_if_fail((guint)code < G_N_ELEMENTS(names), names[OCPP_ERROR_INTERNAL]);
    return names[code];
}

OcppErrorCode ocpp_error_code_from_name(const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_strcmp0(names[i], name) == 0)
            return (OcppErrorCode)i;
    return OCPP_ERROR_GENERIC;
}
