/* OCPP authorization: Authorize (OCPP 2.0.1 part 2, block C). The tokens are in ocpp_common.h. */
#pragma once

#include "protocol/ocpp_common.h"

typedef struct {
    OcppIdToken id_token;
    /* certificate and iso15118CertificateHashData (Plug & Charge) are not read: a later job */
} OcppAuthorizeRequest;

typedef struct {
    OcppIdTokenInfo id_token_info;
} OcppAuthorizeResponse;

JsonObject *ocpp_authorize_request_to_json(const OcppAuthorizeRequest *request);
gboolean ocpp_authorize_request_from_json(JsonObject *json, OcppAuthorizeRequest *request, GError **error);
JsonObject *ocpp_authorize_response_to_json(const OcppAuthorizeResponse *response);
gboolean ocpp_authorize_response_from_json(JsonObject *json, OcppAuthorizeResponse *response, GError **error);
