/* EVSE: one charging point with one connector, as a state machine.
 * Facts go in (cable, bay, fault, authorisation, time), reports come out in the order in which they must be
 * told. A transaction starts when one of the conditions listed in TxStartPoint begins to hold and ends when
 * one listed in TxStopPoint ceases to (OCPP 2.0.1 part 2, E01, E06, and the variables TxCtrlr.TxStartPoint
 * and .TxStopPoint): the code below derives every row of those tables from the five conditions.
 * Pure: no clock; the only chance in it is the transaction's id.
 */
#pragma once

#include "pile-sim/model/meter.h"
#include "pile-sim/model/station_time.h"
#include "pile-sim/model/transaction.h"
#include "pile-sim/model/vehicle.h"
#include "protocol/ocpp_availability.h"

/* TxStartPointValues / TxStopPointValues as bits. DataSigned is missing: the meter does not sign. */
typedef enum {
    TX_POINT_PARKING_BAY_OCCUPANCY = 1 << 0,
    TX_POINT_EV_CONNECTED = 1 << 1,
    TX_POINT_AUTHORIZED = 1 << 2,
    TX_POINT_POWER_PATH_CLOSED = 1 << 3, /* authorised and connected, ready to give energy */
    TX_POINT_ENERGY_TRANSFER = 1 << 4,
} TxPoints;

typedef enum {
    EVSE_MEASURE_ENERGY = 1 << 0,
    EVSE_MEASURE_POWER = 1 << 1,
    EVSE_MEASURE_SOC = 1 << 2,
} EvseMeasurands;

/* What the device model tells an EVSE to do; read from the variables before every input. */
typedef struct {
    guint start_points, stop_points; /* TxPoints */
    gint64 connect_timeout_ms;       /* TxCtrlr.EVConnectionTimeOut */
    gint64 sample_interval_ms;       /* SampledDataCtrlr.TxUpdatedInterval; 0: no periodic samples */
    guint started_measurands, updated_measurands, ended_measurands;
    gint64 bay_debounce_ms;
    gdouble significant_change;      /* SmartChargingCtrlr.LimitChangeSignificance, as a part of 1 */
    gboolean stop_on_invalid_token;  /* TxCtrlr.StopTxOnInvalidId */
    gint64 max_energy_on_invalid_wh; /* TxCtrlr.MaxEnergyOnInvalidId; 0: none */
} EvseRules;

typedef enum {
    EVSE_REPORT_STATUS,      /* StatusNotification: @status */
    EVSE_REPORT_BAY,         /* NotifyEvent: @occupied, or that the sensor is broken */
    EVSE_REPORT_TRANSACTION, /* TransactionEvent: @event */
} EvseReportType;

typedef struct {
    EvseReportType type;
    gint32 evse_id;
    OcppConnectorStatus status;
    gboolean occupied, broken;
    gboolean repaired;                 /* it was broken before */
    OcppTransactionEventRequest event; /* owned */
} EvseReport;

/* Everything an input needs besides its own facts, and where reports go. */
typedef struct {
    const EvseRules *rules;
    StationTime now;
    gboolean offline; /* transaction events made now are marked so */
    GArray *reports;  /* (element-type EvseReport) */
} EvseTurn;

typedef struct {
    gint32 id; /* from 1; its connector is 1 */
    gint64 max_power_w;
    gint64 limit_w; /* of the charging profiles, -1: none */
    gdouble speed;  /* of battery, meter and transaction time while energy flows; 1: real time */

    gboolean plugged, faulted, operative;
    gboolean reserved;              /* promised to somebody; the station says so anew after a restart */
    gboolean inoperative_when_idle; /* ChangeAvailability answered Scheduled */
    gboolean reset_when_idle;       /* Reset of this EVSE answered Scheduled; a power cut does it too */
    Vehicle vehicle;                /* while plugged */
    Meter meter;
    gboolean bay_occupied;      /* as told */
    gboolean bay_broken;        /* the sensor cannot tell: nobody knows */
    gboolean bay_sensed;        /* as the sensor says now */
    gint64 bay_sensed_mono_ms;  /* since when it differs from what was told */
    OcppConnectorStatus status; /* as told */

    Grant grant;                /* token.present: somebody may charge */
    Grant asked;                /* token.present: AuthorizeRequest on its way (AuthorizeRemoteStart) */
    gint64 connect_deadline_ms; /* monotonic: plugged in by then, or the grant lapses */
    Transaction transaction;
    OcppMessageContent personal_message; /* of the CSMS to this driver (I01); not kept over a restart */
    OcppChargingState state;             /* IDLE, EV_CONNECTED, CHARGING, SUSPENDED_EV, SUSPENDED_EVSE */
    guint held;                          /* TxPoints that hold, as of the last turn */
    guint relied;                        /* TxPoints that held at some time in this transaction */

    gint64 clock_ms;         /* Unix ms of the transaction's clock, ahead of real time when @speed > 1 */
    gint64 advanced_mono_ms; /* evse_advance() has accounted for everything up to here; -1: nothing yet */
    gint64 next_sample_ms;   /* on clock_ms */
    gboolean changed;        /* something that must survive a restart; the caller stores and clears it */
} Evse;

/* @speed: more than 0 */
void evse_init(Evse *self, gint32 id, gint64 max_power_w, gdouble speed);
/* From now on; what has passed keeps its own. */
void evse_set_speed(Evse *self, gdouble speed, const EvseTurn *turn);

/* (transfer full) (element-type EvseReport) */
GArray *evse_reports_new(void);

/* Inputs. Each first lets time pass up to @turn->now. FALSE: not possible now, nothing changed. */
gboolean evse_plug(Evse *self, const Vehicle *vehicle, const EvseTurn *turn);
gboolean evse_unplug(Evse *self, const EvseTurn *turn);
void evse_sense_bay(Evse *self, gboolean occupied, const EvseTurn *turn);
void evse_break_bay(Evse *self, const EvseTurn *turn);
void evse_set_fault(Evse *self, gboolean faulted, const EvseTurn *turn);

/* Somebody may charge here. The caller has checked evse_may_grant(). */
void evse_grant(Evse *self, const Grant *grant, const EvseTurn *turn);
gboolean evse_may_grant(const Evse *self);

/* The right to charge ends: the energy stops at once, the transaction when TxStopPoint says so. */
void evse_revoke(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn);

/* Ends the transaction whatever TxStopPoint says (time-out of the plug, reset). */
void evse_end(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn);

/* ChangeAvailability. Returns: FALSE when it takes effect only after the running transaction. */
gboolean evse_set_operative(Evse *self, gboolean operative, const EvseTurn *turn);

/* What the charging profiles allow now; -1: no limit. 0 pauses the charge (SuspendedEVSE). */
void evse_set_limit(Evse *self, gint64 limit_w, const EvseTurn *turn);

/* The connector is Reserved while nothing else is to be said of it. */
void evse_set_reserved(Evse *self, gboolean reserved, const EvseTurn *turn);

/* What @transaction_id has cost so far; also of the one that has just ended (I02, I03). */
void evse_hear_cost(Evse *self, const gchar *transaction_id, gint64 cost_minor, const EvseTurn *turn);
/* What the CSMS answered to an event of @transaction_id: refused token, cost so far, a word to the driver. */
void evse_hear(Evse *self, const gchar *transaction_id, const OcppTransactionEventResponse *answer,
               const EvseTurn *turn);

/* An Updated event with the readings, out of turn. Returns: FALSE without a transaction */
gboolean evse_report_now(Evse *self, OcppTriggerReason trigger, OcppReadingContext context,
                         const EvseTurn *turn);

/* Lets time pass: energy flows, samples are taken, deadlines expire. */
void evse_advance(Evse *self, const EvseTurn *turn);
gint64 evse_deadline_ms(const Evse *self, const EvseRules *rules, gint64 mono_ms);

/* After evse_from_json(): the power is back. A running transaction goes on with the next seqNo: the cable was
 * locked in the meantime (docs/decisions/0602). A plug that was waited for gets a new EVConnectionTimeOut. */
void evse_resume(Evse *self, const EvseTurn *turn);

gint64 evse_power_w(const Evse *self);
OcppConnectorStatus evse_connector_status(const Evse *self);

/* Appends samples of the present readings. @measurands: EvseMeasurands */
void evse_sample(const Evse *self, OcppReadingContext context, guint measurands, gint64 timestamp_ms,
                 GArray *samples);

/* What must survive a restart. (transfer full) */
JsonObject *evse_to_json(const Evse *self, gint64 unix_ms);
/* @unix_ms: now; the time the station was off is added to the transaction's clock. @self: after evse_init()
 */
gboolean evse_from_json(Evse *self, JsonObject *json, gint64 unix_ms, GError **error);
