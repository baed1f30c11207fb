/* Variables: the table of what exists (OCPP 2.0.1 appendices; OCPP 2.1 for WebPaymentsCtrlr). The required
 * ones of the certification profiles Core, Local Authorization List, Reservation, Advanced Device Management
 * and Advanced User Interface are all here or in facts.c. */
#include "pile-sim/model/variables.h"

#include "protocol/voucher.h"

#define RO OCPP_MUTABILITY_READ_ONLY
#define RW OCPP_MUTABILITY_READ_WRITE
#define WO OCPP_MUTABILITY_WRITE_ONLY
#define INT OCPP_DATA_INTEGER
#define BOOL OCPP_DATA_BOOLEAN
#define TEXT OCPP_DATA_STRING
#define DECIMAL OCPP_DATA_DECIMAL
#define LIST OCPP_DATA_MEMBER_LIST
#define OPTION OCPP_DATA_OPTION_LIST
#define SEQUENCE OCPP_DATA_SEQUENCE_LIST
#define MEASURANDS "Energy.Active.Import.Register,Power.Active.Import,SoC"
#define TX_POINTS "ParkingBayOccupancy,EVConnected,Authorized,PowerPathClosed,EnergyTransfer"
#define FORMATS "ASCII,URI,UTF8"
#define PRIORITIES "AlwaysFront,InFront,NormalCycle"
#define STATES "Charging,Faulted,Idle,Unavailable"
#define ONE_DAY 86400

static gboolean are_voucher_keys(const gchar *value)
{
    g_auto(GStrv) keys = g_strsplit(value, ",", -1);
    guint8 key[VOUCHER_KEY_BYTES];

    for (guint i = 0; keys[i] != NULL; i++)
        if (i >= VARIABLES_MAX_VOUCHER_KEYS || !voucher_key_parse(g_strstrip(keys[i]), key, NULL))
            return FALSE;
    return TRUE;
}

/* component, variable, instance, mutability, type, unit, standard value, min, max, values, flags */
static const VariableSpec specs[VARIABLES_N] = {
    [VARIABLE_ALIGNED_AVAILABLE] = {"AlignedDataCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_ALIGNED_ENABLED] = {"AlignedDataCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_ALIGNED_INTERVAL] = {"AlignedDataCtrlr", "Interval", NULL, RW, INT, "s", "0", 0, ONE_DAY},
    [VARIABLE_ALIGNED_MEASURANDS] = {"AlignedDataCtrlr", "Measurands", NULL, RW, LIST, NULL, MEASURANDS, 0, 0,
                                     MEASURANDS},
    [VARIABLE_ALIGNED_SEND_DURING_IDLE] = {"AlignedDataCtrlr", "SendDuringIdle", NULL, RW, BOOL, NULL,
                                           "false"},
    [VARIABLE_ALIGNED_TX_ENDED_INTERVAL] = {"AlignedDataCtrlr", "TxEndedInterval", NULL, RO, INT, "s", "0"},
    [VARIABLE_ALIGNED_TX_ENDED_MEASURANDS] = {"AlignedDataCtrlr", "TxEndedMeasurands", NULL, RO, LIST, NULL,
                                              ""},

    [VARIABLE_AUTH_ENABLED] = {"AuthCtrlr", "Enabled", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_AUTHORIZE_REMOTE_START] = {"AuthCtrlr", "AuthorizeRemoteStart", NULL, RW, BOOL, NULL, "false"},
    [VARIABLE_LOCAL_AUTHORIZE_OFFLINE] = {"AuthCtrlr", "LocalAuthorizeOffline", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_LOCAL_PRE_AUTHORIZE] = {"AuthCtrlr", "LocalPreAuthorize", NULL, RW, BOOL, NULL, "false"},
    [VARIABLE_OFFLINE_TX_FOR_UNKNOWN_ID] = {"AuthCtrlr", "OfflineTxForUnknownIdEnabled", NULL, RW, BOOL, NULL,
                                            "false"},

    [VARIABLE_AUTH_CACHE_AVAILABLE] = {"AuthCacheCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_AUTH_CACHE_ENABLED] = {"AuthCacheCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_AUTH_CACHE_LIFETIME] = {"AuthCacheCtrlr", "LifeTime", NULL, RW, INT, "s", "604800", 0,
                                      G_MAXINT32},

    [VARIABLE_BAY_DEBOUNCE] = {"BayOccupancySensor", "Debounce", NULL, RW, INT, "ms", "500", 0, 60000},

    [VARIABLE_CLOCK_TIME_SOURCE] = {"ClockCtrlr", "TimeSource", NULL, RW, SEQUENCE, NULL, "Heartbeat", 1, 0,
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
    [VARIABLE_DEVICE_CONFIGURATION_VALUE_SIZE] = {"DeviceDataCtrlr", "ConfigurationValueSize", NULL, RO, INT,
                                                  NULL, "1000"},
    [VARIABLE_DEVICE_REPORTING_VALUE_SIZE] = {"DeviceDataCtrlr", "ReportingValueSize", NULL, RO, INT, NULL,
                                              "2500"},

    [VARIABLE_DISPLAY_AVAILABLE] = {"DisplayMessageCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_DISPLAY_ENABLED] = {"DisplayMessageCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_DISPLAY_FORMATS] = {"DisplayMessageCtrlr", "SupportedFormats", NULL, RO, LIST, NULL, FORMATS, 0,
                                  0, FORMATS},
    [VARIABLE_DISPLAY_PRIORITIES] = {"DisplayMessageCtrlr", "SupportedPriorities", NULL, RO, LIST, NULL,
                                     PRIORITIES, 0, 0, PRIORITIES},
    [VARIABLE_DISPLAY_STATES] = {"DisplayMessageCtrlr", "SupportedStates", NULL, RO, LIST, NULL, STATES, 0, 0,
                                 STATES},

    [VARIABLE_LOCAL_LIST_AVAILABLE] = {"LocalAuthListCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_LOCAL_LIST_ENABLED] = {"LocalAuthListCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_LOCAL_LIST_ITEMS_PER_MESSAGE] = {"LocalAuthListCtrlr", "ItemsPerMessage", NULL, RO, INT, NULL,
                                               "100"},
    [VARIABLE_LOCAL_LIST_BYTES_PER_MESSAGE] = {"LocalAuthListCtrlr", "BytesPerMessage", NULL, RO, INT, NULL,
                                               "65536"},
    [VARIABLE_LOCAL_LIST_SUPPORTS_EXPIRY] = {"LocalAuthListCtrlr", "SupportsExpiryDateTime", NULL, RO, BOOL,
                                             NULL, "true"},

    [VARIABLE_MONITORING_AVAILABLE] = {"MonitoringCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_MONITORING_ENABLED] = {"MonitoringCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_MONITORING_ITEMS_PER_MESSAGE_SET] = {"MonitoringCtrlr", "ItemsPerMessage",
                                                   "SetVariableMonitoring", RO, INT, NULL, "64"},
    [VARIABLE_MONITORING_BYTES_PER_MESSAGE_SET] = {"MonitoringCtrlr", "BytesPerMessage",
                                                   "SetVariableMonitoring", RO, INT, NULL, "65536"},
    [VARIABLE_MONITORING_ITEMS_PER_MESSAGE_CLEAR] = {"MonitoringCtrlr", "ItemsPerMessage",
                                                     "ClearVariableMonitoring", RO, INT, NULL, "64"},
    [VARIABLE_MONITORING_BYTES_PER_MESSAGE_CLEAR] = {"MonitoringCtrlr", "BytesPerMessage",
                                                     "ClearVariableMonitoring", RO, INT, NULL, "65536"},

    [VARIABLE_HEARTBEAT_INTERVAL] = {"OCPPCommCtrlr", "HeartbeatInterval", NULL, RW, INT, "s", "300", 1,
                                     ONE_DAY},
    [VARIABLE_MESSAGE_ATTEMPTS] = {"OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", RW, INT, NULL, "5",
                                   1, 1000},
    [VARIABLE_MESSAGE_ATTEMPT_INTERVAL] = {"OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent", RW,
                                           INT, "s", "10", 1, ONE_DAY},
    [VARIABLE_MESSAGE_TIMEOUT] = {"OCPPCommCtrlr", "MessageTimeout", "Default", RW, INT, "s", "30", 1, 600},
    /* Every connection opens with BootNotification here, after which all connectors are told (B01.FR.05):
     * more than what B04 asks for, whatever the threshold. */
    [VARIABLE_OFFLINE_THRESHOLD] = {"OCPPCommCtrlr", "OfflineThreshold", NULL, RW, INT, "s", "0", 0, ONE_DAY},
    [VARIABLE_NETWORK_PROFILE_ATTEMPTS] = {"OCPPCommCtrlr", "NetworkProfileConnectionAttempts", NULL, RW, INT,
                                           NULL, "1", 1, 100},
    /* One place to connect to: that of the command line. */
    [VARIABLE_NETWORK_PRIORITY] = {"OCPPCommCtrlr", "NetworkConfigurationPriority", NULL, RW, SEQUENCE, NULL,
                                   "1", 1, 0, "1", VARIABLE_AFTER_REBOOT},
    [VARIABLE_ACTIVE_NETWORK_PROFILE] = {"OCPPCommCtrlr", "ActiveNetworkProfile", NULL, RO, INT, NULL, "1"},
    /* A simulated reset does not fail. */
    [VARIABLE_RESET_RETRIES] = {"OCPPCommCtrlr", "ResetRetries", NULL, RW, INT, NULL, "0", 0, 10},
    /* The cable is fixed: there is no lock on this side. */
    [VARIABLE_UNLOCK_ON_EV_SIDE_DISCONNECT] = {"OCPPCommCtrlr", "UnlockOnEVSideDisconnect", NULL, RO, BOOL,
                                               NULL, "false"},
    [VARIABLE_FILE_TRANSFER_PROTOCOLS] = {"OCPPCommCtrlr", "FileTransferProtocols", NULL, RO, LIST, NULL, ""},
    [VARIABLE_WEBSOCKET_PING_INTERVAL] = {"OCPPCommCtrlr", "WebSocketPingInterval", NULL, RW, INT, "s", "30",
                                          0, 3600},

    [VARIABLE_OFFLINE_CODE_SECRET] = {"OfflineChargingCtrlr", "CodeSecret", NULL, WO, TEXT, NULL, "", 32, 64,
                                      NULL, VARIABLE_MAY_BE_EMPTY | VARIABLE_NO_SPACE},
    [VARIABLE_OFFLINE_ENERGY_CAP] = {"OfflineChargingCtrlr", "EnergyCap", NULL, RW, INT, "Wh", "40000", 0,
                                     1000000},
    [VARIABLE_OFFLINE_VOUCHER_KEYS] = {"OfflineChargingCtrlr", "VoucherKeys", NULL, RW, TEXT, NULL, "",
                                       .check = are_voucher_keys},

    [VARIABLE_RESERVATION_AVAILABLE] = {"ReservationCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_RESERVATION_ENABLED] = {"ReservationCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_RESERVATION_NON_EVSE] = {"ReservationCtrlr", "NonEvseSpecific", NULL, RW, BOOL, NULL, "true"},

    [VARIABLE_SAMPLED_AVAILABLE] = {"SampledDataCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_SAMPLED_ENABLED] = {"SampledDataCtrlr", "Enabled", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_TX_STARTED_MEASURANDS] = {"SampledDataCtrlr", "TxStartedMeasurands", NULL, RW, LIST, NULL,
                                        MEASURANDS, 0, 0, MEASURANDS},
    [VARIABLE_TX_UPDATED_MEASURANDS] = {"SampledDataCtrlr", "TxUpdatedMeasurands", NULL, RW, LIST, NULL,
                                        MEASURANDS, 0, 0, MEASURANDS},
    [VARIABLE_TX_UPDATED_INTERVAL] = {"SampledDataCtrlr", "TxUpdatedInterval", NULL, RW, INT, "s", "60", 0,
                                      ONE_DAY},
    [VARIABLE_TX_ENDED_MEASURANDS] = {"SampledDataCtrlr", "TxEndedMeasurands", NULL, RW, LIST, NULL,
                                      MEASURANDS, 0, 0, MEASURANDS},
    /* Only the readings at the start and at the end. */
    [VARIABLE_TX_ENDED_INTERVAL] = {"SampledDataCtrlr", "TxEndedInterval", NULL, RO, INT, "s", "0"},

    [VARIABLE_SECURITY_IDENTITY] = {"SecurityCtrlr", "Identity", NULL, RO, TEXT, NULL, ""},
    [VARIABLE_ORGANIZATION_NAME] = {"SecurityCtrlr", "OrganizationName", NULL, RW, TEXT, NULL, "RearCharge",
                                    1, 128},
    [VARIABLE_SECURITY_PROFILE] = {"SecurityCtrlr", "SecurityProfile", NULL, RO, INT, NULL, "1"},
    [VARIABLE_CERTIFICATE_ENTRIES] = {"SecurityCtrlr", "CertificateEntries", NULL, RO, INT, NULL, "0"},
    /* A00.FR.205, A01: used from the next connection on, which it asks for. */
    [VARIABLE_BASIC_AUTH_PASSWORD] = {"SecurityCtrlr", "BasicAuthPassword", NULL, WO, TEXT, NULL, "", 16, 40},

    [VARIABLE_SMART_CHARGING_AVAILABLE] = {"SmartChargingCtrlr", "Available", NULL, RO, BOOL, NULL, "true"},
    [VARIABLE_SMART_CHARGING_ENABLED] = {"SmartChargingCtrlr", "Enabled", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_SMART_CHARGING_STACK_LEVEL] = {"SmartChargingCtrlr", "ProfileStackLevel", NULL, RO, INT, NULL,
                                             "9"},
    [VARIABLE_SMART_CHARGING_RATE_UNIT] = {"SmartChargingCtrlr", "RateUnit", NULL, RO, LIST, NULL, "W", 0, 0,
                                           "A,W"},
    [VARIABLE_SMART_CHARGING_PERIODS] = {"SmartChargingCtrlr", "PeriodsPerSchedule", NULL, RO, INT, NULL,
                                         "24"},
    [VARIABLE_SMART_CHARGING_SIGNIFICANCE] = {"SmartChargingCtrlr", "LimitChangeSignificance", NULL, RW,
                                              DECIMAL, "Percent", "1", 0, 100},
    [VARIABLE_SMART_CHARGING_PHASE_SWITCHING] = {"SmartChargingCtrlr", "ACPhaseSwitchingSupported", NULL, RO,
                                                 BOOL, NULL, "false"},

    /* The pile has no tariff: it shows what the CSMS tells. */
    [VARIABLE_TARIFF_AVAILABLE] = {"TariffCostCtrlr", "Available", "Tariff", RO, BOOL, NULL, "true"},
    [VARIABLE_TARIFF_ENABLED] = {"TariffCostCtrlr", "Enabled", "Tariff", RO, BOOL, NULL, "true"},
    [VARIABLE_COST_AVAILABLE] = {"TariffCostCtrlr", "Available", "Cost", RO, BOOL, NULL, "true"},
    [VARIABLE_COST_ENABLED] = {"TariffCostCtrlr", "Enabled", "Cost", RW, BOOL, NULL, "true"},
    [VARIABLE_TARIFF_FALLBACK] = {"TariffCostCtrlr", "TariffFallbackMessage", NULL, RW, TEXT, NULL,
                                  "Price: see the app", 0, 255},
    [VARIABLE_COST_FALLBACK] = {"TariffCostCtrlr", "TotalCostFallbackMessage", NULL, RW, TEXT, NULL,
                                "Cost: see the app", 0, 255},
    [VARIABLE_CURRENCY] = {"TariffCostCtrlr", "Currency", NULL, RW, TEXT, NULL, "EUR", 3, 3, NULL,
                           VARIABLE_NO_SPACE},

    [VARIABLE_EV_CONNECTION_TIMEOUT] = {"TxCtrlr", "EVConnectionTimeOut", NULL, RW, INT, "s", "180", 1,
                                        ONE_DAY},
    [VARIABLE_MAX_ENERGY_ON_INVALID_ID] = {"TxCtrlr", "MaxEnergyOnInvalidId", NULL, RW, INT, "Wh", "0", 0,
                                           1000000},
    [VARIABLE_STOP_ON_EV_SIDE_DISCONNECT] = {"TxCtrlr", "StopTxOnEVSideDisconnect", NULL, RO, BOOL, NULL,
                                             "true"},
    [VARIABLE_STOP_ON_INVALID_ID] = {"TxCtrlr", "StopTxOnInvalidId", NULL, RW, BOOL, NULL, "true"},
    [VARIABLE_TX_BEFORE_ACCEPTED] = {"TxCtrlr", "TxBeforeAcceptedEnabled", NULL, RO, BOOL, NULL, "false"},
    [VARIABLE_TX_START_POINT] = {"TxCtrlr", "TxStartPoint", NULL, RW, LIST, NULL, "Authorized", 0, 0,
                                 TX_POINTS},
    [VARIABLE_TX_STOP_POINT] = {"TxCtrlr", "TxStopPoint", NULL, RW, LIST, NULL, "EVConnected,Authorized", 0,
                                0, TX_POINTS},

    [VARIABLE_WEB_PAYMENTS_ENABLED] = {"WebPaymentsCtrlr", "Enabled", NULL, RW, BOOL, NULL, "false"},
    [VARIABLE_WEB_PAYMENTS_URL] = {"WebPaymentsCtrlr", "URLTemplate", NULL, RO, TEXT, NULL, ""},
    [VARIABLE_WEB_PAYMENTS_TOTP_VERSION] = {"WebPaymentsCtrlr", "TOTPVersion", NULL, RO, TEXT, NULL, "v1", 0,
                                            0, "v1"},
    [VARIABLE_WEB_PAYMENTS_VALIDITY] = {"WebPaymentsCtrlr", "ValidityTime", NULL, RW, INT, "s", "30", 6,
                                        3600},
    [VARIABLE_WEB_PAYMENTS_LENGTH] = {"WebPaymentsCtrlr", "Length", NULL, RW, INT, NULL, "12", 6, 32},
    [VARIABLE_WEB_PAYMENTS_SECRET] = {"WebPaymentsCtrlr", "SharedSecret", NULL, WO, TEXT, NULL, "", 16, 255,
                                      NULL, VARIABLE_MAY_BE_EMPTY},
};

const VariableSpec *variable_spec(VariableId id)
{
    return &specs[id];
}
