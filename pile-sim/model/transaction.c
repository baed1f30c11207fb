#include "pile-sim/model/transaction.h"

#include "base/identifier.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"

gboolean transaction_is_running(const Transaction *self)
{
    return self->id[0] != '\0';
}

void transaction_begin(Transaction *self, gint64 now_ms, gint64 meter_wh, gint64 soc_percent)
{
    g_autofree gchar *id = identifier_new_uuid();

    *self = (Transaction){
        .begin_ms = now_ms,
        .last_event_ms = now_ms,
        .meter_start_wh = meter_wh,
        .soc_start_percent = soc_percent,
        .refused_cap_wh = -1,
        .cost_minor = -1,
    };
    g_strlcpy(self->id, id, sizeof self->id);
}

void transaction_grant(Transaction *self, const Grant *grant)
{
    self->grant = *grant;
    self->grant_told = FALSE;
}

void transaction_report(Transaction *self, OcppTransactionEventType type, OcppTriggerReason trigger,
                        OcppChargingState state, gint64 now_ms, OcppTransactionEventRequest *event)
{
    ocpp_transaction_event_request_init(event);
    self->last_event_ms = MAX(self->last_event_ms, now_ms);
    event->event_type = type;
    event->trigger_reason = trigger;
    event->timestamp_ms = self->last_event_ms;
    event->seq_no = self->next_seq_no++;
    event->charging_state = state;
    g_strlcpy(event->transaction_id, self->id, sizeof event->transaction_id);
    if (self->grant.token.present && !self->grant_told) {
        event->id_token = self->grant.token;
        event->has_remote_start_id = self->grant.has_remote_start_id;
        event->remote_start_id = self->grant.remote_start_id;
        event->has_reservation_id = self->grant.has_reservation_id;
        event->reservation_id = self->grant.reservation_id;
        event->proof = self->grant.proof;
        self->grant_told = TRUE;
        /* F02.FR.21: whatever made the transaction start, it is the remote start that is told. */
        if (event->has_remote_start_id)
            event->trigger_reason = OCPP_TRIGGER_REMOTE_START;
    }
    if (type != OCPP_TRANSACTION_ENDED)
        return;
    event->stopped_reason = self->stopped_reason;
    event->has_time_spent_charging = TRUE;
    event->time_spent_charging_s = (gint32)CLAMP(self->charged_ms / 1000, 0, G_MAXINT32);
    g_strlcpy(self->ended_id, self->id, sizeof self->ended_id);
    self->id[0] = '\0';
}

gint64 grant_energy_limit_wh(const Grant *self)
{
    if (self->energy_cap_wh == 0 || self->order.max_energy_wh == 0)
        return MAX(self->energy_cap_wh, self->order.max_energy_wh);
    return MIN(self->energy_cap_wh, self->order.max_energy_wh);
}

const gchar *grant_order_id(const Grant *self)
{
    return self->order.present ? self->order.order_id : self->proof.order_id;
}

static JsonObject *proof_to_json(const OcppOfflineProof *self)
{
    JsonObject *json = json_object_new();

    json_write_text(json, "order_id", self->order_id);
    json_write_text(json, "voucher", self->voucher);
    json_write_text(json, "challenge", self->challenge);
    json_write_text(json, "answer", self->answer);
    return json;
}

static gboolean proof_from_json(JsonObject *json, OcppOfflineProof *self, GError **error)
{
    JsonObject *proof = NULL;

    if (!json_read_object(json, "proof", JSON_OPTIONAL, &proof, error))
        return FALSE;
    self->present = proof != NULL;
    return proof == NULL ||
           (json_read_text(proof, "order_id", JSON_OPTIONAL, self->order_id, sizeof self->order_id, error) &&
            json_read_text(proof, "voucher", JSON_OPTIONAL, self->voucher, sizeof self->voucher, error) &&
            json_read_text(proof, "challenge", JSON_OPTIONAL, self->challenge, sizeof self->challenge,
                           error) &&
            json_read_text(proof, "answer", JSON_OPTIONAL, self->answer, sizeof self->answer, error));
}

JsonObject *grant_to_json(const Grant *self)
{
    JsonObject *json = json_object_new();

    if (self->token.present) {
        json_object_set_string_member(json, "token", self->token.id_token);
        json_object_set_string_member(json, "token_type", ocpp_id_token_type_names[self->token.type]);
    }
    if (self->has_remote_start_id)
        json_object_set_int_member(json, "remote_start_id", self->remote_start_id);
    if (self->has_reservation_id)
        json_object_set_int_member(json, "reservation_id", self->reservation_id);
    if (self->by_id)
        json_object_set_boolean_member(json, "by_id", TRUE);
    if (self->energy_cap_wh > 0)
        json_object_set_int_member(json, "energy_cap_wh", self->energy_cap_wh);
    if (self->proof.present)
        json_object_set_object_member(json, "proof", proof_to_json(&self->proof));
    if (self->order.present) {
        json_object_set_string_member(json, "order_id", self->order.order_id);
        json_object_set_int_member(json, "max_cost_minor", self->order.max_cost_minor);
        json_object_set_string_member(json, "currency", self->order.currency);
        json_object_set_int_member(json, "max_energy_wh", self->order.max_energy_wh);
        json_object_set_int_member(json, "max_duration_s", self->order.max_duration_s);
    }
    return json;
}

gboolean grant_from_json(JsonObject *json, Grant *self, GError **error)
{
    Grant read = {0};
    gint64 remote_start_id = 0, reservation_id = 0;
    guint type = OCPP_ID_TOKEN_CENTRAL;

    read.has_remote_start_id = json_object_has_member(json, "remote_start_id");
    read.has_reservation_id = json_object_has_member(json, "reservation_id");
    read.order.present = json_object_has_member(json, "order_id");
    read.token.present = json_object_has_member(json, "token");
    if (!json_read_text(json, "token", JSON_OPTIONAL, read.token.id_token, sizeof read.token.id_token,
                        error) ||
        !json_read_enum(json, "token_type", JSON_OPTIONAL, ocpp_id_token_type_names, &type, error) ||
        !json_read_int(json, "remote_start_id", JSON_OPTIONAL, G_MININT32, G_MAXINT32, &remote_start_id,
                       error) ||
        !json_read_int(json, "reservation_id", JSON_OPTIONAL, G_MININT32, G_MAXINT32, &reservation_id,
                       error) ||
        !json_read_boolean(json, "by_id", JSON_OPTIONAL, &read.by_id, error) ||
        !json_read_int(json, "energy_cap_wh", JSON_OPTIONAL, 0, G_MAXINT64, &read.energy_cap_wh, error) ||
        !proof_from_json(json, &read.proof, error) ||
        !json_read_text(json, "order_id", JSON_OPTIONAL, read.order.order_id, sizeof read.order.order_id,
                        error) ||
        !json_read_int(json, "max_cost_minor", JSON_OPTIONAL, 0, G_MAXINT64, &read.order.max_cost_minor,
                       error) ||
        !json_read_text(json, "currency", JSON_OPTIONAL, read.order.currency, sizeof read.order.currency,
                        error) ||
        !json_read_int(json, "max_energy_wh", JSON_OPTIONAL, 0, G_MAXINT64, &read.order.max_energy_wh,
                       error) ||
        !json_read_int(json, "max_duration_s", JSON_OPTIONAL, 0, G_MAXINT64, &read.order.max_duration_s,
                       error))
        return FALSE;
    read.token.type = type;
    read.remote_start_id = (gint32)remote_start_id;
    read.reservation_id = (gint32)reservation_id;
    *self = read;
    return TRUE;
}

JsonObject *transaction_to_json(const Transaction *self)
{
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "id", self->id);
    json_object_set_int_member(json, "next_seq_no", self->next_seq_no);
    json_object_set_object_member(json, "grant", grant_to_json(&self->grant));
    json_object_set_boolean_member(json, "grant_told", self->grant_told);
    json_object_set_int_member(json, "begin_ms", self->begin_ms);
    json_object_set_int_member(json, "last_event_ms", self->last_event_ms);
    json_object_set_int_member(json, "charged_ms", self->charged_ms);
    json_object_set_int_member(json, "meter_start_wh", self->meter_start_wh);
    json_object_set_int_member(json, "soc_start_percent", self->soc_start_percent);
    json_object_set_int_member(json, "stopped_reason", self->stopped_reason);
    json_object_set_int_member(json, "refused_cap_wh", self->refused_cap_wh);
    json_object_set_int_member(json, "cost_minor", self->cost_minor);
    return json;
}

gboolean transaction_from_json(JsonObject *json, Transaction *self, GError **error)
{
    Transaction read = {.refused_cap_wh = -1};
    JsonObject *grant = NULL;
    gint64 next_seq_no = 0, stopped_reason = 0;

    if (!json_read_text(json, "id", JSON_REQUIRED, read.id, sizeof read.id, error) ||
        !json_read_int(json, "next_seq_no", JSON_REQUIRED, 0, G_MAXINT32, &next_seq_no, error) ||
        !json_read_object(json, "grant", JSON_REQUIRED, &grant, error) ||
        !grant_from_json(grant, &read.grant, error) ||
        !json_read_boolean(json, "grant_told", JSON_REQUIRED, &read.grant_told, error) ||
        !json_read_int(json, "begin_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.begin_ms, error) ||
        !json_read_int(json, "last_event_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.last_event_ms, error) ||
        !json_read_int(json, "charged_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.charged_ms, error) ||
        !json_read_int(json, "meter_start_wh", JSON_REQUIRED, 0, G_MAXINT64, &read.meter_start_wh, error) ||
        !json_read_int(json, "soc_start_percent", JSON_REQUIRED, -1, 100, &read.soc_start_percent, error) ||
        !json_read_int(json, "stopped_reason", JSON_REQUIRED, 0, OCPP_STOPPED_TIMEOUT, &stopped_reason,
                       error) ||
        !json_read_int(json, "refused_cap_wh", JSON_OPTIONAL, -1, G_MAXINT32, &read.refused_cap_wh, error) ||
        !json_read_int(json, "cost_minor", JSON_REQUIRED, -1, G_MAXINT64, &read.cost_minor, error))
        return FALSE;
    read.next_seq_no = (gint32)next_seq_no;
    read.stopped_reason = (OcppStoppedReason)stopped_reason;
    *self = read;
    return TRUE;
}
