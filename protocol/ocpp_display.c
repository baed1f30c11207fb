#include "protocol/ocpp_display.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_message_priority_names[] = {"AlwaysFront", "InFront", "NormalCycle", NULL};
const gchar *const ocpp_message_state_names[] = {"", "Charging", "Faulted", "Idle", "Unavailable", NULL};
const gchar *const ocpp_display_status_names[] = {
    "Accepted",          "NotSupportedMessageFormat", "Rejected", "NotSupportedPriority",
    "NotSupportedState", "UnknownTransaction",        NULL};
const gchar *const ocpp_known_status_names[] = {"Accepted", "Unknown", NULL};

JsonObject *ocpp_display_message_to_json(const OcppDisplayMessage *message)
{
    JsonObject *json = json_object_new();

    if (message->display.component[0] != '\0')
        ocpp_write_component(json, "display", &message->display);
    json_object_set_int_member(json, "id", message->id);
    json_object_set_string_member(json, "priority", ocpp_message_priority_names[message->priority]);
    json_write_text(json, "state", ocpp_message_state_names[message->state]);
    if (message->start_ms != 0)
        json_write_time(json, "startDateTime", message->start_ms);
    if (message->end_ms != 0)
        json_write_time(json, "endDateTime", message->end_ms);
    json_write_text(json, "transactionId", message->transaction_id);
    ocpp_write_message_content(json, "message", &message->message);
    return json;
}

gboolean ocpp_display_message_from_json(JsonObject *json, OcppDisplayMessage *message, GError **error)
{
    JsonObject *content = NULL;

    memset(message, 0, sizeof *message);
    return ocpp_read_component(json, "display", JSON_OPTIONAL, &message->display, error) &&
           ocpp_read_int32(json, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &message->id, error) &&
           ocpp_read_enum(json, "priority", JSON_REQUIRED, ocpp_message_priority_names, &message->priority,
                          error) &&
           ocpp_read_enum(json, "state", JSON_OPTIONAL, ocpp_message_state_names, &message->state, error) &&
           ocpp_read_time(json, "startDateTime", JSON_OPTIONAL, &message->start_ms, error) &&
           ocpp_read_time(json, "endDateTime", JSON_OPTIONAL, &message->end_ms, error) &&
           ocpp_read_identifier(json, "transactionId", JSON_OPTIONAL, 36, message->transaction_id, error) &&
           ocpp_read_object(json, "message", JSON_REQUIRED, &content, error) &&
           ocpp_read_message_content(json, "message", &message->message, error);
}

JsonObject *ocpp_set_display_message_request_to_json(const OcppDisplayMessage *message)
{
    JsonObject *json = json_object_new();

    json_object_set_object_member(json, "message", ocpp_display_message_to_json(message));
    return json;
}

gboolean ocpp_set_display_message_request_from_json(JsonObject *json, OcppDisplayMessage *message,
                                                    GError **error)
{
    JsonObject *child = NULL;

    memset(message, 0, sizeof *message);
    if (!ocpp_read_object(json, "message", JSON_REQUIRED, &child, error))
        return FALSE;
    return ocpp_display_message_from_json(child, message, error) || ocpp_json_within("message", error);
}

JsonObject *ocpp_get_display_messages_request_to_json(const OcppGetDisplayMessagesRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "requestId", request->request_id);
    ocpp_write_int32s(json, "id", request->ids, request->n_ids);
    if (request->has_priority)
        json_object_set_string_member(json, "priority", ocpp_message_priority_names[request->priority]);
    json_write_text(json, "state", ocpp_message_state_names[request->state]);
    return json;
}

gboolean ocpp_get_display_messages_request_from_json(JsonObject *json, OcppGetDisplayMessagesRequest *request,
                                                     GError **error)
{
    guint priority = G_MAXUINT; /* no word: still there when the field is absent */

    memset(request, 0, sizeof *request);
    if (!ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_int32s(json, "id", JSON_OPTIONAL, OCPP_MAX_DISPLAY_IDS, request->ids, &request->n_ids,
                          error) ||
        !ocpp_read_enum(json, "priority", JSON_OPTIONAL, ocpp_message_priority_names, &priority, error) ||
        !ocpp_read_enum(json, "state", JSON_OPTIONAL, ocpp_message_state_names, &request->state, error))
        return FALSE;
    request->has_priority = priority != G_MAXUINT;
    request->priority = request->has_priority ? (OcppMessagePriority)priority : OCPP_PRIORITY_ALWAYS_FRONT;
    return TRUE;
}

JsonObject *ocpp_clear_display_message_request_to_json(const OcppClearDisplayMessageRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "id", request->id);
    return json;
}

gboolean ocpp_clear_display_message_request_from_json(JsonObject *json,
                                                      OcppClearDisplayMessageRequest *request, GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->id, error);
}

void ocpp_notify_display_messages_request_init(OcppNotifyDisplayMessagesRequest *request)
{
    memset(request, 0, sizeof *request);
    request->messages = g_array_new(FALSE, TRUE, sizeof(OcppDisplayMessage));
}

void ocpp_notify_display_messages_request_clear(OcppNotifyDisplayMessagesRequest *request)
{
    g_clear_pointer(&request->messages, g_array_unref);
}

JsonObject *ocpp_notify_display_messages_request_to_json(const OcppNotifyDisplayMessagesRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < request->messages->len; i++)
        json_array_add_object_element(
            list, ocpp_display_message_to_json(&g_array_index(request->messages, OcppDisplayMessage, i)));
    if (request->messages->len > 0)
        json_object_set_array_member(json, "messageInfo", list);
    else
        json_array_unref(list);
    json_object_set_int_member(json, "requestId", request->request_id);
    if (request->tbc) /* false is the default */
        json_object_set_boolean_member(json, "tbc", TRUE);
    return json;
}

gboolean ocpp_notify_display_messages_request_from_json(JsonObject *json,
                                                        OcppNotifyDisplayMessagesRequest *request,
                                                        GError **error)
{
    JsonArray *list = NULL;

    ocpp_notify_display_messages_request_init(request);
    if (!ocpp_read_objects(json, "messageInfo", JSON_OPTIONAL, G_MAXUINT, &list, error) ||
        !ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_boolean(json, "tbc", JSON_OPTIONAL, &request->tbc, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        OcppDisplayMessage message;

        if (!ocpp_display_message_from_json(json_array_get_object_element(list, i), &message, error))
            return ocpp_json_within("messageInfo", error);
        g_array_append_val(request->messages, message);
    }
    return TRUE;
}

JsonObject *ocpp_cost_updated_request_to_json(const OcppCostUpdatedRequest *request)
{
    JsonObject *json = json_object_new();

    ocpp_write_cost(json, "totalCost", request->total_cost_minor);
    json_object_set_string_member(json, "transactionId", request->transaction_id);
    return json;
}

gboolean ocpp_cost_updated_request_from_json(JsonObject *json, OcppCostUpdatedRequest *request,
                                             GError **error)
{
    gboolean has;

    memset(request, 0, sizeof *request);
    return ocpp_read_cost(json, "totalCost", JSON_REQUIRED, &has, &request->total_cost_minor, error) &&
           ocpp_read_identifier(json, "transactionId", JSON_REQUIRED, 36, request->transaction_id, error);
}
