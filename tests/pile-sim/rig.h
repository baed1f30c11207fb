/* Rig: a station in virtual time with a CSMS that answers as told; no process, no socket, no sleep. */
#pragma once

#include "pile-sim/model/station.h"
#include "pile-sim/model/station_internal.h"

typedef struct {
    OcppAction action;
    JsonObject *payload; /* owned */
} RigCall;

typedef struct {
    Station *station;
    StationTime now;
    gdouble speed;
    guint n_evses;
    gboolean linked; /* answers calls; else they stay unanswered */
    gboolean manual; /* leaves calls to the test */
    gboolean dead;   /* the power goes right after storing: nothing acts any more */
    OcppRegistrationStatus registration;
    gint32 boot_interval_s;
    GArray *calls;      /* of RigCall: everything that was sent, in order */
    gint64 in_flight;   /* id of the call that @manual left open */
    JsonObject *answer; /* owned (nullable): to the last request */
    gint refusal;       /* OcppErrorCode of the last request, -1: none */
    guint restarts;
    const gchar *authorize_answer; /* (nullable): instead of Accepted; with ' for " */
    const gchar *event_answer;     /* (nullable): to TransactionEvent, instead of {} */
    Admission shown;               /* what the last rig_show() came to */
    guint queue_max;               /* in force after the next power cut; 0: the usual one */
    OfflineDevice device;          /* what the secure element would hold */
    GHashTable *records;           /* what a store would hold: name -> JSON */
    GQueue *kept;                  /* of OutboxEntry: what a store would hold */
} Rig;

Rig *rig_new(guint n_evses, gdouble speed);
void rig_free(Rig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rig, rig_free)

void rig_link(Rig *self);   /* connects; the CSMS accepts unless told otherwise */
void rig_unlink(Rig *self); /* the connection is lost */
void rig_run(Rig *self, gint64 ms);
/* Switches the power off and on: only what was stored survives. */
void rig_power_cut(Rig *self);

/* @json with ' for ", to be read easily. Returns: the "status" answered, "" when refused or there is none */
const gchar *rig_ask(Rig *self, OcppAction action, const gchar *json);
gboolean rig_sim(Rig *self, const gchar *words);
gboolean rig_do(Rig *self, const SimCommand *command);
/* Somebody shows something at the pile. Returns: the reason word, "" when it was not refused */
const gchar *rig_show(Rig *self, const Showing *showing);
/* Ends the call that @manual left open. */
void rig_answer(Rig *self, const gchar *json);
void rig_fail(Rig *self, gboolean refused, OcppErrorCode code);

/* Calls of @action so far. */
guint rig_count(const Rig *self, OcppAction action);
/* The @i-th call of @action, -1 the last; NULL when there is none. (transfer none) */
JsonObject *rig_call(const Rig *self, OcppAction action, gint i);
/* One line for each TransactionEvent: "Started 0 RemoteStart Idle", "Ended 4 RemoteStop EVConnected Remote".
 */
gchar *rig_story(const Rig *self);
/* "connectorStatus" values in order, joined by blanks. */
gchar *rig_statuses(const Rig *self);
/* Follows "transactionInfo.chargingState" and array indexes. (transfer none) (nullable) */
const gchar *rig_text(JsonObject *object, const gchar *path);

/* RequestStartTransaction with this remoteStartId and the usual token. */
const gchar *rig_start(Rig *self, gint remote_start_id);
const gchar *rig_stop(Rig *self);
void rig_set(Rig *self, const gchar *component, const gchar *variable, const gchar *value);
