/* Variables: the part of the device model that is kept as values (OCPP 2.0.1 part 2, B05-B08; names and
 * meanings from the appendices). What describes the present is computed in facts.c.
 * Pure: a table of what exists (variable_specs.c), and the values that were set. Values are text, as on the
 * wire.
 */
#pragma once

#include "protocol/ocpp_report.h"
#include "protocol/ocpp_variables.h"

#define VARIABLES_MAX_VOUCHER_KEYS 4

typedef enum {
    VARIABLE_ALIGNED_AVAILABLE,
    VARIABLE_ALIGNED_ENABLED,
    VARIABLE_ALIGNED_INTERVAL,
    VARIABLE_ALIGNED_MEASURANDS,
    VARIABLE_ALIGNED_SEND_DURING_IDLE,
    VARIABLE_ALIGNED_TX_ENDED_INTERVAL,
    VARIABLE_ALIGNED_TX_ENDED_MEASURANDS,
    VARIABLE_AUTH_ENABLED,
    VARIABLE_AUTHORIZE_REMOTE_START,
    VARIABLE_LOCAL_AUTHORIZE_OFFLINE,
    VARIABLE_LOCAL_PRE_AUTHORIZE,
    VARIABLE_OFFLINE_TX_FOR_UNKNOWN_ID,
    VARIABLE_AUTH_CACHE_AVAILABLE,
    VARIABLE_AUTH_CACHE_ENABLED,
    VARIABLE_AUTH_CACHE_LIFETIME,
    VARIABLE_BAY_DEBOUNCE,
    VARIABLE_CLOCK_TIME_SOURCE,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_GET,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_GET,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_SET,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_SET,
    VARIABLE_DEVICE_BYTES_PER_MESSAGE_REPORT,
    VARIABLE_DEVICE_ITEMS_PER_MESSAGE_REPORT,
    VARIABLE_DEVICE_CONFIGURATION_VALUE_SIZE,
    VARIABLE_DEVICE_REPORTING_VALUE_SIZE,
    VARIABLE_DISPLAY_AVAILABLE,
    VARIABLE_DISPLAY_ENABLED,
    VARIABLE_DISPLAY_FORMATS,
    VARIABLE_DISPLAY_PRIORITIES,
    VARIABLE_DISPLAY_STATES,
    VARIABLE_LOCAL_LIST_AVAILABLE,
    VARIABLE_LOCAL_LIST_ENABLED,
    VARIABLE_LOCAL_LIST_ITEMS_PER_MESSAGE,
    VARIABLE_LOCAL_LIST_BYTES_PER_MESSAGE,
    VARIABLE_LOCAL_LIST_SUPPORTS_EXPIRY,
    VARIABLE_MONITORING_AVAILABLE,
    VARIABLE_MONITORING_ENABLED,
    VARIABLE_MONITORING_ITEMS_PER_MESSAGE_SET,
    VARIABLE_MONITORING_BYTES_PER_MESSAGE_SET,
    VARIABLE_MONITORING_ITEMS_PER_MESSAGE_CLEAR,
    VARIABLE_MONITORING_BYTES_PER_MESSAGE_CLEAR,
    VARIABLE_HEARTBEAT_INTERVAL,
    VARIABLE_MESSAGE_ATTEMPTS,
    VARIABLE_MESSAGE_ATTEMPT_INTERVAL,
    VARIABLE_MESSAGE_TIMEOUT,
    VARIABLE_OFFLINE_THRESHOLD,
    VARIABLE_NETWORK_PROFILE_ATTEMPTS,
    VARIABLE_NETWORK_PRIORITY,
    VARIABLE_ACTIVE_NETWORK_PROFILE,
    VARIABLE_RESET_RETRIES,
    VARIABLE_UNLOCK_ON_EV_SIDE_DISCONNECT,
    VARIABLE_FILE_TRANSFER_PROTOCOLS,
    VARIABLE_WEBSOCKET_PING_INTERVAL,
    VARIABLE_OFFLINE_CODE_SECRET,
    VARIABLE_OFFLINE_ENERGY_CAP,
    VARIABLE_OFFLINE_VOUCHER_KEYS,
    VARIABLE_RESERVATION_AVAILABLE,
    VARIABLE_RESERVATION_ENABLED,
    VARIABLE_RESERVATION_NON_EVSE,
    VARIABLE_SAMPLED_AVAILABLE,
    VARIABLE_SAMPLED_ENABLED,
    VARIABLE_TX_STARTED_MEASURANDS,
    VARIABLE_TX_UPDATED_MEASURANDS,
    VARIABLE_TX_UPDATED_INTERVAL,
    VARIABLE_TX_ENDED_MEASURANDS,
    VARIABLE_TX_ENDED_INTERVAL,
    VARIABLE_SECURITY_IDENTITY,
    VARIABLE_ORGANIZATION_NAME,
    VARIABLE_SECURITY_PROFILE,
    VARIABLE_CERTIFICATE_ENTRIES,
    VARIABLE_BASIC_AUTH_PASSWORD,
    VARIABLE_SMART_CHARGING_AVAILABLE,
    VARIABLE_SMART_CHARGING_ENABLED,
    VARIABLE_SMART_CHARGING_STACK_LEVEL,
    VARIABLE_SMART_CHARGING_RATE_UNIT,
    VARIABLE_SMART_CHARGING_PERIODS,
    VARIABLE_SMART_CHARGING_SIGNIFICANCE,
    VARIABLE_SMART_CHARGING_PHASE_SWITCHING,
    VARIABLE_TARIFF_AVAILABLE,
    VARIABLE_TARIFF_ENABLED,
    VARIABLE_COST_AVAILABLE,
    VARIABLE_COST_ENABLED,
    VARIABLE_TARIFF_FALLBACK,
    VARIABLE_COST_FALLBACK,
    VARIABLE_CURRENCY,
    VARIABLE_EV_CONNECTION_TIMEOUT,
    VARIABLE_MAX_ENERGY_ON_INVALID_ID,
    VARIABLE_STOP_ON_EV_SIDE_DISCONNECT,
    VARIABLE_STOP_ON_INVALID_ID,
    VARIABLE_TX_BEFORE_ACCEPTED,
    VARIABLE_TX_START_POINT,
    VARIABLE_TX_STOP_POINT,
    VARIABLE_WEB_PAYMENTS_ENABLED,
    VARIABLE_WEB_PAYMENTS_URL,
    VARIABLE_WEB_PAYMENTS_TOTP_VERSION,
    VARIABLE_WEB_PAYMENTS_VALIDITY,
    VARIABLE_WEB_PAYMENTS_LENGTH,
    VARIABLE_WEB_PAYMENTS_SECRET,
    VARIABLES_N,
} VariableId;

typedef enum {
    VARIABLE_AFTER_REBOOT = 1 << 0, /* a new value is told at once, but is in force only after a reboot */
    VARIABLE_MAY_BE_EMPTY = 1 << 1, /* a text: "" whatever @min says */
    VARIABLE_NO_SPACE = 1 << 2,     /* a text: printable ASCII without blanks */
} VariableFlags;

typedef struct {
    const gchar *component;
    const gchar *variable;
    const gchar *variable_instance; /* (nullable) */
    OcppMutability mutability;
    OcppDataType type;
    const gchar *unit;                     /* (nullable) */
    const gchar *standard;                 /* the value until somebody sets another */
    gint64 min, max;                       /* of numbers; of texts: bytes; of lists @min: members */
    const gchar *values;                   /* (nullable): members of a list, separated by commas */
    guint flags;                           /* VariableFlags */
    gboolean (*check)(const gchar *value); /* (nullable): what else it must be */
} VariableSpec;

typedef struct {
    gchar *value[VARIABLES_N]; /* owned (nullable): NULL is the standard value */
    gchar *next[VARIABLES_N];  /* owned (nullable): in force after a reboot */
} Variables;

const VariableSpec *variable_spec(VariableId id);

void variables_clear(Variables *self);

/* ACCEPTED, UNKNOWN_COMPONENT or UNKNOWN_VARIABLE. Names are compared without case (part 2, 2.2). */
OcppVariableStatus variables_find(const OcppVariableName *name, VariableId *id);

/* What is in force. */
const gchar *variables_get(const Variables *self, VariableId id);
/* What the CSMS has set last: the same but for %VARIABLE_AFTER_REBOOT. */
const gchar *variables_told(const Variables *self, VariableId id);
/* The station starts: what waited for a reboot is in force. */
void variables_boot(Variables *self);
gint64 variables_get_int(const Variables *self, VariableId id);
gboolean variables_get_boolean(const Variables *self, VariableId id);
/* Bit i is set when the i-th of the spec's values is in the list. */
guint variables_get_members(const Variables *self, VariableId id);

/* SetVariables: checks mutability, type, range and members. Returns: ACCEPTED, REBOOT_REQUIRED or REJECTED */
OcppVariableStatus variables_set(Variables *self, VariableId id, const gchar *value);
/* As above for what this program itself knows better (HeartbeatInterval from BootNotification, identity). */
gboolean variables_put(Variables *self, VariableId id, const gchar *value);

/* Name of a variable as messages carry it. */
void variables_name(VariableId id, OcppVariableName *name);

/* (transfer full): only what was set. */
JsonObject *variables_to_json(const Variables *self);
/* Unknown names and values that are no longer valid are skipped: an older program may have written them. */
void variables_from_json(Variables *self, JsonObject *json);
