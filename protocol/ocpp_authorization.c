#include "protocol/ocpp_authorization.h"

#include "protocol/ocpp_json.h"

JsonObject *ocpp_authorize_request_to_json(const OcppAuthorizeRequest *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_id_token(json, "idToken", &request->id_token);
    return json;
}

gboolean ocpp_authorize_request_from_json(JsonObject *json, OcppAuthorizeRequest *request, GError **error)
{
    return ocpp_read_id_token(json, "idToken", JSON_REQUIRED, &request->id_token, error);
}

JsonObject *ocpp_authorize_response_to_json(const OcppAuthorizeResponse *response)
{
    JsonObject *json = json_object_new();

    ocpp_write_id_token_info(json, "idTokenInfo", &response->id_token_info);
    return json;
}

gboolean ocpp_authorize_response_from_json(JsonObject *json, OcppAuthorizeResponse *response, GError **error)
{
    return ocpp_read_id_token_info(json, "idTokenInfo", JSON_REQUIRED, &response->id_token_info, error);
}
