#include "protocol/ocpp_local_list.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_local_list_update_names[] = {"Differential", "Full", NULL};
const gchar *const ocpp_send_local_list_status_names[] = {"Accepted", "Failed", "VersionMismatch", NULL};

void ocpp_send_local_list_request_init(OcppSendLocalListRequest *request)
{
    memset(request, 0, sizeof *request);
    request->entries = g_array_new(FALSE, TRUE, sizeof(OcppLocalListEntry));
}

void ocpp_send_local_list_request_clear(OcppSendLocalListRequest *request)
{
    g_clear_pointer(&request->entries, g_array_unref);
}

JsonObject *ocpp_send_local_list_request_to_json(const OcppSendLocalListRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < request->entries->len; i++) {
        const OcppLocalListEntry *entry = &g_array_index(request->entries, OcppLocalListEntry, i);
        JsonObject *child = json_object_new();

        ocpp_write_id_token(child, "idToken", &entry->id_token);
        ocpp_write_id_token_info(child, "idTokenInfo", &entry->info);
        json_array_add_object_element(list, child);
    }
    if (request->entries->len > 0)
        json_object_set_array_member(json, "localAuthorizationList", list);
    else
        json_array_unref(list);
    json_object_set_int_member(json, "versionNumber", request->version_number);
    json_object_set_string_member(json, "updateType", ocpp_local_list_update_names[request->update]);
    return json;
}

gboolean ocpp_send_local_list_request_from_json(JsonObject *json, OcppSendLocalListRequest *request,
                                                GError **error)
{
    JsonArray *list = NULL;

    ocpp_send_local_list_request_init(request);
    if (!ocpp_read_objects(json, "localAuthorizationList", JSON_OPTIONAL, OCPP_MAX_LOCAL_LIST_ENTRIES, &list,
                           error) ||
        !ocpp_read_int32(json, "versionNumber", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                         &request->version_number, error) ||
        !ocpp_read_enum(json, "updateType", JSON_REQUIRED, ocpp_local_list_update_names, &request->update,
                        error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonObject *child = json_array_get_object_element(list, i);
        OcppLocalListEntry entry;

        if (!ocpp_read_id_token(child, "idToken", JSON_REQUIRED, &entry.id_token, error) ||
            !ocpp_read_id_token_info(child, "idTokenInfo", JSON_OPTIONAL, &entry.info, error))
            return ocpp_json_within("localAuthorizationList", error);
        g_array_append_val(request->entries, entry);
    }
    return TRUE;
}

JsonObject *ocpp_get_local_list_version_response_to_json(const OcppGetLocalListVersionResponse *response)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "versionNumber", response->version_number);
    return json;
}

gboolean ocpp_get_local_list_version_response_from_json(JsonObject *json,
                                                        OcppGetLocalListVersionResponse *response,
                                                        GError **error)
{
    memset(response, 0, sizeof *response);
    return ocpp_read_int32(json, "versionNumber", JSON_REQUIRED, G_MININT32, G_MAXINT32,
                           &response->version_number, error);
}
