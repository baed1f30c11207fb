#include "pile-sim/model/station.h"

#include "pile-sim/model/station_internal.h"

#include <string.h>

#define CLOCK_TOLERANCE_MS 1000 /* two clocks of the kernel differ by a little */

Station *station_new(const StationConfig *config)
{
    Station *self = g_new0(Station, 1);

    self->identity = g_strdup(config->identity);
    self->n_evses = CLAMP(config->n_evses, 1, STATION_MAX_EVSES);
    self->evses = g_new0(Evse, self->n_evses);
    for (guint i = 0; i < self->n_evses; i++)
        evse_init(&self->evses[i], (gint32)i + 1, config->max_power_w, config->speed);
    self->reports = evse_reports_new();
    self->boot = (Boot)BOOT_INIT;
    self->restart_at_ms = self->reconnect_at_ms = STATION_TIME_NEVER;
    self->next_event_id = 1;
    outbox_init(&self->outbox);
    self->queue_max = config->queue_max > 0 ? config->queue_max : STATION_QUEUE_MAX;
    reservations_init(&self->reservations);
    self->aligned_due_ms = STATION_TIME_NEVER;
    monitors_init(&self->monitors);
    self->monitors_due_ms = STATION_TIME_NEVER;
    power_limits_init(&self->limits);
    self->limits_due_ms = STATION_TIME_NEVER;
    displays_init(&self->displays);
    self->displays_due_ms = STATION_TIME_NEVER;
    self->reservations_due_ms = STATION_TIME_NEVER;
    variables_put(&self->variables, VARIABLE_SECURITY_IDENTITY, config->identity);
    offline_init(&self->offline, &config->device, self->n_evses);
    self->evse_keys = g_new0(gchar *, self->n_evses + 1);
    for (guint i = 0; i < self->n_evses; i++)
        self->evse_keys[i] = g_strdup(config->evse_keys != NULL ? config->evse_keys[i] : "");
    return self;
}

void station_free(Station *self)
{
    if (self == NULL)
        return;
    outbox_clear(&self->outbox);
    variables_clear(&self->variables);
    reservations_clear(&self->reservations);
    displays_clear(&self->displays);
    offline_clear(&self->offline);
    g_strfreev(self->evse_keys);
    power_limits_clear(&self->limits);
    monitors_clear(&self->monitors);
    g_array_unref(self->reports);
    g_free(self->evses);
    g_free(self->identity);
    g_free(self);
}

EvseTurn station_turn(Station *self, StationTime now)
{
    const Variables *v = &self->variables;

    self->now = now;
    self->rules = (EvseRules){
        .start_points = variables_get_members(v, VARIABLE_TX_START_POINT),
        .stop_points = variables_get_members(v, VARIABLE_TX_STOP_POINT),
        .connect_timeout_ms = variables_get_int(v, VARIABLE_EV_CONNECTION_TIMEOUT) * 1000,
        .sample_interval_ms = variables_get_int(v, VARIABLE_TX_UPDATED_INTERVAL) * 1000,
        .started_measurands = variables_get_members(v, VARIABLE_TX_STARTED_MEASURANDS),
        .updated_measurands = variables_get_members(v, VARIABLE_TX_UPDATED_MEASURANDS),
        .ended_measurands = variables_get_members(v, VARIABLE_TX_ENDED_MEASURANDS),
        .bay_debounce_ms = variables_get_int(v, VARIABLE_BAY_DEBOUNCE),
        .significant_change =
            g_ascii_strtod(variables_get(v, VARIABLE_SMART_CHARGING_SIGNIFICANCE), NULL) / 100,
        .stop_on_invalid_token = variables_get_boolean(v, VARIABLE_STOP_ON_INVALID_ID),
        .max_energy_on_invalid_wh = variables_get_int(v, VARIABLE_MAX_ENERGY_ON_INVALID_ID),
    };
    return (EvseTurn){
        .rules = &self->rules,
        .now = now,
        .offline = self->boot.state != BOOT_ACCEPTED,
        .reports = self->reports,
    };
}

Evse *station_evse(Station *self, gint32 id)
{
    return id >= 1 && (guint)id <= self->n_evses ? &self->evses[id - 1] : NULL;
}

static gboolean is_idle(const Evse *evse)
{
    return !transaction_is_running(&evse->transaction) && !evse->grant.token.present;
}

gboolean station_is_idle(const Station *self)
{
    for (guint i = 0; i < self->n_evses; i++) {
        if (!is_idle(&self->evses[i]))
            return FALSE;
    }
    return TRUE;
}

static void ask_to_boot(Station *self, GArray *effects)
{
    OcppBootNotificationRequest request = {.reason = self->boot.reason};
    g_autoptr(JsonObject) payload = NULL;
    g_autofree gchar *text = NULL;

    g_strlcpy(request.model, STATION_MODEL, sizeof request.model);
    g_strlcpy(request.vendor_name, STATION_VENDOR, sizeof request.vendor_name);
    g_strlcpy(request.serial_number, self->identity, 25 + 1);
    g_strlcpy(request.firmware_version, STATION_FIRMWARE, sizeof request.firmware_version);
    payload = ocpp_boot_notification_request_to_json(&request);
    text = station_text(payload);
    self->boot_call_id = -++self->boots;
    effects_call(effects, self->boot_call_id, OCPP_ACTION_BOOT_NOTIFICATION, text);
}

/* Without the CSMS a clock that is behind what the time is at least cannot be right. */
static void correct_clock(Station *self, StationTime now, GArray *effects)
{
    gint64 floor_ms = time_floor_ms(&self->offline.floor, now.boot_ms);

    self->now = now;
    if (self->boot.state == BOOT_OFFLINE && now.unix_ms < floor_ms - CLOCK_TOLERANCE_MS)
        effects_simple(effects, EFFECT_SET_CLOCK, floor_ms);
}

/* B11, B12 with an EVSE: it is back at once, and says what it is. */
static void reset_idle_evses(Station *self, StationTime now, GArray *effects)
{
    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];

        if (!evse->reset_when_idle || !is_idle(evse))
            continue;
        evse->reset_when_idle = FALSE;
        effects_note(effects, "EVSE %d: reset", evse->id);
        if (self->boot.state == BOOT_ACCEPTED)
            station_push_status(self, evse, now);
    }
}

void station_settle(Station *self, StationTime now, GArray *effects)
{
    const OutboxEntry *entry = NULL;

    station_follow_reservations(self, now);
    self->reservations_due_ms = station_reservations_due_ms(self, now);
    self->aligned_due_ms = station_follow_clock(self, now);
    self->limits_due_ms = station_follow_limits(self, now);
    self->displays_due_ms = station_follow_displays(self, now);
    correct_clock(self, now, effects);
    station_tell_reports(self, now, effects);
    self->monitors_due_ms = station_follow_monitors(self, now);
    reset_idle_evses(self, now, effects);
    if (self->reset_when_idle && station_is_idle(self)) {
        self->reset_when_idle = FALSE;
        self->restart_at_ms = now.mono_ms;
        self->restart_reason = OCPP_BOOT_SCHEDULED_RESET;
    }
    station_store_changes(self, now, effects);
    if (boot_ask(&self->boot, now.mono_ms))
        ask_to_boot(self, effects);
    if (boot_heartbeat(&self->boot, variables_get_int(&self->variables, VARIABLE_HEARTBEAT_INTERVAL),
                       now.mono_ms) &&
        !outbox_has(&self->outbox, OCPP_ACTION_HEARTBEAT))
        outbox_hurry(&self->outbox, station_push(self, OCPP_ACTION_HEARTBEAT, ocpp_empty_to_json()));
    if (self->boot.state != BOOT_ACCEPTED && self->boot.state != BOOT_PENDING)
        return;
    entry = outbox_take(&self->outbox, self->boot.state == BOOT_PENDING, now.mono_ms);
    if (entry != NULL)
        effects_call(effects, entry->id, entry->action, entry->payload);
}

/* Rows of used codes that are lost could be used again, so every code and voucher becomes void until the CSMS
 * gives a new secret and the keys once more. */
static void check_what_was_stored(Station *self, GArray *effects)
{
    gboolean compromised = offline_is_compromised(&self->offline);

    if (self->offline.damage->len > 0)
        effects_note(effects, "stored records refused: %s", self->offline.damage->str);
    if (!compromised)
        return;
    effects_note(effects, "the rows of used codes are lost: all codes and vouchers are void");
    offline_void_secret(&self->offline, variables_get(&self->variables, VARIABLE_OFFLINE_CODE_SECRET));
    variables_put(&self->variables, VARIABLE_OFFLINE_CODE_SECRET, "");
    variables_put(&self->variables, VARIABLE_OFFLINE_VOUCHER_KEYS, "");
    self->variables_changed = TRUE;
}

void station_start(Station *self, StationTime now, GArray *effects)
{
    gint64 floor_ms = 0;
    EvseTurn turn = {0};

    variables_boot(&self->variables);
    check_what_was_stored(self, effects);
    time_floor_carry_on_from(&self->offline.floor, now.boot_ms);
    floor_ms = time_floor_ms(&self->offline.floor, now.boot_ms);
    now.unix_ms = MAX(now.unix_ms, floor_ms); /* a dead clock battery, or somebody's hand */
    turn = station_turn(self, now);
    station_begin_limits(self, now);
    for (guint i = 0; i < self->n_evses; i++)
        evse_resume(&self->evses[i], &turn);
    station_settle(self, now, effects);
}

void station_stop(Station *self, StationTime now, GArray *effects)
{
    EvseTurn turn = station_turn(self, now);

    for (guint i = 0; i < self->n_evses; i++) {
        evse_advance(&self->evses[i], &turn);
        self->evses[i].changed = TRUE;
    }
    station_settle(self, now, effects);
}

void station_link_up(Station *self, StationTime now, GArray *effects)
{
    boot_link_up(&self->boot, now.mono_ms);
    station_settle(self, now, effects);
}

void station_link_down(Station *self, StationTime now, GArray *effects)
{
    boot_link_down(&self->boot);
    self->boot_call_id = 0;
    outbox_link_lost(&self->outbox);
    station_reservations_unheard(self);
    for (guint i = 0; i < self->n_evses; i++) /* its AuthorizeRequest went down with the connection */
        station_end_asking(self, &self->evses[i], NULL, now, effects);
    station_settle(self, now, effects);
}

/* What the modem in the cable reads from a car that says who it is. */
static void hear_vehicle(Station *self, Evse *evse, const EvseTurn *turn, GArray *effects)
{
    Showing showing = {.kind = SHOWING_ID, .evse = evse->id};

    if (!evse->vehicle.identifies || !evse_may_grant(evse) || evse->asked.token.present)
        return;
    showing.id_token = (OcppIdToken){.present = TRUE, .type = evse->vehicle.id_type};
    g_strlcpy(showing.id_token.id_token, evse->vehicle.id, sizeof showing.id_token.id_token);
    station_decide_showing(self, &showing, turn, effects);
}

static gboolean simulate(Station *self, const SimCommand *command, StationTime now, GArray *effects,
                         const gchar **why)
{
    EvseTurn turn = station_turn(self, now);
    Evse *evse = station_evse(self, (gint32)command->evse);

    if (command->action == SIM_UPLINK) {
        effects_simple(effects, EFFECT_UPLINK, command->on);
        return TRUE;
    }
    if (command->action == SIM_SPEED) {
        for (guint i = 0; i < self->n_evses; i++)
            evse_set_speed(&self->evses[i], command->factor, &turn);
        return TRUE;
    }
    *why = "no such EVSE";
    if (evse == NULL)
        return FALSE;
    switch (command->action) {
    case SIM_PLUG:
        *why = "a cable is in already";
        if (!evse_plug(evse, &command->vehicle, &turn))
            return FALSE;
        hear_vehicle(self, evse, &turn, effects);
        return TRUE;
    case SIM_UNPLUG:
        *why = "no cable is in";
        return evse_unplug(evse, &turn);
    case SIM_BAY:
        if (command->broken)
            evse_break_bay(evse, &turn);
        else
            evse_sense_bay(evse, command->on, &turn);
        return TRUE;
    case SIM_STOP:
        *why = "nothing to stop";
        evse_advance(evse, &turn);
        if (!evse->grant.token.present)
            return FALSE;
        evse_revoke(evse, OCPP_TRIGGER_STOP_AUTHORIZED, OCPP_STOPPED_LOCAL, &turn);
        return TRUE;
    default:
        evse_set_fault(evse, command->on, &turn);
        return TRUE;
    }
}

gboolean station_simulate(Station *self, const SimCommand *command, StationTime now, GArray *effects,
                          const gchar **why)
{
    gboolean done = simulate(self, command, now, effects, why);

    station_settle(self, now, effects);
    return done;
}

void station_tick(Station *self, StationTime now, GArray *effects)
{
    EvseTurn turn = station_turn(self, now);

    for (guint i = 0; i < self->n_evses; i++)
        evse_advance(&self->evses[i], &turn);
    if (now.mono_ms >= self->restart_at_ms) {
        self->restart_at_ms = STATION_TIME_NEVER;
        self->boot.reason = self->restart_reason;
        variables_boot(&self->variables);
        effects_simple(effects, EFFECT_RESTART, 0);
    }
    if (now.mono_ms >= self->reconnect_at_ms) {
        self->reconnect_at_ms = STATION_TIME_NEVER;
        effects_simple(effects, EFFECT_RESTART, 0);
    }
    station_settle(self, now, effects);
}

gint64 station_deadline_ms(const Station *self, gint64 mono_ms)
{
    gint64 deadline = MIN(boot_deadline_ms(&self->boot), MIN(self->restart_at_ms, self->reconnect_at_ms));

    deadline = MIN(deadline, MIN(self->reservations_due_ms, self->displays_due_ms));
    deadline = MIN(deadline, MIN(self->limits_due_ms, self->monitors_due_ms));
    deadline = MIN(deadline, self->aligned_due_ms);
    for (guint i = 0; i < self->n_evses; i++)
        deadline = MIN(deadline, evse_deadline_ms(&self->evses[i], &self->rules, mono_ms));
    if (self->boot.state == BOOT_ACCEPTED)
        deadline = MIN(deadline, outbox_deadline_ms(&self->outbox));
    deadline = MIN(deadline, offline_deadline_ms(&self->offline, self->now));
    return MIN(deadline, station_totp_deadline_ms(self));
}

gint64 station_message_timeout_ms(const Station *self)
{
    return variables_get_int(&self->variables, VARIABLE_MESSAGE_TIMEOUT) * 1000;
}

guint station_ping_interval_s(const Station *self)
{
    return (guint)variables_get_int(&self->variables, VARIABLE_WEBSOCKET_PING_INTERVAL);
}

const gchar *station_password(const Station *self)
{
    const gchar *password = variables_get(&self->variables, VARIABLE_BASIC_AUTH_PASSWORD);

    return password[0] != '\0' ? password : NULL;
}

guint station_n_evses(const Station *self)
{
    return self->n_evses;
}
