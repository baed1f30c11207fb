/* OCPP report: GetReport and NotifyReport, how a station tells its device model (OCPP 2.0.1 part 2, B07/B08).
 * One report is one or more messages: seqNo 0, 1 ... and tbc true on all but the last.
 */
#pragma once

#include "protocol/ocpp_common.h"

typedef enum {
    OCPP_MUTABILITY_READ_ONLY,
    OCPP_MUTABILITY_WRITE_ONLY,
    OCPP_MUTABILITY_READ_WRITE
} OcppMutability;
extern const gchar *const ocpp_mutability_names[];

typedef enum {
    OCPP_DATA_STRING,
    OCPP_DATA_DECIMAL,
    OCPP_DATA_INTEGER,
    OCPP_DATA_DATE_TIME,
    OCPP_DATA_BOOLEAN,
    OCPP_DATA_OPTION_LIST,
    OCPP_DATA_SEQUENCE_LIST,
    OCPP_DATA_MEMBER_LIST,
} OcppDataType;
extern const gchar *const ocpp_data_type_names[];

/* ReportDataType with its one Actual attribute. A write-only value is never reported (B07): @value NULL. */
typedef struct {
    OcppVariableName name;
    OcppMutability mutability;
    gboolean persistent, constant;
    OcppDataType data_type;
    gchar unit[OCPP_TEXT_BYTES(16)]; /* "": none */
    gboolean has_min_limit, has_max_limit;
    gdouble min_limit, max_limit;
    gboolean supports_monitoring;
    gchar *values_list; /* owned (nullable): members of a list, separated by commas */
    gchar *value;       /* owned (nullable) */
} OcppReportItem;

/* ComponentCriterionEnumType */
typedef enum {
    OCPP_CRITERION_ACTIVE,
    OCPP_CRITERION_AVAILABLE,
    OCPP_CRITERION_ENABLED,
    OCPP_CRITERION_PROBLEM,
} OcppComponentCriterion;
extern const gchar *const ocpp_component_criterion_names[];

/* GetReport. The answer is a status of ocpp_report_status_names. */
typedef struct {
    gint32 request_id;
    guint criteria; /* bits 1 << OcppComponentCriterion; 0: all components */
    GArray
        *filters; /* (element-type OcppVariableName) owned; @variable "": all of the component; empty: all */
} OcppGetReportRequest;

void ocpp_get_report_request_init(OcppGetReportRequest *request);
void ocpp_get_report_request_clear(OcppGetReportRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppGetReportRequest, ocpp_get_report_request_clear)

JsonObject *ocpp_get_report_request_to_json(const OcppGetReportRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_get_report_request_from_json(JsonObject *json, OcppGetReportRequest *request, GError **error);

#define OCPP_MAX_REPORT_ITEMS 1024 /* of one message */

typedef struct {
    gint32 request_id;
    gint64 generated_at_ms;
    gboolean tbc;
    gint32 seq_no;
    GArray *items; /* (element-type OcppReportItem) owned; empty: no reportData */
} OcppNotifyReportRequest;
/* The response is {}. */

/* All zero, with an empty list of items, which frees their values. */
void ocpp_notify_report_request_init(OcppNotifyReportRequest *request);
void ocpp_notify_report_request_clear(OcppNotifyReportRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppNotifyReportRequest, ocpp_notify_report_request_clear)

JsonObject *ocpp_notify_report_request_to_json(const OcppNotifyReportRequest *request);
/* @request: clear it in either case. Attributes other than Actual are checked and dropped. */
gboolean ocpp_notify_report_request_from_json(JsonObject *json, OcppNotifyReportRequest *request,
                                              GError **error);
