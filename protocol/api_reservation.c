#include "protocol/api_reservation.h"

#include <string.h>

#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

const gchar *const reservation_state_names[] = {"requested", "held",      "taken",   "used", "moved",
                                                "refused",   "cancelled", "expired", NULL};
const gchar *const reservation_reason_names[] = {"",
                                                 "bay_occupied",
                                                 "by_driver",
                                                 "pile_refused",
                                                 "pile_unreachable",
                                                 "pile_fault",
                                                 "pile_cancelled",
                                                 "no_show",
                                                 NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(reservation_state_names) == RESERVATION_N_STATES + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(reservation_reason_names) == RESERVATION_N_REASONS + 1);

gboolean reservation_state_is_open(ReservationState state)
{
    return state <= RESERVATION_TAKEN;
}

JsonNode *reservation_request_to_json(const ReservationRequest *request)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "client_ref", request->client_ref);
    json_object_set_string_member(object, "evse_key", request->evse_key);
    if (request->until_ms > 0)
        json_write_time(object, "until", request->until_ms);
    return json_write_node(object);
}

gboolean reservation_request_from_json(JsonObject *object, ReservationRequest *request, GError **error)
{
    memset(request, 0, sizeof *request);
    return TEXT(object, "client_ref", JSON_REQUIRED, request->client_ref) &&
           TEXT(object, "evse_key", JSON_REQUIRED, request->evse_key) &&
           json_read_time(object, "until", JSON_OPTIONAL, &request->until_ms, error);
}

static JsonObject *receipt_of(const Reservation *r)
{
    JsonObject *receipt = json_object_new(), *line = json_object_new();
    JsonArray *lines = json_array_new();

    json_object_set_string_member(receipt, "receipt_id", r->receipt_id);
    json_object_set_string_member(receipt, "reservation_id", r->reservation_id);
    json_object_set_string_member(receipt, "evse_id", r->evse_id);
    json_object_set_string_member(receipt, "operator", r->operator_name);
    json_write_time(receipt, "at", r->charged_at_ms);
    json_object_set_string_member(line, "type", "NO_SHOW");
    json_object_set_int_member(line, "cost_minor", r->charged_minor);
    json_array_add_object_element(lines, line);
    json_object_set_array_member(receipt, "lines", lines);
    json_object_set_int_member(receipt, "total_minor", r->charged_minor);
    json_object_set_string_member(receipt, "currency", r->currency);
    return receipt;
}

JsonNode *reservation_to_json(const Reservation *r)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "reservation_id", r->reservation_id);
    json_object_set_string_member(object, "client_ref", r->client_ref);
    json_object_set_int_member(object, "event_seq", r->event_seq);
    json_object_set_string_member(object, "evse_key", r->evse_key);
    json_object_set_string_member(object, "evse_id", r->evse_id);
    json_object_set_object_member(
        object, "location",
        api_location_to_json(r->location_id, r->location_name, r->operator_name, &r->position));
    json_object_set_string_member(object, "state", reservation_state_names[r->state]);
    json_object_set_string_member(object, "reason", reservation_reason_names[r->reason]);
    json_write_time(object, "created_at", r->created_ms);
    json_write_time(object, "until", r->until_ms);
    json_write_time(object, "updated_at", r->updated_ms);
    json_object_set_boolean_member(object, "arrived", r->arrived);
    json_object_set_int_member(object, "no_show_minor", r->no_show_minor);
    json_object_set_string_member(object, "currency", r->currency);
    json_write_text(object, "order_id", r->order_id);
    json_write_text(object, "moved_to", r->moved_to);
    json_write_text(object, "moved_from", r->moved_from);
    if (r->has_alternative)
        json_object_set_object_member(object, "alternative", place_to_json(&r->alternative));
    if (r->receipt_id[0] != '\0')
        json_object_set_object_member(object, "receipt", receipt_of(r));
    return json_write_node(object);
}

static gboolean receipt_from(JsonObject *receipt, Reservation *r, GError **error)
{
    gchar currency[MONEY_CURRENCY_BYTES] = "";

    if (!TEXT(receipt, "receipt_id", JSON_REQUIRED, r->receipt_id) ||
        !json_read_int(receipt, "total_minor", JSON_REQUIRED, 0, MONEY_MAX_MINOR, &r->charged_minor, error) ||
        !json_read_time(receipt, "at", JSON_REQUIRED, &r->charged_at_ms, error) ||
        !TEXT(receipt, "currency", JSON_REQUIRED, currency))
        return FALSE;
    if (g_str_equal(currency, r->currency))
        return TRUE;
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "currency: not the reservation's");
    return FALSE;
}

gboolean reservation_from_json(JsonObject *object, Reservation *r, GError **error)
{
    JsonObject *location = NULL, *alternative = NULL, *receipt = NULL;
    guint state = 0, reason = 0;

    memset(r, 0, sizeof *r);
    if (!TEXT(object, "reservation_id", JSON_REQUIRED, r->reservation_id) ||
        !TEXT(object, "client_ref", JSON_REQUIRED, r->client_ref) ||
        !json_read_int(object, "event_seq", JSON_REQUIRED, 0, G_MAXINT64, &r->event_seq, error) ||
        !TEXT(object, "evse_key", JSON_REQUIRED, r->evse_key) ||
        !TEXT(object, "evse_id", JSON_REQUIRED, r->evse_id) ||
        !json_read_object(object, "location", JSON_REQUIRED, &location, error) ||
        !api_location_from_json(location, r->location_id, r->location_name, r->operator_name, &r->position,
                                error) ||
        !json_read_enum(object, "state", JSON_REQUIRED, reservation_state_names, &state, error) ||
        !json_read_enum(object, "reason", JSON_OPTIONAL, reservation_reason_names, &reason, error) ||
        !json_read_time(object, "created_at", JSON_REQUIRED, &r->created_ms, error) ||
        !json_read_time(object, "until", JSON_REQUIRED, &r->until_ms, error) ||
        !json_read_time(object, "updated_at", JSON_REQUIRED, &r->updated_ms, error) ||
        !json_read_boolean(object, "arrived", JSON_OPTIONAL, &r->arrived, error) ||
        !json_read_int(object, "no_show_minor", JSON_OPTIONAL, 0, MONEY_MAX_MINOR, &r->no_show_minor,
                       error) ||
        !TEXT(object, "currency", JSON_REQUIRED, r->currency) ||
        !TEXT(object, "order_id", JSON_OPTIONAL, r->order_id) ||
        !TEXT(object, "moved_to", JSON_OPTIONAL, r->moved_to) ||
        !TEXT(object, "moved_from", JSON_OPTIONAL, r->moved_from) ||
        !json_read_object(object, "alternative", JSON_OPTIONAL, &alternative, error) ||
        !json_read_object(object, "receipt", JSON_OPTIONAL, &receipt, error))
        return FALSE;
    r->state = (ReservationState)state;
    r->reason = (ReservationReason)reason;
    r->has_alternative = alternative != NULL;
    return (alternative == NULL || place_from_json(alternative, &r->alternative, error)) &&
           (receipt == NULL || receipt_from(receipt, r, error));
}
