/* Station, shared by its own files only. */
#pragma once

#include "pile-sim/model/boot.h"
#include "pile-sim/model/displays.h"
#include "pile-sim/model/evse.h"
#include "pile-sim/model/monitors.h"
#include "pile-sim/model/outbox.h"
#include "pile-sim/model/power_limits.h"
#include "pile-sim/model/reservations.h"
#include "pile-sim/model/station.h"
#include "pile-sim/model/variables.h"

#define STATION_KNOWN_ORDERS 64
#define STATION_RESTART_DELAY_MS 1000 /* the answer and the Ended events get out first */
#define STATION_MODEL "RearCharge Pile Sim"
#define STATION_VENDOR "RearCharge"
#define STATION_FIRMWARE "0.1.0"
#define STATION_CONNECTOR_TYPE "cCCS2" /* of every connector */
#define STATION_CACHE_ENTRIES 100
#define STATION_QUEUE_MAX 10000

typedef struct {
    gchar order_id[OCPP_IDENTIFIER_BYTES(36)];
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES];
} KnownOrder;

struct _Station {
    gchar *identity;
    guint n_evses;
    Evse *evses; /* owned; [n_evses] */
    EvseRules rules;
    GArray *reports; /* of EvseReport: of the input in hand */

    Boot boot;
    gint64 boot_call_id; /* negative, so that it is none of the outbox; 0: no BootNotification on its way */
    gint64 boots;
    Outbox outbox;
    guint queue_max;
    Variables variables;
    Reservations reservations;
    gint64 aligned_ms;     /* Unix ms of the next readings at the time of the clock; 0: none */
    gint64 aligned_due_ms; /* monotonic */
    Monitors monitors;
    gint64 monitors_due_ms; /* monotonic: when a periodic one is due */
    PowerLimits limits;
    gint64 limits_due_ms; /* monotonic: when one may change */
    Displays displays;
    gint64 displays_due_ms;     /* monotonic: when one begins or ends */
    gint64 shown_at_ms;         /* Unix ms: for whom asks what is shown now */
    gint64 reservations_due_ms; /* monotonic: when one may expire */
    Offline offline;
    GStrv evse_keys; /* owned; [n_evses] */
    StationTime now; /* of the last input */

    gboolean reset_when_idle;
    gint64 restart_at_ms;   /* monotonic; STATION_TIME_NEVER */
    gint64 reconnect_at_ms; /* likewise: a new connection, without a reboot */
    OcppBootReason restart_reason;

    /* Orders that became a transaction: a repeated request must not start a second one. */
    KnownOrder orders[STATION_KNOWN_ORDERS];
    guint n_orders_ever;
    gint32 next_event_id; /* of NotifyEvent */
    gboolean changed;     /* of what station_to_json() keeps */
    gboolean variables_changed;
    gboolean reservations_changed;
    gboolean displays_changed;
    gboolean monitors_changed;
    gboolean limits_changed;
};

/* Rules read anew from the variables, and where the EVSEs report to. */
EvseTurn station_turn(Station *self, StationTime now);

/* Ends every input: reports become messages, changes are stored, the next call goes out. */
void station_settle(Station *self, StationTime now, GArray *effects);

/* @id: from 1. Returns: (nullable) */
Evse *station_evse(Station *self, gint32 id);
gboolean station_is_idle(const Station *self);

/* (transfer full): compact JSON of @payload (transfer none) */
gchar *station_text(JsonObject *payload);

/* Messages about the present; the entry is returned for its flags. @payload: (transfer full) */
OutboxEntry *station_push(Station *self, OcppAction action, JsonObject *payload);
OutboxEntry *station_push_status(Station *self, const Evse *evse, StationTime now);
/* What the sensor says, or that it cannot say anything; @repaired: and that it can again */
void station_push_bay(Station *self, const Evse *evse, gboolean repaired, StationTime now);
void station_push_everything(Station *self, StationTime now); /* after Accepted */
/* Reports in hand become messages; must be stored before they are sent. */
void station_tell_reports(Station *self, StationTime now, GArray *effects);
void station_store_changes(Station *self, StationTime now, GArray *effects);

/* May who shows @token be granted @evse, as far as reservations go? @group: (nullable) */
gboolean station_may_use(Station *self, const Evse *evse, const OcppIdToken *token, const OcppIdToken *group);
/* evse_grant() for everybody: a reservation that is the token's is used up and told with the transaction. */
void station_grant(Station *self, Evse *evse, const Grant *grant, const EvseTurn *turn);
/* Ends what is over, tells it, and shows what is reserved. Part of every input, before it and after it. */
void station_follow_reservations(Station *self, StationTime now);
gint64 station_reservations_due_ms(const Station *self, StationTime now);
/* ReservationStatusUpdate was answered / went down with the connection. */
void station_reservation_told(Station *self, gint32 id);
void station_reservations_unheard(Station *self);

/* Takes away what is over. Part of every input. Returns: monotonic time of the next change */
gint64 station_follow_displays(Station *self, StationTime now);
/* (transfer full): what the front of @evse shows, most important first (protocol/README.md section 5) */
JsonArray *station_snapshot_display(const Station *self, const Evse *evse);

/* Gives every EVSE the limit that holds now. Part of every input; _begin_ before the EVSEs resume.
 * Returns: monotonic time of the next change */
gint64 station_follow_limits(Station *self, StationTime now);
void station_begin_limits(Station *self, StationTime now);
/* The profile of a remote start, for the transaction that is to begin at @evse. Returns: NULL, or why not */
const gchar *station_limit_next(Station *self, const Evse *evse, const OcppChargingProfile *profile);

/* Tells what monitors have seen. Part of every input. Returns: monotonic time of the next look */
gint64 station_follow_monitors(Station *self, StationTime now);
/* Of NotifyEvent; counts on over restarts. */
gint32 station_next_event_id(Station *self);

/* Tells readings when the clock says so. Part of every input. Returns: monotonic time of the next look */
gint64 station_follow_clock(Station *self, StationTime now);
/* Returns: (transfer none) (nullable): NULL when there is nothing to read */
OutboxEntry *station_push_meter_values(Station *self, const Evse *evse, OcppReadingContext context,
                                       StationTime now);

/* Handlers of station_asked(): each appends one ANSWER or REFUSE. */
typedef void (*StationHandler)(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_request_start(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_request_stop(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_unlock_connector(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_change_availability(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_trigger_message(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_reset(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_transaction_status(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_variables(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_variables(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_base_report(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_reserve_now(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_cancel_reservation(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_display_message(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_display_messages(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_clear_display_message(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_cost_updated(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_data_transfer(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_charging_profile(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_clear_charging_profile(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_composite_schedule(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_variable_monitoring(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_clear_variable_monitoring(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_monitoring_base(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_set_monitoring_level(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_monitoring_report(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_charging_profiles(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_report(Station *self, JsonObject *request, StationTime now, GArray *effects);

/* B05.FR.11, B06.FR.16: more items than ItemsPerMessage are refused as a whole.
 * Returns: TRUE when it was refused */
gboolean station_too_many(Station *self, guint n, VariableId limit, GArray *effects);
/* @filters: (element-type OcppVariableName): of GetReport and GetMonitoringReport; none: everything passes */
gboolean station_passes_filters(const GArray *filters, const OcppVariableName *name);

void station_send_local_list(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_get_local_list_version(Station *self, JsonObject *request, StationTime now, GArray *effects);
void station_clear_cache(Station *self, JsonObject *request, StationTime now, GArray *effects);

/* station_show() without settling, for what else happens in the same turn. */
const Admission *station_decide_showing(Station *self, const Showing *showing, const EvseTurn *turn,
                                        GArray *effects);
/* The AuthorizeRequest of @evse has ended. @info: (nullable): NULL when the CSMS did not answer: then the
 * station decides by itself. For remote starts it only forgets. */
void station_end_asking(Station *self, Evse *evse, const OcppIdTokenInfo *info, StationTime now,
                        GArray *effects);
/* The CSMS said something about an id (C10). */
void station_cache(Station *self, const OcppIdToken *token, const OcppIdTokenInfo *info, StationTime now);
/* When the codes change next; STATION_TIME_NEVER: static codes. */
gint64 station_totp_deadline_ms(const Station *self);
/* (nullable): the transaction that this order became, running or ended. */
const gchar *station_transaction_of_order(const Station *self, const gchar *order_id);

/* From a decoder's error. */
void station_refuse(GArray *effects, const GError *error);
