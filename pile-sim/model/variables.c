#include "pile-sim/model/variables.h"

#include <string.h>

#define RO OCPP_MUTABILITY_READ_ONLY
#define RW OCPP_MUTABILITY_READ_WRITE
#define INT OCPP_DATA_INTEGER
#define BOOL OCPP_DATA_BOOLEAN
#define LIST OCPP_DATA_MEMBER_LIST
#define MEASURANDS "Energy.Active.Import.Register,Power.Active.Import,SoC"
#define TX_POINTS "ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer"
#define ONE_DAY 86400

static const VariableSpec specs[VARIABLES_N] = {
    [VARIABLE_AUTH_ENABLED] = {"AuthCtrlr", "Enabled", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_AUTHORIZE_REMOTE_START] = {"AuthCtrlr", "AuthorizeRemoteStart", NULL, RW, BOOL, NULL, "false"},
    [VARIABLE_LOCAL_AUTHORIZE_OFFLINE] = {"AuthCtrlr", "LocalAuthorizeOffline", NULL, RO, BOOL, NULL,
                                          "false"},
    [VARIABLE_LOCAL_PRE_AUTHORIZE] = {"AuthCtrlr", "LocalPreAuthorize", NULL, RO, BOOL, NULL, "false"},
    [VARIABLE_BAY_DEBOUNCE] = {"BayOccupancySensor", "Debounce", NULL, RW, INT, "ms", "500", 0, 60000},
    [VARIABLE_CLOCK_TIME_SOURCE] = {"ClockCtrlr", "TimeSource", NULL, RO, OCPP_DATA_SEQUENCE_LIST, NULL,
                                    "Heartbeat"},
    [VARIABLE_DEVICE_BYTES_PER_MESSAGE_GET] = {"DeviceDataCtrlr", "BytesPerMessage", "GetVariables", RO, INT,
                                               NULL, "65536"},
    [VARIABLE_DEVICE_ITEMS_PER_MESSAGE_GET] = {"DeviceDataCtrlr", "ItemsPerMessage", "GetVariables", RO, INT,
                                               NULL, "64"},
    [VARIABLE_DEVICE_BYTES_PER_MESSAGE_SET] = {"DeviceDataCtrlr", "BytesPerMessage", "SetVariables", RO, INT,
                                               NULL, "65536"},
    [VARIABLE_DEVICE_ITEMS_PER_MESSAGE_SET] = {"DeviceDataCtrlr", "ItemsPerMessage", "SetVariables", RO, INT,
                                               NULL, "64"},
    [VARIABLE_DEVICE_BYTES_PER_MESSAGE_REPORT] = {"DeviceDataCtrlr", "BytesPerMessage", "GetReport", RO, INT,
                                                  NULL, "65536"},
    [VARIABLE_DEVICE_ITEMS_PER_MESSAGE_REPORT] = {"DeviceDataCtrlr", "ItemsPerMessage", "GetReport", RO, INT,
                                                  NULL, "64"},
    [VARIABLE_HEARTBEAT_INTERVAL] = {"OCPPCommCtrlr", "HeartbeatInterval", NULL, RW, INT, "s", "300", 1,
                                     ONE_DAY},
    [VARIABLE_MESSAGE_ATTEMPTS] = {"OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", RW, INT, NULL, "5",
                                   1, 1000},
    [VARIABLE_MESSAGE_ATTEMPT_INTERVAL] = {"OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent", RW,
                                           INT, "s", "10", 1, ONE_DAY},
    [VARIABLE_MESSAGE_TIMEOUT] = {"OCPPCommCtrlr", "MessageTimeout", "Default", RW, INT, "s", "30", 1, 600},
    [VARIABLE_OFFLINE_THRESHOLD] = {"OCPPCommCtrlr", "OfflineThreshold", NULL, RO, INT, "s", "0"},
    [VARIABLE_NETWORK_PROFILE_ATTEMPTS] = {"OCPPCommCtrlr", "NetworkProfileConnectionAttempts", NULL, RO, INT,
                                           NULL, "1"},
    [VARIABLE_NETWORK_PRIORITY] = {"OCPPCommCtrlr", "NetworkConfigurationPriority", NULL, RO,
                                   OCPP_DATA_SEQUENCE_LIST, NULL, "1"},
    [VARIABLE_RESET_RETRIES] = {"OCPPCommCtrlr", "ResetRetries", NULL, RO, INT, NULL, "0"},
    [VARIABLE_UNLOCK_ON_EV_SIDE_DISCONNECT] = {"OCPPCommCtrlr", "UnlockOnEVSideDisconnect", NULL, RO, BOOL,
                                               NULL, "true"},
    [VARIABLE_FILE_TRANSFER_PROTOCOLS] = {"OCPPCommCtrlr", "FileTransferProtocols", NULL, RO, LIST, NULL, ""},
    [VARIABLE_WEBSOCKET_PING_INTERVAL] = {"OCPPCommCtrlr", "WebSocketPingInterval", NULL, RW, INT, "s", "30",
                                          0, 3600},
    [VARIABLE_ALIGNED_MEASURANDS] = {"AlignedDataCtrlr", "Measurands", NULL, RW, LIST, NULL, MEASURANDS, 0, 0,
                                     MEASURANDS},
    [VARIABLE_ALIGNED_INTERVAL] = {"AlignedDataCtrlr", "Interval", NULL, RO, INT, "s", "0"},
    [VARIABLE_TX_STARTED_MEASURANDS] = {"SampledDataCtrlr", "TxStartedMeasurands", NULL, RW, LIST, NULL,
                                        MEASURANDS, 0, 0, MEASURANDS},
    [VARIABLE_TX_UPDATED_MEASURANDS] = {"SampledDataCtrlr", "TxUpdatedMeasurands", NULL, RW, LIST, NULL,
                                        MEASURANDS, 0, 0, MEASURANDS},
    [VARIABLE_TX_UPDATED_INTERVAL] = {"SampledDataCtrlr", "TxUpdatedInterval", NULL, RW, INT, "s", "60", 0,
                                      ONE_DAY},
    [VARIABLE_TX_ENDED_MEASURANDS] = {"SampledDataCtrlr", "TxEndedMeasurands", NULL, RW, LIST, NULL,
                                      MEASURANDS, 0, 0, MEASURANDS},
    [VARIABLE_TX_ENDED_INTERVAL] = {"SampledDataCtrlr", "TxEndedInterval", NULL, RO, INT, "s", "0"},
    [VARIABLE_SECURITY_IDENTITY] = {"SecurityCtrlr", "Identity", NULL, RO, OCPP_DATA_STRING, NULL, ""},
    [VARIABLE_ORGANIZATION_NAME] = {"SecurityCtrlr", "OrganizationName", NULL, RO, OCPP_DATA_STRING, NULL,
                                    "RearCharge"},
    [VARIABLE_SECURITY_PROFILE] = {"SecurityCtrlr", "SecurityProfile", NULL, RO, INT, NULL, "1"},
    [VARIABLE_CERTIFICATE_ENTRIES] = {"SecurityCtrlr", "CertificateEntries", NULL, RO, INT, NULL, "0"},
    [VARIABLE_EV_CONNECTION_TIMEOUT] = {"TxCtrlr", "EVConnectionTimeOut", NULL, RW, INT, "s", "180", 1,
                                        ONE_DAY},
    [VARIABLE_STOP_ON_EV_SIDE_DISCONNECT] = {"TxCtrlr", "StopTxOnEVSideDisconnect", NULL, RO, BOOL, NULL,
                                             "true"},
    [VARIABLE_STOP_ON_INVALID_ID] = {"TxCtrlr", "StopTxOnInvalidId", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_TX_START_POINT] = {"TxCtrlr", "TxStartPoint", NULL, RW, LIST, NULL, "Authorized", 0, 0,
                                 TX_POINTS},
    [VARIABLE_TX_STOP_POINT] = {"TxCtrlr", "TxStopPoint", NULL, RW, LIST, NULL, "EVConnected,Authorized", 0,
                                0, TX_POINTS},
};

const VariableSpec *variable_spec(VariableId id)
{
    return &specs[id];
}

void variables_clear(Variables *self)
{
    for (guint id = 0; id < VARIABLES_N; id++)
        g_clear_pointer(&self->value[id], g_free);
}

static gboolean same(const gchar *a, const gchar *b)
{
    return g_ascii_strcasecmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

OcppVariableStatus variables_find(const OcppVariableName *name, VariableId *id)
{
    OcppVariableStatus status = OCPP_VARIABLE_UNKNOWN_COMPONENT;

    if (name->component_instance[0] != '\0' || name->evse.present)
        return status;
    for (guint i = 0; i < VARIABLES_N; i++) {
        if (!same(specs[i].component, name->component))
            continue;
        status = OCPP_VARIABLE_UNKNOWN_VARIABLE;
        if (same(specs[i].variable, name->variable) &&
            same(specs[i].variable_instance, name->variable_instance)) {
            *id = i;
            return OCPP_VARIABLE_ACCEPTED;
        }
    }
    return status;
}

const gchar *variables_get(const Variables *self, VariableId id)
{
    return self->value[id] != NULL ? self->value[id] : specs[id].standard;
}

gint64 variables_get_int(const Variables *self, VariableId id)
{
    return g_ascii_strtoll(variables_get(self, id), NULL, 10);
}

gboolean variables_get_boolean(const Variables *self, VariableId id)
{
    return same(variables_get(self, id), "true");
}

/* Which of @spec's values @list names. Returns: FALSE when it names another one, or one twice. */
static gboolean read_members(const VariableSpec *spec, const gchar *list, guint *members)
{
    g_auto(GStrv) known = g_strsplit(spec->values != NULL ? spec->values : "", ",", -1);
    g_auto(GStrv) given = g_strsplit(list, ",", -1);

    *members = 0;
    for (guint i = 0; given[i] != NULL; i++) {
        guint bit = 0;

        g_strstrip(given[i]);
        while (known[bit] != NULL && !same(known[bit], given[i]))
            bit++;
        if (known[bit] == NULL || (*members & (1u << bit)))
            return FALSE;
        *members |= 1u << bit;
    }
    return TRUE;
}

guint variables_get_members(const Variables *self, VariableId id)
{
    guint members = 0;

    read_members(&specs[id], variables_get(self, id), &members);
    return members;
}

static gboolean is_valid(const VariableSpec *spec, const gchar *value)
{
    gint64 number = 0;
    guint members = 0;

    switch (spec->type) {
    case OCPP_DATA_INTEGER:
        return strlen(value) < 20 && g_ascii_string_to_signed(value, 10, spec->min, spec->max, &number, NULL);
    case OCPP_DATA_BOOLEAN:
        return same(value, "true") || same(value, "false");
    case OCPP_DATA_MEMBER_LIST:
        return read_members(spec, value, &members);
    default:
        return strlen(value) <= OCPP_SET_VARIABLE_VALUE_CHARS;
    }
}

gboolean variables_put(Variables *self, VariableId id, const gchar *value)
{
    if (specs[id].mutability != RO && !is_valid(&specs[id], value))
        return FALSE;
    g_free(self->value[id]);
    self->value[id] = g_strdup(value);
    return TRUE;
}

OcppVariableStatus variables_set(Variables *self, VariableId id, const gchar *value)
{
    return specs[id].mutability != RO && variables_put(self, id, value) ? OCPP_VARIABLE_ACCEPTED
                                                                        : OCPP_VARIABLE_REJECTED;
}

void variables_name(VariableId id, OcppVariableName *name)
{
    *name = (OcppVariableName){0};
    g_strlcpy(name->component, specs[id].component, sizeof name->component);
    g_strlcpy(name->variable, specs[id].variable, sizeof name->variable);
    if (specs[id].variable_instance != NULL)
        g_strlcpy(name->variable_instance, specs[id].variable_instance, sizeof name->variable_instance);
}

/* "TxCtrlr.TxStartPoint", "OCPPCommCtrlr.MessageAttempts.TransactionEvent": the key in storage. */
static gchar *storage_key(const VariableSpec *spec)
{
    return g_strjoin(".", spec->component, spec->variable, spec->variable_instance, NULL);
}

JsonObject *variables_to_json(const Variables *self)
{
    JsonObject *json = json_object_new();

    for (guint id = 0; id < VARIABLES_N; id++) {
        g_autofree gchar *key = storage_key(&specs[id]);

        if (self->value[id] != NULL && specs[id].mutability != RO)
            json_object_set_string_member(json, key, self->value[id]);
    }
    return json;
}

void variables_from_json(Variables *self, JsonObject *json)
{
    for (guint id = 0; id < VARIABLES_N; id++) {
        g_autofree gchar *key = storage_key(&specs[id]);
        JsonNode *node = json_object_get_member(json, key);

        if (node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
            variables_set(self, id, json_node_get_string(node));
    }
}
