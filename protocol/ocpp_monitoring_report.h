/* OCPP monitoring report: GetMonitoringReport and its answer in pieces, NotifyMonitoringReport (OCPP 2.0.1
 * part 2, N02).
 */
#pragma once

#include "protocol/ocpp_monitoring.h"

#define OCPP_MAX_REPORT_FILTERS 256 /* componentVariable of one request */

typedef enum {
    OCPP_CRITERION_THRESHOLD_MONITORING,
    OCPP_CRITERION_DELTA_MONITORING,
    OCPP_CRITERION_PERIODIC_MONITORING,
} OcppMonitoringCriterion;
extern const gchar *const ocpp_monitoring_criterion_names[];

/* The answer is a status of ocpp_report_status_names. */
typedef struct {
    gint32 request_id;
    guint criteria; /* bits 1 << OcppMonitoringCriterion; 0: all */
    GArray
        *filters; /* (element-type OcppVariableName) owned; @variable "": all of the component; empty: all */
} OcppGetMonitoringReportRequest;

typedef struct {
    gint32 request_id;
    gint64 generated_at_ms;
    gboolean tbc;
    gint32 seq_no;
    GArray *monitors; /* (element-type OcppMonitor) owned; neighbours of one variable share one entry */
} OcppNotifyMonitoringReportRequest;
/* The response is {}. */

void ocpp_get_monitoring_report_request_init(OcppGetMonitoringReportRequest *request);
void ocpp_get_monitoring_report_request_clear(OcppGetMonitoringReportRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppGetMonitoringReportRequest, ocpp_get_monitoring_report_request_clear)
void ocpp_notify_monitoring_report_request_init(OcppNotifyMonitoringReportRequest *request);
void ocpp_notify_monitoring_report_request_clear(OcppNotifyMonitoringReportRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppNotifyMonitoringReportRequest,
                                 ocpp_notify_monitoring_report_request_clear)

/* The member "componentVariable" of GetReport and GetMonitoringReport.
 * @filters: (element-type OcppVariableName): appended to */
gboolean ocpp_read_report_filters(JsonObject *json, GArray *filters, GError **error);
void ocpp_write_report_filters(JsonObject *json, const GArray *filters);

JsonObject *ocpp_get_monitoring_report_request_to_json(const OcppGetMonitoringReportRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_get_monitoring_report_request_from_json(JsonObject *json,
                                                      OcppGetMonitoringReportRequest *request,
                                                      GError **error);
JsonObject *ocpp_notify_monitoring_report_request_to_json(const OcppNotifyMonitoringReportRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_notify_monitoring_report_request_from_json(JsonObject *json,
                                                         OcppNotifyMonitoringReportRequest *request,
                                                         GError **error);
