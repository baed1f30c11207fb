#include "pile-sim/model/evse.h"

#include "pile-sim/model/evse_internal.h"

static void report_clear(gpointer data)
{
    EvseReport *report = data;

    if (report->type == EVSE_REPORT_TRANSACTION)
        ocpp_transaction_event_request_clear(&report->event);
}

GArray *evse_reports_new(void)
{
    GArray *reports = g_array_new(FALSE, TRUE, sizeof(EvseReport));

    g_array_set_clear_func(reports, report_clear);
    return reports;
}

void evse_init(Evse *self, gint32 id, gint64 max_power_w, gdouble speed)
{
    *self = (Evse){
        .id = id,
        .max_power_w = max_power_w,
        .limit_w = -1,
        .speed = speed,
        .operative = TRUE,
        .state = OCPP_CHARGING_STATE_IDLE,
        .connect_deadline_ms = STATION_TIME_NEVER,
        .advanced_mono_ms = -1,
    };
}

void evse_set_speed(Evse *self, gdouble speed, const EvseTurn *turn)
{
    evse_advance(self, turn);
    self->speed = speed;
}

static gboolean may_charge(const Evse *self)
{
    return self->plugged && self->grant.token.present && !self->faulted;
}

/* The five conditions that TxStartPoint and TxStopPoint speak of. */
static guint points_that_hold(const Evse *self)
{
    return (self->bay_occupied ? TX_POINT_PARKING_BAY_OCCUPANCY : 0) |
           (self->plugged ? TX_POINT_EV_CONNECTED : 0) |
           (self->grant.token.present ? TX_POINT_AUTHORIZED : 0) |
           (may_charge(self) ? TX_POINT_POWER_PATH_CLOSED : 0) |
           (self->state == OCPP_CHARGING_STATE_CHARGING ||
                    /* A pause that the station makes is not the end of the transfer. */
                    (self->state == OCPP_CHARGING_STATE_SUSPENDED_EVSE &&
                     (self->held & TX_POINT_ENERGY_TRANSFER))
                ? TX_POINT_ENERGY_TRANSFER
                : 0);
}

OcppConnectorStatus evse_connector_status(const Evse *self)
{
    if (self->faulted)
        return OCPP_CONNECTOR_FAULTED;
    if (!self->operative)
        return OCPP_CONNECTOR_UNAVAILABLE;
    if (self->plugged)
        return OCPP_CONNECTOR_OCCUPIED;
    /* Who has used his reservation still has to plug in: not Available in between. */
    return self->reserved || self->grant.has_reservation_id ? OCPP_CONNECTOR_RESERVED
                                                            : OCPP_CONNECTOR_AVAILABLE;
}

void evse_tell_status(Evse *self, const EvseTurn *turn)
{
    OcppConnectorStatus status = evse_connector_status(self);
    EvseReport report = {.type = EVSE_REPORT_STATUS, .evse_id = self->id, .status = status};

    if (self->status == status)
        return;
    self->status = status;
    g_array_append_val(turn->reports, report);
}

static EvseReport *new_event(Evse *self, OcppTransactionEventType type, OcppTriggerReason trigger,
                             const EvseTurn *turn)
{
    EvseReport report = {.type = EVSE_REPORT_TRANSACTION, .evse_id = self->id};

    transaction_report(&self->transaction, type, trigger, self->state, self->clock_ms, &report.event);
    report.event.offline = turn->offline;
    report.event.evse = (OcppEvse){.present = TRUE, .id = self->id, .connector_id = 1};
    self->changed = TRUE;
    g_array_append_val(turn->reports, report);
    return &g_array_index(turn->reports, EvseReport, turn->reports->len - 1);
}

/* Every update brings the readings along: the CSMS then sees at once that the power is 0. */
void evse_tell_update(Evse *self, OcppTriggerReason trigger, OcppReadingContext context, const EvseTurn *turn)
{
    EvseReport *report = new_event(self, OCPP_TRANSACTION_UPDATED, trigger, turn);

    evse_sample(self, context, turn->rules->updated_measurands, report->event.timestamp_ms,
                report->event.samples);
}

static void start(Evse *self, OcppTriggerReason trigger, const EvseTurn *turn)
{
    EvseReport *report = NULL;

    self->clock_ms = turn->now.unix_ms;
    self->relied = 0;
    self->personal_message = (OcppMessageContent){0};
    transaction_begin(&self->transaction, self->clock_ms, meter_wh(&self->meter),
                      self->plugged ? (gint64)battery_soc_percent(&self->vehicle.battery) : -1);
    if (self->grant.token.present)
        transaction_grant(&self->transaction, &self->grant);
    self->next_sample_ms = self->clock_ms + turn->rules->sample_interval_ms;
    report = new_event(self, OCPP_TRANSACTION_STARTED, trigger, turn);
    evse_sample(self, OCPP_CONTEXT_TRANSACTION_BEGIN, turn->rules->started_measurands,
                report->event.timestamp_ms, report->event.samples);
}

static void end(Evse *self, OcppTriggerReason trigger, const EvseTurn *turn)
{
    Transaction *transaction = &self->transaction;
    OcppSample begin = {
        .timestamp_ms = transaction->begin_ms,
        .context = OCPP_CONTEXT_TRANSACTION_BEGIN,
        .measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
        .location = OCPP_LOCATION_OUTLET,
        .unit = OCPP_UNIT_WH,
        .value = transaction->meter_start_wh,
    };
    EvseReport *report = new_event(self, OCPP_TRANSACTION_ENDED, trigger, turn);

    /* SampledDataCtrlr.TxEndedInterval 0: the readings at the start and at the end. */
    if (turn->rules->ended_measurands & EVSE_MEASURE_ENERGY)
        g_array_append_val(report->event.samples, begin);
    evse_sample(self, OCPP_CONTEXT_TRANSACTION_END, turn->rules->ended_measurands, report->event.timestamp_ms,
                report->event.samples);
    self->grant = (Grant){0};
    self->connect_deadline_ms = STATION_TIME_NEVER;
    self->relied = 0;
    if (self->state == OCPP_CHARGING_STATE_CHARGING || self->state == OCPP_CHARGING_STATE_SUSPENDED_EV ||
        self->state == OCPP_CHARGING_STATE_SUSPENDED_EVSE)
        self->state = OCPP_CHARGING_STATE_EV_CONNECTED;
    if (self->inoperative_when_idle) {
        self->inoperative_when_idle = FALSE;
        self->operative = FALSE;
    }
}

/* The one place where events are made from conditions.
 * @quiet: an Updated event is not worth it, only a start or an end. */
static void tell(Evse *self, OcppTriggerReason trigger, gboolean quiet, const EvseTurn *turn)
{
    guint hold = points_that_hold(self);

    if (!transaction_is_running(&self->transaction)) {
        if (hold & ~self->held & turn->rules->start_points)
            start(self, trigger, turn);
    } else if ((self->relied & ~hold & turn->rules->stop_points) || hold == 0) {
        /* Nothing holds: no car, no right to charge. A transaction whose stop points never held (stopped
         * before the plug) would wait for ever, and be joined by the next car. */
        end(self, trigger, turn);
    } else if (!quiet) {
        evse_tell_update(self, trigger, OCPP_CONTEXT_OTHER, turn);
    }
    /* Ending revokes the grant, so the conditions are looked at again. */
    self->held = points_that_hold(self);
    if (transaction_is_running(&self->transaction))
        self->relied |= self->held;
}

void evse_follow_energy(Evse *self, const EvseTurn *turn)
{
    OcppChargingState wanted = self->state;

    if (may_charge(self))
        wanted = battery_is_full(&self->vehicle.battery)       ? OCPP_CHARGING_STATE_SUSPENDED_EV
                 : self->limit_w == 0 || evse_is_refused(self) ? OCPP_CHARGING_STATE_SUSPENDED_EVSE
                                                               : OCPP_CHARGING_STATE_CHARGING;
    if (wanted == self->state)
        return;
    self->state = wanted;
    self->changed = TRUE;
    if (wanted == OCPP_CHARGING_STATE_SUSPENDED_EV && self->transaction.stopped_reason == OCPP_STOPPED_NONE &&
        (turn->rules->stop_points & TX_POINT_ENERGY_TRANSFER))
        self->transaction.stopped_reason = OCPP_STOPPED_BY_EV;
    tell(self, OCPP_TRIGGER_CHARGING_STATE_CHANGED, FALSE, turn);
}

void evse_apply(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn)
{
    if (!self->plugged)
        self->state = OCPP_CHARGING_STATE_IDLE;
    else if (!may_charge(self) || self->state == OCPP_CHARGING_STATE_IDLE)
        self->state = OCPP_CHARGING_STATE_EV_CONNECTED;
    if (transaction_is_running(&self->transaction) && self->transaction.stopped_reason == OCPP_STOPPED_NONE)
        self->transaction.stopped_reason = reason;
    self->changed = TRUE;
    tell(self, trigger, trigger == OCPP_TRIGGER_EV_DETECTED || trigger == OCPP_TRIGGER_EV_DEPARTED, turn);
    evse_follow_energy(self, turn);
    evse_tell_status(self, turn);
}

gboolean evse_plug(Evse *self, const Vehicle *vehicle, const EvseTurn *turn)
{
    evse_advance(self, turn);
    if (self->plugged)
        return FALSE;
    self->plugged = TRUE;
    self->vehicle = *vehicle;
    self->connect_deadline_ms = STATION_TIME_NEVER;
    if (!transaction_is_running(&self->transaction))
        self->transaction.begin_ms = 0; /* what ended before this cable came in is not this driver's */
    /* The driver waited in the cold until now; the car's charge at the start is known only from here. */
    if (transaction_is_running(&self->transaction))
        self->transaction.soc_start_percent = (gint64)battery_soc_percent(&vehicle->battery);
    evse_tell_status(self, turn);
    evse_apply(self, OCPP_TRIGGER_CABLE_PLUGGED_IN, OCPP_STOPPED_NONE, turn);
    return TRUE;
}

gboolean evse_unplug(Evse *self, const EvseTurn *turn)
{
    evse_advance(self, turn);
    if (!self->plugged)
        return FALSE;
    self->plugged = FALSE;
    /* TxCtrlr.StopTxOnEVSideDisconnect is true: nobody else may charge on this driver's account. */
    self->grant = (Grant){0};
    evse_apply(self, OCPP_TRIGGER_EV_COMMUNICATION_LOST, OCPP_STOPPED_EV_DISCONNECTED, turn);
    self->vehicle = (Vehicle){0};
    return TRUE;
}

void evse_set_fault(Evse *self, gboolean faulted, const EvseTurn *turn)
{
    evse_advance(self, turn);
    if (self->faulted == faulted)
        return;
    self->faulted = faulted;
    if (faulted) {
        evse_tell_status(self, turn);
        /* The simulated fault is a tripped residual current device. */
        self->grant = (Grant){0};
        self->connect_deadline_ms = STATION_TIME_NEVER;
        evse_apply(self, OCPP_TRIGGER_ABNORMAL_CONDITION, OCPP_STOPPED_GROUND_FAULT, turn);
    }
    self->changed = TRUE;
    evse_tell_status(self, turn);
}

gboolean evse_may_grant(const Evse *self)
{
    return self->operative && !self->faulted && !self->inoperative_when_idle && !self->reset_when_idle &&
           !self->grant.token.present &&
           !(transaction_is_running(&self->transaction) && self->transaction.grant.token.present);
}

void evse_grant(Evse *self, const Grant *grant, const EvseTurn *turn)
{
    evse_advance(self, turn);
    self->grant = *grant;
    if (!self->plugged)
        self->connect_deadline_ms = turn->now.mono_ms + turn->rules->connect_timeout_ms;
    if (transaction_is_running(&self->transaction))
        transaction_grant(&self->transaction, grant);
    evse_apply(self, grant->has_remote_start_id ? OCPP_TRIGGER_REMOTE_START : OCPP_TRIGGER_AUTHORIZED,
               OCPP_STOPPED_NONE, turn);
}

void evse_revoke(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn)
{
    evse_advance(self, turn);
    self->grant = (Grant){0};
    self->connect_deadline_ms = STATION_TIME_NEVER;
    evse_apply(self, trigger, reason, turn);
}

void evse_end(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn)
{
    EvseRules rules = *turn->rules;
    EvseTurn forced = *turn;

    /* The same path as every other end, with a point that certainly ceases to hold. */
    rules.stop_points |= TX_POINT_AUTHORIZED;
    forced.rules = &rules;
    self->relied |= TX_POINT_AUTHORIZED;
    evse_revoke(self, trigger, reason, &forced);
}

gboolean evse_set_operative(Evse *self, gboolean operative, const EvseTurn *turn)
{
    evse_advance(self, turn);
    self->changed = TRUE;
    if (!operative && transaction_is_running(&self->transaction)) {
        self->inoperative_when_idle = TRUE;
        return FALSE;
    }
    self->inoperative_when_idle = FALSE;
    self->operative = operative;
    if (!operative) {
        self->grant = (Grant){0}; /* a remote start that waited for its plug */
        self->connect_deadline_ms = STATION_TIME_NEVER;
        self->held = points_that_hold(self);
    }
    evse_tell_status(self, turn);
    return TRUE;
}

void evse_set_limit(Evse *self, gint64 limit_w, const EvseTurn *turn)
{
    gint64 before_w = evse_power_w(self), after_w = 0;

    if (self->limit_w == limit_w)
        return;
    self->limit_w = limit_w;
    if (!transaction_is_running(&self->transaction))
        return;
    evse_follow_energy(self, turn); /* a limit of 0 pauses, more than 0 goes on */
    after_w = evse_power_w(self);
    if (before_w > 0 && after_w > 0 && before_w != after_w &&
        (gdouble)ABS(after_w - before_w) >= turn->rules->significant_change * (gdouble)before_w)
        evse_tell_update(self, OCPP_TRIGGER_CHARGING_RATE_CHANGED, OCPP_CONTEXT_OTHER, turn);
}

void evse_set_reserved(Evse *self, gboolean reserved, const EvseTurn *turn)
{
    self->reserved = reserved;
    evse_tell_status(self, turn);
}

void evse_hear_cost(Evse *self, const gchar *transaction_id, gint64 cost_minor, const EvseTurn *turn)
{
    const OcppOrderTerms *order = &self->transaction.grant.order;
    gboolean runs = transaction_is_running(&self->transaction);

    if (!g_str_equal(runs ? self->transaction.id : self->transaction.ended_id, transaction_id))
        return;
    self->transaction.cost_minor = cost_minor;
    self->changed = TRUE;
    /* The pile has no tariff: it can keep the order's maximum only when the CSMS tells the running cost. */
    if (runs && order->present && order->max_cost_minor > 0 && cost_minor >= order->max_cost_minor &&
        self->grant.token.present)
        evse_revoke(self, OCPP_TRIGGER_DEAUTHORIZED, OCPP_STOPPED_LOCAL_OUT_OF_CREDIT, turn);
}

gboolean evse_is_refused(const Evse *self)
{
    const Transaction *transaction = &self->transaction;

    return transaction_is_running(transaction) && transaction->refused_cap_wh >= 0 &&
           meter_wh(&self->meter) - transaction->meter_start_wh >= transaction->refused_cap_wh;
}

/* E05, C15.FR.03-07: the CSMS does not accept whom the station let charge. MaxEnergyOnInvalidId may still be
 * drawn; then StopTxOnInvalidId says whether the transaction ends or only the energy. */
static void refuse_token(Evse *self, const EvseTurn *turn)
{
    Grant *grant = &self->transaction.grant;
    gint64 used_wh = meter_wh(&self->meter) - self->transaction.meter_start_wh;
    gint64 allowed_wh = turn->rules->max_energy_on_invalid_wh;

    self->changed = TRUE;
    if (!turn->rules->stop_on_invalid_token) {
        self->transaction.refused_cap_wh = allowed_wh;
        evse_follow_energy(self, turn);
    } else if (used_wh >= allowed_wh) {
        evse_revoke(self, OCPP_TRIGGER_DEAUTHORIZED, OCPP_STOPPED_DEAUTHORIZED, turn);
    } else {
        grant->energy_cap_wh = grant->energy_cap_wh > 0 ? MIN(grant->energy_cap_wh, allowed_wh) : allowed_wh;
    }
}

void evse_hear(Evse *self, const gchar *transaction_id, const OcppTransactionEventResponse *answer,
               const EvseTurn *turn)
{
    if (answer->has_total_cost)
        evse_hear_cost(self, transaction_id, answer->total_cost_minor, turn);
    if (!transaction_is_running(&self->transaction) || !g_str_equal(self->transaction.id, transaction_id))
        return;
    if (answer->id_token_info.personal_message.present)
        self->personal_message = answer->id_token_info.personal_message;
    if (answer->updated_personal_message.present)
        self->personal_message = answer->updated_personal_message;
    if (answer->id_token_info.present && answer->id_token_info.status != OCPP_AUTHORIZATION_ACCEPTED &&
        self->grant.token.present)
        refuse_token(self, turn);
}
