/* OCPP monitoring: what a station shall watch and tell by NotifyEvent: Set- and ClearVariableMonitoring,
 * SetMonitoringBase and -Level, Get- and NotifyMonitoringReport (OCPP 2.0.1 part 2, N02-N08). Every item of
 * a request gets its own answer, in the same order.
 */
#pragma once

#include "protocol/ocpp_common.h"

#define OCPP_MAX_MONITORS 256 /* items of one message; ItemsPerMessage of the device model is smaller */

typedef enum {
    OCPP_MONITOR_UPPER_THRESHOLD,
    OCPP_MONITOR_LOWER_THRESHOLD,
    OCPP_MONITOR_DELTA,
    OCPP_MONITOR_PERIODIC,
    OCPP_MONITOR_PERIODIC_CLOCK_ALIGNED,
} OcppMonitorType;
extern const gchar *const ocpp_monitor_type_names[];

typedef enum {
    OCPP_SET_MONITOR_ACCEPTED,
    OCPP_SET_MONITOR_UNKNOWN_COMPONENT,
    OCPP_SET_MONITOR_UNKNOWN_VARIABLE,
    OCPP_SET_MONITOR_UNSUPPORTED_TYPE,
    OCPP_SET_MONITOR_REJECTED,
    OCPP_SET_MONITOR_DUPLICATE,
} OcppSetMonitorStatus;
extern const gchar *const ocpp_set_monitor_status_names[];

/* One monitor of one variable: SetMonitoringDataType, SetMonitoringResultType (without transaction and value)
 * or, flattened, MonitoringDataType (without status). */
typedef struct {
    OcppVariableName name;
    gboolean has_id; /* of a report: always */
    gint32 id;
    gboolean transaction; /* only while a transaction runs */
    gdouble value;        /* threshold, change, or period in seconds */
    OcppMonitorType type;
    gint32 severity; /* 0 danger .. 9 debug; other numbers are the station's to reject (N04) */
    OcppSetMonitorStatus status;
} OcppMonitor;

/* (element-type OcppMonitor), 1 or more */
JsonObject *ocpp_set_monitoring_request_to_json(const GArray *monitors);
JsonObject *ocpp_set_monitoring_response_to_json(const GArray *monitors);
/* Returns: (transfer full) (nullable): NULL with an #OcppErrorCode */
GArray *ocpp_set_monitoring_request_from_json(JsonObject *json, GError **error);
GArray *ocpp_set_monitoring_response_from_json(JsonObject *json, GError **error);

typedef enum {
    OCPP_CLEAR_MONITOR_ACCEPTED,
    OCPP_CLEAR_MONITOR_REJECTED,
    OCPP_CLEAR_MONITOR_NOT_FOUND
} OcppClearMonitorStatus;
extern const gchar *const ocpp_clear_monitor_status_names[];

/* Request (ids only) and answer of ClearVariableMonitoring */
typedef struct {
    gint32 ids[OCPP_MAX_MONITORS];
    OcppClearMonitorStatus status[OCPP_MAX_MONITORS];
    guint n; /* 1 or more */
} OcppClearMonitoring;

JsonObject *ocpp_clear_monitoring_request_to_json(const OcppClearMonitoring *request);
gboolean ocpp_clear_monitoring_request_from_json(JsonObject *json, OcppClearMonitoring *request,
                                                 GError **error);
JsonObject *ocpp_clear_monitoring_response_to_json(const OcppClearMonitoring *response);
gboolean ocpp_clear_monitoring_response_from_json(JsonObject *json, OcppClearMonitoring *response,
                                                  GError **error);

typedef enum {
    OCPP_MONITORING_ALL,
    OCPP_MONITORING_FACTORY_DEFAULT,
    OCPP_MONITORING_HARD_WIRED_ONLY
} OcppMonitoringBase;
extern const gchar *const ocpp_monitoring_base_names[];

/* The answer is a status of ocpp_report_status_names. */
typedef struct {
    OcppMonitoringBase base;
} OcppSetMonitoringBaseRequest;

/* Events of a severity above this number are not told. The answer is a status of
 * ocpp_generic_status_names. */
typedef struct {
    gint32 severity;
} OcppSetMonitoringLevelRequest;

JsonObject *ocpp_set_monitoring_base_request_to_json(const OcppSetMonitoringBaseRequest *request);
gboolean ocpp_set_monitoring_base_request_from_json(JsonObject *json, OcppSetMonitoringBaseRequest *request,
                                                    GError **error);
JsonObject *ocpp_set_monitoring_level_request_to_json(const OcppSetMonitoringLevelRequest *request);
gboolean ocpp_set_monitoring_level_request_from_json(JsonObject *json, OcppSetMonitoringLevelRequest *request,
                                                     GError **error);
