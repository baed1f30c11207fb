/* OCPP local list: SendLocalList, GetLocalListVersion, ClearCache (OCPP 2.0.1 part 2, block D and C11). */
#pragma once

#include "protocol/ocpp_common.h"

/* Of one message; ItemsPerMessage of LocalAuthListCtrlr is smaller. */
#define OCPP_MAX_LOCAL_LIST_ENTRIES 1024

/* AuthorizationData */
typedef struct {
    OcppIdToken id_token;
    OcppIdTokenInfo info; /* not present: in a differential update the token is to be removed (D01.FR.17) */
} OcppLocalListEntry;

typedef enum { OCPP_LOCAL_LIST_DIFFERENTIAL, OCPP_LOCAL_LIST_FULL } OcppLocalListUpdate;
extern const gchar *const ocpp_local_list_update_names[];

typedef struct {
    gint32 version_number;
    OcppLocalListUpdate update;
    GArray *entries; /* (element-type OcppLocalListEntry) owned; empty with Full: the list is to be emptied */
} OcppSendLocalListRequest;

/* The answer is a status of ocpp_send_local_list_status_names. */
typedef enum {
    OCPP_SEND_LOCAL_LIST_ACCEPTED,
    OCPP_SEND_LOCAL_LIST_FAILED,
    OCPP_SEND_LOCAL_LIST_VERSION_MISMATCH,
} OcppSendLocalListStatus;
extern const gchar *const ocpp_send_local_list_status_names[];

void ocpp_send_local_list_request_init(OcppSendLocalListRequest *request);
void ocpp_send_local_list_request_clear(OcppSendLocalListRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppSendLocalListRequest, ocpp_send_local_list_request_clear)

JsonObject *ocpp_send_local_list_request_to_json(const OcppSendLocalListRequest *request);
/* @request: clear it in either case. */
gboolean ocpp_send_local_list_request_from_json(JsonObject *json, OcppSendLocalListRequest *request,
                                                GError **error);

/* GetLocalListVersion: the request is {}. */
typedef struct {
    gint32 version_number; /* 0: there is no list */
} OcppGetLocalListVersionResponse;

JsonObject *ocpp_get_local_list_version_response_to_json(const OcppGetLocalListVersionResponse *response);
gboolean ocpp_get_local_list_version_response_from_json(JsonObject *json,
                                                        OcppGetLocalListVersionResponse *response,
                                                        GError **error);

/* ClearCache: the request is {}, the answer is a status of ocpp_generic_status_names. */
