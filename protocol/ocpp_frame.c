#include "protocol/ocpp_frame.h"

#include <string.h>

#include "protocol/json_gate.h"

#define ID_UNREADABLE "-1" /* part 4, 4.2.3 */

static gboolean fail(GError **error, OcppErrorCode code, const gchar *message)
{
    g_set_error_literal(error, OCPP_ERROR, (gint)code, message);
    return FALSE;
}

static gboolean read_id(const gchar *text, gchar id[OCPP_MESSAGE_ID_BYTES])
{
    if (text == NULL || text[0] == '\0' || strlen(text) >= OCPP_MESSAGE_ID_BYTES ||
        g_utf8_strlen(text, -1) > OCPP_MESSAGE_ID_CHARS)
        return FALSE;
    memcpy(id, text, strlen(text) + 1);
    return TRUE;
}

static gsize skip_space(const gchar *text, gsize len, gsize at)
{
    while (at < len && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0')
        at++;
    return at;
}

/* The gate refuses some texts that are JSON all the same (a key named twice, nested too deep, a huge number).
 * Their sender waits for an answer, so look whether the text begins with  [ type , "id" ,  and no escapes. */
static void scan_head(const gchar *text, gsize len, OcppFrame *frame)
{
    gsize at = skip_space(text, len, 0);
    gsize start;
    gchar type;

    if (at >= len || text[at] != '[')
        return;
    at = skip_space(text, len, at + 1);
    if (at >= len || strchr("234", text[at]) == NULL || text[at] == '\0')
        return;
    type = text[at];
    at = skip_space(text, len, at + 1);
    if (at >= len || text[at] != ',')
        return;
    frame->type = (OcppMessageType)(type - '0');
    if (frame->type != OCPP_CALL) {
        frame->id[0] = '\0';
        return;
    }
    at = skip_space(text, len, at + 1);
    if (at >= len || text[at] != '"')
        return;
    for (start = ++at; at < len && g_ascii_isprint(text[at]) && text[at] != '"' && text[at] != '\\';)
        at++;
    if (at < len && text[at] == '"' && at > start && at - start <= OCPP_MESSAGE_ID_CHARS) {
        memcpy(frame->id, text + start, at - start);
        frame->id[at - start] = '\0';
    }
}

static const gchar *string_at(JsonArray *array, guint i)
{
    JsonNode *node = i < json_array_get_length(array) ? json_array_get_element(array, i) : NULL;

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static JsonObject *object_at(JsonArray *array, guint i)
{
    JsonNode *node = i < json_array_get_length(array) ? json_array_get_element(array, i) : NULL;

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static gboolean read_call(JsonArray *array, OcppFrame *frame, GError **error)
{
    const gchar *action = string_at(array, 2);
    JsonObject *payload = object_at(array, 3);

    if (!read_id(string_at(array, 1), frame->id))
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "message id: a text of 1 to 36 characters is expected");
    if (json_array_get_length(array) != 4 || action == NULL)
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "a call has 4 elements: 2, id, action, payload");
    if (payload == NULL)
        return fail(error, OCPP_ERROR_FORMAT_VIOLATION, "payload: an object is expected");
    g_strlcpy(frame->action, action, sizeof frame->action); /* cut: no known action is that long */
    frame->payload = json_object_ref(payload);
    return TRUE;
}

static gboolean read_result(JsonArray *array, OcppFrame *frame, GError **error)
{
    JsonObject *payload = object_at(array, 2);

    if (json_array_get_length(array) != 3 || payload == NULL || !read_id(string_at(array, 1), frame->id)) {
        frame->id[0] = '\0';
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "a result has 3 elements: 3, id, payload");
    }
    frame->payload = json_object_ref(payload);
    return TRUE;
}

/* Description and details are for people: their lack is no reason to leave our call waiting. */
static gboolean read_error(JsonArray *array, OcppFrame *frame, GError **error)
{
    JsonObject *details = object_at(array, 4);

    if (string_at(array, 2) == NULL || !read_id(string_at(array, 1), frame->id)) {
        frame->id[0] = '\0';
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "an error has 5 elements: 4, id, code, text, details");
    }
    frame->code = ocpp_error_code_from_name(string_at(array, 2));
    frame->description = g_strdup(string_at(array, 3) != NULL ? string_at(array, 3) : "");
    frame->payload = details != NULL ? json_object_ref(details) : json_object_new();
    return TRUE;
}

gboolean ocpp_frame_parse(const gchar *text, gsize len, OcppFrame *frame, GError **error)
{
    g_autoptr(GError) gate_error = NULL;
    g_autoptr(JsonNode) root = NULL;
    JsonArray *array;
    JsonNode *type;

    *frame = (OcppFrame){.type = OCPP_CALL, .id = ID_UNREADABLE};
    root = json_gate_parse(text, len, &gate_error);
    if (root == NULL && !g_error_matches(gate_error, JSON_GATE_ERROR, JSON_GATE_ERROR_SYNTAX)) {
        scan_head(text, len, frame);
        return fail(error, OCPP_ERROR_FORMAT_VIOLATION, gate_error->message);
    }
    if (root == NULL)
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, gate_error->message);
    if (!JSON_NODE_HOLDS_ARRAY(root))
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "a message is an array");
    array = json_node_get_array(root);
    type = json_array_get_length(array) > 0 ? json_array_get_element(array, 0) : NULL;
    if (type == NULL || !JSON_NODE_HOLDS_VALUE(type) || json_node_get_value_type(type) != G_TYPE_INT64)
        return fail(error, OCPP_ERROR_RPC_FRAMEWORK, "message type: a number is expected");
    switch (json_node_get_int(type)) {
    case OCPP_CALL:
        return read_call(array, frame, error);
    case OCPP_CALLRESULT:
        frame->type = OCPP_CALLRESULT;
        return read_result(array, frame, error);
    case OCPP_CALLERROR:
        frame->type = OCPP_CALLERROR;
        return read_error(array, frame, error);
    default:
        (void)read_id(string_at(array, 1), frame->id);
        return fail(error, OCPP_ERROR_MESSAGE_TYPE_NOT_SUPPORTED, "message types are 2, 3 and 4");
    }
}

void ocpp_frame_clear(OcppFrame *frame)
{
    g_clear_pointer(&frame->payload, json_object_unref);
    g_clear_pointer(&frame->description, g_free);
}

static gchar *print(JsonArray *array)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_ARRAY);

    json_node_take_array(root, array);
    return json_gate_print(root, NULL);
}

static JsonArray *begin(OcppMessageType type, const gchar *id)
{
    JsonArray *array = json_array_new();

    json_array_add_int_element(array, type);
    json_array_add_string_element(array, id);
    return array;
}

gchar *ocpp_frame_print_call(const gchar *id, const gchar *action, JsonObject *payload)
{
    JsonArray *array = begin(OCPP_CALL, id);

    json_array_add_string_element(array, action);
    json_array_add_object_element(array, json_object_ref(payload));
    return print(array);
}

gchar *ocpp_frame_print_result(const gchar *id, JsonObject *payload)
{
    JsonArray *array = begin(OCPP_CALLRESULT, id);

    json_array_add_object_element(array, json_object_ref(payload));
    return print(array);
}

gchar *ocpp_frame_print_error(const gchar *id, OcppErrorCode code, const gchar *description)
{
    /* The text may repeat what the peer sent: keep it valid UTF-8 and inside string[255]. */
    g_autofree gchar *valid = g_utf8_make_valid(description, -1);
    g_autofree gchar *cut =
        g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), OCPP_ERROR_DESCRIPTION_CHARS));
    JsonArray *array = begin(OCPP_CALLERROR, id);

    json_array_add_string_element(array, ocpp_error_code_name(code));
    json_array_add_string_element(array, cut);
    json_array_add_object_element(array, json_object_new());
    return print(array);
}
