/* OCPP variables: the device model's messages: Get/SetVariables, GetBaseReport
 * (OCPP 2.0.1 part 2, B05-B08). Every item of a request gets its own answer, in the same order.
 */
#pragma once

#include "protocol/ocpp_common.h"

#define OCPP_VARIABLE_VALUE_CHARS 2500 /* reported; a SetVariables value has at most 1000 */
#define OCPP_SET_VARIABLE_VALUE_CHARS 1000
#define OCPP_MAX_VARIABLES 256 /* items of one message; ItemsPerMessage of the device model is smaller */

typedef enum {
    OCPP_ATTRIBUTE_ACTUAL,
    OCPP_ATTRIBUTE_TARGET,
    OCPP_ATTRIBUTE_MIN_SET,
    OCPP_ATTRIBUTE_MAX_SET
} OcppAttribute;
extern const gchar *const ocpp_attribute_names[];

/* GetVariableStatusEnumType is this without REBOOT_REQUIRED; SetVariableStatusEnumType is all of it. */
typedef enum {
    OCPP_VARIABLE_ACCEPTED,
    OCPP_VARIABLE_REJECTED,
    OCPP_VARIABLE_UNKNOWN_COMPONENT,
    OCPP_VARIABLE_UNKNOWN_VARIABLE,
    OCPP_VARIABLE_NOT_SUPPORTED_ATTRIBUTE_TYPE,
    OCPP_VARIABLE_REBOOT_REQUIRED,
} OcppVariableStatus;
extern const gchar *const ocpp_variable_status_names[];

/* One item of any of the four messages; @value and @status where the message has them. */
typedef struct {
    OcppVariableName name;
    OcppAttribute attribute;
    gchar *value; /* owned (nullable) */
    OcppVariableStatus status;
} OcppVariableItem;

/* Returns: (transfer full) (element-type OcppVariableItem): frees what its items own */
GArray *ocpp_variable_items_new(void);

/* 1 or more items. */
JsonObject *ocpp_get_variables_request_to_json(const GArray *items);
JsonObject *ocpp_get_variables_response_to_json(const GArray *items);
JsonObject *ocpp_set_variables_request_to_json(const GArray *items);
JsonObject *ocpp_set_variables_response_to_json(const GArray *items);
/* Each returns: (transfer full) (nullable): as ocpp_variable_items_new(); NULL with an #OcppErrorCode */
GArray *ocpp_get_variables_request_from_json(JsonObject *json, GError **error);
GArray *ocpp_get_variables_response_from_json(JsonObject *json, GError **error);
GArray *ocpp_set_variables_request_from_json(JsonObject *json, GError **error);
GArray *ocpp_set_variables_response_from_json(JsonObject *json, GError **error);

typedef enum {
    OCPP_REPORT_CONFIGURATION_INVENTORY,
    OCPP_REPORT_FULL_INVENTORY,
    OCPP_REPORT_SUMMARY_INVENTORY,
} OcppReportBase;
extern const gchar *const ocpp_report_base_names[];

typedef struct {
    gint32 request_id;
    OcppReportBase report_base;
} OcppGetBaseReportRequest;

typedef enum {
    OCPP_REPORT_ACCEPTED,
    OCPP_REPORT_REJECTED,
    OCPP_REPORT_NOT_SUPPORTED,
    OCPP_REPORT_EMPTY_RESULT_SET,
} OcppReportStatus;
extern const gchar *const ocpp_report_status_names[];

typedef struct {
    OcppReportStatus status;
    OcppStatusInfo status_info; /* optional */
} OcppGetBaseReportResponse;

JsonObject *ocpp_get_base_report_request_to_json(const OcppGetBaseReportRequest *request);
gboolean ocpp_get_base_report_request_from_json(JsonObject *json, OcppGetBaseReportRequest *request,
                                                GError **error);
JsonObject *ocpp_get_base_report_response_to_json(const OcppGetBaseReportResponse *response);
gboolean ocpp_get_base_report_response_from_json(JsonObject *json, OcppGetBaseReportResponse *response,
                                                 GError **error);
