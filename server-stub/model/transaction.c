#include "server-stub/model/transaction.h"

void transaction_event_from_ocpp(TransactionEvent *self, const OcppTransactionEventRequest *request)
{
    const OcppSample *samples = (const OcppSample *)(gconstpointer)request->samples->data;
    guint n = request->samples->len;
    const OcppSample *power = ocpp_samples_latest(samples, n, OCPP_MEASURAND_POWER_ACTIVE_IMPORT);
    const OcppSample *soc = ocpp_samples_latest(samples, n, OCPP_MEASURAND_SOC);
    const OcppSample *first = NULL, *last = NULL;

    for (guint i = 0; i < n; i++) {
        if (samples[i].measurand != OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER || samples[i].one_phase ||
            samples[i].unit != OCPP_UNIT_WH || samples[i].value < 0)
            continue;
        if (first == NULL || samples[i].timestamp_ms < first->timestamp_ms)
            first = &samples[i];
        if (last == NULL || samples[i].timestamp_ms >= last->timestamp_ms)
            last = &samples[i];
    }
    *self = (TransactionEvent){.kind = request->event_type,
                               .seq_no = request->seq_no,
                               .at_ms = request->timestamp_ms,
                               .offline = request->offline,
                               .charging_state = request->charging_state,
                               .trigger_reason = request->trigger_reason,
                               .stopped_reason = request->stopped_reason,
                               .meter_first_wh = first != NULL ? first->value : -1,
                               .meter_last_wh = last != NULL ? last->value : -1,
                               .power_w = power != NULL ? MAX(power->value, 0) : -1,
                               .soc_percent = soc != NULL ? CLAMP(soc->value, 0, 100) : -1};
}

void transaction_init(Transaction *self)
{
    *self = (Transaction){.started_seq = -1,
                          .ended_seq = -1,
                          .meter_start_wh = -1,
                          .meter_wh = -1,
                          .meter_start_seq = -1,
                          .meter_seq = -1,
                          .soc_start_percent = -1,
                          .soc_percent = -1,
                          .soc_start_seq = -1,
                          .soc_seq = -1,
                          .latest_seq = -1,
                          .charging_state_seq = -1};
}

/* A station need not send chargingState in every event; a plugged cable also shows in the trigger. */
static gboolean cable_is_in(const TransactionEvent *event)
{
    return event->trigger_reason == OCPP_TRIGGER_CABLE_PLUGGED_IN ||
           event->charging_state == OCPP_CHARGING_STATE_CHARGING ||
           event->charging_state == OCPP_CHARGING_STATE_EV_CONNECTED ||
           event->charging_state == OCPP_CHARGING_STATE_SUSPENDED_EV ||
           event->charging_state == OCPP_CHARGING_STATE_SUSPENDED_EVSE;
}

/* Readings keep the number of the event that carried them, so that a late event neither moves the start
 * forward nor the newest reading back. */
static void fold_readings(Transaction *self, const TransactionEvent *event)
{
    if (event->meter_first_wh >= 0 && (self->meter_start_seq < 0 || event->seq_no < self->meter_start_seq)) {
        self->meter_start_wh = event->meter_first_wh;
        self->meter_start_seq = event->seq_no;
    }
    if (event->meter_last_wh >= 0 && event->seq_no > self->meter_seq) {
        self->meter_wh = event->meter_last_wh;
        self->meter_seq = event->seq_no;
    }
    if (event->soc_percent >= 0 && (self->soc_start_seq < 0 || event->seq_no < self->soc_start_seq)) {
        self->soc_start_percent = event->soc_percent;
        self->soc_start_seq = event->seq_no;
    }
    if (event->soc_percent >= 0 && event->seq_no > self->soc_seq) {
        self->soc_percent = event->soc_percent;
        self->soc_seq = event->seq_no;
    }
}

static void fold_state(Transaction *self, const TransactionEvent *event)
{
    if (cable_is_in(event) && (self->plugged_ms == 0 || event->at_ms < self->plugged_ms))
        self->plugged_ms = event->at_ms;
    /* What was told offline happened some time ago: it is history, never the present. */
    if (!event->offline && event->charging_state != OCPP_CHARGING_STATE_NONE &&
        event->seq_no > self->charging_state_seq) {
        self->charging_state = event->charging_state;
        self->charging_state_seq = event->seq_no;
    }
    if (event->seq_no > self->latest_seq) {
        self->latest_seq = event->seq_no;
        self->latest_ms = event->at_ms;
        if (event->offline)
            self->power_w = 0;
        else if (event->power_w >= 0)
            self->power_w = event->power_w;
        else if (event->charging_state != OCPP_CHARGING_STATE_NONE &&
                 event->charging_state != OCPP_CHARGING_STATE_CHARGING)
            self->power_w = 0; /* suspended without a reading: an old one would show a charge that is not */
    }
    if (event->trigger_reason == OCPP_TRIGGER_EV_CONNECT_TIMEOUT ||
        event->stopped_reason == OCPP_STOPPED_TIMEOUT)
        self->connect_timeout = TRUE;
}

SeqSetResult transaction_add(Transaction *self, const TransactionEvent *event)
{
    SeqSetResult result = seq_set_add(&self->seqs, event->seq_no);

    if (result != SEQ_SET_ADDED)
        return result;
    fold_readings(self, event);
    fold_state(self, event);
    if (event->kind == OCPP_TRANSACTION_STARTED && self->started_seq < 0) {
        self->started_seq = event->seq_no;
        self->started_ms = event->at_ms;
    }
    if (event->kind == OCPP_TRANSACTION_ENDED && self->ended_seq < 0) {
        self->ended_seq = event->seq_no;
        self->ended_ms = event->at_ms;
        self->stopped_reason = event->stopped_reason;
    }
    if (self->ended_seq >= 0)
        self->power_w = 0;
    return result;
}

gboolean transaction_has_ended(const Transaction *self)
{
    return self->ended_seq >= 0;
}

gboolean transaction_is_complete(const Transaction *self)
{
    return self->started_seq >= 0 && self->ended_seq >= 0 &&
           seq_set_covers(&self->seqs, self->started_seq, self->ended_seq);
}

gint64 transaction_energy_wh(const Transaction *self)
{
    if (self->meter_start_wh < 0 || self->meter_wh < self->meter_start_wh)
        return 0;
    return self->meter_wh - self->meter_start_wh;
}

gint64 transaction_duration_s(const Transaction *self)
{
    gint64 until_ms = self->ended_seq >= 0 ? self->ended_ms : self->latest_ms;

    if (self->plugged_ms == 0 || until_ms <= self->plugged_ms)
        return 0;
    return (until_ms - self->plugged_ms) / 1000;
}

/* One table for both directions, so that a field cannot be written and not read. */
typedef struct {
    gint64 *numbers[24];
    guint n;
} Fields;

static Fields fields_of(Transaction *self)
{
    Fields fields = {{&self->started_seq, &self->ended_seq, &self->started_ms, &self->ended_ms,
                      &self->plugged_ms, &self->meter_start_wh, &self->meter_wh, &self->meter_start_seq,
                      &self->meter_seq, &self->power_w, &self->soc_start_percent, &self->soc_percent,
                      &self->soc_start_seq, &self->soc_seq, &self->latest_seq, &self->latest_ms,
                      &self->charging_state_seq},
                     17};
    return fields;
}

gchar *transaction_to_text(const Transaction *self)
{
    Transaction copy = *self;
    Fields fields = fields_of(&copy);
    g_autofree gchar *seqs = seq_set_to_text(&self->seqs);
    GString *text = g_string_new("1");

    for (guint i = 0; i < fields.n; i++)
        g_string_append_printf(text, " %" G_GINT64_FORMAT, *fields.numbers[i]);
    g_string_append_printf(text, " %d %d %d %s", self->charging_state, self->connect_timeout,
                           self->stopped_reason, seqs);
    return g_string_free(text, FALSE);
}

gboolean transaction_from_text(Transaction *self, const gchar *text)
{
    Transaction read = {0};
    Fields fields = fields_of(&read);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gint64 charging_state, connect_timeout, stopped_reason;

    if (g_strv_length(words) != fields.n + 5 || !g_str_equal(words[0], "1"))
        return FALSE;
    for (guint i = 0; i < fields.n; i++)
        if (!g_ascii_string_to_signed(words[i + 1], 10, -1, G_MAXINT64, fields.numbers[i], NULL))
            return FALSE;
    if (!g_ascii_string_to_signed(words[fields.n + 1], 10, 0, OCPP_CHARGING_STATE_IDLE, &charging_state,
                                  NULL) ||
        !g_ascii_string_to_signed(words[fields.n + 2], 10, 0, 1, &connect_timeout, NULL) ||
        !g_ascii_string_to_signed(words[fields.n + 3], 10, 0, OCPP_STOPPED_TIMEOUT, &stopped_reason, NULL) ||
        !seq_set_from_text(&read.seqs, words[fields.n + 4]))
        return FALSE;
    read.charging_state = (OcppChargingState)charging_state;
    read.connect_timeout = (gboolean)connect_timeout;
    read.stopped_reason = (OcppStoppedReason)stopped_reason;
    *self = read;
    return TRUE;
}
