/* Station: one OCPP 2.0.1 charging station, decided in one place. Everything that happens goes in as an
 * event with the time; what is to be done comes out as effects. No socket, no clock, no storage.
 *
 *   station_new, station_restore*            what the last run stored
 *   station_start                            resumes what ran
 *   station_link_up / _down                  the WebSocket
 *   station_answered / _call_failed          outcome of an EFFECT_CALL
 *   station_asked                            a request of the CSMS; answered in the effects, exactly once
 *   station_simulate                         cable, bay, stop button ... of the simulator
 *   station_show                             an id, a code or a voucher, at the pile itself
 *   station_tick at station_deadline_ms      time
 *
 * What an event means is split by noun: evse (state machine), boot, outbox, variables; station_remote and
 * device_model answer the CSMS; station_reports turns reports into messages.
 */
#pragma once

#include "pile-sim/model/effect.h"
#include "pile-sim/model/offline.h"
#include "pile-sim/model/showing.h"
#include "pile-sim/model/sim_command.h"
#include "pile-sim/model/station_time.h"

#define STATION_MAX_EVSES 64

typedef struct {
    const gchar *identity; /* 1..48 characters */
    guint n_evses;         /* 1..STATION_MAX_EVSES */
    gint64 max_power_w;    /* of each EVSE */
    gdouble speed;         /* simulated seconds a real second while energy flows */
    const gchar *const
        *evse_keys;       /* (nullable): [n_evses], canonical EVSE ids; without, no voucher is good */
    guint queue_max;      /* TransactionEvents to keep before memory counts as short; 0: 10,000 */
    OfflineDevice device; /* what the device's own store holds */
} StationConfig;

typedef struct _Station Station;

/* Returns: (transfer full): free with station_free() */
Station *station_new(const StationConfig *config);
void station_free(Station *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Station, station_free)

/**
 * station_restore:
 * @name: of an EFFECT_STORE of an earlier run; unknown names (of fewer EVSEs now) are ignored
 *
 * Returns: FALSE when @json is not what we wrote: the store is damaged or foreign
 */
gboolean station_restore(Station *self, const gchar *name, const gchar *json, StationTime now,
                         GError **error);
/* A call that an EFFECT_ENQUEUE kept; in the order of ids. */
void station_restore_call(Station *self, gint64 id, OcppAction action, const gchar *payload,
                          const gchar *subject);

void station_start(Station *self, StationTime now, GArray *effects);
/* The program ends in good order: the readings of this moment are stored. */
void station_stop(Station *self, StationTime now, GArray *effects);
void station_link_up(Station *self, StationTime now, GArray *effects);
void station_link_down(Station *self, StationTime now, GArray *effects);
void station_answered(Station *self, gint64 call_id, JsonObject *payload, StationTime now, GArray *effects);
/* @refused: CALLERROR with @code; else no answer came in time */
void station_call_failed(Station *self, gint64 call_id, gboolean refused, OcppErrorCode code, StationTime now,
                         GArray *effects);
void station_asked(Station *self, OcppAction action, JsonObject *payload, StationTime now, GArray *effects);

/* Returns: FALSE and @why when that cannot be done now (a cable is in already). */
gboolean station_simulate(Station *self, const SimCommand *command, StationTime now, GArray *effects,
                          const gchar **why);
/* Somebody shows an id, a code or a voucher. @showing->evse: one that exists.
 * Returns: (transfer none): what it came to, valid until the next call */
const Admission *station_show(Station *self, const Showing *showing, StationTime now, GArray *effects);
/* (transfer none): the voucher that waits for its car's answer, if open */
const OpenVoucher *station_challenge(const Station *self, gint32 evse);
/* OCPP 2.1 C25: the token in the pile's dynamic codes. Returns: (transfer full) (nullable): NULL while the
 * codes are static; @until_ms: (out): Unix ms at which the next one is shown, 0 without */
gchar *station_totp(const Station *self, gint64 unix_ms, gint64 *until_ms);
void station_tick(Station *self, StationTime now, GArray *effects);
gint64 station_deadline_ms(const Station *self, gint64 mono_ms);

/* The actions that station_asked() serves. */
const OcppAction *station_served_actions(gsize *n);
/* What the link needs to know: MessageTimeout and WebSocketPingInterval. */
gint64 station_message_timeout_ms(const Station *self);
guint station_ping_interval_s(const Station *self);
/* (nullable): the HTTP Basic password that the CSMS has set */
const gchar *station_password(const Station *self);
guint station_n_evses(const Station *self);

/* (transfer full): protocol/README.md section 5, GET /sim/state, without uplink and qr. */
JsonObject *station_snapshot(Station *self);
