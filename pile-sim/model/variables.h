/* Variables: the part of the device model that is kept as values (OCPP 2.0.1 part 2, B05-B08; names and
 * meanings from the appendices). What describes an EVSE of the moment is computed in device_model.c.
 * Pure: a table of what exists, and the values that were set. Values are text, as on the wire.
 */
#pragma once

#include "protocol/ocpp_report.h"
#include "protocol/ocpp_variables.h"

typedef enum {
    VARIABLE_AUTH_ENABLED,
    VARIABLE_AUTHORIZE_REMOTE_START,
    VARIABLE_LOCAL_AUTHORIZE_OFFLINE,
    VARIABLE_LOCAL_PRE_AUTHORIZE,
    VARIABLE_BAY_DEBOUNCE,
    VARIABLE_CLOCK_TIME_SOURCE,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_GET,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_GET,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_SET,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_SET,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_REPORT,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_REPORT,
    VARIABLE_HEARTBEAT_INTERVAL,
    VARIABLE_MESSAGE_ATTEMPTS,
    VARIABLE_MESSAGE_ATTEMPT_INTERVAL,
    VARIABLE_MESSAGE_TIMEOUT,
    VARIABLE_OFFLINE_THRESHOLD,
    VARIABLE_NETWORK_PROFILE_ATTEMPTS,
    VARIABLE_NETWORK_PRIORITY,
    VARIABLE_RESET_RETRIES,
    VARIABLE_UNLOCK_ON_EV_SIDE_DISCONNECT,
    VARIABLE_FILE_TRANSFER_PROTOCOLS,
    VARIABLE_WEBSOCKET_PING_INTERVAL,
    VARIABLE_ALIGNED_MEASURANDS,
    VARIABLE_ALIGNED_INTERVAL,
    VARIABLE_TX_STARTED_MEASURANDS,
    VARIABLE_TX_UPDATED_MEASURANDS,
    VARIABLE_TX_UPDATED_INTERVAL,
    VARIABLE_TX_ENDED_MEASURANDS,
    VARIABLE_TX_ENDED_INTERVAL,
    VARIABLE_SECURITY_IDENTITY,
    VARIABLE_ORGANIZATION_NAME,
    VARIABLE_SECURITY_PROFILE,
    VARIABLE_CERTIFICATE_ENTRIES,
    VARIABLE_EV_CONNECTION_TIMEOUT,
    VARIABLE_STOP_ON_EV_SIDE_DISCONNECT,
    VARIABLE_STOP_ON_INVALID_ID,
    VARIABLE_TX_START_POINT,
    VARIABLE_TX_STOP_POINT,
    VARIABLES_N,
} VariableId;

typedef struct {
    const gchar *component;
    const gchar *variable;
    const gchar *variable_instance; /* (nullable) */
    OcppMutability mutability;
    OcppDataType type;
    const gchar *unit;     /* (nullable) */
    const gchar *standard; /* the value until somebody sets another */
    gint64 min, max;       /* integers */
    const gchar *values;   /* (nullable): members of a list, separated by commas */
} VariableSpec;

typedef struct {
    gchar *value[VARIABLES_N]; /* owned (nullable): NULL is the standard value */
} Variables;

const VariableSpec *variable_spec(VariableId id);

void variables_clear(Variables *self);

/* ACCEPTED, UNKNOWN_COMPONENT or UNKNOWN_VARIABLE. Names are compared without case (part 2, 2.2). */
OcppVariableStatus variables_find(const OcppVariableName *name, VariableId *id);

const gchar *variables_get(const Variables *self, VariableId id);
gint64 variables_get_int(const Variables *self, VariableId id);
gboolean variables_get_boolean(const Variables *self, VariableId id);
/* Bit i is set when the i-th of the spec's values is in the list. */
guint variables_get_members(const Variables *self, VariableId id);

/* SetVariables: checks mutability, type, range and members. Returns: ACCEPTED or REJECTED */
OcppVariableStatus variables_set(Variables *self, VariableId id, const gchar *value);
/* As above for what this program itself knows better (HeartbeatInterval from BootNotification, identity). */
gboolean variables_put(Variables *self, VariableId id, const gchar *value);

/* Name of a variable as messages carry it. */
void variables_name(VariableId id, OcppVariableName *name);

/* (transfer full): only what was set. */
JsonObject *variables_to_json(const Variables *self);
/* Unknown names and values that are no longer valid are skipped: an older program may have written them. */
void variables_from_json(Variables *self, JsonObject *json);
