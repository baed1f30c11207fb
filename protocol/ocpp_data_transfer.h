/* OCPP data transfer: a vendor's own messages, in either direction (OCPP 2.0.1 part 2, block P). */
#pragma once

#include "protocol/ocpp_common.h"

typedef struct {
    gchar vendor_id[OCPP_TEXT_BYTES(255)];
    gchar message_id[OCPP_TEXT_BYTES(50)]; /* "": not given */
    JsonNode *data;                        /* owned (nullable): any JSON */
} OcppDataTransferRequest;

typedef enum {
    OCPP_DATA_TRANSFER_ACCEPTED,
    OCPP_DATA_TRANSFER_REJECTED,
    OCPP_DATA_TRANSFER_UNKNOWN_MESSAGE_ID,
    OCPP_DATA_TRANSFER_UNKNOWN_VENDOR_ID,
} OcppDataTransferStatus;
extern const gchar *const ocpp_data_transfer_status_names[];

typedef struct {
    OcppDataTransferStatus status;
    OcppStatusInfo status_info; /* optional */
    JsonNode *data;             /* owned (nullable) */
} OcppDataTransferResponse;

void ocpp_data_transfer_request_clear(OcppDataTransferRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppDataTransferRequest, ocpp_data_transfer_request_clear)
void ocpp_data_transfer_response_clear(OcppDataTransferResponse *response);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppDataTransferResponse, ocpp_data_transfer_response_clear)

JsonObject *ocpp_data_transfer_request_to_json(const OcppDataTransferRequest *request);
/* Clear @request and @response in either case. */
gboolean ocpp_data_transfer_request_from_json(JsonObject *json, OcppDataTransferRequest *request,
                                              GError **error);
JsonObject *ocpp_data_transfer_response_to_json(const OcppDataTransferResponse *response);
gboolean ocpp_data_transfer_response_from_json(JsonObject *json, OcppDataTransferResponse *response,
                                               GError **error);
