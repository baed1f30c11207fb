/* Station: what the CSMS shows to the driver: messages on the screen and the cost so far (OCPP 2.0.1 part 2,
 * blocks O and I).
 */
#include "pile-sim/model/station_internal.h"
#include "protocol/json_write.h"

#include <string.h>

#define MESSAGES_PER_NOTIFY 8
#define MAX_WAIT_MS (60 * 1000) /* the CSMS may set the clock in the meantime */

static gboolean is_running_anywhere(const gchar *transaction_id, gconstpointer data)
{
    const Station *self = data;

    for (guint i = 0; i < self->n_evses; i++)
        if (transaction_is_running(&self->evses[i].transaction) &&
            g_str_equal(self->evses[i].transaction.id, transaction_id))
            return TRUE;
    return FALSE;
}

static OcppDisplayStatus judge(Station *self, const OcppDisplayMessage *message, StationTime now,
                               const gchar **reason)
{
    *reason = "";
    if (message->message.format == OCPP_MESSAGE_HTML) /* O01: a stranger's markup is never shown */
        return OCPP_DISPLAY_NOT_SUPPORTED_FORMAT;
    if (message->transaction_id[0] != '\0' && !is_running_anywhere(message->transaction_id, self))
        return OCPP_DISPLAY_UNKNOWN_TRANSACTION; /* O02 */
    if (!variables_get_boolean(&self->variables, VARIABLE_DISPLAY_ENABLED))
        *reason = "NotEnabled";
    else if (message->end_ms != 0 && (message->end_ms <= now.unix_ms || message->end_ms <= message->start_ms))
        *reason = "Expired";
    else if (message->message.format == OCPP_MESSAGE_ASCII && !g_str_is_ascii(message->message.content))
        *reason = "NotAscii";
    else if (message->display.evse.present && message->display.evse.id != 0 &&
             station_evse(self, message->display.evse.id) == NULL)
        *reason = "UnknownEvse";
    return **reason == '\0' ? OCPP_DISPLAY_ACCEPTED : OCPP_DISPLAY_REJECTED;
}

void station_set_display_message(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppDisplayMessage message;
    OcppDisplayStatus status = OCPP_DISPLAY_REJECTED;
    OcppStatusInfo info = {0};
    const gchar *reason = "";

    if (!ocpp_set_display_message_request_from_json(payload, &message, &error)) {
        station_refuse(effects, error);
        return;
    }
    status = judge(self, &message, now, &reason);
    if (status == OCPP_DISPLAY_ACCEPTED && !displays_put(&self->displays, &message)) {
        status = OCPP_DISPLAY_REJECTED;
        reason = "NoMemory";
    }
    self->displays_changed |= status == OCPP_DISPLAY_ACCEPTED;
    g_strlcpy(info.reason_code, reason, sizeof info.reason_code);
    effects_answer(effects, ocpp_status_to_json(ocpp_display_status_names, status, &info));
}

static gboolean is_asked_for(const OcppGetDisplayMessagesRequest *request, const OcppDisplayMessage *message)
{
    gboolean listed = request->n_ids == 0;

    for (guint i = 0; i < request->n_ids; i++)
        listed |= request->ids[i] == message->id;
    return listed && (!request->has_priority || request->priority == message->priority) &&
           (request->state == OCPP_SHOW_ALWAYS || request->state == message->state);
}

void station_get_display_messages(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    OcppGetDisplayMessagesRequest request;

    if (!ocpp_get_display_messages_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    for (guint i = 0; i < self->displays.list->len; i++) {
        OcppDisplayMessage *message = &g_array_index(self->displays.list, OcppDisplayMessage, i);

        if (is_asked_for(&request, message))
            g_ptr_array_add(chosen, message);
    }
    effects_answer(effects,
                   ocpp_status_to_json(ocpp_known_status_names,
                                       chosen->len > 0 ? OCPP_KNOWN_ACCEPTED : OCPP_KNOWN_UNKNOWN, NULL));
    for (guint from = 0; from < chosen->len; from += MESSAGES_PER_NOTIFY) {
        g_auto(OcppNotifyDisplayMessagesRequest) part = {0};

        ocpp_notify_display_messages_request_init(&part);
        part.request_id = request.request_id;
        part.tbc = from + MESSAGES_PER_NOTIFY < chosen->len;
        for (guint i = from; i < MIN(from + MESSAGES_PER_NOTIFY, chosen->len); i++)
            g_array_append_vals(part.messages, g_ptr_array_index(chosen, i), 1);
        station_push(self, OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES,
                     ocpp_notify_display_messages_request_to_json(&part));
    }
}

void station_clear_display_message(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppClearDisplayMessageRequest request;
    gboolean found = FALSE;

    if (!ocpp_clear_display_message_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    found = displays_remove(&self->displays, request.id);
    self->displays_changed |= found;
    effects_answer(effects, ocpp_status_to_json(ocpp_known_status_names,
                                                found ? OCPP_KNOWN_ACCEPTED : OCPP_KNOWN_UNKNOWN, NULL));
}

/* I02: the answer is empty whatever the transaction. */
void station_cost_updated(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppCostUpdatedRequest request;
    EvseTurn turn = station_turn(self, now);

    if (!ocpp_cost_updated_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    effects_answer(effects, ocpp_empty_to_json());
    for (guint i = 0; variables_get_boolean(&self->variables, VARIABLE_COST_ENABLED) && i < self->n_evses;
         i++)
        evse_hear_cost(&self->evses[i], request.transaction_id, request.total_cost_minor, &turn);
}

gint64 station_follow_displays(Station *self, StationTime now)
{
    gint64 next_ms;

    self->displays_changed |= displays_expire(&self->displays, now.unix_ms);
    self->displays_changed |= displays_forget_ended(&self->displays, is_running_anywhere, self);
    self->shown_at_ms = now.unix_ms;
    next_ms = displays_next_ms(&self->displays, now.unix_ms);
    return next_ms == G_MAXINT64 ? STATION_TIME_NEVER : now.mono_ms + MIN(next_ms - now.unix_ms, MAX_WAIT_MS);
}

static OcppMessageState state_of(const Evse *evse)
{
    if (evse->faulted)
        return OCPP_SHOW_FAULTED;
    if (!evse->operative)
        return OCPP_SHOW_UNAVAILABLE;
    return transaction_is_running(&evse->transaction) ? OCPP_SHOW_CHARGING : OCPP_SHOW_IDLE;
}

/* @content: as told; @id: (nullable) */
static JsonObject *snapshot_message(const OcppMessageContent *content, const gint32 *id)
{
    JsonObject *json = json_object_new();

    if (id != NULL)
        json_object_set_int_member(json, "id", *id);
    json_object_set_string_member(json, "format", ocpp_message_format_names[content->format]);
    json_write_text(json, "language", content->language);
    json_object_set_string_member(json, "text", content->content);
    return json;
}

JsonArray *station_snapshot_display(const Station *self, const Evse *evse)
{
    JsonArray *json = json_array_new();
    g_autoptr(GPtrArray) shown =
        displays_shown(&self->displays, evse->id, state_of(evse), evse->transaction.id, self->shown_at_ms);

    if (transaction_is_running(&evse->transaction) && evse->personal_message.present &&
        evse->personal_message.format != OCPP_MESSAGE_HTML) /* I01 */
        json_array_add_object_element(json, snapshot_message(&evse->personal_message, NULL));
    for (guint i = 0; i < shown->len; i++) {
        const OcppDisplayMessage *message = g_ptr_array_index(shown, i);

        json_array_add_object_element(json, snapshot_message(&message->message, &message->id));
    }
    return json;
}
