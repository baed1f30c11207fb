#include "daemon/journey/trip_record.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

gchar *trip_record_print(const Trip *trip)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autoptr(JsonObject) object = json_object_new();

    json_object_set_int_member(object, "version", TRIP_RECORD_VERSION);
    json_object_set_string_member(object, "state", journey_state_name(trip->state));
    json_object_set_string_member(object, "notice", trip->notice);
    if (trip->has_code) {
        json_object_set_string_member(object, "evse", trip->code.evse.text);
        json_object_set_string_member(object, "host", trip->code.host);
        json_object_set_string_member(object, "token", trip->code.token);
    }
    if (trip->has_offer)
        json_object_set_member(object, "offer", scan_answer_to_json(&trip->offer));
    if (trip->request.client_ref[0] != '\0')
        json_object_set_member(object, "request", order_request_to_json(&trip->request));
    if (trip->has_order)
        json_object_set_member(object, "order", order_to_json(&trip->order));
    if (trip->untold.n > 0)
        json_object_set_array_member(object, "untold", untold_to_json(&trip->untold));
    json_node_set_object(root, object);
    return json_gate_print(root, NULL);
}

static gboolean read_code(JsonObject *object, Trip *trip, GError **error)
{
    gchar evse[EVSE_ID_TEXT_MAX_BYTES + 1] = "";

    if (!json_read_text(object, "evse", JSON_OPTIONAL, evse, sizeof evse, error) ||
        !json_read_text(object, "host", JSON_OPTIONAL, trip->code.host, sizeof trip->code.host, error) ||
        !json_read_text(object, "token", JSON_OPTIONAL, trip->code.token, sizeof trip->code.token, error))
        return FALSE;
    trip->has_code = evse[0] != '\0';
    return !trip->has_code || evse_id_parse(evse, strlen(evse), &trip->code.evse, error);
}

static gboolean read_parts(JsonObject *object, Trip *trip, GError **error)
{
    JsonObject *offer = NULL, *request = NULL, *order = NULL;
    JsonArray *untold = NULL;

    if (!json_read_object(object, "offer", JSON_OPTIONAL, &offer, error) ||
        !json_read_object(object, "request", JSON_OPTIONAL, &request, error) ||
        !json_read_object(object, "order", JSON_OPTIONAL, &order, error) ||
        !json_read_array(object, "untold", JSON_OPTIONAL, UNTOLD_MAX, FALSE, &untold, error))
        return FALSE;
    untold_from_json(&trip->untold, untold);
    trip->has_offer = offer != NULL;
    trip->has_order = order != NULL;
    return (offer == NULL || scan_answer_from_json(offer, &trip->offer, error)) &&
           (request == NULL || order_request_from_json(request, &trip->request, error)) &&
           (order == NULL || order_from_json(order, &trip->order, error));
}

/* A state that needs an order, without one: the record contradicts itself. */
static gboolean check_whole(const Trip *trip, GError **error)
{
    gboolean whole =
        !(journey_has_order(trip->state) && !trip->has_order && trip->request.client_ref[0] == '\0') &&
        !(trip->state == JOURNEY_OFFERED && !(trip->has_offer && trip->has_code)) &&
        !(trip->state == JOURNEY_DONE && !trip->has_order);

    if (!whole)
        g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "state %s without its pile or order",
                    journey_state_name(trip->state));
    return whole;
}

gboolean trip_record_read(Trip *trip, const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, len, error);
    Trip read = *trip;
    const gchar *state = NULL;
    gint64 version = 0;

    if (object == NULL ||
        !json_read_int(object, "version", JSON_REQUIRED, TRIP_RECORD_VERSION, TRIP_RECORD_VERSION, &version,
                       error) ||
        !json_read_string(object, "state", JSON_REQUIRED, 32, &state, error) ||
        !json_read_text(object, "notice", JSON_OPTIONAL, read.notice, sizeof read.notice, error) ||
        !read_code(object, &read, error) || !read_parts(object, &read, error))
        return FALSE;
    if (!journey_state_from_name(state, &read.state)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "state: not a state of this version");
        return FALSE;
    }
    if (!check_whole(&read, error))
        return FALSE;
    if (read.has_order && read.order.has_receipt) {
        read.check = settlement_check(&read.order.receipt, &read.order.limits,
                                      read.has_offer ? &read.offer.tariff : NULL);
        read.has_check = TRUE;
    }
    *trip = read;
    return TRUE;
}
